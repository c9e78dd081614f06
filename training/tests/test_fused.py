"""The blocks that run for their result only, on processors with and without bfloat16 arithmetic."""

import pytest
import torch

from dsml.network import fused
from dsml.network.layers import ConvUnit


@pytest.mark.parametrize("supported", [False, torch.ops.mkldnn._is_mkldnn_bf16_supported()])
def test_results_are_right_whatever_the_processor_computes_with(
    monkeypatch: pytest.MonkeyPatch, supported: bool
) -> None:
    torch.manual_seed(0)
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: supported)
    block = ConvUnit(3, 8, kernel=3, stride=2).eval()
    x = torch.rand(1, 3, 16, 16)
    with torch.inference_mode():
        wanted = block(x)
    result = fused.FusedBlocks([block])(x)
    assert result.dtype == torch.bfloat16
    assert torch.allclose(result.float(), wanted, atol=0.03)
