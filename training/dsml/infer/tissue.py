"""Where on a slide there is tissue: the viewer's rule (`src/tissue`), number for number. A test holds both together.

It errs towards tissue, and tells tissue from glass only. Pictures are row-major; brightness in grey levels.
"""

import math

import numpy as np
from scipy import ndimage

from dsml.infer.grid import CellGrid
from dsml.infer.thumbnail import Thumbnail

WINDOW_RADIUS_PX = 2
WINDOW_PX = 2 * WINDOW_RADIUS_PX + 1
ROUGHNESS_MIN, ROUGHNESS_MAX = 2.5, 4.0
DARK_SHARE, BRIGHT_QUANTILE, SEAM_QUANTILE = 0.6, 0.95, 0.99
WINDOW_LEVEL0_PX = 40
CLOSING_PX, HOLE_PX, SPECK_PX = 6, 2000, 500
CELL_SHARE = 0.05

TISSUE_RULE = (
    "Tissue is where the slide, seen small (at most 2048 px a side), varies by more than a threshold (standard "
    "deviation of brightness, cut off at its 99 % quantile, in windows of 5 px, 10 px and on to 40 px of the slide; "
    "Otsu's threshold kept within 2.5 to 4 grey levels), is darker than 60 % of the slide's bright parts, or could not "
    "be read; gaps up to 12 px closed, holes under 2000 px filled, specks under 500 px removed. A cell is run when 5 % "
    "of its part on the slide is tissue. Pictures small enough to be seen whole at full size are all tissue."
)


def window_sums(picture: np.ndarray, radius: int) -> np.ndarray:
    """For each pixel the float64 sum over the (2 radius + 1) px a side around it; windows are cut at the edges."""
    sums = picture.astype(np.float64)
    for axis in (0, 1):
        length = sums.shape[axis]
        integral = np.concatenate([np.zeros_like(sums.take([0], axis)), sums.cumsum(axis)], axis)
        at = np.arange(length)
        sums = integral.take(np.minimum(length, at + radius + 1), axis) - integral.take(
            np.maximum(0, at - radius), axis
        )
    return sums


def window_lengths(length: int, radius: int) -> np.ndarray:
    """Pixels in the window around each place of a line."""
    at = np.arange(length)
    return np.minimum(length, at + radius + 1) - np.maximum(0, at - radius)


def local_deviation(picture: np.ndarray) -> np.ndarray:
    """Standard deviation in the window around each pixel, float32."""
    count = np.outer(*(window_lengths(side, WINDOW_RADIUS_PX) for side in picture.shape))
    mean = window_sums(picture, WINDOW_RADIUS_PX) / count
    square = window_sums((picture * picture).astype(np.float32), WINDOW_RADIUS_PX) / count
    return np.sqrt(np.maximum(0, square - mean * mean)).astype(np.float32)


def halved(picture: np.ndarray) -> np.ndarray:
    """Half the size, each pixel the mean of four; an odd last row or column is left out."""
    height, width = max(1, picture.shape[0] >> 1), max(1, picture.shape[1] >> 1)
    below, right = int(picture.shape[0] > 1), int(picture.shape[1] > 1)
    wide = picture.astype(np.float64)
    rows, columns = 2 * np.arange(height)[:, None], 2 * np.arange(width)[None]
    total = wide[rows, columns] + wide[rows, columns + right] + wide[rows + below, columns]
    return ((total + wide[rows + below, columns + right]) / 4).astype(np.float32)


def roughness(picture: np.ndarray, scales: int) -> np.ndarray:
    """The largest standard deviation over the windows of `scales` widths around each pixel."""
    rough = local_deviation(picture)
    coarse = picture
    for scale in range(1, scales):
        coarse = halved(coarse)
        deviation = local_deviation(coarse)
        rows = np.minimum(coarse.shape[0] - 1, np.arange(picture.shape[0]) // 2**scale)
        columns = np.minimum(coarse.shape[1] - 1, np.arange(picture.shape[1]) // 2**scale)
        rough = np.maximum(rough, deviation[np.ix_(rows, columns)])
    return rough


def otsu_ratio(values: np.ndarray) -> float:
    """The value that parts them best in two (Otsu 1979) on a logarithmic scale; values below 1 count as 1."""
    octave = 16
    bins = np.floor(octave * np.log2(np.maximum(1, values.astype(np.float64)))).astype(int)
    counts = np.bincount(np.clip(bins, 0, 8 * octave - 1).ravel(), minlength=8 * octave)
    total, whole = values.size, int((counts * np.arange(len(counts))).sum())
    below = sum_below = best = best_bin = 0
    for number, count in enumerate(counts.tolist()):
        below += count
        sum_below += count * number
        if below in (0, total):
            continue
        apart = sum_below / below - (whole - sum_below) / (total - below)
        between = below * (total - below) * apart * apart
        if between > best:
            best, best_bin = between, number + 1
    return 2 ** (best_bin / octave)


def quantile(values: np.ndarray, share: float) -> float:
    """The value that a share (0..1) of the picture lies below, to half a grey level."""
    counts = np.bincount(np.clip(np.floor(2 * values.astype(np.float64)).astype(int), 0, 511).ravel(), minlength=512)
    above = np.nonzero(counts.cumsum() > share * values.size)[0]
    return float(above[0] / 2) if len(above) else 255.0


def closed(mask: np.ndarray, radius: int) -> np.ndarray:
    """Closes gaps up to 2 radius px wide, without making the outside of a shape grow."""
    grown = window_sums(mask, radius) > 0
    full = np.outer(*(window_lengths(side, radius) for side in mask.shape))
    return window_sums(grown, radius) == full


def without_small(mask: np.ndarray, value: bool, least_px: int, keep_at_border: bool) -> np.ndarray:
    """Turns every patch of `value` of fewer px (joined edge to edge) over; patches at the border may be kept."""
    labels, count = ndimage.label(mask == value)
    small = np.bincount(labels.ravel(), minlength=count + 1) < least_px
    small[0] = False
    if keep_at_border:
        small[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = False
    return np.where(small[labels], not value, mask)


def tissue_mask(thumbnail: Thumbnail) -> np.ndarray:
    """Tissue in the thumbnail: bool [h, w]."""
    rgb, known, downsample = thumbnail.rgb, thumbnail.known, thumbnail.downsample
    if downsample <= 1:
        return np.ones(known.shape, bool)
    red, green, blue = (rgb[..., channel].astype(np.float64) for channel in range(3))
    grey = (0.299 * red + 0.587 * green + 0.114 * blue).astype(np.float32)
    scales = max(2, 1 + math.ceil(math.log2(WINDOW_LEVEL0_PX / (WINDOW_PX * downsample))))
    rough = roughness(np.minimum(grey, np.float32(quantile(grey, SEAM_QUANTILE))), scales)
    enough = min(ROUGHNESS_MAX, max(ROUGHNESS_MIN, otsu_ratio(rough)))
    mask = ~known | (rough.astype(np.float64) > enough) | (grey < DARK_SHARE * quantile(grey, BRIGHT_QUANTILE))
    return without_small(without_small(closed(mask, CLOSING_PX), False, HOLE_PX, True), True, SPECK_PX, False)


def tissue_cells(mask: np.ndarray, downsample: float, grid: CellGrid) -> np.ndarray:
    """For each cell of the grid, row by row, True where it holds tissue: bool [rows * columns]."""
    height, width = mask.shape
    integral = np.zeros((height + 1, width + 1))
    integral[1:, 1:] = mask.cumsum(0, dtype=np.float64).cumsum(1)
    x = np.clip(np.arange(grid.columns + 1) * grid.cell_size / downsample, 0, width)
    y = np.clip(np.arange(grid.rows + 1) * grid.cell_size / downsample, 0, height)
    left, top = np.minimum(x.astype(int), width - 1), np.minimum(y.astype(int), height - 1)
    fx, fy = x - left, (y - top)[:, None]
    upper = integral[np.ix_(top, left)] * (1 - fx) + integral[np.ix_(top, left + 1)] * fx
    lower = integral[np.ix_(top + 1, left)] * (1 - fx) + integral[np.ix_(top + 1, left + 1)] * fx
    corners = upper * (1 - fy) + lower * fy
    sums = corners[1:, 1:] - corners[1:, :-1] - corners[:-1, 1:] + corners[:-1, :-1]
    area = np.outer(np.diff(y), np.diff(x))
    share = np.divide(sums, area, out=np.zeros_like(sums), where=area > 0)
    return (share >= CELL_SHARE).ravel()
