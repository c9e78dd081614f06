"""Regions of a masked image with a lattice of labelled centres, whose patches overlap and so share their encoding.

A patch of three crops costs a pass through the encoder for one label. A region of n x n centres, half a finest patch
apart, is encoded once for all of them: at 4 x 4 a centre costs a seventh. It is also how a viewer reads whole regions.
The crops of a region are concentric, as those of a patch are, and every window begins on a feature's border.
"""

from dataclasses import dataclass

import numpy as np
import torch

from dsml.augment import augment_regions
from dsml.config import Config
from dsml.data.cache import STRIDE, CropCache, load_datasets
from dsml.data.crops import read_crop
from dsml.data.dataset import UNKNOWN
from dsml.data.patches import cell_classes
from dsml.data.slides import Slide, open_slide
from dsml.errors import UsageError

# `crops`: M of [B, 3, S_m, S_m] in [0, 1]; `cells`: M of int64 [B, H_m, H_m], the context cut off, -1 unknown;
# `shares` float [B, n, n, K]: how much of each centre's label window is of each class
RegionBatch = tuple[list[torch.Tensor], list[torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class _Image:
    slide: Slide
    mask: np.ndarray  # class per mask pixel
    counts: np.ndarray  # [K, h + 1, w + 1]: pixels of class k in the rectangle from the corner
    mpp: float
    downsample: int


def lattice_steps(config: Config) -> list[int]:
    """Features between neighbouring centres at each magnification. Raises UsageError when one is not whole."""
    crops = config.crops
    exact = [crops.patch_px / 2 * crops.spacings_um_px[0] / s / STRIDE for s in crops.spacings_um_px]
    steps = [round(step) for step in exact]
    if not all(step and abs(step - e) < 1e-6 for step, e in zip(steps, exact, strict=True)):
        raise UsageError("train.region_centres needs magnifications whose features divide half the finest patch.")
    return steps


class Regions:
    """The images of a mask data set, from which regions are read where they are asked for.

    `patches` and `labels` are those of the cache: regions are drawn around them, and with them the balance of classes
    and groups. Raises UsageError where a region would hold labels that must not be seen.
    """

    def __init__(self, config: Config, cache: CropCache) -> None:
        if config.data.group_by == "stripe" or config.data.train_share < 1:
            raise UsageError("train.region_centres needs whole images: no stripes, and data.train_share 1.")
        self.config, self.steps = config, lattice_steps(config)
        self.patches, self.labels = cache.patches, cache.labels
        self.side = config.train.region_centres
        self.images: dict[str, _Image] = {}
        for dataset in load_datasets(config):
            if dataset.kind != "mask":
                raise UsageError("train.region_centres needs a data set with masks.")
            for entry in dataset.images:
                mask = dataset.read_labels(entry)
                one_hot = np.stack([mask == c for c in range(len(dataset.class_names))])
                counts = np.zeros((len(one_hot), mask.shape[0] + 1, mask.shape[1] + 1), np.int32)
                counts[:, 1:, 1:] = one_hot.cumsum(axis=1).cumsum(axis=2)
                slide = open_slide(dataset.root / entry.image, dataset.mpp)
                self.images[entry.image] = _Image(slide, mask, counts, dataset.mpp, dataset.mask_downsample)

    def centre(self, image: str, x: float, y: float, random: np.random.Generator) -> tuple[float, float]:
        """Centre of a random region, in whole level-0 px, that has (x, y) within half a step of one of its centres.

        Label windows stay within the image where it is large enough.
        """
        source, crops = self.images[image], self.config.crops
        step_px = crops.patch_px / 2 * crops.spacings_um_px[0] / source.mpp
        margin = (self.side - 1) / 2 * step_px + self.config.data.window_px / 2
        placed = np.array([x, y]) + random.uniform(-0.5, 0.5, 2) * step_px * self.side
        most = np.array([source.slide.width, source.slide.height]) - margin
        return tuple(np.rint(np.clip(placed, margin, np.maximum(most, margin))).tolist())

    def shares(self, image: str, x: float, y: float) -> np.ndarray:
        """Class shares of the label windows of the region around (x, y): float32 [n, n, K]."""
        source, config = self.images[image], self.config
        step_px = config.crops.patch_px / 2 * config.crops.spacings_um_px[0] / source.mpp
        half = config.data.window_px / 2
        offsets = (np.arange(self.side) - (self.side - 1) / 2) * step_px

        def edges(at: float, size: int) -> tuple[np.ndarray, np.ndarray]:
            both = [np.rint((at + offsets + d) / source.downsample).astype(np.int64) for d in (-half, half)]
            return np.clip(both[0], 0, size), np.clip(both[1], 0, size)

        (left, right), (top, bottom) = edges(x, source.mask.shape[1]), edges(y, source.mask.shape[0])
        counts = source.counts
        sums = counts[:, bottom][:, :, right] - counts[:, top][:, :, right]
        sums = sums - counts[:, bottom][:, :, left] + counts[:, top][:, :, left]
        whole = (2 * half / source.downsample) ** 2
        return (sums / whole).transpose(1, 2, 0).astype(np.float32)

    def read(self, image: str, x: float, y: float) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
        """Crops M of uint8 [S_m, S_m, 3], cells M of uint8 [H_m, H_m] and `shares` of the region around (x, y)."""
        source, crops = self.images[image], self.config.crops
        pictures, cells = [], []
        for spacing, step in zip(crops.spacings_um_px, self.steps, strict=True):
            patch_px = crops.patch_px + (self.side - 1) * step * STRIDE
            pictures.append(read_crop(source.slide, x, y, spacing, patch_px + 2 * crops.context_px, crops.padding))
            where = (source.downsample, x, y, source.mpp, spacing)
            cells.append(cell_classes(source.mask, *where, patch_px, patch_px // STRIDE))
        return pictures, cells, self.shares(image, x, y)

    def batch(self, drawn: np.ndarray, random: np.random.Generator) -> RegionBatch:
        """Regions around the patches `drawn`, augmented."""
        read = []
        for patch in (self.patches[i] for i in drawn):
            read.append(self.read(patch.image, *self.centre(patch.image, patch.x, patch.y, random)))
        pictures, cells, shares = zip(*read, strict=True)
        crops = [torch.from_numpy(np.stack(m)).permute(0, 3, 1, 2).float() / 255 for m in zip(*pictures, strict=True)]
        classes = [torch.from_numpy(np.stack(m).astype(np.int64)) for m in zip(*cells, strict=True)]
        classes = [torch.where(c == UNKNOWN, -1, c) for c in classes]
        generator = torch.Generator().manual_seed(int(random.integers(2**62)))
        changed = augment_regions(crops, [*classes, torch.from_numpy(np.stack(shares))], self.config.augment, generator)
        return changed[0], changed[1][:-1], changed[1][-1]


def lattice(maps: torch.Tensor, step: int, cells: int) -> torch.Tensor:
    """Windows of `cells` x `cells` features, `step` apart: [B, C, H, H] -> [B * n * n, C, cells, cells]."""
    windows = maps.unfold(2, cells, step).unfold(3, cells, step)
    return windows.permute(0, 2, 3, 1, 4, 5).flatten(0, 2)
