"""Which spots of a data set become patches, and what class each has.

Mask kind: centres on a grid, whose first row and column lie one step from the border; the class that fills at least
`min_share` of the label window around the centre, else no patch. Centres may then be shifted a little: a network that
only ever saw one phase of the pixel grid would rely on it. Points kind: the spots themselves, and if asked
further copies shifted within the spot (for training only: `copy` > 0 is never scored).
"""

import dataclasses
import zlib
from dataclasses import dataclass

import numpy as np

from dsml.config import DataConfig
from dsml.data.dataset import UNKNOWN, Dataset, ImageEntry


@dataclass(frozen=True)
class Patch:
    """A labelled centre in level-0 px of its image; `copy` counts shifted versions of one spot from 0."""

    image: str
    group: str
    x: float
    y: float
    label: int
    copy: int = 0


def _seed(text: str) -> int:
    return zlib.crc32(text.encode())


def grid_patches(
    labels: np.ndarray, entry: ImageEntry, config: DataConfig, downsample: int, classes: int
) -> list[Patch]:
    """Patches of one mask (class indices, uint8 [h, w]) by the grid rule above."""
    window, step = config.window_px // downsample, config.step_px // downsample
    half = window // 2
    # counts[c, y, x] = pixels of class c in the rectangle from the corner: window sums are four look-ups
    one_hot = np.stack([labels == c for c in range(classes)])
    counts = np.zeros((classes, labels.shape[0] + 1, labels.shape[1] + 1), np.int64)
    counts[:, 1:, 1:] = one_hot.cumsum(axis=1).cumsum(axis=2)
    patches = []
    for y in range(step, labels.shape[0] - half + 1, step):
        for x in range(step, labels.shape[1] - half + 1, step):
            if x < half or y < half:
                continue
            top, bottom, left, right = y - half, y + half, x - half, x + half
            filled = counts[:, bottom, right] - counts[:, top, right] - counts[:, bottom, left] + counts[:, top, left]
            best = int(filled.argmax())
            if filled[best] >= config.min_share * window * window:
                patches.append(Patch(entry.image, entry.group, float(x * downsample), float(y * downsample), best))
    return patches


def _spread_over_classes(patches: list[Patch], most: int, seed: int) -> list[Patch]:
    """At most `most` patches, the classes as even as they can be; the choice depends on the seed alone."""
    if not most or len(patches) <= most:
        return patches
    order = np.random.default_rng(seed).permutation(len(patches))
    queues: dict[int, list[int]] = {}
    for index in order:
        queues.setdefault(patches[index].label, []).append(int(index))
    chosen: list[int] = []
    while len(chosen) < most:
        for queue in queues.values():
            if queue and len(chosen) < most:
                chosen.append(queue.pop())
    return [patches[index] for index in sorted(chosen)]


def shifted(patches: list[Patch], largest_px: float, seed: int) -> list[Patch]:
    """Each centre moved by up to `largest_px` both ways, every second one by whole pixels, the others by fractions."""
    shifts = np.random.default_rng(seed).uniform(-largest_px, largest_px, (len(patches), 2))
    shifts[::2] = np.rint(shifts[::2])
    return [
        dataclasses.replace(p, x=p.x + float(dx), y=p.y + float(dy))
        for p, (dx, dy) in zip(patches, shifts, strict=True)
    ]


def dataset_patches(dataset: Dataset, config: DataConfig) -> list[Patch]:
    """All patches of a data set, image after image, the same on every machine."""
    patches: list[Patch] = []
    for entry in dataset.images:
        if dataset.kind == "mask":
            labels = dataset.read_labels(entry)
            found = grid_patches(labels, entry, config, dataset.mask_downsample, len(dataset.class_names))
            found = _spread_over_classes(found, config.per_image, _seed(entry.image))
            patches += shifted(found, config.shift_px, _seed(entry.image)) if config.shift_px else found
            continue
        shift_px = config.jitter_um / dataset.mpp
        generator = np.random.default_rng(_seed(entry.image))
        for point in (p for p in dataset.points if p.image == entry.image):
            for copy in range(config.copies):
                dx, dy = generator.uniform(-shift_px, shift_px, 2) if copy else (0.0, 0.0)
                patches.append(Patch(entry.image, entry.group, point.x + dx, point.y + dy, point.label, copy))
    return patches


def cell_classes(
    labels: np.ndarray, downsample: int, x: float, y: float, mpp: float, spacing: float, patch_px: int, cells: int
) -> np.ndarray:
    """Majority class of each cell of one crop (without its context): uint8 [cells, cells], UNKNOWN without one.

    The mask is looked up at the centres of 8 x 8 samples per cell; outside the image it is unknown.
    """
    samples = 8
    side_px = patch_px * spacing / mpp
    offsets = (np.arange(cells * samples) + 0.5) / (cells * samples) * side_px - side_px / 2
    columns = np.floor((x + offsets) / downsample).astype(np.int64)
    rows = np.floor((y + offsets) / downsample).astype(np.int64)
    inside = ((rows >= 0) & (rows < labels.shape[0]))[:, None] & ((columns >= 0) & (columns < labels.shape[1]))[None]
    picked = labels[np.clip(rows, 0, labels.shape[0] - 1)[:, None], np.clip(columns, 0, labels.shape[1] - 1)[None]]
    picked = np.where(inside, picked, UNKNOWN)
    blocks = picked.reshape(cells, samples, cells, samples).transpose(0, 2, 1, 3).reshape(cells, cells, -1)
    shares = np.stack([(blocks == c).mean(axis=-1) for c in np.unique(blocks)])
    best = np.unique(blocks)[shares.argmax(axis=0)]
    return np.where(shares.max(axis=0) >= 0.5, best, UNKNOWN).astype(np.uint8)
