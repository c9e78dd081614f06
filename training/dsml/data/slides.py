"""Images as pyramids of levels: a plain picture, a (pyramidal, tiled) TIFF, a Deep Zoom folder.

A level hands out a rectangle of its own pixels; tiles are decoded when they are asked for, so that a large slide
never lies in memory whole (a plain picture does: its format leaves no choice). No resampling here: `crops` does it.
"""

import functools
import re
import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import imagecodecs
import numpy as np
import tifffile
from PIL import Image

from dsml.errors import UsageError

Image.MAX_IMAGE_PIXELS = None  # whole sections are larger than Pillow's guard against bombs
TILES_KEPT = 256
END_OF_JPEG = b"\xff\xd9"


@dataclass(frozen=True)
class Level:
    """One level. `downsample` is level-0 px per level px; `read(x0, y0, x1, y1)` gives uint8 [y1-y0, x1-x0, 3]."""

    width: int
    height: int
    downsample: float
    read: Callable[[int, int, int, int], np.ndarray]


@dataclass(frozen=True)
class Slide:
    """A pyramid, finest level first, and its level-0 spacing in um/px."""

    levels: tuple[Level, ...]
    mpp: float

    @property
    def width(self) -> int:
        """Level-0 width in px."""
        return self.levels[0].width

    @property
    def height(self) -> int:
        """Level-0 height in px."""
        return self.levels[0].height


def nominal_downsample(ratio: float) -> float:
    """The ratio of two widths, snapped to the nearest integer when within 1 % of it."""
    nearest = round(ratio)
    return float(nearest) if nearest and abs(ratio - nearest) <= 0.01 * nearest else ratio


def _tiled_level(
    width: int, height: int, downsample: float, tile_size: tuple[int, int], tile_at: Callable[[int, int], np.ndarray]
) -> Level:
    """A level whose pixels come from `tile_at(column, row)` (uint8 [h, w, 3], edge tiles may be larger or smaller)."""
    tile_width, tile_height = tile_size

    def read(x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
        out = np.empty((y1 - y0, x1 - x0, 3), np.uint8)
        for row in range(y0 // tile_height, (y1 - 1) // tile_height + 1):
            for column in range(x0 // tile_width, (x1 - 1) // tile_width + 1):
                left, top = column * tile_width, row * tile_height
                xa, xb = max(x0, left), min(x1, left + tile_width)
                ya, yb = max(y0, top), min(y1, top + tile_height)
                out[ya - y0 : yb - y0, xa - x0 : xb - x0] = tile_at(column, row)[
                    ya - top : yb - top, xa - left : xb - left
                ]
        return out

    return Level(width, height, downsample, read)


def _open_picture(path: Path) -> list[Level]:
    pixels = _pixels(path)
    height, width = pixels.shape[:2]
    return [Level(width, height, 1.0, lambda x0, y0, x1, y1: pixels[y0:y1, x0:x1])]


def _pixels(path: Path) -> np.ndarray:
    """All pixels of a picture, uint8 [h, w, 3]."""
    with Image.open(path) as picture:
        if picture.format == "JPEG" and picture.mode == "RGB":
            data = path.read_bytes()
            # The same pixels in less than half of the time and without copies; but it fills up a file cut short.
            if data.endswith(END_OF_JPEG):
                return imagecodecs.jpeg8_decode(data)
        return np.asarray(picture.convert("RGB"))


def _open_tiff(path: Path) -> list[Level]:
    tiff = tifffile.TiffFile(path)
    pages = [page for page in tiff.series[0].levels]
    full_width = pages[0].keyframe.imagewidth
    levels = []
    for page in (level.keyframe for level in pages):
        if not page.is_tiled or page.samplesperpixel != 3:
            raise UsageError(f"{path}: only tiled RGB TIFF is read; convert it to a tiled RGB TIFF first.")
        lock = threading.Lock()

        @functools.lru_cache(TILES_KEPT)
        def tile_at(column: int, row: int, page: tifffile.TiffPage = page, lock: threading.Lock = lock) -> np.ndarray:
            across = -(-page.imagewidth // page.tilewidth)
            index = row * across + column
            with lock:
                tiff.filehandle.seek(page.dataoffsets[index])
                data = tiff.filehandle.read(page.databytecounts[index])
            tile, _, _ = page.decode(data, index, jpegtables=page.jpegtables)
            return np.asarray(tile)[0]

        downsample = nominal_downsample(full_width / page.imagewidth)
        levels.append(
            _tiled_level(page.imagewidth, page.imagelength, downsample, (page.tilewidth, page.tilelength), tile_at)
        )
    return levels


def _open_deep_zoom(path: Path) -> list[Level]:
    root = ElementTree.parse(path).getroot()
    size = next(child for child in root if child.tag.endswith("Size"))
    width, height = int(size.get("Width", 0)), int(size.get("Height", 0))
    tile_px, overlap, suffix = int(root.get("TileSize", 0)), int(root.get("Overlap", 0)), root.get("Format")
    folder = path.with_name(re.sub(r"\.(dzi|xml)$", "", path.name) + "_files")
    top = (max(width, height) - 1).bit_length()
    levels = []
    for number in range(top, -1, -1):
        factor = 2 ** (top - number)

        @functools.lru_cache(TILES_KEPT)
        def tile_at(column: int, row: int, number: int = number) -> np.ndarray:
            tile = np.asarray(Image.open(folder / str(number) / f"{column}_{row}.{suffix}").convert("RGB"))
            return tile[overlap if row else 0 :, overlap if column else 0 :]

        levels.append(
            _tiled_level(-(-width // factor), -(-height // factor), float(factor), (tile_px, tile_px), tile_at)
        )
    return levels


def open_slide(path: str | Path, mpp: float) -> Slide:
    """Opens an image of level-0 spacing `mpp` um/px. Raises UsageError when there is none or it cannot be read so."""
    path = Path(path)
    if not path.is_file():
        raise UsageError(f"No image at {path}; check the data set's dataset.json.")
    suffix = path.suffix.lower()
    if suffix in (".tif", ".tiff", ".svs"):
        return Slide(tuple(_open_tiff(path)), mpp)
    return Slide(tuple(_open_deep_zoom(path) if suffix == ".dzi" else _open_picture(path)), mpp)
