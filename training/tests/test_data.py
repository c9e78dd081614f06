"""Patches, splits and the cache on made data sets, and the patch protocol on the real one when it is there."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from dsml.config import Config, CropConfig, DataConfig, load_config
from dsml.data.cache import open_cache
from dsml.data.dataset import UNKNOWN, ImageEntry, load_dataset
from dsml.data.patches import Patch, cell_classes, dataset_patches, grid_patches, shifted
from dsml.data.splits import balanced_folds, load_folds, split_patches
from dsml.errors import UsageError
from tests.made import write_mask_dataset


def test_grid_takes_only_windows_that_one_class_fills() -> None:
    labels = np.zeros((160, 256), np.uint8)
    labels[:, 100:] = 1
    patches = grid_patches(labels, ImageEntry("a.png", "p"), DataConfig(), 1, 2)
    by_x = {p.x: p.label for p in patches}
    # windows [64,128) and [96,160) at x = 96 and 128: 36/64 of class 0, 60/64 of class 1
    assert by_x == {32: 0, 64: 0, 128: 1, 160: 1, 192: 1, 224: 1}
    assert {p.y for p in patches} == {32, 64, 96, 128}


def test_grid_on_a_smaller_mask_gives_the_same_centres() -> None:
    labels = np.zeros((160, 256), np.uint8)
    labels[:, 96:] = 1
    labels[:32] = UNKNOWN
    full = grid_patches(labels, ImageEntry("a.png", "p"), DataConfig(), 1, 2)
    small = grid_patches(np.ascontiguousarray(labels[::8, ::8]), ImageEntry("a.png", "p"), DataConfig(), 8, 2)
    assert full == small and len(full) > 10


def test_shifted_centres_meet_every_phase_of_the_pixel_grid() -> None:
    grid = [Patch("a.png", "p", 64.0 * k, 64.0, 0) for k in range(400)]
    moved = shifted(grid, 8, seed=1)
    offsets = np.array([(m.x - g.x, m.y - g.y) for m, g in zip(moved, grid, strict=True)])
    assert np.abs(offsets).max() <= 8 and {m.label for m in moved} == {0}
    whole, fractional = offsets[::2], offsets[1::2]
    assert (whole == np.rint(whole)).all() and 0.4 < (whole % 2 == 1).mean() < 0.6
    assert (fractional != np.rint(fractional)).all()
    assert shifted(grid, 8, seed=1) == moved


def test_cells_get_the_class_that_fills_them() -> None:
    labels = np.zeros((64, 64), np.uint8)
    labels[:, 32:] = 2
    cells = cell_classes(labels, 8, 256, 256, 0.5, 1.0, 128, 8)  # 256 level-0 px wide around the middle of 512
    assert (cells[:, :4] == 0).all() and (cells[:, 4:] == 2).all()
    outside = cell_classes(labels, 8, 0, 256, 0.5, 1.0, 128, 8)
    assert (outside[:, :4] == UNKNOWN).all() and (outside[:, 4:] == 0).all()


def test_no_patient_is_on_two_sides() -> None:
    random = np.random.default_rng(0)
    patches = [
        Patch("i", f"p{random.integers(12)}", 0, 0, int(random.integers(3)), int(random.integers(2)))
        for _ in range(400)
    ]
    folds = balanced_folds(patches, 4, 3)
    assert sorted(itertools.chain(*folds)) == sorted({p.group for p in patches})
    for fold in folds:
        train, test = split_patches(patches, fold)
        assert not {patches[i].group for i in train} & {patches[i].group for i in test}
        assert all(patches[i].copy == 0 for i in test)
        assert {patches[i].label for i in test} == {0, 1, 2}
    with pytest.raises(UsageError, match="nobody"):
        split_patches(patches, ["nobody"])


@pytest.mark.parametrize("name", ["glas", "her2st"])
def test_committed_folds_are_disjoint(name: str) -> None:
    folds = load_folds(f"folds/{name}.json")
    assert all(folds) and len(set(itertools.chain(*folds))) == sum(map(len, folds))


def test_cache_holds_what_the_reader_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCENTRIC_OUT", str(tmp_path / "out"))
    config = Config(
        data=DataConfig(roots=[str(write_mask_dataset(tmp_path, groups=2))], per_image=6),
        crops=CropConfig(spacings_um_px=[0.5, 1.0], patch_px=32, context_px=16),
    )
    cache = open_cache(config, lambda _: None)
    assert cache.crops.shape == (12, 2, 64, 64, 3) and cache.cells.shape == (12, 2, 2, 2)
    assert sorted(set(cache.labels.tolist())) == [0, 1] and cache.class_names == ("bright", "striped")
    striped = int(np.flatnonzero(cache.labels == 1)[0])
    assert (cache.cells[striped, 0] == 1).all()
    assert np.array_equal(open_cache(config).crops, cache.crops)


def test_points_and_their_copies(tmp_path: Path) -> None:
    images = [{"image": "a.jpg", "group": "p"}]
    values = {"name": "n", "kind": "points", "mpp": 0.5, "points": "p.csv", "point_diameter_um": 100,
              "classes": ["x", "y"], "ignore_labels": ["z"], "images": images}  # fmt: skip
    (tmp_path / "dataset.json").write_text(json.dumps(values))
    (tmp_path / "p.csv").write_text("image,x_px,y_px,label\na.jpg,100.5,200,y\na.jpg,1,2,z\n")
    dataset = load_dataset(tmp_path)
    patches = dataset_patches(dataset, DataConfig(copies=3, jitter_um=20))
    assert [p.copy for p in patches] == [0, 1, 2] and {p.label for p in patches} == {1}
    assert (patches[0].x, patches[0].y) == (100.5, 200)
    assert all(abs(p.x - 100.5) <= 40 and abs(p.y - 200) <= 40 for p in patches)
    (tmp_path / "p.csv").write_text("image,x_px,y_px,label\na.jpg,1,2,w\n")
    with pytest.raises(UsageError, match="'w'"):
        load_dataset(tmp_path)


def test_gland_protocol_on_the_real_set(real_data: Path) -> None:
    dataset = load_dataset(real_data / "glas")
    patches = dataset_patches(dataset, load_config("configs/glas-colon.yaml", ["data.per_image=0"]).data)
    labels = np.bincount([p.label for p in patches])
    assert dataset.class_names == ("non_gland", "benign_gland", "malignant_gland")
    assert labels.tolist() == [13435, 6814, 8096]
    assert min(p.x for p in patches) == 32 and all(p.x % 32 == 0 and p.y % 32 == 0 for p in patches)
