"""What the frozen layers make of every patch, kept as memory-mapped float16: a step then runs only what is trained.

The frozen layers never change, so their output for a crop is computed once for every training that shares crops,
backbone and augmentation: all combinations of magnifications, losses, seeds and folds. Each patch is kept in several
variants: the first as it is (evaluation uses it), the others turned and stained anew, all magnifications alike.
"""

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from dsml.augment import augment
from dsml.config import Config
from dsml.data.cache import CropCache, cache_folder
from dsml.data.patches import Patch
from dsml.network.backbones import Encoder, make_encoder
from dsml.network.fused import FusedBlocks


@dataclass(frozen=True)
class FeatureCache:
    """`features` float16 [N, V, R, H, H, C], `cells` uint8 [N, V, R, h, h], for the V variants of N patches."""

    features: np.ndarray
    cells: np.ndarray
    patches: list[Patch]
    class_names: tuple[str, ...]
    chosen: tuple[int, ...]

    @property
    def labels(self) -> np.ndarray:
        """Class index of each patch, int64 [N]."""
        return np.array([p.label for p in self.patches], np.int64)

    @property
    def variants(self) -> int:
        """How many variants there are of each patch, the plain one included."""
        return self.features.shape[1]


def _key(config: Config) -> str:
    relevant = {
        "backbone": config.network.backbone,
        "frozen_stride": config.train.frozen_stride,
        "mean": config.network.mean,
        "std": config.network.std,
        "augment": dataclasses.asdict(config.augment),
        "variants": config.train.variants,
    }
    return hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()[:12]


def _front(encoder: Encoder, config: Config) -> Callable[[torch.Tensor], torch.Tensor]:
    blocks = list(encoder.eval())[: encoder.frozen_blocks(config.train.frozen_stride)]
    fused = FusedBlocks(blocks)
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (config.network.mean, config.network.std))
    return lambda crops: fused((crops - mean) / std)


def open_features(config: Config, crops: CropCache, report: Callable[[str], None] = print) -> FeatureCache:
    """The features of `crops` under `out/cache/`, computed first when they are not there yet."""
    base = cache_folder(config)
    folder = base.with_name(f"{base.name}-features-{_key(config)}")
    if not folder.is_dir():
        partial = folder.with_name(f"{folder.name}.partial-{os.getpid()}")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        front = _front(make_encoder(config.network.backbone), config)
        count, read = crops.crops.shape[:2]
        sample = front(torch.zeros(1, 3, *crops.crops.shape[2:4]))
        shape = (count, config.train.variants, read, *sample.shape[2:], sample.shape[1])
        features = np.lib.format.open_memmap(partial / "features.npy", "w+", np.float16, shape)
        cells = np.zeros((count, config.train.variants, *crops.cells.shape[1:]), np.uint8)
        for index in range(count):
            plain = torch.from_numpy(np.array(crops.crops[index])).permute(0, 3, 1, 2).float()[None] / 255
            plain_cells = torch.from_numpy(crops.cells[index].astype(np.int64))[None]
            for variant in range(config.train.variants):
                generator = torch.Generator().manual_seed(index * 1009 + variant)
                if variant:
                    changed, changed_cells = augment(plain, plain_cells, config.augment, generator)
                else:
                    changed, changed_cells = plain, plain_cells
                for m in range(read):
                    features[index, variant, m] = front(changed[:, m])[0].permute(1, 2, 0).half().numpy()
                cells[index, variant] = changed_cells[0].numpy()
            if (index + 1) % 500 == 0:
                report(f"frozen features: {index + 1} of {count} patches")
        features.flush()
        np.save(partial / "cells.npy", cells)
        partial.rename(folder)
    return FeatureCache(
        np.load(folder / "features.npy", mmap_mode="r"),
        np.load(folder / "cells.npy"),
        crops.patches,
        crops.class_names,
        crops.chosen,
    )
