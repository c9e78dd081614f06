"""The whole slide small, for the tissue mask, as `src/crops/thumbnail.ts` reads it.

Read in bands, so that a slide without coarse levels does not lie in memory whole. What can't be read is marked: not
known, which is something else than glass.
"""

import math
from dataclasses import dataclass

import numpy as np

from dsml.data.crops import read_filled
from dsml.data.slides import Level
from dsml.infer.failure import SlideFailure, TileFailure
from dsml.infer.fields import Axis, average, plan_axis
from dsml.infer.slides import InferenceSlide

LONGEST_SIDE_PX = 2048
BAND_LEVEL_PX = 1 << 22
HOLE_PX = 256  # of the level: how finely a damaged band is searched for what can be read


@dataclass(frozen=True)
class Thumbnail:
    """`rgb` uint8 [h, w, 3], `known` bool [h, w] (False where the slide could not be read), level-0 px a px."""

    rgb: np.ndarray
    known: np.ndarray
    downsample: float


def read_thumbnail(slide: InferenceSlide, longest_side_px: int = LONGEST_SIDE_PX) -> Thumbnail:
    """The slide at about that many px on its longer side; the last column and row may reach over it (white).

    Raises SlideFailure `tile-unavailable` when no level has a readable pixel.
    """
    wanted = max(1.0, max(slide.width, slide.height) / longest_side_px)
    fitting = [n for n, level in enumerate(slide.levels) if level.downsample <= wanted]
    for number in range(max(fitting, default=0), -1, -1):
        level = slide.levels[number]
        thumbnail = _read_level(slide, level, max(wanted, level.downsample))
        if thumbnail.known.any():
            return thumbnail
    raise SlideFailure("tile-unavailable", "No part of the slide could be read. The file is damaged; copy it again.")


def _read_level(slide: InferenceSlide, level: Level, downsample: float) -> Thumbnail:
    width, height = math.ceil(slide.width / downsample), math.ceil(slide.height / downsample)
    rgb, known = np.full((height, width, 3), 255, np.uint8), np.ones((height, width), bool)
    band_rows = max(1, math.floor(BAND_LEVEL_PX * level.downsample / (level.width * downsample)))
    ratio = downsample / level.downsample
    across = plan_axis(0.0, ratio, width)
    for top in range(0, height, band_rows):
        rows = min(band_rows, height - top)
        down = plan_axis(top * ratio, ratio, rows)
        block, holes = _read_band(level, across, down)
        rgb[top : top + rows] = average(block, across, down)
        for x0, y0, x1, y1 in holes:
            first, end = max(top, math.floor(y0 / ratio)), min(top + rows, math.ceil(y1 / ratio))
            known[first:end, math.floor(x0 / ratio) : math.ceil(x1 / ratio)] = False
    rgb[~known] = 0
    return Thumbnail(rgb, known, downsample)


def _read_band(level: Level, x: Axis, y: Axis) -> tuple[np.ndarray, list[tuple[int, int, int, int]]]:
    """The band, and what of it (level px) could not be read."""
    try:
        return read_filled(level, x.first, y.first, x.end, y.end, "white"), []
    except TileFailure:
        pass
    block = np.full((y.end - y.first, x.end - x.first, 3), 255, np.uint8)
    holes = []
    for y0 in range(y.first - y.first % HOLE_PX, min(y.end, level.height), HOLE_PX):
        for x0 in range(0, min(x.end, level.width), HOLE_PX):
            top, end_x, end_y = max(y0, y.first), min(x0 + HOLE_PX, x.end), min(y0 + HOLE_PX, y.end)
            try:
                part = read_filled(level, x0, top, end_x, end_y, "white")
                block[top - y.first : end_y - y.first, x0 - x.first : end_x - x.first] = part
            except TileFailure:
                holes.append((x0, top, end_x, end_y))
    return block, holes
