"""Crops read once and kept as memory-mapped uint8, since reading and averaging costs more than a training step.

A cache's folder is named by the settings it depends on; a half-written one is never taken for whole.
"""

import dataclasses
import hashlib
import itertools
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dsml.config import Config, out_root, resolve_root
from dsml.data.crops import read_crop
from dsml.data.dataset import UNKNOWN, Dataset, load_dataset
from dsml.data.patches import Patch, cell_classes, dataset_patches
from dsml.data.slides import Slide, open_slide
from dsml.data.splits import regrouped
from dsml.errors import UsageError

STRIDE = 16  # px of a crop per cell


@dataclass(frozen=True)
class CropCache:
    """`crops` uint8 [N, R, S, S, 3] (S with context), `cells` uint8 [N, R, h, h] class per cell, and the patches.

    `chosen` are those of the R spacings that the network uses, finest first.
    """

    crops: np.ndarray
    cells: np.ndarray
    patches: list[Patch]
    class_names: tuple[str, ...]
    chosen: tuple[int, ...]

    @property
    def labels(self) -> np.ndarray:
        """Class index of each patch, int64 [N]."""
        return np.array([p.label for p in self.patches], np.int64)


def read_patch(slide: Slide, x: float, y: float, config: Config) -> np.ndarray:
    """The crops of one point with their context, finest first: uint8 [M, S, S, 3]."""
    crops = config.crops
    return np.stack([read_crop(slide, x, y, s, crops.side_px, crops.padding) for s in crops.read])


def cache_folder(config: Config) -> Path:
    """Where the crops of these settings lie, under `out/cache/`."""
    relevant = {"data": dataclasses.asdict(config.data), "crops": dataclasses.asdict(config.crops)}
    for name in ("folds", "group_by", "stripe_px", "only", "train_groups", "train_share"):
        relevant["data"].pop(name)
    relevant["crops"].pop("read_spacings_um_px")
    relevant["crops"]["spacings_um_px"] = config.crops.read
    key = hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()[:12]
    return out_root() / "cache" / f"{config.name}-{key}"


def load_datasets(config: Config) -> list[Dataset]:
    """The data sets of a configuration. Raises UsageError when there is none or their classes differ."""
    datasets = [load_dataset(resolve_root(root)) for root in config.data.roots]
    if len({d.class_names for d in datasets}) != 1:
        raise UsageError(f"{config.name}: data.roots must name data sets that share one list of classes.")
    return datasets


def _fill(folder: Path, datasets: list[Dataset], config: Config, report: Callable[[str], None]) -> None:
    per_dataset = [dataset_patches(dataset, config.data) for dataset in datasets]
    crops_config = config.crops
    magnifications, cells = len(crops_config.read), crops_config.patch_px // STRIDE
    count = sum(map(len, per_dataset))
    shape = (count, magnifications, crops_config.side_px, crops_config.side_px, 3)
    crops = np.lib.format.open_memmap(folder / "crops.npy", "w+", np.uint8, shape)
    cell_map = np.full((count, magnifications, cells, cells), UNKNOWN, np.uint8)
    row = 0
    for dataset, patches in zip(datasets, per_dataset, strict=True):
        for image, of_image in itertools.groupby(patches, key=lambda p: p.image):
            slide = open_slide(dataset.root / image, dataset.mpp)
            entry = next(e for e in dataset.images if e.image == image)
            labels = dataset.read_labels(entry) if dataset.kind == "mask" else None
            first = row
            for patch in of_image:
                crops[row] = read_patch(slide, patch.x, patch.y, config)
                if labels is not None:
                    for m, spacing in enumerate(crops_config.read):
                        where = (dataset.mask_downsample, patch.x, patch.y, dataset.mpp, spacing)
                        cell_map[row, m] = cell_classes(labels, *where, crops_config.patch_px, cells)
                row += 1
            report(f"{dataset.name} {image}: {row - first} patches")
    crops.flush()
    np.save(folder / "cells.npy", cell_map)
    patches = [p for of_dataset in per_dataset for p in of_dataset]
    listing = {"class_names": datasets[0].class_names, "patches": [dataclasses.asdict(p) for p in patches]}
    (folder / "patches.json").write_text(json.dumps(listing))


def put_in_place(partial: Path, folder: Path) -> None:
    """Gives a whole cache its name; where another process was first, with the same content, that one stays."""
    try:
        partial.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(partial)


def open_cache(config: Config, report: Callable[[str], None] = print) -> CropCache:
    """Opens the crops of a configuration, reading them from the data set first when they are not there yet."""
    folder = cache_folder(config)
    if not folder.is_dir():
        partial = folder.with_name(f"{folder.name}.partial-{os.getpid()}")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        _fill(partial, load_datasets(config), config, report)
        put_in_place(partial, folder)
    listing = json.loads((folder / "patches.json").read_text())
    return CropCache(
        np.load(folder / "crops.npy", mmap_mode="r"),
        np.load(folder / "cells.npy"),
        regrouped([Patch(**p) for p in listing["patches"]], config.data),
        tuple(listing["class_names"]),
        tuple(config.crops.chosen),
    )
