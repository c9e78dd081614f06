"""Judges the familiarity of shipped model folders: what share of which tissue they call unlike their own.

Read from the folders alone, so that it can be run by whoever has them. Tissue of the model's own kind is judged patient
by patient: components and limit are fitted again on the other patients, as `dsml.familiar` fits them, and the limit
again patient by patient among those. The encoder stays the shipped one, which knows them all.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml

from dsml.config import DataConfig, resolve_root
from dsml.data.crops import read_crop
from dsml.data.dataset import load_dataset
from dsml.data.patches import dataset_patches
from dsml.data.slides import Slide, open_slide
from dsml.errors import UsageError
from dsml.familiar import COMPONENTS, OWN_FLAGGED, distances
from dsml.infer.grid import cell_grid, cell_size_of
from dsml.infer.model_folder import Model, load_model
from dsml.infer.slides import open_for_inference
from dsml.infer.thumbnail import read_thumbnail
from dsml.infer.tissue import tissue_cells, tissue_mask
from dsml.network.familiarity import fit_components

BATCH = 16
Spot = tuple[Slide, float, float, str]


def _of_dataset(root: str, per_image: int) -> Iterator[Spot]:
    """Slide, centre and group of the labelled patches of a data set."""
    dataset = load_dataset(resolve_root(root))
    opened: dict[str, Slide] = {}
    for patch in dataset_patches(dataset, DataConfig(per_image=per_image)):
        if patch.image not in opened:
            opened = {patch.image: open_slide(dataset.root / patch.image, dataset.mpp)}
        yield opened[patch.image], patch.x, patch.y, patch.group


def _of_slide(root: str, model: Model, most: int) -> Iterator[Spot]:
    """Slide and centre of the cells that the viewer would run, at most `most` of them, evenly spread."""
    path = resolve_root(root)
    slide = open_for_inference(path, path.name)
    pyramid = Slide(slide.levels, slide.mpp)
    grid = cell_grid(slide.width, slide.height, cell_size_of(model.patch_px, model.spacings[0], slide.mpp, "half"))
    thumbnail = read_thumbnail(slide)
    cells = np.flatnonzero(tissue_cells(tissue_mask(thumbnail), thumbnail.downsample, grid))
    for cell in cells[np.unique(np.linspace(0, len(cells) - 1, min(most, len(cells))).round().astype(int))].tolist():
        yield pyramid, *grid.centre(cell % grid.columns, cell // grid.columns), path.name


@torch.inference_mode()
def pooled_of(model: Model, spots: Iterator[Spot]) -> tuple[np.ndarray, np.ndarray]:
    """What the familiarity is read from [N, D] and groups [N]; no crop is upsampled for it."""
    side, network = model.patch_px + 2 * model.context_px, model.network
    pooled, groups, crops = [], [], []

    def flush() -> None:
        batch = torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).float() / 255
        window = network.windows(batch[:, None])[0]
        pooled.append(network.head.familiar(window).numpy())
        crops.clear()

    for slide, x, y, group in spots:
        crops.append(read_crop(slide, x, y, max(model.spacings[0], slide.mpp), side, model.padding))
        groups.append(group)
        if len(crops) == BATCH:
            flush()
    if crops:
        flush()
    return np.concatenate(pooled), np.array(groups)


def left_out(pooled: np.ndarray, groups: np.ndarray) -> dict[str, float]:
    """What share of each group is flagged by a familiarity that was fitted on the other groups."""
    ratios = {}
    for group in np.unique(groups).tolist():
        own = groups == group
        familiarity = fit_components(pooled[~own], COMPONENTS)
        ratios[group] = distances(familiarity, pooled[own]) / np.median(distances(familiarity, pooled[~own]))
    limits = {g: np.quantile(np.concatenate([r for o, r in ratios.items() if o != g]), 1 - OWN_FLAGGED) for g in ratios}
    return {group: float((values > limits[group]).mean()) for group, values in ratios.items()}


def _judge(model: Model, tissues: dict[str, Any], report: Callable[[str], None]) -> dict[str, Any]:
    familiarity, threshold = model.network.head.familiarity, model.unfamiliar_below
    found: dict[str, Any] = {"version": model.version, "sha256": model.sha256, "flagged": {}}
    if familiarity is None or threshold is None:
        return found
    for name, tissue in tissues.items():
        own = tissue.get("own") == model.id
        spots = (
            _of_slide(tissue["slide"], model, tissue["patches"])
            if "slide" in tissue
            else _of_dataset(tissue["root"], tissue.get("per_image", 0))
        )
        pooled, groups = pooled_of(model, spots)
        with torch.inference_mode():
            flagged = float((familiarity(torch.from_numpy(pooled)) < threshold).double().mean())
        found["flagged"][name] = {"patches": len(pooled), "share": round(flagged, 4), "own": own}
        if own:
            shares = left_out(pooled, groups)
            weights = [float((groups == g).mean()) for g in shares]
            found["left_out"] = {
                "share": round(float(np.dot(list(shares.values()), weights)), 4),
                "groups": {group: round(share, 4) for group, share in shares.items()},
            }
        report(f"{model.id}: {flagged:.1%} of {len(pooled)} patches of {name}")
    return found


def judge_models(folders: list[Path], tissues: Path, out: Path, report: Callable[[str], None] = print) -> None:
    """Writes what every model folder flags of every tissue of the file `tissues` to `out`, as JSON.

    Raises UsageError when a file or folder is missing.
    """
    if not tissues.is_file():
        raise UsageError(f"No list of tissues at {tissues}.")
    listed: dict[str, Any] = yaml.safe_load(tissues.read_text())
    models = [load_model(folder) for folder in folders if (folder / "manifest.json").is_file()]
    if not models:
        raise UsageError("None of these folders is a model's; give e.g. ../public/models/*.")
    result = {model.id: _judge(model, listed, report) for model in models}
    out.write_text(json.dumps(result, indent=1) + "\n")
