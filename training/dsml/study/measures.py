"""What a study says of one variant: calibration, risk at coverage, per-class AUC, correspondence, training curve."""

from typing import Any

import numpy as np

from dsml.calibrate import fit_temperature
from dsml.scores import calibration_error, class_aucs, risk_at_coverage, softmax
from dsml.study.data import Study, Variant


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


def mean_risk_at_coverage(study: Study, variant: Variant, coverages: list[float]) -> list[float]:
    """Share of wrong answers among the surest `coverage` of all, mean over seeds."""
    return np.mean([risk_at_coverage(p, study.labels, coverages) for p in variant.probabilities], axis=0).tolist()


def per_class(study: Study, variant: Variant) -> list[float]:
    """One-vs-rest AUC of each class, mean over seeds."""
    return np.mean([class_aucs(p, study.labels) for p in variant.probabilities], axis=0).tolist()


def mean_correspondence(variant: Variant) -> dict[str, dict[str, float]]:
    """Correspondence scores per pair of spacings, mean over runs; a score that only some runs have is left out."""
    found = [line["correspondence"] for line in variant.lines]
    return {
        pair: {
            key: float(np.mean([entry[pair][key] for entry in found]))
            for key in found[0][pair]
            if all(key in entry[pair] for entry in found)
        }
        for pair in (found[0] if found else {})
    }


def mean_curve(lines: list[dict[str, Any]], part: str) -> dict[int, float]:
    """A part of the loss by step, mean over runs."""
    values: dict[int, list[float]] = {}
    for entry in (entry for line in lines for entry in line.get("curve", [])):
        if part in entry:
            values.setdefault(int(entry["step"]), []).append(entry[part])
    return {step: float(np.mean(v)) for step, v in sorted(values.items())}
