"""Reads a cross-validated grid's result lines as one study: pooled scores, paired differences, what held and what not.

Every score pools the folds of a seed (each patch is predicted once, by a network that has not seen its patient) and is
then averaged over seeds. Intervals are 95 % bootstrap intervals over images, drawn alike for all variants; seeds are
drawn with them, so that both kinds of chance are in them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dsml.calibrate import fit_temperature
from dsml.errors import UsageError
from dsml.predictions import unpack_predictions
from dsml.scores import calibration_error, class_aucs, score, softmax

SCORES = ("macro_auc", "accuracy", "macro_f1")
DRAWS = 300
SIMILARITY = "-sim"
COMPARATOR = "mean of three"


@dataclass(frozen=True)
class Variant:
    """Pooled predictions of one variant: `logits` [S seeds, N, K]; `folds` [N]: the fold that held a patch out."""

    name: str
    logits: np.ndarray
    seeds: tuple[int, ...]
    folds: np.ndarray
    lines: list[dict[str, Any]]

    @property
    def probabilities(self) -> np.ndarray:
        """[S, N, K]."""
        return softmax(self.logits)


@dataclass(frozen=True)
class Study:
    """Variants on the same patches: `labels` int [N], `images` str [N], `class_names`."""

    variants: dict[str, Variant]
    labels: np.ndarray
    images: np.ndarray
    class_names: list[str]
    unfinished: list[str]


def _pooled(lines: list[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Logits, labels, images and folds of one seed's folds together, ordered by fold."""
    parts = [unpack_predictions(line["predictions"]) for line in sorted(lines, key=lambda line: line["fold"])]
    folds = np.concatenate([np.full(len(p["labels"]), k) for k, p in enumerate(parts)])
    logits, labels, images = (np.concatenate([p[key] for p in parts]) for key in ("logits", "labels", "images"))
    return logits, labels, images, folds


def load_study(results: Path) -> Study:
    """The seeds of each variant that have all their folds. Raises UsageError when no variant has one."""
    if not results.is_file():
        raise UsageError(f"No results at {results}; run an experiment first.")
    lines = [json.loads(line) for line in results.read_text().splitlines() if line]
    by_run: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for line in lines:
        by_run.setdefault((line["variant"], line["seed"]), []).append(line)
    whole = max((len(runs) for runs in by_run.values()), default=0)
    unfinished = [f"{name} seed {seed}" for (name, seed), runs in by_run.items() if len(runs) < whole]
    complete = {key: runs for key, runs in by_run.items() if len(runs) == whole}
    if not complete:
        raise UsageError(f"{results} holds no whole cross validation.")
    variants: dict[str, Variant] = {}
    for name in dict.fromkeys(name for name, _ in complete):
        seeds = sorted(seed for other, seed in complete if other == name)
        pooled = [_pooled(complete[name, seed]) for seed in seeds]
        logits, (_, labels, images, folds) = np.stack([p[0] for p in pooled]), pooled[0]
        own = [line for seed in seeds for line in complete[name, seed]]
        variants[name] = Variant(name, logits, tuple(seeds), folds, own)
    _add_comparator(variants)
    class_names = list(lines[0]["per_class_recall"])
    return Study(variants, labels, images, class_names, unfinished)


def _add_comparator(variants: dict[str, Variant]) -> None:
    """The mean of the probabilities of the networks that saw one magnification each: no DSML, the same steps each."""
    single = [v for v in variants.values() if all(len(line["spacings_um_px"]) == 1 for line in v.lines)]
    seeds = set.intersection(*(set(v.seeds) for v in single)) if len(single) > 1 else set()
    seen = [v.lines[0]["spacings_um_px"][0] for v in single]
    if seeds and len(set(seen)) == len(seen):
        rows = [v.probabilities[[v.seeds.index(s) for s in sorted(seeds)]] for v in single]
        logits = np.log(np.maximum(np.mean(rows, axis=0), 1e-9))
        variants[COMPARATOR] = Variant(COMPARATOR, logits, tuple(sorted(seeds)), single[0].folds, [])


def draw_scores(study: Study, draws: int = DRAWS) -> dict[str, dict[str, np.ndarray]]:
    """Each variant's scores: entry 0 of each array is that of all images, the others those of bootstrap draws."""
    random = np.random.default_rng(0)
    names, inverse = np.unique(study.images, return_inverse=True)
    members = [np.flatnonzero(inverse == k) for k in range(len(names))]
    picks = [np.arange(len(study.labels))]
    picks += [np.concatenate([members[k] for k in random.integers(len(names), size=len(names))]) for _ in range(draws)]
    seed_picks = random.random((draws + 1, 64))
    out: dict[str, dict[str, np.ndarray]] = {}
    for name, variant in study.variants.items():
        probabilities, count = variant.probabilities, len(variant.seeds)
        rows = []
        for index, pick in enumerate(picks):
            seeds = range(count) if index == 0 else (seed_picks[index, :count] * count).astype(int)
            each = {s: score(probabilities[s][pick], study.labels[pick]) for s in set(seeds)}
            rows.append([np.mean([each[s][key] for s in seeds]) for key in SCORES])
        table = np.array(rows)
        out[name] = {key: table[:, k] for k, key in enumerate(SCORES)}
    return out


def interval(values: np.ndarray) -> tuple[float, float]:
    """95 % interval of the draws of one score (or difference), whose entry 0 is the score itself."""
    low, high = np.percentile(values[1:], [2.5, 97.5])
    return float(low), float(high)


def cross_fitted_calibration(study: Study, variant: Variant) -> tuple[float, float, float]:
    """Mean temperature, and calibration error before and after, mean over seeds.

    The temperature that a fold is judged with was fitted on the other folds.
    """
    temperatures, before, after = [], [], []
    for logits in variant.logits:
        calibrated = np.empty_like(logits)
        for fold in np.unique(variant.folds):
            own = variant.folds == fold
            temperature = fit_temperature(logits[~own], study.labels[~own])
            temperatures.append(temperature)
            calibrated[own] = logits[own] / temperature
        before.append(calibration_error(softmax(logits), study.labels))
        after.append(calibration_error(softmax(calibrated), study.labels))
    return float(np.mean(temperatures)), float(np.mean(before)), float(np.mean(after))


def risk_at_coverage(study: Study, variant: Variant, coverages: list[float]) -> list[float]:
    """Share of wrong answers among the most confident `coverage` of all, mean over seeds."""
    rows = []
    for probabilities in variant.probabilities:
        order = np.argsort(-probabilities.max(1), kind="stable")
        wrong = probabilities.argmax(1)[order] != study.labels[order]
        rows.append([wrong[: max(1, round(c * len(wrong)))].mean() for c in coverages])
    return np.mean(rows, axis=0).tolist()


def per_class(study: Study, variant: Variant) -> list[float]:
    """One-vs-rest AUC of each class, mean over seeds."""
    return np.mean([class_aucs(p, study.labels) for p in variant.probabilities], axis=0).tolist()


def mean_correspondence(variant: Variant) -> dict[str, dict[str, float]]:
    """Correspondence scores per pair of spacings, mean over runs."""
    found = [line["correspondence"] for line in variant.lines]
    return {
        # a control that only some of the runs have is left out
        pair: {
            key: float(np.mean([entry[pair][key] for entry in found]))
            for key in found[0][pair]
            if all(key in entry[pair] for entry in found)
        }
        for pair in (found[0] if found else {})
    }


def mean_curve(variant: Variant, key: Callable[[dict[str, float]], float | None]) -> dict[int, float]:
    """A member of the training log by step, mean over runs."""
    values: dict[int, list[float]] = {}
    for line in variant.lines:
        for entry in line["curve"]:
            value = key(entry)
            if value is not None:
                values.setdefault(int(entry["step"]), []).append(value)
    return {step: float(np.mean(v)) for step, v in sorted(values.items())}
