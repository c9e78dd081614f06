"""Runs a trained network over the patches that were held out from it, and scores what it says.

`predictions.npz` in the run's folder holds logits and labels, so that calibration and reports need no network.
"""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from dsml.data.cache import CropCache, open_cache
from dsml.data.features import FeatureCache, open_features, to_features
from dsml.data.splits import split_patches
from dsml.errors import UsageError
from dsml.network.dsml import Dsml, Outputs
from dsml.network.similarity import correspondence, overlap
from dsml.scores import bootstrap, calibration_error, class_aucs, confusion, score, softmax
from dsml.train import load_run, to_batch

BATCH = 32
CORRESPONDENCE_BATCHES = 8


def forward(model: Dsml, cache: CropCache | FeatureCache, indices: np.ndarray) -> Outputs:
    """What the network says of some patches (ascending) as they are, without augmentation."""
    if isinstance(cache, FeatureCache):
        features, _, _ = to_features(cache, indices, np.zeros(len(indices), int))
        return model(features, frozen_features=True)
    return model.head(model.quick_windows(to_batch(cache, indices)[0]))


def predict(model: Dsml, cache: CropCache | FeatureCache, indices: np.ndarray) -> dict[str, np.ndarray]:
    """`logits` [N, K], `per_magnification` [N, M, K] and `labels` [N] for the patches `indices` (ascending)."""
    model.eval()
    fused, single = [], []
    with torch.inference_mode():
        for begin in range(0, len(indices), BATCH):
            outputs = forward(model, cache, indices[begin : begin + BATCH])
            fused.append(outputs.logits.float().numpy())
            single.append(outputs.logits_per_magnification.float().numpy())
    return {
        "logits": np.concatenate(fused),
        "per_magnification": np.concatenate(single),
        "labels": cache.labels[indices],
        "groups": np.array([cache.patches[i].group for i in indices]),
        "images": np.array([cache.patches[i].image for i in indices]),
    }


def partners(groups: list[str]) -> tuple[list[int], list[int]]:
    """Positions, and for each the next one, cyclically, of another group; both empty when there is one group."""
    if len(set(groups)) < 2:
        return [], []
    doubled = groups + groups
    found = [next(k for k in range(i + 1, len(doubled)) if doubled[k] != g) % len(groups) for i, g in enumerate(groups)]
    return list(range(len(groups))), found


def correspondence_scores(
    model: Dsml, cache: CropCache | FeatureCache, indices: np.ndarray, spacings: list[float]
) -> dict[str, dict]:
    """Correspondence per pair "fine-coarse" on some patches.

    As controls also with the fine crop of another patch, and of another group's patch where there are several groups.
    """
    random = np.random.default_rng(0)
    chosen = random.choice(indices, min(len(indices), CORRESPONDENCE_BATCHES * BATCH), replace=False)
    collected: dict[str, list[dict[str, float]]] = {}
    with torch.inference_mode():
        for begin in range(0, len(chosen), BATCH):
            part = np.sort(chosen[begin : begin + BATCH])
            if len(part) < 2:
                continue
            z = forward(model, cache, part).embeddings
            side = round(z[0].shape[1] ** 0.5)
            own_group, partner = partners([cache.patches[i].group for i in part])
            for high in range(len(spacings)):
                for low in range(high + 1, len(spacings)):
                    target = overlap(side, spacings[low] / spacings[high])
                    name = f"{spacings[high]:g}-{spacings[low]:g}"
                    own = correspondence(z[low], z[high], target)
                    swapped = correspondence(z[low], z[high].roll(1, 0), target)
                    found = {**own, "top1_swapped": swapped["top1"], "centre_hit_swapped": swapped["centre_hit"]}
                    if own_group:
                        other = correspondence(z[low][own_group], z[high][partner], target)
                        found |= {"top1_other_group": other["top1"], "centre_hit_other_group": other["centre_hit"]}
                    collected.setdefault(name, []).append(found)
    return {
        pair: {
            m: round(float(np.mean([e[m] for e in found if m in e])), 4)
            for m in dict.fromkeys(m for e in found for m in e)
        }
        for pair, found in collected.items()
    }


def summarise(predictions: dict[str, np.ndarray], class_names: list[str], intervals: bool = True) -> dict[str, object]:
    """Scores of `predict`'s result: fused and per magnification, with intervals over groups and over images."""
    logits, labels = predictions["logits"], predictions["labels"]
    probabilities = softmax(logits)
    table = confusion(probabilities.argmax(1), labels, len(class_names))

    def measure(indices: np.ndarray) -> dict[str, float]:
        return score(probabilities[indices], labels[indices])

    single = predictions["per_magnification"]
    recalls = np.diag(table) / np.maximum(table.sum(1), 1)
    return {
        "patches": len(labels),
        "scores": score(probabilities, labels),
        **(
            {f"over_{unit}": bootstrap(measure, predictions[unit]) for unit in ("groups", "images")}
            if intervals
            else {}
        ),
        "per_class_auc": dict(zip(class_names, class_aucs(probabilities, labels).tolist(), strict=True)),
        "per_class_recall": dict(zip(class_names, recalls.tolist(), strict=True)),
        "confusion": table.tolist(),
        "calibration_error": calibration_error(probabilities, labels),
        "per_magnification": [score(softmax(single[:, m]), labels) for m in range(single.shape[1])],
    }


def evaluate_run(
    run: Path, other: str | None = None, quick: bool = False, report: Callable[[str], None] = print
) -> dict[str, object]:
    """Evaluates a run on its held-out groups, or on the whole of another data set (a folder as `data.roots` names it).

    Writes `predictions.npz` and `scores.json` into the run's folder (for another data set into `on-NAME` in it) and
    returns the scores. `quick` evaluates on the cached frozen features, where training did so, and without intervals,
    which the report draws over all folds together.

    Raises UsageError when nothing was held out or the classes of the other set differ.
    """
    model, config, description = load_run(run)
    if other is not None:
        if other in config.data.roots:
            raise UsageError(f"{run.name} was trained on {other}; evaluate it on another data set.")
        config = dataclasses.replace(config, data=dataclasses.replace(config.data, roots=[other]))
        cache = open_cache(config, report)
        if list(cache.class_names) != list(description["class_names"]):
            raise UsageError(f"{other} has other classes than {run.name}: {', '.join(cache.class_names)}.")
        indices = np.flatnonzero([p.copy == 0 for p in cache.patches])
        folder = run / f"on-{Path(other).name}"
        folder.mkdir(exist_ok=True)
    else:
        if not description["held_out"]:
            raise UsageError(f"{run.name} was trained on every group; evaluate a run with a fold, or --on another set.")
        cache = open_cache(config, report)
        _, indices = split_patches(cache.patches, description["held_out"])
        folder = run
    source = open_features(config, cache, report) if quick and config.train.variants else cache
    predictions = predict(model, source, indices)
    np.savez_compressed(folder / "predictions.npz", **predictions)
    summary = summarise(predictions, list(description["class_names"]), intervals=not quick)
    summary["correspondence"] = correspondence_scores(model, source, indices, config.crops.spacings_um_px)
    (folder / "scores.json").write_text(json.dumps(summary, indent=1))
    return summary
