"""Pictures as another carrier gives them: what is changed, what is kept twice, and that a fit learns not to mind."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from dsml.carriers import carry, compressed, sharpened
from dsml.config import CarrierConfig
from dsml.data.cache import open_cache
from dsml.data.features import open_features
from dsml.linear import fit_layer
from tests.made import write_mask_dataset
from tests.test_train import small_config


def test_sharpening_is_what_a_small_mean_takes_away() -> None:
    crops = torch.rand(2, 3, 12, 12, generator=torch.Generator().manual_seed(0)) * 0.4 + 0.3
    assert torch.equal(sharpened(crops, torch.zeros(2)), crops)
    soft, sharp = sharpened(crops, torch.tensor([-1.0, 0.5]))
    assert torch.allclose(soft[:, 5, 5], crops[0, :, 4:7, 4:7].mean((1, 2)), atol=1e-6)
    assert soft.std() < crops[0].std() and sharp.std() > crops[1].std()
    flat = torch.full((1, 3, 8, 8), 0.25)
    assert torch.allclose(sharpened(flat, torch.ones(1)), flat)


def test_colours_at_half_the_resolution_lose_more() -> None:
    crops = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    errors = [(compressed(crops, [90], s) - crops).abs().mean() for s in ("4:4:4", "4:2:0")]
    assert 0 < errors[0] < errors[1]


def test_each_magnification_is_carried_for_itself_and_the_same_way_again() -> None:
    crops = torch.rand(1, 1, 3, 32, 32).expand(1, 3, -1, -1, -1)
    config = CarrierConfig(sharpening=1.0, jpeg_quality=50)
    first, again = (carry(crops, config, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(first, again)
    assert not torch.equal(first[:, 0], first[:, 1])
    assert torch.equal(carry(crops, CarrierConfig(), torch.Generator()), crops)


def test_every_variant_is_kept_a_second_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCENTRIC_OUT", str(tmp_path / "out"))
    config = small_config(write_mask_dataset(tmp_path, groups=2))
    config.train.variants, config.train.frozen_stride = 2, 8
    crops = open_cache(config, lambda _: None)
    torch.manual_seed(0)  # the small encoder has no weights but random ones
    alone = open_features(config, crops, lambda _: None)
    config.carrier = CarrierConfig(sharpening=1.0, jpeg_quality=50)
    torch.manual_seed(0)
    both = open_features(config, crops, lambda _: None)
    assert (alone.variants, both.variants) == (2, 4)
    assert np.array_equal(both.features[:, :2], alone.features)
    assert np.array_equal(both.cells[:, 2:], alone.cells)
    changes = np.abs(both.features[:, 2:].astype(np.float32) - both.features[:, :2]).mean((0, 2, 3, 4, 5))
    assert (changes > 0).all()
    config.carrier.steadiness = 5.0
    assert open_features(config, crops, lambda _: None).features.filename == both.features.filename


def test_what_another_carrier_changes_is_not_relied_upon() -> None:
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(200) % 2
    x = torch.randn(200, 2, generator=generator) + 2.0 * labels[:, None]  # both features tell the classes apart
    carried = x.clone()
    carried[:, 1] += torch.randn(200, generator=generator)  # one of them only by the carrier at hand
    weights = torch.full((200,), 1 / 200)
    plain, steady = nn.Linear(2, 2), nn.Linear(2, 2)
    fit_layer(plain, x, labels, weights, 1e-3)
    fit_layer(steady, x, labels, weights, 1e-3, carried, 10.0)

    def reliance(layer: nn.Linear) -> float:
        steps = (layer.weight[1] - layer.weight[0]).detach().abs()
        return float(steps[1] / steps[0])

    assert reliance(steady) < 0.5 * reliance(plain)
    assert float((steady(x).argmax(1) == labels).float().mean()) > 0.8
