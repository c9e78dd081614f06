"""The convex fit of linear heads: it finds the optimum, its penalty shrinks, and it refuses what it cannot fit."""

import numpy as np
import pytest
import torch
from torch import nn

from dsml.config import Config, CropConfig, NetworkConfig, TrainConfig
from dsml.data.features import FeatureCache
from dsml.errors import UsageError
from dsml.linear import fit_layer, fit_linear
from dsml.network.dsml import Dsml


def made(count: int = 200, width: int = 6) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(count) % 3
    x = 5 + 3 * torch.randn(count, width, generator=generator)
    x[torch.arange(count), labels] += 4
    return x, labels, torch.full((count,), 1 / count)


def test_the_gradient_is_zero_where_the_fit_ends() -> None:
    x, labels, weights = made()
    layer, penalty = nn.Linear(6, 3), 1e-3
    fit_layer(layer, x, labels, weights, penalty)
    spread = x.std(0) + 1e-2 * x.std(0).mean()
    z = (x - x.mean(0)) / spread
    length = z.square().sum(1).mean().sqrt()
    kernel = (layer.weight * spread * length).detach().requires_grad_(True)
    each = nn.functional.cross_entropy(
        (z / length) @ kernel.T + (layer.bias + layer.weight @ x.mean(0)).detach(), labels, reduction="none"
    )
    ((weights * each).sum() + penalty / 2 * kernel.square().sum()).backward()
    assert kernel.grad is not None and float(kernel.grad.abs().max()) < 1e-4
    assert float((layer(x).argmax(1) == labels).float().mean()) > 0.6


def test_a_higher_penalty_gives_smaller_weights() -> None:
    x, labels, weights = made()
    low, high = nn.Linear(6, 3), nn.Linear(6, 3)
    fit_layer(low, x, labels, weights, 1e-4)
    fit_layer(high, x, labels, weights, 1.0)
    assert float(high.weight.detach().norm()) < 0.5 * float(low.weight.detach().norm())


@pytest.mark.parametrize(
    ("hidden", "variants", "rate", "words"), [(8, 2, 0.0, "linear heads"), (0, 2, 1e-3, "learning_rate 0")]
)
def test_what_cannot_be_fitted_is_refused(hidden: int, variants: int, rate: float, words: str) -> None:
    config = Config(
        crops=CropConfig([0.5, 1.0], 64, 16),
        network=NetworkConfig(backbone="tiny", head_hidden=hidden),
        train=TrainConfig(linear_penalty=0.1, variants=variants, learning_rate=rate),
    )
    nothing = FeatureCache(
        np.zeros((0, 2, 2, 4, 4, 8), np.float16), np.zeros((0, 2, 2, 4, 4), np.uint8), [], ("a",), (0, 1)
    )
    with pytest.raises(UsageError, match=words):
        fit_linear(Dsml(config, 3, pretrained=False), nothing, np.arange(0), np.zeros(0), config)
