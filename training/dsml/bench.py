"""The usual native pipeline, to measure the viewer against: PyTorch and OpenSlide, every crop read and encoded alone.

Crops of P px a magnification come from OpenSlide's best level and are brought to their size by a box filter; batches
run on all cores. The model is the very one that the viewer runs, with all its outputs. Not a way to get results:
`infer` is that.
"""

import json
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openslide
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from dsml.errors import UsageError
from dsml.infer.failure import ModelFailure
from dsml.infer.model_folder import Model, load_model

UM_PER_UNIT = {"centimeter": 1e4, "inch": 25400.0}


@dataclass(frozen=True)
class Measured:
    """What one pass over the points took; `workers` processes read, 0 for the one that computes."""

    cells: int
    seconds: float
    workers: int

    @property
    def cells_per_second(self) -> float:
        """Cells a second."""
        return self.cells / self.seconds


def spacing_of(properties: dict[str, str]) -> float:
    """um per level-0 px by OpenSlide's own property, or by a TIFF's resolution. Raises UsageError without either."""
    if "openslide.mpp-x" in properties:
        return float(properties["openslide.mpp-x"])
    um_per_unit = UM_PER_UNIT.get(properties.get("tiff.ResolutionUnit", ""))
    if um_per_unit is None or "tiff.XResolution" not in properties:
        raise UsageError("The slide does not say its scale; give --mpp.")
    return um_per_unit / float(properties["tiff.XResolution"])


class Crops(Dataset):
    """Crops [M, P, P, 3] uint8 around points (level-0 px), finest first; each process opens the slide for itself."""

    def __init__(self, path: Path, points: list[tuple[float, float]], model: Model, mpp: float) -> None:
        self.path, self.points, self.mpp = path, points, mpp
        self.spacings, self.side_px = model.spacings, model.patch_px
        self.slide: openslide.OpenSlide | None = None

    def __len__(self) -> int:
        return len(self.points)

    def __getitem__(self, index: int) -> torch.Tensor:
        """The crops of one point."""
        slide = self.slide = self.slide or openslide.OpenSlide(str(self.path))
        return torch.from_numpy(np.stack([self._crop(slide, *self.points[index], s) for s in self.spacings]))

    def _crop(self, slide: openslide.OpenSlide, x: float, y: float, spacing: float) -> np.ndarray:
        ratio = spacing / self.mpp
        level = slide.get_best_level_for_downsample(ratio * 1.01)
        read_px = round(self.side_px * ratio / slide.level_downsamples[level])
        corner = (round(x - self.side_px * ratio / 2), round(y - self.side_px * ratio / 2))
        picture = slide.read_region(corner, level, (read_px, read_px)).convert("RGB")
        if read_px != self.side_px:
            picture = picture.resize((self.side_px, self.side_px), Image.Resampling.BOX)
        return np.asarray(picture)


def classify(model: Model, batches: Iterable[torch.Tensor]) -> torch.Tensor:
    """Logits [N, K] of batches [B, M, P, P, 3] uint8."""
    return torch.cat([model.network(batch.permute(0, 1, 4, 2, 3).float() / 255).logits for batch in batches])


@torch.inference_mode()
def measure(
    model: Model, slide: Path, points: list[tuple[float, float]], batch: int, workers: int, mpp: float
) -> Measured:
    """One timed pass, after a warm-up of two batches that does not count."""
    warm = Crops(slide, points, model, mpp)
    classify(model, [torch.stack([warm[n] for n in range(min(batch, len(points)))])] * 2)
    start = time.perf_counter()
    logits = classify(model, DataLoader(Crops(slide, points, model, mpp), batch_size=batch, num_workers=workers))
    seconds = time.perf_counter() - start
    if len(logits) != len(points) or not bool(torch.isfinite(logits).all()):
        raise RuntimeError("The pipeline gave other answers than one finite row a point.")
    return Measured(len(points), seconds, workers)


def bench(
    folder: Path, slide: Path, points_file: Path, batch: int, workers: int | None, mpp: float | None
) -> dict[str, float]:
    """Measures the points of a JSON list of [x, y]; without `workers` both ways to read are tried on a part first."""
    for path in (slide, points_file):
        if not path.is_file():
            raise UsageError(f"There is no {path}.")
    points = [(float(x), float(y)) for x, y in json.loads(points_file.read_text())]
    if not points:
        raise UsageError(f"{points_file} lists no points.")
    try:
        model = load_model(folder)
    except ModelFailure as error:
        raise UsageError(str(error)) from error
    # The golden cases have been run with the context; here the crops are bare.
    model.network.context_cells = 0
    with openslide.OpenSlide(str(slide)) as opened:
        mpp = mpp or spacing_of(dict(opened.properties))
    if workers is None:
        tried = [measure(model, slide, points[: 4 * batch], batch, n, mpp) for n in (0, os.cpu_count() or 1)]
        workers = max(tried, key=lambda one: one.cells_per_second).workers
    best = measure(model, slide, points, batch, workers, mpp)
    return {"cells": best.cells, "seconds": best.seconds, "cells_per_second": best.cells_per_second, "workers": workers}
