"""Annotations exported from QuPath (GeoJSON) and their slides -> a data set of the mask kind.

In QuPath: File, Export objects as GeoJSON, "Export all objects", a file a slide, named as the slide. Coordinates are
level-0 px. Annotations without a class are passed over; where two overlap, the smaller one counts.
"""

import csv
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from dsml.data.slides import open_slide
from dsml.errors import UsageError

UNLABELLED = 0
MOST_CLASSES = 254
Ring = list[tuple[float, float]]


def _area(ring: Ring) -> float:
    x, y = np.array(ring).T[:2]
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def read_annotations(file: Path) -> list[tuple[str, list[Ring]]]:
    """Class and rings (outline, then holes) of every annotated polygon, largest first. Raises UsageError."""
    try:
        values = json.loads(file.read_text())
    except ValueError as error:
        raise UsageError(f"{file} is not JSON ({error}); export the annotations from QuPath again.") from error
    features = values.get("features", []) if isinstance(values, dict) else values
    found = []
    for feature in features:
        classification = (feature.get("properties") or {}).get("classification")
        name = classification.get("name") if isinstance(classification, dict) else classification
        geometry = feature.get("geometry") or {}
        polygons = {"Polygon": [geometry.get("coordinates")], "MultiPolygon": geometry.get("coordinates")}
        if name and geometry.get("type") in polygons:
            for rings in polygons[geometry["type"]]:
                found.append((str(name), [[tuple(point[:2]) for point in ring] for ring in rings]))
    return sorted(found, key=lambda polygon: -_area(polygon[1][0]))


def draw_mask(
    polygons: list[tuple[str, list[Ring]]], codes: dict[str, int], width: int, height: int, downsample: int
) -> np.ndarray:
    """Codes uint8 [ceil(height / downsample), ceil(width / downsample)]; width and height in level-0 px.

    Mask pixels that an outline runs through count as inside.
    """
    size = (-(-width // downsample), -(-height // downsample))
    mask = Image.new("L", size, UNLABELLED)
    for name, rings in polygons:
        own = Image.new("L", size, 0)
        pen = ImageDraw.Draw(own)
        for index, ring in enumerate(rings):
            pen.polygon([(x / downsample - 0.5, y / downsample - 0.5) for x, y in ring], fill=0 if index else 1)
        mask.paste(codes[name], mask=own.point(lambda value: 255 * value))
    return np.asarray(mask)


def _groups(file: Path | None, slides: list[Path]) -> dict[str, str]:
    """Patient of every slide by name: from a table with the columns slide and group, else every slide is its own."""
    if file is None:
        return {slide.stem: slide.stem for slide in slides}
    with file.open(newline="") as text:
        groups = {Path(row["slide"]).stem: row["group"] for row in csv.DictReader(text)}
    missing = [slide.name for slide in slides if slide.stem not in groups]
    if missing:
        raise UsageError(f"{file} names no group for {', '.join(missing)}.")
    return groups


def prepare_qupath(
    slides: Path, annotations: Path, out: Path, mpp: float, downsample: int = 8, groups: Path | None = None
) -> str:
    """Writes `dataset.json` and masks into `out` and says what is in them; slides stay where they are.

    `mpp`: um per level-0 px, the same for all slides. `groups`: a table of each slide's patient, by whom folds split.
    Raises UsageError when an annotation file has no slide, or nothing is annotated.
    """
    files = sorted([*annotations.glob("*.geojson"), *annotations.glob("*.json")])
    if not files:
        raise UsageError(f"No GeoJSON file in {annotations}; export the annotations from QuPath, a file a slide.")
    by_stem = {slide.stem: slide for slide in slides.iterdir() if slide.is_file() and slide.suffix != ".geojson"}
    missing = [file.name for file in files if file.stem not in by_stem]
    if missing:
        raise UsageError(f"No slide of the same name in {slides} for {', '.join(missing)}.")
    polygons = {file.stem: read_annotations(file) for file in files}
    names = sorted({name for of_slide in polygons.values() for name, _ in of_slide})
    if len(names) < 2 or len(names) > MOST_CLASSES:
        there = ", ".join(names) or "none"
        raise UsageError(f"{annotations}: 2 to {MOST_CLASSES} classes are needed; there are {there}.")
    codes = {name: index + 1 for index, name in enumerate(names)}
    patients = _groups(groups, [by_stem[stem] for stem in polygons])
    (out / "masks").mkdir(parents=True, exist_ok=True)
    entries = []
    for stem, of_slide in polygons.items():
        slide = open_slide(by_stem[stem], mpp)
        mask = draw_mask(of_slide, codes, slide.width, slide.height, downsample)
        Image.fromarray(mask).save(out / "masks" / f"{stem}.png")
        image = str(by_stem[stem].resolve())
        entries.append({"image": image, "mask": f"masks/{stem}.png", "group": patients[stem]})
    values = {
        "name": out.name,
        "kind": "mask",
        "mpp": mpp,
        "mask_downsample": downsample,
        "classes": [{"name": name, "codes": [code]} for name, code in codes.items()],
        "ignore_codes": [UNLABELLED],
        "images": entries,
    }
    (out / "dataset.json").write_text(json.dumps(values, indent=1) + "\n")
    return f"{out / 'dataset.json'}: {len(entries)} slides, classes {', '.join(names)}"
