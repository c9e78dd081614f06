"""The units of work, as `src/inference/work-unit.ts` cuts them: a region of a slide's cells, the rasters it is read as,
and which window of which feature map is which cell. Pure.

Mode shared: one raster a magnification for a block of cells, whose windows overlap. Mode exact: every cell's own crops.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dsml.infer.fields import FieldRequest
from dsml.infer.grid import CellGrid

BLOCK_CELLS = 16  # cells a side of a shared block
EXACT_CELLS = 8  # cells a side of a region of single cells
Cell = tuple[int, int]  # column, row


@dataclass(frozen=True)
class Geometry:
    """All that the place of a raster depends on. Spacings um/px, finest first; px are the model's."""

    grid: CellGrid
    mpp_x: float
    mpp_y: float
    spacings: tuple[float, ...]
    patch_px: int
    context_px: int
    stride_px: int
    padding: str

    @property
    def margin_cells(self) -> int:
        """Feature cells of context before a window."""
        return self.context_px // self.stride_px


@dataclass(frozen=True)
class Region:
    """Cells done together. `steps`: feature cells between neighbours at each magnification; () = mode exact."""

    cells: tuple[Cell, ...]
    steps: tuple[int, ...]

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """First column and row, columns, rows."""
        columns, rows = [c for c, _ in self.cells], [r for _, r in self.cells]
        left, top = min(columns), min(rows)
        return left, top, max(columns) - left + 1, max(rows) - top + 1

    def fields(self, geometry: Geometry) -> list[list[FieldRequest]]:
        """One list a magnification: the rasters to read."""
        left, top, columns, rows = self.bounds
        if self.steps:
            return [
                [_field(geometry, left, top, columns, rows, spacing, step)]
                for spacing, step in zip(geometry.spacings, self.steps, strict=True)
            ]
        return [[_field(geometry, c, r, 1, 1, spacing, 0) for c, r in self.cells] for spacing in geometry.spacings]

    def windows(self, geometry: Geometry) -> list[list[tuple[int, int, int]]]:
        """One list a magnification: raster, row and column of the feature cell where each cell's window begins."""
        left, top, _, _ = self.bounds
        margin = geometry.margin_cells
        if self.steps:
            return [
                [(0, (row - top) * step + margin, (column - left) * step + margin) for column, row in self.cells]
                for step in self.steps
            ]
        return [[(item, margin, margin) for item in range(len(self.cells))] for _ in geometry.spacings]

    def split(self) -> list["Region"]:
        """The same work in smaller regions, to find which cells can't be read; none for a single cell."""
        if len(self.cells) == 1:
            return []
        if not self.steps:
            return [Region((cell,), ()) for cell in self.cells]
        return [Region(part, self.steps) for part in _quarters(self.cells)]


def shared_steps(geometry: Geometry, cell_px: float) -> tuple[int, ...]:
    """Feature cells between neighbours `cell_px` finest px apart; () when windows would begin within a cell."""
    steps = [cell_px * geometry.spacings[0] / spacing / geometry.stride_px for spacing in geometry.spacings]
    fits = all(round(step) >= 1 and abs(step - round(step)) < 1e-6 for step in steps)
    return tuple(round(step) for step in steps) if fits else ()


def cut_regions(geometry: Geometry, cells: Sequence[Cell], mode: str, step: str) -> list[Region]:
    """The regions of a slide's cells. Mode shared falls back to exact where no two cells can share features."""
    if not cells:
        return []
    if mode == "shared":
        steps = shared_steps(geometry, geometry.patch_px * (0.5 if step == "half" else 1))
        side = _block_side(geometry, steps) if steps else 1
        if side >= 2:
            groups = _grouped(cells, side, side)
            return [Region(part, steps) for group in groups for part in _cheapest(geometry, group, steps)[0]]
    return [Region(group, ()) for group in _grouped(cells, EXACT_CELLS, EXACT_CELLS)]


def _block_side(geometry: Geometry, steps: tuple[int, ...]) -> int:
    """Cells a side of a block: less when pixels are not square and windows would drift off their cells by half a px."""
    step_px = steps[0] * geometry.stride_px
    drift_px = step_px * abs(geometry.mpp_x / ((geometry.mpp_x + geometry.mpp_y) / 2) - 1)
    return max(1, min(BLOCK_CELLS, math.floor(0.5 / drift_px) + 1 if drift_px > 0 else BLOCK_CELLS))


def _field(
    geometry: Geometry, column: int, row: int, columns: int, rows: int, spacing: float, step: int
) -> FieldRequest:
    """The raster of a block: it starts at the first cell's centre - (P/2 + c) * spacing."""
    x, y = geometry.grid.centre(column, row)
    before = (geometry.patch_px / 2 + geometry.context_px) * spacing
    width, height = (_raster_side(geometry, count, step) for count in (columns, rows))
    return FieldRequest(x - before / geometry.mpp_x, y - before / geometry.mpp_y, spacing, width, height)


def _raster_side(geometry: Geometry, cells: int, step: int) -> int:
    return (cells - 1) * step * geometry.stride_px + geometry.patch_px + 2 * geometry.context_px


def _grouped(cells: Sequence[Cell], columns: int, rows: int) -> list[tuple[Cell, ...]]:
    """Blocks of at most columns x rows, over the part of the grid that has any cell, evenly cut."""
    left, top, across, down = Region(tuple(cells), ()).bounds
    width, height = (math.ceil(total / math.ceil(total / most)) for total, most in ((across, columns), (down, rows)))
    groups: dict[Cell, list[Cell]] = {}
    for column, row in cells:
        groups.setdefault(((row - top) // height, (column - left) // width), []).append((column, row))
    return [tuple(group) for group in groups.values()]


def _quarters(cells: tuple[Cell, ...]) -> list[tuple[Cell, ...]]:
    if len(cells) == 1:
        return []
    _, _, columns, rows = Region(cells, ()).bounds
    return _grouped(cells, math.ceil(columns / 2), math.ceil(rows / 2))


def _cheapest(
    geometry: Geometry, cells: tuple[Cell, ...], steps: tuple[int, ...]
) -> tuple[list[tuple[Cell, ...]], int]:
    """The block whole, or its quarters cut again, whichever encodes fewer px: ragged tissue half fills a block."""
    _, _, columns, rows = Region(cells, ()).bounds
    px = sum(_raster_side(geometry, columns, step) * _raster_side(geometry, rows, step) for step in steps)
    parts = [_cheapest(geometry, quarter, steps) for quarter in _quarters(cells)]
    parts_px = sum(part_px for _, part_px in parts)
    if parts and parts_px < px:
        return [unit for units, _ in parts for unit in units], parts_px
    return [cells], px
