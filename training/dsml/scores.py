"""Scores of predictions: AUC, accuracy, F1, their bootstrap intervals, calibration error. NumPy only."""

from collections.abc import Callable

import numpy as np


def softmax(logits: np.ndarray) -> np.ndarray:
    """Along the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def binary_auc(scores: np.ndarray, positive: np.ndarray) -> float:
    """Area under the ROC curve by the rank sum, ties counted half; NaN when one side is empty."""
    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    if not n_positive or not n_negative:
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ends = counts.cumsum()
    ranks = (ends - (counts - 1) / 2)[inverse]
    return float((ranks[positive].sum() - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))


def class_aucs(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """One-vs-rest AUC of each class; NaN for a class that is absent or alone."""
    return np.array([binary_auc(probabilities[:, c], labels == c) for c in range(probabilities.shape[1])])


def confusion(predicted: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Counts [true class, predicted class]."""
    return np.bincount(labels * classes + predicted, minlength=classes * classes).reshape(classes, classes)


def score(probabilities: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """`macro_auc`, `accuracy`, `macro_f1` over the classes present. probabilities [N, K], labels int [N]."""
    table = confusion(probabilities.argmax(1), labels, probabilities.shape[1])
    present = table.sum(1) > 0
    f1 = 2 * np.diag(table) / np.maximum(table.sum(0) + table.sum(1), 1)
    aucs = class_aucs(probabilities, labels)
    return {
        "macro_auc": float(np.nanmean(aucs)) if np.isfinite(aucs).any() else float("nan"),
        "accuracy": float(np.trace(table) / max(table.sum(), 1)),
        "macro_f1": float(f1[present].mean()),
    }


def bootstrap(
    measure: Callable[[np.ndarray], dict[str, float]], units: np.ndarray, draws: int = 500, seed: int = 0
) -> dict[str, list[float]]:
    """95 % intervals of what `measure(indices)` returns, drawing whole units (patients or images) with replacement."""
    random = np.random.default_rng(seed)
    names, inverse = np.unique(units, return_inverse=True)
    members = [np.flatnonzero(inverse == k) for k in range(len(names))]
    values: dict[str, list[float]] = {}
    for _ in range(draws):
        drawn = np.concatenate([members[k] for k in random.integers(len(names), size=len(names))])
        for key, value in measure(drawn).items():
            values.setdefault(key, []).append(value)
    return {k: [float(np.nanpercentile(v, q)) for q in (2.5, 97.5)] for k, v in values.items()}


def risk_at_coverage(probabilities: np.ndarray, labels: np.ndarray, coverages: list[float]) -> list[float]:
    """Share of wrong answers among the surest `coverage` of all, for each coverage (0..1)."""
    order = np.argsort(-probabilities.max(1), kind="stable")
    wrong = probabilities.argmax(1)[order] != labels[order]
    return [float(wrong[: max(1, round(c * len(wrong)))].mean()) for c in coverages]


def calibration_error(probabilities: np.ndarray, labels: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error of the top class over equally wide bins of confidence."""
    confidence = probabilities.max(1)
    correct = probabilities.argmax(1) == labels
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(confidence[which == b].mean() - correct[which == b].mean()) * (which == b).mean() for b in set(which)]
    return float(np.sum(gaps))
