"""What the frozen layers make of every patch, kept as memory-mapped float16: a step then runs only what is trained.

The frozen layers never change, so their output for a crop is computed once for every training that shares crops,
backbone and augmentation: all combinations of magnifications, losses, seeds and folds. Each patch is kept in several
variants: the first as it is (evaluation uses it), the others turned and stained anew, all magnifications alike. With
`carrier` settings the same number follows once more, each as another carrier of the slide would give it.
"""

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from dsml.augment import augment
from dsml.carriers import carry
from dsml.config import Config
from dsml.data.cache import STRIDE, CropCache, cache_folder, put_in_place
from dsml.data.dataset import UNKNOWN
from dsml.data.patches import Patch
from dsml.network.backbones import Encoder, make_encoder
from dsml.network.dsml import frozen_blocks
from dsml.network.fused import FusedBlocks
from dsml.network.layers import ConvUnit, cut_back


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
        """How many variants there are of each patch, the plain one and those of other carriers included."""
        return self.features.shape[1]


def kept_variants(config: Config) -> int:
    """How many variants are kept of each patch: variant n + train.variants is variant n by another carrier."""
    return config.train.variants * (1 + config.carrier.used)


def _key(config: Config, blocks: int) -> str:
    relevant = {
        "backbone": config.network.backbone,
        "blocks": blocks,
        "mean": config.network.mean,
        "std": config.network.std,
        "augment": dataclasses.asdict(config.augment),
        "variants": config.train.variants,
    }
    if config.carrier.used:
        relevant["carrier"] = {**dataclasses.asdict(config.carrier), "steadiness": None}
    return hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()[:12]


def _needed_side(encoder: Encoder, first: int, cells: int) -> int:
    """Cells a side that blocks from `first` on (all of stride 1) need to see for `cells` x `cells` untouched ones."""
    units = [u for block in list(encoder)[first:] for u in block.modules() if isinstance(u, ConvUnit)]
    return cells + 2 * sum(u.kernel // 2 for u in units)


def _write(folder: Path, shape: tuple[int, ...], rows: Iterable[np.ndarray], report: Callable[[str], None]) -> None:
    """Writes rows of features as `features.npy`, in float16."""
    features = np.lib.format.open_memmap(folder / "features.npy", "w+", np.float16, shape)
    for index, row in enumerate(rows):
        features[index] = row
        if (index + 1) % 500 == 0:
            report(f"frozen features: {index + 1} of {shape[0]} patches")
    features.flush()


def _from_crops(crops: CropCache, config: Config, blocks: FusedBlocks, cells: np.ndarray) -> Iterator[np.ndarray]:
    """Features [V, R, H, H, C] of every patch; fills `cells` on the way."""
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (config.network.mean, config.network.std))
    for index in range(len(crops.patches)):
        plain = torch.from_numpy(np.array(crops.crops[index])).permute(0, 3, 1, 2).float()[None] / 255
        plain_cells = torch.from_numpy(crops.cells[index].astype(np.int64))[None]
        changes = []
        for variant in range(config.train.variants):
            changed, changed_cells = plain, plain_cells
            if variant:
                generator = torch.Generator().manual_seed(index * 1009 + variant)
                changed, changed_cells = augment(plain, plain_cells, config.augment, generator)
            changes.append((changed, changed_cells))
        if config.carrier.used:
            generator = torch.Generator().manual_seed(index)
            changes += [(carry(crop, config.carrier, generator), of_crop) for crop, of_crop in changes]
        variants = []
        for variant, (changed, changed_cells) in enumerate(changes):
            cells[index, variant] = changed_cells[0].numpy()
            one_by_one = [blocks((crop[None] - mean) / std)[0] for crop in changed[0]]
            variants.append(torch.stack(one_by_one).permute(0, 2, 3, 1).half().numpy())
        yield np.stack(variants)


def _from_features(source: "FeatureCache", blocks: FusedBlocks, side: int) -> Iterator[np.ndarray]:
    """Features [V, R, side, side, C] of every patch, from those of fewer blocks."""
    for row in source.features:
        x = torch.from_numpy(np.array(row)).flatten(0, 1).permute(0, 3, 1, 2)
        x = cut_back(blocks(x.float()), side).permute(0, 2, 3, 1)
        yield x.unflatten(0, row.shape[:2]).half().numpy()


def open_features(config: Config, crops: CropCache, report: Callable[[str], None] = print) -> FeatureCache:
    """The features of `crops` under `out/cache/`, computed first when they are not there yet.

    Those of blocks beyond stride 8 are made from those of stride 8, and hold no more context than is still needed.
    """
    encoder = make_encoder(config.network.backbone, blocks=config.network.blocks).eval()
    blocks, early = frozen_blocks(encoder, config), encoder.frozen_blocks(8)
    folder = cache_folder(config)
    folder = folder.with_name(f"{folder.name}-features-{_key(config, blocks)}")
    if not folder.is_dir():
        partial = folder.with_name(f"{folder.name}.partial-{os.getpid()}")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        count, read = crops.crops.shape[:2]
        side = crops.crops.shape[2]
        if blocks > early:
            at_8 = dataclasses.replace(config, train=dataclasses.replace(config.train, frozen_blocks=early))
            source = open_features(at_8, crops, report)
            late = FusedBlocks(list(encoder)[early:blocks])
            width = _needed_side(encoder, blocks, config.crops.patch_px // STRIDE)
            shape = (count, kept_variants(config), read, width, width, late.channels)
            _write(partial, shape, _from_features(source, late, width), report)
            cells = source.cells
        else:
            front = FusedBlocks(list(encoder)[:blocks])
            sample = front(torch.zeros(1, 3, side, side))
            cells = np.zeros((count, kept_variants(config), *crops.cells.shape[1:]), np.uint8)
            shape = (count, kept_variants(config), read, *sample.shape[2:], sample.shape[1])
            _write(partial, shape, _from_crops(crops, config, front, cells), report)
        np.save(partial / "cells.npy", cells)
        put_in_place(partial, folder)
    return FeatureCache(
        np.load(folder / "features.npy", mmap_mode="r"),
        np.load(folder / "cells.npy"),
        crops.patches,
        crops.class_names,
        crops.chosen,
    )


def to_features(
    cache: FeatureCache, indices: np.ndarray, variants: np.ndarray
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Features float [B, M, C, H, H] of the given variants, cells int64 [B, M, h, h] (-1 unknown), labels int64 [B]."""
    chosen = list(cache.chosen)
    picked = [[cache.features[i, v, m] for m in chosen] for i, v in zip(indices, variants, strict=True)]
    features = torch.from_numpy(np.array(picked)).permute(0, 1, 4, 2, 3)
    cells = torch.from_numpy(cache.cells[indices, variants][:, chosen].astype(np.int64))
    return features.float(), torch.where(cells == UNKNOWN, -1, cells), torch.from_numpy(cache.labels[indices])
