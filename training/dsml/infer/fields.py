"""Rasters of the slide at a spacing, by the viewer's rule (`src/crops/plan.ts`): models see here what they see there.

A raster comes from the coarsest level that is fine enough, white or mirrored outside, and is area-averaged to its size.
The square crops of training are the same rule; these may be wide, start anywhere, and have pixels that are not square.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from dsml.data.crops import block_sums, mirrored, read_filled
from dsml.data.slides import Level
from dsml.infer.failure import SlideFailure
from dsml.infer.slides import InferenceSlide
from dsml.infer.stopwatch import Stopwatch

LEVEL_TOLERANCE = 1.01
FINEST_TOLERANCE = 1.05
RATIO_TOLERANCE = 1e-6  # relative: a ratio this near to a whole one is whole
EDGE_TOLERANCE_PX = 1e-4


@dataclass(frozen=True)
class Axis:
    """`count` output px of `ratio` level px each, from `start` (level px) on; they touch the level px [first, end)."""

    start: float
    ratio: float
    count: int
    first: int
    end: int


@dataclass(frozen=True)
class FieldRequest:
    """A raster of width x height px at `spacing` um/px whose corner is at the level-0 point (x, y)."""

    x: float
    y: float
    spacing: float
    width: int
    height: int


def _whole(value: float, tolerance: float) -> float:
    nearest = float(math.floor(value + 0.5))
    return nearest if abs(value - nearest) <= tolerance else value


def plan_axis(exact_start: float, exact_ratio: float, count: int) -> Axis:
    """An axis from its exact start and ratio, both in level px, with floating noise taken off."""
    ratio = _whole(exact_ratio, RATIO_TOLERANCE * exact_ratio)
    start = _whole(exact_start, EDGE_TOLERANCE_PX)
    return Axis(start, ratio, count, math.floor(start), math.ceil(_whole(start + ratio * count, EDGE_TOLERANCE_PX)))


def level_for(slide: InferenceSlide, spacing: float) -> Level:
    """The coarsest level of at most `spacing` um/px. Raises SlideFailure `spacing-too-fine`."""
    if slide.mpp > spacing * FINEST_TOLERANCE:
        raise SlideFailure(
            "spacing-too-fine",
            f"This needs {spacing:.4g} um/px, but the slide was scanned at {slide.mpp:.4g} um/px. "
            "Choose a model made for a lower magnification, or a slide scanned at a higher one.",
        )
    fitting = [level for level in slide.levels if level.downsample <= spacing * LEVEL_TOLERANCE / slide.mpp]
    return max(fitting or [slide.levels[0]], key=lambda level: level.downsample)


def read_field(slide: InferenceSlide, field: FieldRequest, padding: str) -> np.ndarray:
    """The raster, uint8 [height, width, 3]. Raises SlideFailure `spacing-too-fine`, TileFailure."""
    level = level_for(slide, field.spacing)
    x, y = field_axes(slide, level, field)
    return average(read_filled(level, x.first, y.first, x.end, y.end, padding), x, y)


def field_axes(slide: InferenceSlide, level: Level, field: FieldRequest) -> tuple[Axis, Axis]:
    """Where the field lies on the level."""
    scale = level.downsample
    return (
        plan_axis(field.x / scale, field.spacing / slide.mpp_x / scale, field.width),
        plan_axis(field.y / scale, field.spacing / slide.mpp_y / scale, field.height),
    )


def read_fields(slide: InferenceSlide, fields: list[FieldRequest], padding: str, watch: Stopwatch) -> list[np.ndarray]:
    """Rasters of one spacing that lie close together: what they cover is read from the slide once.

    `watch` gets the laps `read` (and decode) and `average`.
    """
    level = level_for(slide, fields[0].spacing)
    axes = [field_axes(slide, level, field) for field in fields]
    window = _window(level, [x for x, _ in axes], [y for _, y in axes], padding)
    watch.lap("read")
    rasters = [average(read_filled(window, x.first, y.first, x.end, y.end, padding), x, y) for x, y in axes]
    watch.lap("average")
    return rasters


def _window(level: Level, xs: list[Axis], ys: list[Axis], padding: str) -> Level:
    """The same level, with the part that the axes need (mirrored where they leave it) already in memory."""

    def span(axes: list[Axis], size: int) -> tuple[int, int]:
        first, end = min(axis.first for axis in axes), max(axis.end for axis in axes)
        if padding == "reflect":
            folded = mirrored(np.arange(first, end), size)
            return int(folded.min()), int(folded.max()) + 1
        return min(max(first, 0), size), max(min(end, size), 0)

    (x0, x1), (y0, y1) = span(xs, level.width), span(ys, level.height)
    if x0 >= x1 or y0 >= y1:
        return level
    pixels = level.read(x0, y0, x1, y1)

    def read(xa: int, ya: int, xb: int, yb: int) -> np.ndarray:
        return pixels[ya - y0 : yb - y0, xa - x0 : xb - x0]

    return Level(level.width, level.height, level.downsample, read)


def average(block: np.ndarray, x: Axis, y: Axis) -> np.ndarray:
    """Level px [y.first, y.end) x [x.first, x.end) brought to y.count x x.count px; means rounded half to even."""
    if all(axis.ratio == int(axis.ratio) and axis.start == axis.first for axis in (x, y)):
        across, down = int(x.ratio), int(y.ratio)
        if across == down == 1:
            return np.ascontiguousarray(block)
        return np.rint(block_sums(block, across, down) / (across * down)).astype(np.uint8)
    height, width = block.shape[:2]
    rows = _coverage(y) @ block.reshape(height, width * 3).astype(np.float64)
    turned = rows.reshape(y.count, width, 3).swapaxes(0, 1).reshape(width, y.count * 3)
    means = (_coverage(x) @ turned).reshape(x.count, y.count, 3).swapaxes(0, 1) / (x.ratio * y.ratio)
    return np.clip(np.rint(means), 0, 255).astype(np.uint8)


def _coverage(axis: Axis) -> sparse.csr_array:
    """How much of each level px each output px covers: [count, end - first]."""
    edges = axis.start + axis.ratio * np.arange(axis.count + 1) - axis.first
    low, high = edges[:-1, None], edges[1:, None]
    taps = math.ceil(axis.ratio) + 1
    px = np.floor(low).astype(np.int64) + np.arange(taps)
    weights = np.minimum(high, px + 1) - np.maximum(low, px)
    covered = (weights > 0) & (px < axis.end - axis.first)
    starts = np.concatenate([[0], covered.sum(1).cumsum()])
    return sparse.csr_array((weights[covered], px[covered], starts), shape=(axis.count, axis.end - axis.first))


def check_slide_fits(slide: InferenceSlide, spacings: tuple[float, ...]) -> None:
    """Raises SlideFailure `spacing-too-fine` when the slide is coarser than a magnification of the model."""
    for spacing in spacings:
        level_for(slide, spacing)
