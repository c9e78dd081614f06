"""Reads `dataset.json`: which images there are, whose they are, and where their labels lie.

Two kinds. `mask`: a picture of codes per image, of the image's size or that divided by `mask_downsample`. `points`: a
table of labelled spots. Labels come out as indices into `class_names`; what is ignored comes out as UNKNOWN.
"""

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from dsml.errors import UsageError

UNKNOWN = 255  # class index of pixels and cells without a usable label


@dataclass(frozen=True)
class ImageEntry:
    """One image, the patient or slide it must be split by, and its mask (mask kind)."""

    image: str
    group: str
    mask: str | None = None


@dataclass(frozen=True)
class Point:
    """A labelled spot: level-0 px of its image and class index."""

    image: str
    x: float
    y: float
    label: int


@dataclass(frozen=True)
class Dataset:
    """A data set as its folder describes it. `mpp` is um per level-0 px, `point_diameter_um` that of a spot."""

    root: Path
    name: str
    kind: str
    mpp: float
    class_names: tuple[str, ...]
    images: tuple[ImageEntry, ...]
    class_of_code: np.ndarray | None = None
    mask_downsample: int = 1
    points: tuple[Point, ...] = ()
    point_diameter_um: float = 0.0

    def read_labels(self, entry: ImageEntry) -> np.ndarray:
        """Class index per mask pixel, uint8 [h, w], UNKNOWN where ignored. Mask kind only."""
        if entry.mask is None or self.class_of_code is None:
            raise UsageError(f"{self.name}: image {entry.image} has no mask.")
        codes = np.asarray(Image.open(self.root / entry.mask))
        if codes.ndim != 2 or codes.dtype != np.uint8:
            raise UsageError(f"{self.root / entry.mask}: a mask must be an 8-bit picture of codes with one channel.")
        return self.class_of_code[codes]


def _mask_classes(values: list[dict], ignored: list[int]) -> tuple[tuple[str, ...], np.ndarray]:
    lookup = np.full(256, UNKNOWN, np.uint8)
    kept = [c for c in values if not set(c["codes"]) <= set(ignored)]
    for index, entry in enumerate(kept):
        lookup[entry["codes"]] = index
    lookup[ignored] = UNKNOWN
    return tuple(c["name"] for c in kept), lookup


def _read_points(path: Path, class_names: tuple[str, ...], ignored: list[str]) -> tuple[Point, ...]:
    points = []
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["label"] in ignored:
                continue
            if row["label"] not in class_names:
                raise UsageError(f"{path}: label '{row['label']}' is neither a class nor ignored.")
            label = class_names.index(row["label"])
            points.append(Point(row["image"], float(row["x_px"]), float(row["y_px"]), label))
    return tuple(points)


def load_dataset(root: str | Path) -> Dataset:
    """Reads `root`/dataset.json. Classes all of whose codes are ignored are left out of `class_names`.

    Raises UsageError when the file is missing or of another kind, or a label is not declared.
    """
    root = Path(root)
    file = root / "dataset.json"
    if not file.is_file():
        raise UsageError(f"No data set at {root}: {file.name} is missing.")
    values = json.loads(file.read_text())
    images = tuple(ImageEntry(i["image"], i["group"], i.get("mask")) for i in values["images"])
    kind = values["kind"]
    if kind == "mask":
        names, lookup = _mask_classes(values["classes"], values.get("ignore_codes", []))
        return Dataset(
            root, values["name"], kind, values["mpp"], names, images, lookup, values.get("mask_downsample", 1)
        )
    if kind == "points":
        names = tuple(values["classes"])
        points = _read_points(root / values["points"], names, values.get("ignore_labels", []))
        diameter_um = values["point_diameter_um"]
        return Dataset(
            root, values["name"], kind, values["mpp"], names, images, points=points, point_diameter_um=diameter_um
        )
    raise UsageError(f"{file}: kind '{kind}' is unknown; use 'mask' or 'points'.")
