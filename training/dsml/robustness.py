"""How a network's answers hold when the picture is not as in training: other stain, scanner, focus, compression.

Shifts are applied to the crops of held-out patches, each alone and of a fixed size, the same for every patch. JPEG is
applied to each magnification's crop, as the levels of a slide are compressed each for itself. Runs with the same
frozen layers and held-out groups are measured together, since the frozen layers take most of the time.
"""

import itertools
import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage

from dsml.augment import change_stains
from dsml.carriers import compressed
from dsml.data.cache import CropCache, open_cache
from dsml.data.splits import split_patches
from dsml.errors import UsageError
from dsml.evaluate import summarise
from dsml.experiment import finished_runs
from dsml.network.dsml import Dsml
from dsml.network.fused import FusedBlocks
from dsml.predictions import pack_predictions
from dsml.train import load_run, to_batch

Shift = Callable[[torch.Tensor], torch.Tensor]
PLAIN = "as scanned"


def stains(haematoxylin: float = 1.0, eosin: float = 1.0) -> Shift:
    """Multiplies the optical densities of the two stains."""
    scale = torch.tensor([[haematoxylin, eosin, 1.0]])
    return lambda crops: change_stains(crops, scale.expand(len(crops), 3), torch.zeros(len(crops), 3))


def hue(degrees: float) -> Shift:
    """Turns colours about the grey axis (Rodrigues' formula)."""
    angle, third = math.radians(degrees), 1 / 3
    cross = torch.tensor([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]) * math.sin(angle) / math.sqrt(3)
    matrix = math.cos(angle) * torch.eye(3) + (1 - math.cos(angle)) * third * torch.ones(3, 3) + cross
    return lambda crops: torch.einsum("dc,bmcyx->bmdyx", matrix, crops).clamp(0, 1)


def brightness(change: float) -> Shift:
    """Adds to all channels, whose range is 1."""
    return lambda crops: (crops + change).clamp(0, 1)


def blur(sigma_px: float) -> Shift:
    """Out of focus: a Gaussian of that many px of each magnification's own."""
    sigmas = (0, 0, 0, sigma_px, sigma_px)
    return lambda crops: torch.from_numpy(ndimage.gaussian_filter(crops.numpy(), sigmas, mode="reflect"))


def jpeg(quality: int) -> Shift:
    """Compresses and decompresses every crop."""

    def shift(crops: torch.Tensor) -> torch.Tensor:
        each = crops.flatten(0, 1)
        return compressed(each, [quality] * len(each)).unflatten(0, crops.shape[:2])

    return shift


SHIFTS: dict[str, Shift] = {
    PLAIN: lambda crops: crops,
    **{f"haematoxylin x {f}": stains(haematoxylin=f) for f in (0.5, 0.75, 1.25, 1.5)},
    **{f"eosin x {f}": stains(eosin=f) for f in (0.5, 0.75, 1.25, 1.5)},
    **{f"hue {d:+d} degrees": hue(d) for d in (-15, 15)},
    **{f"brightness {b:+g}": brightness(b) for b in (-0.1, 0.1)},
    **{f"blur {s:g} px": blur(s) for s in (0.5, 1, 2)},
    **{f"JPEG quality {q}": jpeg(q) for q in (90, 70, 50, 30)},
}


def chosen_patches(cache: CropCache, indices: np.ndarray, per_image: int) -> np.ndarray:
    """At most `per_image` of each image's patches among `indices`, evenly spread; 0 = all."""
    if not per_image:
        return indices
    kept = []
    for _, of_image in itertools.groupby(indices, key=lambda i: cache.patches[i].image):
        own = np.array(list(of_image))
        kept.append(own[np.unique(np.linspace(0, len(own) - 1, min(per_image, len(own))).round().astype(int))])
    return np.concatenate(kept)


@torch.inference_mode()
def predict_shifted(
    models: list[Dsml], cache: CropCache, indices: np.ndarray, shift: Shift, batch: int = 8
) -> list[dict[str, np.ndarray]]:
    """What each of `models`, which share their frozen layers, says of the shifted patches; as `predict` does."""
    first = models[0]
    front = FusedBlocks(list(first.encoder)[: first.frozen]) if first.frozen else None
    collected: list[list[tuple[np.ndarray, np.ndarray]]] = [[] for _ in models]
    for begin in range(0, len(indices), batch):
        crops = shift(to_batch(cache, indices[begin : begin + batch])[0])
        x = (crops - first.mean) / first.std
        if front is not None:
            # one crop at a time: its activations stay in the processor's cache
            x = torch.cat([front(crop[None]).float() for crop in x.flatten(0, 1)]).unflatten(0, crops.shape[:2])
        for model, found in zip(models, collected, strict=True):
            outputs = model.head(model.back(x))
            found.append((outputs.logits.numpy(), outputs.logits_per_magnification.numpy()))
    whose = {
        "labels": cache.labels[indices],
        "groups": np.array([cache.patches[i].group for i in indices]),
        "images": np.array([cache.patches[i].image for i in indices]),
    }
    names = ("logits", "per_magnification")
    return [
        {**{n: np.concatenate(part) for n, part in zip(names, zip(*found, strict=True), strict=True)}, **whose}
        for found in collected
    ]


def run_label(run: Path) -> tuple[str, int, str]:
    """Variant, seed and fold of a run's name, NAME-sSEED-FOLD or NAME-FOLD."""
    found = re.fullmatch(r"(.+?)(?:-s(\d+))?-(\w+)", run.name)
    if found is None:
        raise UsageError(f"{run.name} is not named as runs are (NAME-FOLD or NAME-sSEED-FOLD).")
    return found[1], int(found[2] or 0), found[3]


def measure_robustness(runs: list[Path], results: Path, per_image: int, report: Callable[[str], None] = print) -> None:
    """Appends to `results` a line for each run and shift, as `experiment` writes them; what is there is not done again.

    Raises UsageError for runs without held-out groups.
    """
    done = finished_runs(results)
    together: dict[str, list[tuple[Path, Dsml]]] = {}
    opened: dict[str, tuple[CropCache, np.ndarray, list[str], list[float]]] = {}
    for run in runs:
        model, config, description = load_run(run)
        if not description["held_out"]:
            raise UsageError(f"{run.name} was trained on every group; robustness is measured on held-out ones.")
        shared = [description["held_out"], config.network.backbone, config.network.blocks, model.frozen]
        key = json.dumps([*shared, repr(config.crops), repr(config.data)])
        together.setdefault(key, []).append((run, model))
        if key not in opened:
            cache = open_cache(config, report)
            indices = chosen_patches(cache, split_patches(cache.patches, description["held_out"])[1], per_image)
            opened[key] = (cache, indices, list(description["class_names"]), config.crops.spacings_um_px)
    results.parent.mkdir(parents=True, exist_ok=True)
    for key, members in together.items():
        cache, indices, class_names, spacings = opened[key]
        for name, shift in SHIFTS.items():
            left = [(run, model) for run, model in members if f"{run.name}: {name}" not in done]
            if not left:
                continue
            for (run, _), found in zip(left, predict_shifted([m for _, m in left], cache, indices, shift), strict=True):
                label, seed, fold = run_label(run)
                line = {"name": f"{run.name}: {name}", "variant": f"{label}: {name}", "seed": seed, "fold": fold}
                line |= {"spacings_um_px": spacings, **summarise(found, class_names, intervals=False)}
                line |= {"correspondence": {}, "curve": [], "predictions": pack_predictions(found)}
                with results.open("a") as file:
                    file.write(json.dumps(line) + "\n")
                report(f"{run.name}: {name}: accuracy {line['scores']['accuracy']:.3f}")
