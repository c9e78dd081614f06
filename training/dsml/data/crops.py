"""Reads the square crop around a point at a spacing, by the rule that the viewer follows too.

The crop comes from the coarsest level whose spacing is at most the asked one (1 % of tolerance) and is brought to its
size by area averaging; what lies outside the level is filled first, with white or with the mirrored level. Nothing is
ever upsampled. Equal rules on both sides are what makes a model behave in the browser as it did in training.
"""

import numpy as np

from dsml.data.slides import Level, Slide
from dsml.errors import UsageError

WHITE = 255
ROWS_IN_16_BITS = (1 << 16) // 255


def choose_level(slide: Slide, spacing: float) -> Level:
    """The coarsest level of at most `spacing` um/px. Raises UsageError when level 0 is over 5 % coarser than that."""
    if spacing < slide.mpp / 1.05:
        raise UsageError(f"The image has {slide.mpp} um/px; crops at {spacing} um/px would have to be upsampled.")
    fitting = [level for level in slide.levels if slide.mpp * level.downsample <= spacing * 1.01]
    return max(fitting or [slide.levels[0]], key=lambda level: level.downsample)


def touched_pixels(start: float, step: float, count: int) -> tuple[int, int]:
    """First level pixel, and one past the last, that `count` output pixels of `step` level px from `start` on touch."""
    return int(np.floor(start + 1e-9)), int(np.ceil(start + step * count - 1e-9))


def area_means(values: np.ndarray, start: float, step: float, count: int) -> np.ndarray:
    """Means over `count` stretches of `step` px along axis 0, the first from `start` on; parts of px count in part.

    values float64 [n, ...] -> [count, ...]. A mean is the difference of the integral at both ends, divided by step.
    """
    edges = start + step * np.arange(count + 1)
    whole = np.clip(edges.astype(np.int64), 0, len(values) - 1)
    part = (edges - whole).reshape(-1, *[1] * (values.ndim - 1))
    integral = np.concatenate([np.zeros_like(values[:1]), values.cumsum(axis=0)])
    return np.diff(integral[whole] + part * values[whole], axis=0) / step


def block_sums(values: np.ndarray, across: int, down: int) -> np.ndarray:
    """Sums over blocks of across x down px: uint8 [h * down, w * across, 3] -> uint32 [h, w, 3].

    Rows first, then columns, each as a sum of whole pictures: ten times as fast as a sum over reshaped axes.
    """
    rows = values[::down].astype(np.uint32 if down > ROWS_IN_16_BITS else np.uint16)
    for row in range(1, down):
        rows += values[row::down]
    total = rows[:, ::across].astype(np.uint32)
    for column in range(1, across):
        total += rows[:, column::across]
    return total


def mirrored(index: np.ndarray, size: int) -> np.ndarray:
    """Indices folded into [0, size) by mirroring without repeating the edge (period 2(size-1))."""
    if size == 1:
        return np.zeros_like(index)
    folded = np.mod(index, 2 * (size - 1))
    return np.minimum(folded, 2 * (size - 1) - folded)


def read_filled(level: Level, x0: int, y0: int, x1: int, y1: int, padding: str) -> np.ndarray:
    """The level's pixels [x0, x1) x [y0, y1), uint8 [y1-y0, x1-x0, 3]; outside it white or mirrored ("reflect")."""
    if x0 >= 0 and y0 >= 0 and x1 <= level.width and y1 <= level.height:
        return level.read(x0, y0, x1, y1)
    if padding == "reflect":
        xs, ys = mirrored(np.arange(x0, x1), level.width), mirrored(np.arange(y0, y1), level.height)
        left, top = int(xs.min()), int(ys.min())
        block = level.read(left, top, int(xs.max()) + 1, int(ys.max()) + 1)
        return block.take(ys - top, axis=0).take(xs - left, axis=1)
    out = np.full((y1 - y0, x1 - x0, 3), WHITE, np.uint8)
    xa, xb, ya, yb = max(x0, 0), min(x1, level.width), max(y0, 0), min(y1, level.height)
    if xa < xb and ya < yb:
        out[ya - y0 : yb - y0, xa - x0 : xb - x0] = level.read(xa, ya, xb, yb)
    return out


def read_crop(slide: Slide, x: float, y: float, spacing: float, size_px: int, padding: str) -> np.ndarray:
    """The crop of `size_px` px a side at `spacing` um/px centred on the level-0 point (x, y): uint8 [size, size, 3].

    `padding` is "white" or "reflect". Means are rounded half to even. Raises UsageError when it would upsample.
    """
    level = choose_level(slide, spacing)
    half_level0_px = size_px * spacing / slide.mpp / 2
    step = spacing / slide.mpp / level.downsample
    if abs(step - 1) < 1e-9:
        step = 1.0
    left, top = (x - half_level0_px) / level.downsample, (y - half_level0_px) / level.downsample
    (x0, x1), (y0, y1) = touched_pixels(left, step, size_px), touched_pixels(top, step, size_px)
    block = read_filled(level, x0, y0, x1, y1, padding)
    if step == 1.0 and block.shape[:2] == (size_px, size_px):
        return np.ascontiguousarray(block)
    ratio = round(step)
    if abs(step - ratio) < 1e-9 and block.shape[:2] == (size_px * ratio, size_px * ratio):
        mean = block_sums(block, ratio, ratio) / (ratio * ratio)
    else:
        rows = area_means(block.astype(np.float64), top - y0, step, size_px)
        mean = area_means(rows.swapaxes(0, 1), left - x0, step, size_px).swapaxes(0, 1)
    return np.rint(mean).astype(np.uint8)
