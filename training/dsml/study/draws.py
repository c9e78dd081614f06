"""Scores of every variant in the same bootstrap draws, so that differences are paired.

A draw takes images (or patients) with replacement, and seeds. Drawing units needs no patches: the AUC is a sum over
pairs of units of how often a positive of one outranks a negative of the other, so that a draw is a product of small
matrices.
"""

from dataclasses import dataclass

import numpy as np

from dsml.study.data import Study

SCORES = ("macro_auc", "accuracy", "macro_f1")
DRAWS = 1000
FEWEST = 5
Scores = dict[str, np.ndarray]


@dataclass(frozen=True)
class UnitCounts:
    """What one network's predictions come to per unit: `wins` [K, U, U], `positives` [K, U], `confusion` [U, K, K]."""

    wins: np.ndarray
    positives: np.ndarray
    confusion: np.ndarray


def unit_counts(probabilities: np.ndarray, labels: np.ndarray, unit: np.ndarray, units: int) -> UnitCounts:
    """Counts of probabilities [N, K] by the unit [N] (0..U-1) that each patch is of."""
    classes = probabilities.shape[1]
    wins = np.zeros((classes, units, units))
    for k in range(classes):
        positive = labels == k
        negatives, positives = probabilities[~positive, k], probabilities[positive, k]
        order = np.argsort(negatives)
        below = np.zeros((len(order) + 1, units))
        below[np.arange(len(order)) + 1, unit[~positive][order]] = 1
        below = below.cumsum(0)
        ranked = negatives[order]
        # ties count half
        row = below[np.searchsorted(ranked, positives, "left")] + below[np.searchsorted(ranked, positives, "right")]
        wins[k] = np.eye(units)[unit[positive]].T @ row / 2
    said = probabilities.argmax(1)
    flat = (unit * classes + labels) * classes + said
    confusion = np.bincount(flat, minlength=units * classes * classes).reshape(units, classes, classes)
    return UnitCounts(wins, confusion.sum(2).T, confusion)


def counted_scores(counts: UnitCounts, times: np.ndarray) -> Scores:
    """Scores of draws [D, U] of how often each unit was drawn: SCORES by name, each [D]; as `dsml.scores.score`."""
    units, classes, _ = counts.confusion.shape
    table = (times @ counts.confusion.reshape(units, -1)).reshape(-1, classes, classes)
    truth, said, right = table.sum(2), table.sum(1), np.einsum("dkk->dk", table)
    total = truth.sum(1, keepdims=True)
    pairs = truth * (total - truth)
    won = np.stack([((times @ wins) * times).sum(1) for wins in counts.wins], axis=1)
    aucs = np.where(pairs > 0, won / np.maximum(pairs, 1), np.nan)
    f1 = np.where(truth > 0, 2 * right / np.maximum(truth + said, 1), np.nan)
    return {
        "macro_auc": _mean_of_known(aucs),
        "accuracy": right.sum(1) / np.maximum(total[:, 0], 1),
        "macro_f1": _mean_of_known(f1),
    }


def _mean_of_known(values: np.ndarray) -> np.ndarray:
    """Mean of each row's numbers; NaN for a row without any."""
    with np.errstate(invalid="ignore"):
        return np.nansum(values, axis=1) / np.isfinite(values).sum(1)


def units_of(study: Study) -> dict[str, np.ndarray]:
    """What is drawn: images and patients where there are FEWEST of them, else seeds, else single patches.

    Patches near each other are alike: an interval over them is too narrow, and better than one over three images.
    """
    named = {"images": study.images, "patients": study.groups}
    several = {name: values for name, values in named.items() if len(set(values.tolist())) >= FEWEST}
    if several:
        return several
    if min(len(variant.seeds) for variant in study.variants.values()) > 1:
        return {"seeds": np.zeros(len(study.labels), np.int64)}
    return {"patches": np.arange(len(study.labels))}


def draw_scores(study: Study, units: np.ndarray, draws: int = DRAWS) -> dict[str, Scores]:
    """Each variant's scores: entry 0 of each array is that of all patches, the others those of bootstrap draws."""
    random = np.random.default_rng(0)
    names, unit = np.unique(units, return_inverse=True)
    times = np.ones((draws + 1, len(names)))
    times[1:] = random.multinomial(len(names), np.full(len(names), 1 / len(names)), draws)
    seed_picks = random.random((draws + 1, 64))
    out: dict[str, Scores] = {}
    for name, variant in study.variants.items():
        count = len(variant.seeds)
        picks = (seed_picks[:, :count] * count).astype(int)
        picks[0] = np.arange(count)
        counts = [unit_counts(p, study.labels, unit, len(names)) for p in variant.probabilities]
        each = [counted_scores(c, times) for c in counts]
        stacked = {key: np.stack([e[key] for e in each]) for key in SCORES}
        out[name] = {key: np.take_along_axis(rows, picks.T, 0).mean(0) for key, rows in stacked.items()}
    return out


def interval(values: np.ndarray) -> tuple[float, float]:
    """95 % interval of the draws of one score (or difference), whose entry 0 is the score itself."""
    low, high = np.nanpercentile(values[1:], [2.5, 97.5])
    return float(low), float(high)
