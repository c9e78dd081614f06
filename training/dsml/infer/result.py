"""The result of one slide: arrays over its grid of cells, what they say in numbers, and where they came from.

The same members as the viewer's AnalysisResult (contract 3), so that either program reads the other's files.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from dsml.infer.analyse import DONE, UNREAD, CellNumbers
from dsml.infer.grid import CellGrid
from dsml.infer.model_folder import Model

NO_TISSUE, NOT_REACHED = 0, 3


@dataclass
class Result:
    """Arrays are row-major over the grid: [rows * columns] and [rows * columns, classes or pairs], NaN unless done."""

    grid: CellGrid
    class_names: tuple[str, ...]
    pairs: list[tuple[float, float]]
    status: np.ndarray
    probabilities: np.ndarray
    entropy: np.ndarray
    familiarity: np.ndarray | None
    aligned: np.ndarray
    contrast: np.ndarray
    area_mm2: dict[str, float]
    provenance: dict[str, Any]

    @property
    def done(self) -> np.ndarray:
        """Numbers of the done cells, ascending."""
        return np.nonzero(self.status == DONE)[0]


def gather(
    grid: CellGrid, tissue: np.ndarray, model: Model, parts: list[CellNumbers], provenance: dict[str, Any]
) -> Result:
    """Puts the parts of a slide into one result. `tissue` bool [rows * columns]; `provenance` lacks only `unread`."""
    cells = grid.columns * grid.rows

    def empty(*width: int) -> np.ndarray:
        return np.full((cells, *width), np.nan, np.float32)

    pairs = model.pairs
    result = Result(
        grid=grid,
        class_names=model.class_names,
        pairs=pairs,
        status=np.where(tissue, NOT_REACHED, NO_TISSUE).astype(np.uint8),
        probabilities=empty(len(model.class_names)),
        entropy=empty(),
        familiarity=None if model.unfamiliar_below is None else empty(),
        aligned=empty(len(pairs)),
        contrast=empty(len(pairs)),
        area_mm2={},
        provenance=provenance,
    )
    for part in parts:
        at = part.row.astype(np.int64) * grid.columns + part.column
        for name in ("status", "probabilities", "entropy", "aligned", "contrast"):
            getattr(result, name)[at] = getattr(part, name)
        if result.familiarity is not None:
            result.familiarity[at] = part.familiarity
    result.provenance["unread"] = int((result.status == UNREAD).sum())
    slide = provenance["slide"]
    cell_mm2 = grid.cell_size * grid.cell_size * slide["mppX"] * slide["mppY"] / 1e6
    counts = np.bincount(likeliest_class(result), minlength=len(model.class_names))
    result.area_mm2 = {name: int(n) * cell_mm2 for name, n in zip(model.class_names, counts, strict=True)}
    return result


def likeliest_class(result: Result) -> np.ndarray:
    """Class of the highest probability (the first of equals) of every done cell."""
    return result.probabilities[result.done].argmax(1)


def provenance_of(
    app: str,
    model: Model,
    backend: str,
    mode: str,
    step: str,
    grid: CellGrid,
    slide: dict[str, Any],
    rule: str,
    at: str,
) -> dict[str, Any]:
    """The Provenance of contract 3, in the viewer's order of members."""
    return {
        "app": app,
        "model": {
            "id": model.id,
            "version": model.version,
            "sha256": model.sha256,
            "weights": f"{model.title} {model.version}",
        },
        "backend": backend,
        "mode": mode,
        "step": step,
        "calibration": model.temperature,
        "region": grid.region,
        "unread": 0,
        "slide": slide,
        "colour": "raw",
        "tissueRule": rule,
        "createdAt": at,
    }


def summary_of(result: Result, model: Model) -> dict[str, Any]:
    """What the cohort says of a slide. Shares are of the done cells, `unreadShare` of all cells with tissue."""
    done = result.done
    tissue = int((result.status != NO_TISSUE).sum())
    slide = result.provenance["slide"]
    total = sum(result.area_mm2.values())
    highest = result.probabilities[done].max(1, initial=0)
    familiarity = None if result.familiarity is None else result.familiarity[done]

    def share(count: int, of: int) -> float:
        return count / of if of else 0.0

    unsure, strange = model.uncertain_below, model.unfamiliar_below
    return {
        "width": slide["width"],
        "height": slide["height"],
        "mppX": slide["mppX"],
        "mppY": slide["mppY"],
        "cells": {"tissue": tissue, "done": len(done), "unread": result.provenance["unread"]},
        "tissueMm2": tissue * result.grid.cell_size**2 * slide["mppX"] * slide["mppY"] / 1e6,
        "areaMm2": result.area_mm2,
        "shares": {name: area / total if total else 0.0 for name, area in result.area_mm2.items()},
        "unreadShare": share(result.provenance["unread"], tissue),
        "uncertainShare": None if unsure is None else share(int((highest < unsure).sum()), len(done)),
        "unfamiliarShare": None
        if familiarity is None or strange is None
        else share(int((familiarity < strange).sum()), len(done)),
        "meanEntropy": float(result.entropy[done].mean(dtype=np.float64)) if len(done) else None,
    }
