"""Judges the familiarity of shipped model folders: what share of which tissue they call unlike their own.

Read from the folders alone, so that it can be run by whoever has them. Tissue of the model's own kind is judged patient
by patient: components and limit are fitted again without the patient, as `dsml.familiar` fits them. The encoder stays
the shipped one, which knows them all.
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
from dsml.familiar import left_out
from dsml.infer.grid import cell_grid, cell_size_of
from dsml.infer.model_folder import Model, load_model
from dsml.infer.slides import open_for_inference
from dsml.infer.thumbnail import read_thumbnail
from dsml.infer.tissue import tissue_cells, tissue_mask

BATCH = 16
CARD_BEGIN = "Familiarity: "  # of the card's paragraph
CARD_AFTER = ("### ", "## Where it fails")  # what it stands above
Spot = tuple[Slide, float, float, str]


def labelled_spots(tissue: dict[str, Any]) -> Iterator[Spot]:
    """Slide, centre and group of the labelled patches of a data set: `root`, and `per_image` at most of an image."""
    dataset = load_dataset(resolve_root(tissue["root"]))
    opened: dict[str, Slide] = {}
    for patch in dataset_patches(dataset, DataConfig(per_image=tissue.get("per_image", 0))):
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


def judge_model(model: Model, tissues: dict[str, Any], report: Callable[[str], None]) -> dict[str, Any]:
    """What a model flags of every tissue, and of its own with each group left out."""
    familiarity, threshold = model.network.head.familiarity, model.unfamiliar_below
    found: dict[str, Any] = {"version": model.version, "sha256": model.sha256, "flagged": {}}
    if familiarity is None or threshold is None:
        return found
    for name, tissue in tissues.items():
        own = tissue.get("own") == model.id
        spots = _of_slide(tissue["slide"], model, tissue["patches"]) if "slide" in tissue else labelled_spots(tissue)
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


def card_sentence(found: dict[str, Any], threshold: float) -> str:
    """The paragraph of a model's card that says what `judge_model` found."""
    own = found["left_out"]
    worst = max(own["groups"], key=lambda group: own["groups"][group])
    others = [f"{t['share']:.1%} of {name}" for name, t in found["flagged"].items() if not t["own"]]
    return (
        f"{CARD_BEGIN}below {threshold:g} a patch is called unlike the training tissue. With each group left out in "
        f"turn of the statistics and of the limit, though not of the encoder, that flags {own['share']:.1%} of the "
        f"patches of its own kind (most in {worst}: {own['groups'][worst]:.0%}); as shipped it flags "
        f"{', '.join(others)}. What is not flagged may still be foreign. From `training/`: `python -m dsml judge "
        "--models ../public/models/* --tissues configs/familiarity.yaml --out results/familiarity.json --cards`"
    )


def with_sentence(card: str, sentence: str) -> str:
    """The card with the sentence in the place of its last one, or above its further sections."""
    parts = [part for part in card.split("\n\n") if not part.startswith(CARD_BEGIN)]
    at = next((i for i, part in enumerate(parts) if part.startswith(CARD_AFTER)), len(parts))
    return "\n\n".join([*parts[:at], sentence, *parts[at:]])


def judge_models(
    folders: list[Path], tissues: Path, out: Path, cards: bool = False, report: Callable[[str], None] = print
) -> None:
    """Writes what every model folder flags of every tissue of the file `tissues` to `out`, as JSON.

    With `cards` also into the card of each folder whose own tissue is among them. Raises UsageError when a file or
    folder is missing.
    """
    if not tissues.is_file():
        raise UsageError(f"No list of tissues at {tissues}.")
    listed: dict[str, Any] = yaml.safe_load(tissues.read_text())
    models = {folder: load_model(folder) for folder in folders if (folder / "manifest.json").is_file()}
    if not models:
        raise UsageError("None of these folders is a model's; give e.g. ../public/models/*.")
    result = {}
    for folder, model in models.items():
        result[model.id] = found = judge_model(model, listed, report)
        if cards and "left_out" in found and model.unfamiliar_below is not None:
            card = folder / "README.md"
            card.write_text(with_sentence(card.read_text(), card_sentence(found, model.unfamiliar_below)))
    out.write_text(json.dumps(result, indent=1) + "\n")
