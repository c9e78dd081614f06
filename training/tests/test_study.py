"""Studies: pooling, paired draws against patch-by-patch scores, verdicts, calibration, on lines of known truth."""

import dataclasses
import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from dsml.errors import UsageError
from dsml.predictions import pack_predictions
from dsml.scores import score
from dsml.study.claims import HELPS, SEVERAL, claims, in_short, measure
from dsml.study.curves import draw_curves
from dsml.study.data import COMPARATOR, joined, load_study
from dsml.study.draws import SCORES, counted_scores, draw_scores, interval, unit_counts, units_of
from dsml.study.measures import cross_fitted_calibration, mean_risk_at_coverage
from dsml.study.report import study_section

LABELS = np.arange(60) % 3
IMAGES = np.array([f"image-{i // 5}" for i in range(60)])
GROUPS = np.array([f"patient-{i // 10}" for i in range(60)])
SPACINGS = {"fine": [0.5], "coarse": [1.0], "both": [0.5, 1.0], "both-sim": [0.5, 1.0]}
RIGHT = {"fine": 0.6, "coarse": 0.5, "both": 0.95, "both-sim": 0.95}


def line(variant: str, seed: int, fold: int) -> dict:
    """One run of two folds: a share RIGHT of the patches is answered right, all of them three times too surely."""
    own = np.flatnonzero(np.arange(60) // 30 == fold)
    random = np.random.default_rng([seed, fold, len(variant)])
    says = np.where(random.random(len(own)) < RIGHT[variant], LABELS[own], (LABELS[own] + 1) % 3)
    logits = 6.0 * np.eye(3)[says] + random.normal(0, 0.1, (len(own), 3))
    values = {"logits": logits, "labels": LABELS[own], "images": IMAGES[own], "groups": GROUPS[own]}
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
    lines = [line(*run) for run in runs[:-1]]  # the last fold of the last variant and seed is missing
    file = tmp_path / "made.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)) + "\n")
    return file


def test_folds_are_pooled_and_a_seed_without_all_of_them_is_left_out(results: Path) -> None:
    study = load_study(results)
    assert study.variants["both"].logits.shape == (2, 60, 3) and study.variants["both-sim"].seeds == (0,)
    assert study.unfinished == ["both-sim seed 1"]
    assert np.array_equal(study.labels, LABELS) and np.array_equal(study.groups, GROUPS)
    mean = np.mean([study.variants[name].probabilities for name in ("fine", "coarse")], axis=0)
    assert np.allclose(study.variants[COMPARATOR].probabilities, mean, atol=1e-6)


def test_drawing_units_by_their_counts_is_drawing_their_patches() -> None:
    random = np.random.default_rng(0)
    # rounded, so that there are ties; the last unit has one class only
    probabilities = random.dirichlet(np.ones(3), 90).round(1)
    labels, unit = random.integers(0, 3, 90), np.repeat(np.arange(6), 15)
    labels[75:] = 2
    times = np.array([[1, 1, 1, 1, 1, 1], [2, 0, 3, 0, 1, 0], [0, 0, 0, 0, 0, 6]])
    found = counted_scores(unit_counts(probabilities, labels, unit, 6), times)
    for draw, counts in enumerate(times[:2]):
        picked = np.repeat(np.arange(90), counts[unit])
        expected = score(probabilities[picked], labels[picked])
        assert {key: found[key][draw] for key in SCORES} == pytest.approx(expected)
    assert np.isnan(found["macro_auc"][2]) and found["accuracy"][2] > 0  # one class alone has no AUC


def test_draws_are_over_images_and_patients_and_hold_the_score(results: Path) -> None:
    study = load_study(results)
    units = units_of(study)
    assert list(units) == ["images", "patients"]
    few = dataclasses.replace(study, images=np.repeat(["a", "b", "c"], 20), groups=np.repeat("p", 60))
    assert list(units_of(few)) == ["patches"]  # one variant has one seed only
    right = (study.variants["both"].logits.argmax(2) == LABELS).mean()
    for values in units.values():
        drawn = draw_scores(study, values, draws=200)["both"]["accuracy"]
        low, high = interval(drawn)
        assert drawn[0] == pytest.approx(right) and low <= right <= high and low < high


def test_a_claim_holds_only_when_every_interval_lies_above_zero(results: Path) -> None:
    found = claims(measure(load_study(results)))
    verdicts = {(d.claim, d.first, d.second, d.key): d.verdict for d in found}
    assert verdicts[SEVERAL, "both", "fine", "accuracy"] == "above 0"
    assert verdicts[HELPS, "both-sim", "both", "accuracy"] == "an interval holds 0"
    short = "\n".join(in_short([("made", d) for d in found]))
    assert f"*{HELPS}*: held in 0 of 2" in short and "made: both - fine in accuracy" in short


def test_calibration_is_fitted_on_other_folds_and_makes_answers_humbler(results: Path) -> None:
    study = load_study(results)
    temperature, before, after = cross_fitted_calibration(study, study.variants["fine"])
    assert temperature > 3 and after < before / 2
    risks = mean_risk_at_coverage(study, study.variants["fine"], [1.0, 0.5])
    assert risks[0] == pytest.approx(1 - (study.variants["fine"].logits.argmax(2) == LABELS).mean())


def test_a_section_has_the_parts_it_asks_for_and_the_command(results: Path) -> None:
    entry = {"results": "made", "heading": "Made", "parts": ["folds", "correspondence", "curves"], "curves": ["both"]}
    section = study_section(results.parent, entry)
    text = "\n".join(section.lines)
    assert "60 patches of 12 images of 6 patients. Left out, because folds are missing: both-sim seed 1." in text
    assert "| both | 0.5-1 | 0.500 | 0.016 | 0.250 |" in text and "One-vs-rest" not in text
    assert "patient-0, patient-1, patient-2" in text
    svg = ElementTree.fromstring(section.pictures["made-curves.svg"])
    assert len([e for e in svg.iter() if e.tag.endswith("polyline")]) == 1


def test_curves_leave_out_what_was_not_logged_and_stay_in_their_panel() -> None:
    svg = ElementTree.fromstring(draw_curves({"loss": {"a & b": {20: 3.0, 100: 0.2}}, "none": {"a & b": {}}}))
    lines = [e.get("points", "") for e in svg.iter() if e.tag.endswith("polyline")]
    xs, ys = zip(*(map(float, point.split(",")) for point in lines[0].split()), strict=True)
    assert len(lines) == 1 and xs[0] < xs[1] < 300 and 0 < ys[0] < ys[1] < 150
    assert any(e.text == "a & b" for e in svg.iter())


def test_studies_of_other_patches_are_not_joined(results: Path) -> None:
    study = load_study(results)
    assert "x: both" in joined(study, study, ["both"], "x").variants
    other = results.with_name("other.jsonl")
    other.write_text(json.dumps(line("fine", 0, 0)) + "\n")
    with pytest.raises(UsageError, match="other patches"):
        joined(study, load_study(other), ["fine"], "x")


def test_no_whole_cross_validation_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="run an experiment first"):
        load_study(tmp_path / "none.jsonl")
