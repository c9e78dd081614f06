"""Slides for inference: whatever OpenSlide opens, and the few kinds that our own readers add (Deep Zoom, OME-TIFF).

A level hands out a rectangle of its own pixels. OpenSlide takes positions in whole level-0 px only: on a level whose
downsample is no whole number (2.0001 is common) it would blend neighbouring pixels. Such levels of a tiled TIFF are
read tile by tile through tifffile instead: the model then sees the very pixels that are stored, as in the viewer.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openslide
import tifffile
from PIL import UnidentifiedImageError

from dsml.data.slides import Level, nominal_downsample, open_slide
from dsml.errors import UsageError
from dsml.infer.failure import SlideFailure, TileFailure

PLAUSIBLE_MPP = (0.01, 10.0)  # um/px; outside it is a print or screen default, not a microscope's
TIFF_SUFFIXES = (".tif", ".tiff", ".svs")
MICRONS_PER_UNIT = {2: 25400.0, 3: 10000.0}
CACHE_BYTES = 64 << 20
DRIFT_PX = 0.01  # of a level over its whole width, below which OpenSlide's positions are exact enough
DAMAGED = "The file is damaged or cut short. Copy or download it again."
READ_ERRORS = (OSError, ValueError, IndexError, RuntimeError, KeyError, TypeError, SyntaxError)


@dataclass(frozen=True)
class InferenceSlide:
    """A pyramid, finest level first, with its scale in um per level-0 px and where that came from."""

    name: str
    levels: tuple[Level, ...]
    mpp_x: float
    mpp_y: float
    mpp_source: str
    close: Callable[[], None]

    @property
    def width(self) -> int:
        """Level-0 width in px."""
        return self.levels[0].width

    @property
    def height(self) -> int:
        """Level-0 height in px."""
        return self.levels[0].height

    @property
    def mpp(self) -> float:
        """Mean of both spacings."""
        return (self.mpp_x + self.mpp_y) / 2


class _Reader:
    """One file opened by OpenSlide. An error there is for good, so that the file is opened anew after one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.slide = self._open()

    def _open(self) -> openslide.OpenSlide:
        slide = openslide.OpenSlide(self._path)
        slide.set_cache(openslide.OpenSlideCache(CACHE_BYTES))
        return slide

    def close(self) -> None:
        self.slide.close()

    def read(self, number: int, downsample: float, x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
        """Pixels [x0, x1) x [y0, y1) of a level, uint8 [h, w, 3]; what a slide has no pixels for is its background."""
        position = (round(x0 * downsample), round(y0 * downsample))
        try:
            picture = self.slide.read_region(position, number, (x1 - x0, y1 - y0))
        except openslide.OpenSlideError as error:
            self.slide.close()
            self.slide = self._open()
            raise TileFailure(str(error)) from error
        rgba = np.asarray(picture)
        alpha = rgba[..., 3:]
        if alpha.min() == 255:
            return rgba[..., :3]
        background = self.slide.properties.get(openslide.PROPERTY_NAME_BACKGROUND_COLOR, "ffffff")
        colour = np.array([int(background[at : at + 2], 16) for at in (0, 2, 4)], np.float64)
        blended = rgba[..., :3] * (alpha / 255.0) + colour * (1 - alpha / 255.0)
        return np.rint(blended).astype(np.uint8)


def open_for_inference(path: Path, name: str, mpp: float | None = None) -> InferenceSlide:
    """Opens a slide; `mpp` (um per level-0 px) takes the place of what the file says of its scale.

    Raises SlideFailure `not-found`, `unsupported-format`, `damaged`, `mpp-unknown`.
    """
    if not path.exists():
        raise SlideFailure("not-found", f"There is no file {path}. Check the path.")
    try:
        reader = _Reader(path)
    except openslide.OpenSlideUnsupportedFormatError:
        return _open_otherwise(path, name, mpp)
    except openslide.OpenSlideError as error:
        raise SlideFailure("damaged", f"{DAMAGED} (OpenSlide: {error})") from error
    spacing = _spacing(reader.slide.properties, mpp)
    exact = _exact_levels(path, reader.slide)
    levels = [_openslide_level(reader, number, exact) for number in range(reader.slide.level_count)]
    return InferenceSlide(name, tuple(levels), *spacing, reader.close)


def _openslide_level(reader: _Reader, number: int, exact: dict[tuple[int, int], Level]) -> Level:
    width, height = reader.slide.level_dimensions[number]
    theirs = reader.slide.level_downsamples[number]
    nominal = nominal_downsample(reader.slide.dimensions[0] / width)
    if (width, height) in exact:
        return Level(width, height, nominal, exact[width, height].read)
    return Level(width, height, nominal, lambda x0, y0, x1, y1: reader.read(number, theirs, x0, y0, x1, y1))


def _exact_levels(path: Path, slide: openslide.OpenSlide) -> dict[tuple[int, int], Level]:
    """Levels of a tiled TIFF by their size, when OpenSlide's positions would drift off their pixels."""
    dimensions = zip(slide.level_downsamples, slide.level_dimensions, strict=True)
    drifts = [abs(downsample - round(downsample)) * width > DRIFT_PX for downsample, (width, _) in dimensions]
    if path.suffix.lower() not in TIFF_SUFFIXES or not any(drifts):
        return {}
    try:
        levels = open_slide(path, 1.0).levels
    except (UsageError, *READ_ERRORS):
        return {}
    return {(level.width, level.height): _guarded(level) for level in levels}


def _guarded(level: Level) -> Level:
    """The same level, whose reading fails with TileFailure."""

    def read(x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
        try:
            return level.read(x0, y0, x1, y1)
        except READ_ERRORS as error:
            raise TileFailure(str(error)) from error

    return Level(level.width, level.height, level.downsample, read)


def _spacing(properties: dict[str, str], mpp: float | None) -> tuple[float, float, str]:
    """mpp x, mpp y, source. Raises SlideFailure `mpp-unknown`."""
    if mpp is not None:
        return mpp, mpp, "user"
    x, y = (_number(properties.get(key)) for key in (openslide.PROPERTY_NAME_MPP_X, openslide.PROPERTY_NAME_MPP_Y))
    if all(PLAUSIBLE_MPP[0] <= value <= PLAUSIBLE_MPP[1] for value in (x, y)):
        return x, y, "metadata"
    raise SlideFailure(
        "mpp-unknown", "The file does not say how large its pixels are. Give the pixel size with --mpp (um/px)."
    )


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")


def _open_otherwise(path: Path, name: str, mpp: float | None) -> InferenceSlide:
    """What OpenSlide does not know: Deep Zoom, OME-TIFF with its levels below the first page, plain pictures."""
    properties: dict[str, str] = {}
    try:
        if path.suffix.lower() == ".dzi":
            properties = _vips_properties(path)
        elif path.suffix.lower() in TIFF_SUFFIXES:
            properties = _resolution_tags(path)
        levels = tuple(_guarded(level) for level in open_slide(path, 1.0).levels)
    except UsageError as error:
        raise SlideFailure("unsupported-format", str(error)) from error
    except (UnidentifiedImageError, ElementTree.ParseError, tifffile.TiffFileError) as error:
        raise SlideFailure("not-a-slide", f"{path.name} is no slide that can be opened. Check the file.") from error
    except READ_ERRORS as error:
        raise SlideFailure("damaged", f"{DAMAGED} ({error})") from error
    return InferenceSlide(name, levels, *_spacing(properties, mpp), lambda: None)


def _vips_properties(path: Path) -> dict[str, str]:
    """What libvips wrote beside the tiles: `vips-properties.xml`, name and value a property."""
    source = path.with_name(re.sub(r"\.dzi$", "_files", path.name, flags=re.I)) / "vips-properties.xml"
    if not source.is_file():
        return {}
    texts = [(element.tag.rsplit("}", 1)[-1], element.text or "") for element in ElementTree.parse(source).iter()]
    names = [text for tag, text in texts if tag == "name"]
    return dict(zip(names, [text for tag, text in texts if tag == "value"], strict=False))


def _resolution_tags(path: Path) -> dict[str, str]:
    """The scale that a TIFF's resolution tags tell, under OpenSlide's names."""
    with tifffile.TiffFile(path) as tiff:
        tags = tiff.pages.first.tags
        unit = MICRONS_PER_UNIT.get(int(tags["ResolutionUnit"].value)) if "ResolutionUnit" in tags else None
        if unit is None or "XResolution" not in tags or "YResolution" not in tags:
            return {}
        (xn, xd), (yn, yd) = tags["XResolution"].value, tags["YResolution"].value
        if not xn or not yn:
            return {}
        return {openslide.PROPERTY_NAME_MPP_X: str(unit * xd / xn), openslide.PROPERTY_NAME_MPP_Y: str(unit * yd / yn)}
