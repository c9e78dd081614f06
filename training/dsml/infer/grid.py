"""The lattice of cells that a run fills, as `src/pyramid/cell-grid.ts`: anchored at the slide's corner.

Cell (i, j) covers [i, i + 1) x [j, j + 1) times the cell's size, level-0 px; cells are numbered row by row.
"""

import math
from dataclasses import dataclass

BORDER_TOLERANCE_CELLS = 1e-6  # floating noise at an edge must not add a row of cells


@dataclass(frozen=True)
class CellGrid:
    """The cells that cover a slide. `cell_size` in level-0 px, fractions allowed."""

    cell_size: float
    columns: int
    rows: int

    @property
    def region(self) -> dict[str, float]:
        """What the cells cover together, level-0 px."""
        return {"x": 0.0, "y": 0.0, "width": self.columns * self.cell_size, "height": self.rows * self.cell_size}

    def centre(self, column: int, row: int) -> tuple[float, float]:
        """Centre of a cell, level-0 px."""
        return (column + 0.5) * self.cell_size, (row + 0.5) * self.cell_size


def cell_size_of(patch_px: int, spacing: float, mpp: float, step: str) -> float:
    """Width of a cell, level-0 px: half the finest field for step "half", else the whole of it."""
    return (patch_px * spacing) / (2 * mpp if step == "half" else mpp)


def cell_grid(width: int, height: int, cell_size: float) -> CellGrid:
    """Every cell that has area in common with a slide of this size (level-0 px)."""
    count = [max(1, math.ceil(side / cell_size - BORDER_TOLERANCE_CELLS)) for side in (width, height)]
    return CellGrid(cell_size, count[0], count[1])
