"""Says what an independent reader sees in a slide: its size, levels, scale, and seeded regions of its pixels.

    read_slide.py FOLDER SLIDE... [--seed 1] [--count 50]

writes into the folder, for a slide a.svs, a-svs.json and a-svs.bin (its regions one after the other, RGB, row-major).
OpenSlide reads what it opens, tifffile
the rest; levels below the first are read with tifffile, since OpenSlide resamples where a level's scale is no whole
number. It knows nothing of the viewer.
"""

import argparse
import json
import random
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import openslide
import tifffile

REGION_PX = 256
LOSSLESS = {1, 5, 8, 32773, 32946, 50000}
MICRONS = {"nm": 1e-3, "µm": 1.0, "mm": 1e3, "cm": 1e4}


def opens(path: Path, tiff: tifffile.TiffFile) -> openslide.OpenSlide | None:
    """The slide by OpenSlide, unless that sees only part of it (no OME, no pages below others) or can't unpack it."""
    page = tiff.pages.first
    known = not tiff.is_ome and page.subifds is None and int(page.compression) not in {34712, 50001}
    return openslide.OpenSlide(path) if known and openslide.OpenSlide.detect_format(path) else None


def levels_of(tiff: tifffile.TiffFile) -> list[tifffile.TiffPageSeries]:
    """The levels by tifffile, which takes pages that just follow each other for pictures of their own."""
    first = tiff.series[0]
    if len(first.levels) > 1:
        return list(first.levels)
    tiled = [series for series in tiff.series[1:] if series.keyframe.is_tiled and series.ndim == first.ndim]
    return [first, *tiled]


def rgb_of(level: tifffile.TiffPageSeries) -> np.ndarray:
    """The whole level as rows x columns x 3."""
    pixels = level.asarray()
    axes = level.axes
    for axis in set(axes) - set("YXSC"):
        index = axes.index(axis)
        pixels = np.take(pixels, pixels.shape[index] // 2 if axis == "Z" else 0, axis=index)
        axes = axes.replace(axis, "")
    colours = next((axis for axis in axes if axis in "SC"), None)
    if colours is None:
        pixels = np.repeat(pixels[..., np.newaxis], 3, axis=-1)
    else:
        pixels = np.moveaxis(pixels, axes.index(colours), -1)[..., :3]
    if level.keyframe.photometric == 0:
        pixels = 255 - pixels
    return np.ascontiguousarray(pixels)


def spacing_of(slide: openslide.OpenSlide | None, tiff: tifffile.TiffFile) -> tuple[float | None, float | None]:
    """Um per pixel, across and down."""
    if slide is not None and openslide.PROPERTY_NAME_MPP_X in slide.properties:
        return (
            float(slide.properties[openslide.PROPERTY_NAME_MPP_X]),
            float(slide.properties[openslide.PROPERTY_NAME_MPP_Y]),
        )
    if tiff.ome_metadata:
        pixels = next(
            element for element in ElementTree.fromstring(tiff.ome_metadata).iter() if element.tag.endswith("}Pixels")
        )
        sizes = [pixels.get(f"PhysicalSize{axis}") for axis in "XY"]
        units = [pixels.get(f"PhysicalSize{axis}Unit", "µm") for axis in "XY"]
        return tuple(float(size) * MICRONS[unit] if size else None for size, unit in zip(sizes, units, strict=True))
    page = tiff.pages.first
    unit = {2: 25400.0, 3: 10000.0}.get(int(page.tags.valueof("ResolutionUnit") or 2))
    values = [page.tags.valueof(name) for name in ("XResolution", "YResolution")]
    if unit is None or None in values or 0 in values[0] + values[1]:
        return None, None
    across, down = (unit / (value[0] / value[1]) for value in values)
    return (across, down) if 0.01 <= across <= 10 else (None, None)


def places(sizes: list[tuple[int, int]], tile: tuple[int, int], seed: int, count: int) -> list[dict[str, int]]:
    """Regions over all levels: at random, across the seams of tiles, and at the last pixels of the level."""
    random_ = random.Random(seed)
    found = []
    for index in range(count):
        level = index % len(sizes)
        columns, rows = sizes[level]
        width, height = min(REGION_PX, columns), min(REGION_PX, rows)
        x, y = random_.randint(0, columns - width), random_.randint(0, rows - height)
        kind = (index // len(sizes)) % 3
        if kind == 1:
            x = min(max(0, round(x / tile[0]) * tile[0] - width // 2), columns - width)
            y = min(max(0, round(y / tile[1]) * tile[1] - height // 2), rows - height)
        if kind == 2:
            x, y = (columns - width, y) if random_.random() < 0.5 else (x, rows - height)
        found.append({"level": level, "x": x, "y": y, "width": width, "height": height})
    return found


def read(path: Path, out: Path, seed: int, count: int) -> None:
    """Reads one slide."""
    tiff = tifffile.TiffFile(path)
    slide = opens(path, tiff)
    levels = levels_of(tiff)
    sizes = [tuple(size) for size in slide.level_dimensions] if slide else [size_of(level) for level in levels]
    page = tiff.pages.first
    tile = (page.tilewidth, page.tilelength) if page.is_tiled else (512, page.rowsperstrip)
    regions = places(sizes, tile, seed, count)
    arrays: dict[int, np.ndarray] = {}
    with out.with_suffix(".bin").open("wb") as pixels_file:
        for region in regions:
            level, x, y, width, height = region.values()
            if slide is not None and level == 0:
                pixels = np.asarray(slide.read_region((x, y), 0, (width, height)).convert("RGBA"))[..., :3]
            else:
                if level not in arrays:
                    arrays[level] = rgb_of(levels[level])
                pixels = arrays[level][y : y + height, x : x + width]
            pixels_file.write(np.ascontiguousarray(pixels).tobytes())
    mpp_x, mpp_y = spacing_of(slide, tiff)
    vendor = slide.properties[openslide.PROPERTY_NAME_VENDOR] if slide else None
    said = {
        "reader": f"OpenSlide {openslide.__library_version__} ({vendor})"
        if slide
        else f"tifffile {tifffile.__version__}",
        "levels": [{"width": columns, "height": rows} for columns, rows in sizes],
        "mppX": mpp_x,
        "mppY": mpp_y,
        "lossless": int(page.compression) in LOSSLESS or "lossless" in path.name,
        "hasColourProfile": 34675 in page.tags,
        "associated": sorted(slide.associated_images) if slide else [],
        "regions": regions,
    }
    out.with_suffix(".json").write_text(json.dumps(said))


def main() -> None:
    """Reads all that it is told to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("slides", type=Path, nargs="+")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=50)
    options = parser.parse_args()
    for path in options.slides:
        read(path, options.out / path.name.replace(".", "-"), options.seed, options.count)


def size_of(level: tifffile.TiffPageSeries) -> tuple[int, int]:
    """Columns and rows."""
    return level.shape[level.axes.index("X")], level.shape[level.axes.index("Y")]


if __name__ == "__main__":
    main()
