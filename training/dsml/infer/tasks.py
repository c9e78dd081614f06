"""What a worker does, one call each: plan a slide, or compute a region of it. Runs in the processes of Dask.

A worker keeps its model and the slides it used last open, so that a region costs its own pixels only. One thread a
worker: more workers are the better use of more cores, and the numbers then do not depend on how many there are.
"""

import functools
import io
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from dsml.infer.analyse import CellNumbers, analyse_region
from dsml.infer.device import missing_device
from dsml.infer.failure import SlideFailure
from dsml.infer.fetch import fetched
from dsml.infer.fields import check_slide_fits
from dsml.infer.grid import CellGrid, cell_grid, cell_size_of
from dsml.infer.model_folder import Model, load_model
from dsml.infer.regions import Cell, Geometry, Region, cut_regions
from dsml.infer.slides import InferenceSlide, open_for_inference
from dsml.infer.sources import Source
from dsml.infer.stopwatch import Stopwatch
from dsml.infer.thumbnail import read_thumbnail
from dsml.infer.tissue import tissue_cells, tissue_mask

OPEN_SLIDES = 2
PICTURE_PX = 512


@dataclass(frozen=True)
class RunSpec:
    """What is the same for all slides of a run."""

    model_folder: Path
    model_sha256: str
    mode: str
    step: str
    device: str
    mpp: float | None
    scratch: Path
    scratch_bytes: int


@dataclass(frozen=True)
class SlidePlan:
    """What is known of a slide before its cells. `tissue` bool [rows * columns]; `picture` a small JPEG.

    `seconds`: what opening it, finding its tissue and cutting it into regions took.
    """

    width: int
    height: int
    mpp_x: float
    mpp_y: float
    mpp_source: str
    mode: str
    cell_size: float
    columns: int
    rows: int
    seconds: float
    tissue: np.ndarray
    picture: bytes

    @property
    def grid(self) -> CellGrid:
        """The cells of the slide."""
        return CellGrid(self.cell_size, self.columns, self.rows)

    def geometry(self, model: Model) -> Geometry:
        """Where rasters lie on this slide."""
        return _geometry(model, self.grid, self.mpp_x, self.mpp_y)

    def regions(self, model: Model, step: str) -> list[Region]:
        """The units of work, the same at every call."""
        return cut_regions(self.geometry(model), _cells(self.tissue, self.columns), self.mode, step)


def plan_slide(spec: RunSpec, source: Source) -> SlidePlan:
    """Opens a slide and finds its tissue. Raises SlideFailure by its code."""
    model, watch = _model(spec), Stopwatch()
    slide = _slide(spec, source)
    check_slide_fits(slide, model.spacings)
    cell_size = cell_size_of(model.patch_px, model.spacings[0], slide.mpp, spec.step)
    grid = cell_grid(slide.width, slide.height, cell_size)
    thumbnail = read_thumbnail(slide)
    tissue = tissue_cells(tissue_mask(thumbnail), thumbnail.downsample, grid)
    regions = cut_regions(
        _geometry(model, grid, slide.mpp_x, slide.mpp_y), _cells(tissue, grid.columns), spec.mode, spec.step
    )
    picture = _picture(thumbnail.rgb)
    watch.lap("plan")
    return SlidePlan(
        width=slide.width,
        height=slide.height,
        mpp_x=slide.mpp_x,
        mpp_y=slide.mpp_y,
        mpp_source=slide.mpp_source,
        # what is done: a model whose windows fall between feature cells runs exact, whatever was asked
        mode=spec.mode if not regions or regions[0].steps else "exact",
        cell_size=cell_size,
        columns=grid.columns,
        rows=grid.rows,
        seconds=watch.seconds["plan"],
        tissue=tissue,
        picture=picture,
    )


def compute_region(spec: RunSpec, source: Source, plan: SlidePlan, region: Region) -> CellNumbers:
    """The numbers of one region's cells. `plan` may come without its picture and tissue. Raises SlideFailure."""
    model, slide = _model(spec), _slide(spec, source)
    return analyse_region(slide, model, plan.geometry(model), region, spec.device)


def without_pixels(plan: SlidePlan) -> SlidePlan:
    """The plan as small as it can be, to send along with each region."""
    return replace(plan, tissue=np.zeros(0, bool), picture=b"")


def _geometry(model: Model, grid: CellGrid, mpp_x: float, mpp_y: float) -> Geometry:
    return Geometry(
        grid, mpp_x, mpp_y, model.spacings, model.patch_px, model.context_px, model.stride_px, model.padding
    )


def _cells(tissue: np.ndarray, columns: int) -> list[Cell]:
    return [(int(cell) % columns, int(cell) // columns) for cell in np.nonzero(tissue)[0]]


def _picture(rgb: np.ndarray) -> bytes:
    image = Image.fromarray(rgb)
    image.thumbnail((PICTURE_PX, PICTURE_PX), Image.Resampling.BOX)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


@functools.lru_cache(1)
def _loaded(folder: Path, sha256: str, device: str) -> Model:
    torch.set_num_threads(1)
    if (missing := missing_device(device)) is not None:
        raise SlideFailure("backend-unavailable", missing)
    if device.startswith("cuda"):
        torch.backends.cudnn.deterministic = True
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    model = load_model(folder)
    if model.sha256 != sha256:
        raise SlideFailure(
            "model-hash", f"The model in {folder} of this worker is another one than the run began with."
        )
    return replace(model, network=model.network.to(device))


def _model(spec: RunSpec) -> Model:
    return _loaded(spec.model_folder, spec.model_sha256, spec.device)


_open: OrderedDict[tuple[str, float | None], tuple[InferenceSlide, Callable[[], None]]] = OrderedDict()


def _slide(spec: RunSpec, source: Source) -> InferenceSlide:
    key = (source.location, spec.mpp)
    if key in _open:
        return _open[key][0]
    # the one opened first goes: a worker is done with its slides in the order it planned them
    while len(_open) >= OPEN_SLIDES:
        _, (slide, release) = _open.popitem(last=False)
        slide.close()
        release()
    local = fetched(source, spec.scratch, spec.scratch_bytes)
    try:
        slide = open_for_inference(local.path, source.name, spec.mpp)
    except BaseException:
        local.release()
        raise
    _open[key] = (slide, local.release)
    return slide
