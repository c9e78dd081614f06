"""A part of a slide by the code of `infer`, for the browser's numbers to be held against (`e2e/native.spec.ts`).

python -m tests.infer_part SLIDE MODEL_FOLDER MODE STEP X,Y,WIDTH,HEIGHT OUT.json

The part is level-0 px and begins and ends where cells do. The result is that of the slide, without tissue elsewhere.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from dsml.infer.exports import json_pieces, write_pieces
from dsml.infer.grid import CellGrid
from dsml.infer.job import created_at
from dsml.infer.model_folder import load_model
from dsml.infer.result import gather, provenance_of
from dsml.infer.sources import find_sources
from dsml.infer.tasks import RunSpec, compute_region, plan_slide
from dsml.infer.tissue import TISSUE_RULE


def infer_part(slide: str, folder: Path, mode: str, step: str, part: list[float], out: Path) -> None:
    """Writes the results JSON of the cells of `part` (x, y, width, height in level-0 px)."""
    model = load_model(folder)
    spec = RunSpec(folder, model.sha256, mode, step, "cpu", None, Path("unused"), 0)
    (source,) = find_sources([slide])
    whole = plan_slide(spec, source)
    plan = replace(whole, tissue=whole.tissue & _inside(whole.grid, part))
    numbers = [compute_region(spec, source, plan, region) for region in plan.regions(model, step)]
    about = {"name": source.name, "width": plan.width, "height": plan.height}
    about |= {"mppX": plan.mpp_x, "mppY": plan.mpp_y, "mppSource": plan.mpp_source}
    provenance = provenance_of("dsml", model, "cpu", plan.mode, step, plan.grid, about, TISSUE_RULE, created_at())
    write_pieces(out, json_pieces(gather(plan.grid, plan.tissue, model, numbers, provenance)))


def _inside(grid: CellGrid, part: list[float]) -> np.ndarray:
    """Cells whose centre lies in the part, bool [rows * columns]."""
    x, y, width, height = part
    columns = (np.arange(grid.columns) + 0.5) * grid.cell_size - x
    rows = (np.arange(grid.rows) + 0.5) * grid.cell_size - y
    return np.outer((rows > 0) & (rows < height), (columns > 0) & (columns < width)).ravel()


if __name__ == "__main__":
    slide, folder, mode, step, part, out = sys.argv[1:]
    infer_part(slide, Path(folder).resolve(), mode, step, [float(value) for value in part.split(",")], Path(out))
