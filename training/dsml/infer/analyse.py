"""One region of a slide, from its rasters to the numbers of its cells. No files, no processes: slide and model come in.

The encoder runs once over each raster; every cell takes its window of the features (mode shared), or has a raster
of its own (mode exact). Cells whose pixels can't be had are looked for in ever smaller regions and become unread.
"""

from dataclasses import dataclass

import numpy as np
import torch

from dsml.infer.failure import TileFailure
from dsml.infer.fields import read_fields
from dsml.infer.model_folder import Model
from dsml.infer.regions import Geometry, Region
from dsml.infer.similarity import PairScorer
from dsml.infer.slides import InferenceSlide
from dsml.infer.stopwatch import Stopwatch

DONE, UNREAD = 1, 2
ENCODE_BATCH = 16  # rasters of single cells encoded at once
HEAD_BATCH = 64  # cells
LEAST_ENTROPY_CLASSES = 2


@dataclass
class CellNumbers:
    """Numbers of some cells, all float32, NaN unless done. `seconds`: what each part of the work took."""

    column: np.ndarray  # int32 [n]
    row: np.ndarray  # int32 [n]
    status: np.ndarray  # uint8 [n]
    probabilities: np.ndarray  # [n, classes]
    entropy: np.ndarray  # [n]
    familiarity: np.ndarray  # [n]
    aligned: np.ndarray  # [n, pairs]
    contrast: np.ndarray  # [n, pairs]
    seconds: dict[str, float]


def analyse_region(slide: InferenceSlide, model: Model, geometry: Geometry, region: Region, device: str) -> CellNumbers:
    """The numbers of the region's cells, in its order unless a part could not be read."""
    watch = Stopwatch(device)
    try:
        fields = region.fields(geometry)
        rasters = [np.stack(read_fields(slide, requests, geometry.padding, watch)) for requests in fields]
    except TileFailure:
        parts = region.split()
        if not parts:
            return _unread(model, region)
        return _joined([analyse_region(slide, model, geometry, part, device) for part in parts])
    with torch.inference_mode():
        maps = [_encoded(model, raster, device) for raster in rasters]
        watch.lap("encode")
        numbers = _answers(model, region, maps, region.windows(geometry))
    watch.lap("head")
    numbers.seconds = watch.seconds
    return numbers


def _encoded(model: Model, rasters: np.ndarray, device: str) -> torch.Tensor:
    """uint8 [n, H, W, 3] -> features [n, C, H/16, W/16], on the device."""
    network = model.network
    parts = []
    for batch in torch.from_numpy(rasters).split(ENCODE_BATCH):
        pixels = batch.to(device).permute(0, 3, 1, 2).float() / 255
        normalised = ((pixels - network.mean) / network.std).contiguous(memory_format=torch.channels_last)
        parts.append(network.encoder(normalised))
    return torch.cat(parts)


def _answers(
    model: Model, region: Region, maps: list[torch.Tensor], windows: list[list[tuple[int, int, int]]]
) -> CellNumbers:
    head = model.network.head
    cells = head.cells
    embedded = [head.project(features) for features in maps]
    scorer = PairScorer(cells, model.spacings)
    logits, familiarity, aligned, contrast = [], [], [], []
    for start in range(0, len(region.cells), HEAD_BATCH):
        part = [one[start : start + HEAD_BATCH] for one in windows]
        answer, _, familiar = head.classify([_cut(m, w, cells) for m, w in zip(maps, part, strict=True)])
        logits.append(answer)
        familiarity.append(torch.full_like(answer[:, 0], torch.nan) if familiar is None else familiar)
        fields = [_cut(e, w, cells).flatten(2).transpose(1, 2) for e, w in zip(embedded, part, strict=True)]
        scores = scorer.scores(fields)
        aligned.append(torch.stack(scores[0], 1) if scores[0] else logits[-1][:, :0])
        contrast.append(torch.stack(scores[1], 1) if scores[1] else logits[-1][:, :0])
    probabilities = torch.softmax(torch.cat(logits).double() / model.temperature, 1).cpu().numpy()
    count = len(region.cells)
    return CellNumbers(
        *_places(region),
        status=np.full(count, DONE, np.uint8),
        probabilities=probabilities.astype(np.float32),
        entropy=normalised_entropy(probabilities.astype(np.float32)),
        familiarity=torch.cat(familiarity).float().cpu().numpy(),
        aligned=torch.cat(aligned).float().cpu().numpy(),
        contrast=torch.cat(contrast).float().cpu().numpy(),
        seconds={},
    )


def normalised_entropy(probabilities: np.ndarray) -> np.ndarray:
    """Natural entropy / log(classes) of each row, float32 [n]: 0 = sure, 1 = every class as likely."""
    p = probabilities.astype(np.float64)
    terms = np.where(p > 0, p * np.log(np.where(p > 0, p, 1)), 0)
    classes = max(LEAST_ENTROPY_CLASSES, p.shape[1])
    return np.clip(-terms.sum(1) / np.log(classes), 0, 1).astype(np.float32)


def _cut(features: torch.Tensor, windows: list[tuple[int, int, int]], cells: int) -> torch.Tensor:
    """Windows [n, C, cells, cells] of feature maps [items, C, H, W]."""
    return torch.stack([features[i, :, row : row + cells, column : column + cells] for i, row, column in windows])


def _places(region: Region) -> tuple[np.ndarray, np.ndarray]:
    places = np.array(region.cells, np.int32)
    return places[:, 0].copy(), places[:, 1].copy()


def _unread(model: Model, region: Region) -> CellNumbers:
    count = len(region.cells)

    def nothing(*shape: int) -> np.ndarray:
        return np.full(shape, np.nan, np.float32)

    return CellNumbers(
        *_places(region),
        status=np.full(count, UNREAD, np.uint8),
        probabilities=nothing(count, len(model.class_names)),
        entropy=nothing(count),
        familiarity=nothing(count),
        aligned=nothing(count, len(model.pairs)),
        contrast=nothing(count, len(model.pairs)),
        seconds={},
    )


def _joined(parts: list[CellNumbers]) -> CellNumbers:
    arrays = ("column", "row", "status", "probabilities", "entropy", "familiarity", "aligned", "contrast")
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in arrays}
    keys = {key for part in parts for key in part.seconds}
    return CellNumbers(**joined, seconds={key: sum(part.seconds.get(key, 0.0) for part in parts) for key in keys})
