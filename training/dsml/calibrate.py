"""Temperatures and the "uncertain" threshold, fitted on patches whose patients the model has not seen.

One temperature for the fused logits and one per magnification; it scales logits and never changes a class.
"""

import numpy as np
import torch

from dsml.scores import softmax

WANTED_ACCURACY = 0.98  # of the answers that are not called uncertain
SMALLEST_SHARE = 0.1  # of all answers, that must not be called uncertain


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The T that minimises the negative log likelihood of softmax(logits / T). logits [N, K]; T in [0.25, 10].

    Guo et al., On calibration of modern neural networks, ICML 2017.
    """
    x, y = torch.from_numpy(logits).double(), torch.from_numpy(labels)
    candidates = torch.logspace(np.log10(0.25), 1.0, 400, dtype=torch.float64)
    losses = torch.stack([torch.nn.functional.cross_entropy(x / t, y) for t in candidates])
    return round(float(candidates[losses.argmin()]), 3)


def uncertain_below(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The lowest confidence from which on WANTED_ACCURACY of the answers are right, within [0.5, 0.9].

    Where no threshold reaches that, the one with the highest accuracy. At least SMALLEST_SHARE of the answers stay
    above it: a model that calls everything uncertain would say nothing.
    """
    confidence, correct = probabilities.max(1), probabilities.argmax(1) == labels
    best, best_accuracy = 0.5, 0.0
    for threshold in np.arange(50, 91) / 100:
        kept = confidence >= threshold
        if kept.mean() < SMALLEST_SHARE:
            break
        accuracy = correct[kept].mean()
        if accuracy >= WANTED_ACCURACY:
            return round(float(threshold), 2)
        if accuracy > best_accuracy:
            best, best_accuracy = float(threshold), accuracy
    return round(best, 2)


def fit_calibration(logits: np.ndarray, per_magnification: np.ndarray, labels: np.ndarray) -> dict[str, object]:
    """The manifest's `x_calibration`. logits [N, K], per_magnification [N, M, K], labels int [N]."""
    temperature = fit_temperature(logits, labels)
    return {
        "temperature": temperature,
        "per_magnification": [
            fit_temperature(per_magnification[:, m], labels) for m in range(per_magnification.shape[1])
        ],
        "uncertain_below": uncertain_below(softmax(logits / temperature), labels),
        "fitted_on": "grouped validation",
    }
