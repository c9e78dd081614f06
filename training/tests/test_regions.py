"""Regions: their centres see what single patches see, are labelled as they are, and train the network."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from dsml.augment import augment_regions
from dsml.config import AugmentConfig, Config, CropConfig, DataConfig, NetworkConfig, TrainConfig
from dsml.data.cache import CropCache, open_cache
from dsml.data.crops import block_sums, read_crop
from dsml.data.patches import cell_classes
from dsml.data.regions import Regions, lattice
from dsml.errors import UsageError
from dsml.evaluate import predict
from dsml.network.dsml import Dsml
from dsml.objective import centre_targets
from dsml.train import fit
from tests.made import write_mask_dataset

SIDE = 2


def region_config(folder: Path, **train: object) -> Config:
    return Config(
        name="made",
        data=DataConfig(roots=[str(folder)], per_image=4),
        crops=CropConfig(spacings_um_px=[0.5, 1.0], patch_px=64, context_px=16),
        network=NetworkConfig(backbone="tiny", embedding_dim=16, projection_hidden=16),
        augment=AugmentConfig(0, 0, 0, 0, 0),
        train=TrainConfig(
            steps=60, batch=4, learning_rate=3e-3, head_learning_rate=3e-3, frozen_stride=0, train_batch_norm=True,
            dropout=0.0, checkpoint_every=20, region_centres=SIDE, **train,
        ),
    )  # fmt: skip


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CropCache:
    monkeypatch.setenv("CONCENTRIC_OUT", str(tmp_path / "out"))
    return open_cache(region_config(write_mask_dataset(tmp_path, groups=5)), lambda _: None)


def test_windows_of_a_region_are_the_patches_around_its_centres(cache: CropCache, tmp_path: Path) -> None:
    config = region_config(tmp_path)
    regions, model = Regions(config, cache), Dsml(config, 2).eval()
    name, (x, y) = cache.patches[0].image, (100.0, 84.0)
    image = regions.images[name]
    pictures, cells, shares = regions.read(name, x, y)
    with torch.no_grad():
        maps = model.region_maps([torch.from_numpy(p).permute(2, 0, 1)[None].float() / 255 for p in pictures])
        windows = [lattice(m, step, model.cells) for m, step in zip(maps, regions.steps, strict=True)]
        for row in range(SIDE):
            for column in range(SIDE):
                centre = (x + (column - 0.5) * 32, y + (row - 0.5) * 32)
                crops = [
                    torch.from_numpy(read_crop(image.slide, *centre, s, config.crops.side_px, "reflect"))
                    for s in config.crops.spacings_um_px
                ]
                alone = model.windows(torch.stack(crops).permute(0, 3, 1, 2)[None].float() / 255)
                for m, (own, region) in enumerate(zip(alone, windows, strict=True)):
                    # the tiny encoder sees no further than the context
                    assert torch.allclose(own[0], region[row * SIDE + column], atol=1e-4)
                    spacing = config.crops.spacings_um_px[m]
                    wanted = cell_classes(image.mask, 1, *centre, image.mpp, spacing, 64, 4)
                    seen = lattice(torch.from_numpy(cells[m])[None, None], regions.steps[m], 4)[row * SIDE + column, 0]
                    assert (seen.numpy() == wanted).all()
                left, top = int(centre[0]) - 32, int(centre[1]) - 32
                window = image.mask[top : top + 64, left : left + 64]
                assert np.allclose(shares[row, column], [(window == c).mean() for c in (0, 1)])


def test_pictures_and_maps_of_a_region_turn_together() -> None:
    generator = torch.Generator().manual_seed(3)
    numbers = torch.arange(9 * 36.0).view(9, 6, 6)
    crops = [numbers[:, None].expand(9, 3, 6, 6) / 400, numbers[:, None, :4, :4].expand(9, 3, 4, 4) / 400]
    maps = [numbers, numbers[..., None].expand(9, 6, 6, 2)]
    pictures, turned = augment_regions(crops, maps, AugmentConfig(0, 0, 0, 0, 0), generator)
    assert torch.allclose(pictures[0][:, 0] * 400, turned[0], atol=1e-3)
    assert torch.equal(turned[0], turned[1][..., 1])
    assert len({tuple(t[0].tolist()) for t in turned[0] - numbers[:, :1, :1]}) > 2, "all were turned alike"
    assert torch.allclose(pictures[1].sort(-1).values.sum(), crops[1].sum(), atol=1e-3)


def test_stain_changes_alike_at_all_magnifications() -> None:
    flat = [torch.full((4, 3, side, side), 0.6) for side in (8, 4)]
    settings = AugmentConfig(0.4, 0.1, 0.1, 0.2, 0.2)
    pictures, _ = augment_regions(flat, [], settings, torch.Generator().manual_seed(1))
    assert torch.allclose(pictures[0][:, :, 0, 0], pictures[1][:, :, 0, 0], atol=1e-5)
    assert pictures[0][:, :, 0, 0].std(0).min() > 0.005


def test_a_window_that_no_class_fills_counts_with_its_shares() -> None:
    shares = torch.tensor([[0.8, 0.2], [0.4, 0.6], [0.0, 1.0]])
    target, weight = centre_targets(shares, 0.75, 0.25)
    assert torch.equal(target, torch.tensor([[1.0, 0.0], [0.4, 0.6], [0.0, 1.0]]))
    assert torch.equal(weight, torch.tensor([1.0, 0.25, 1.0]))


def test_regions_lie_within_the_image_and_near_the_drawn_patch(cache: CropCache, tmp_path: Path) -> None:
    regions, random = Regions(region_config(tmp_path), cache), np.random.default_rng(0)
    image = regions.images[cache.patches[0].image]
    for patch in cache.patches[:4]:
        for _ in range(50):
            x, y = regions.centre(patch.image, patch.x, patch.y, random)
            assert 48 <= x <= image.slide.width - 48 and 48 <= y <= image.slide.height - 48
            assert abs(x - patch.x) <= 48 + 32 and abs(y - patch.y) <= 48 + 32


def test_regions_teach_the_classes_and_a_stopped_run_goes_on(cache: CropCache, tmp_path: Path) -> None:
    config, indices = region_config(tmp_path), np.arange(len(cache.patches))
    config.loss.cells, config.loss.mixed = 0.5, 0.25

    class Stopped(Exception):
        pass

    def stop(entry: dict[str, float]) -> None:
        if entry["step"] == 40:
            raise Stopped

    def fresh() -> Dsml:
        torch.manual_seed(0)
        return Dsml(config, 2)

    source, log = Regions(config, cache), []
    unbroken, broken, resumed = fresh(), fresh(), fresh()
    torch.manual_seed(1)
    fit(unbroken, source, indices, config, log.append)
    torch.manual_seed(1)
    with pytest.raises(Stopped):
        fit(broken, source, indices, config, stop, tmp_path / "checkpoint.pt")
    fit(resumed, source, indices, config, lambda _: None, tmp_path / "checkpoint.pt")
    for (name, a), b in zip(unbroken.state_dict().items(), resumed.state_dict().values(), strict=True):
        assert torch.allclose(a.float(), b.float(), atol=1e-4), name
    found = predict(unbroken, cache, indices)
    assert (found["logits"].argmax(1) == found["labels"]).mean() > 0.9
    assert log[-1]["cells"] < 0.7 * log[0]["cells"] and "similarity" in log[-1]


def test_regions_refuse_splits_within_an_image(cache: CropCache, tmp_path: Path) -> None:
    config = region_config(tmp_path)
    shared = dataclasses.replace(config, data=dataclasses.replace(config.data, train_share=0.5))
    with pytest.raises(UsageError, match="whole images"):
        Regions(shared, cache)


@pytest.mark.parametrize("across, down", [(4, 4), (2, 3), (1, 300)])
def test_block_sums_are_those_of_reshaped_axes(across: int, down: int) -> None:
    values = np.full((3 * down, 5 * across, 3), 255, np.uint8)
    values[:, ::2] = np.random.default_rng(0).integers(0, 256, values[:, ::2].shape, dtype=np.uint8)
    expected = values.reshape(3, down, 5, across, 3).sum(axis=(1, 3), dtype=np.int64)
    assert (block_sums(values, across, down) == expected).all()
