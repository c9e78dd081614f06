"""The report of a grid: pooled scores, paired differences and verdicts, on made result lines whose truth is known."""

import json
from pathlib import Path

import numpy as np
import pytest

from dsml.errors import UsageError
from dsml.predictions import pack_predictions
from dsml.study import COMPARATOR, cross_fitted_calibration, draw_scores, interval, load_study, risk_at_coverage
from dsml.study_report import write_study

LABELS = np.arange(60) % 3
IMAGES = np.array([f"image-{i // 5}" for i in range(60)])
SPACINGS = {"fine": [0.5], "coarse": [1.0], "both": [0.5, 1.0], "both-sim": [0.5, 1.0]}
RIGHT = {"fine": 0.6, "coarse": 0.5, "both": 0.95, "both-sim": 0.95}


def line(folder: Path, variant: str, seed: int, fold: int) -> dict:
    """One run of two folds: the first RIGHT of the patches are answered right, three times too surely."""
    own = np.flatnonzero(np.arange(60) // 30 == fold)
    random = np.random.default_rng([seed, fold, len(variant)])
    says = np.where(random.random(len(own)) < RIGHT[variant], LABELS[own], (LABELS[own] + 1) % 3)
    logits = 6.0 * np.eye(3)[says] + random.normal(0, 0.1, (len(own), 3))
    values = {"logits": logits, "labels": LABELS[own], "images": IMAGES[own], "groups": IMAGES[own]}
    pairs = {"0.5-1": {"top1": 0.5, "gap": 0.25, "top1_swapped": 0.016}} if variant.startswith("both") else {}
    return {
        "name": f"{variant}-{seed}-{fold}",
        "variant": variant,
        "seed": seed,
        "fold": str(fold),
        "spacings_um_px": SPACINGS[variant],
        "per_class_recall": {"a": 1.0, "b": 1.0, "c": 1.0},
        "correspondence": pairs,
        "curve": [{"step": 20, "fused": 1.0}, {"step": 40, "fused": 0.5}],
        "predictions": pack_predictions(values),
    }


@pytest.fixture
def results(tmp_path: Path) -> Path:
    runs = [(v, s, f) for s in (0, 1) for v in SPACINGS for f in (0, 1)]
    lines = [line(tmp_path, *run) for run in runs[:-1]]  # the last fold of the last variant and seed is missing
    file = tmp_path / "results.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)) + "\n")
    return file


def test_folds_are_pooled_and_a_seed_without_all_of_them_is_left_out(results: Path) -> None:
    study = load_study(results)
    assert study.variants["both"].logits.shape == (2, 60, 3) and study.variants["both-sim"].seeds == (0,)
    assert study.unfinished == ["both-sim seed 1"]
    assert np.array_equal(study.labels, LABELS)
    both = study.variants["both"]
    right = (both.logits.argmax(2) == LABELS).mean()
    draws = draw_scores(study, draws=40)
    assert draws["both"]["accuracy"][0] == pytest.approx(right)
    low, high = interval(draws["both"]["accuracy"])
    assert low <= right <= high
    mean = np.mean([study.variants[name].probabilities for name in ("fine", "coarse")], axis=0)
    assert np.allclose(study.variants[COMPARATOR].probabilities, mean, atol=1e-6)


def test_calibration_is_fitted_on_other_folds_and_makes_answers_humbler(results: Path) -> None:
    study = load_study(results)
    temperature, before, after = cross_fitted_calibration(study, study.variants["fine"])
    assert temperature > 3 and after < before / 2
    risks = risk_at_coverage(study, study.variants["fine"], [1.0, 0.5])
    assert risks[0] == pytest.approx(1 - (study.variants["fine"].logits.argmax(2) == LABELS).mean())


def test_the_report_says_what_held_and_what_did_not(results: Path, tmp_path: Path) -> None:
    write_study(results, tmp_path / "RESULTS.md", "Made")
    text = (tmp_path / "RESULTS.md").read_text()
    claims = [
        row.split(" | ") for row in text.splitlines() if row.startswith("| several") or row.startswith("| the sim")
    ]
    verdicts = {(row[1], row[2]): row[4].removesuffix(" |") for row in claims}
    assert verdicts["both - fine", "accuracy"] == "held"
    assert verdicts["both-sim - both", "accuracy"].startswith("not shown")
    assert "| both | 0.5-1 | 0.500 | 0.016 | not measured | 0.250 |" in text
    assert "20: 1.000, 40: 0.500" in text and "both-sim seed 1" in text


def test_no_whole_cross_validation_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="run an experiment first"):
        load_study(tmp_path / "none.jsonl")
