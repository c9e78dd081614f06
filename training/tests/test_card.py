"""What a model card says of its figures: intervals, further results from their lines."""

import json
from pathlib import Path

import numpy as np
import pytest

from dsml.errors import UsageError
from dsml.export import figures
from dsml.predictions import pack_predictions
from dsml.scores import risk_at_coverage


def predictions(said: list[int], labels: list[int], group: str) -> dict[str, np.ndarray]:
    return {
        "logits": np.eye(2, dtype=np.float32)[said] * 2,
        "labels": np.array(labels),
        "groups": np.array([group] * len(said)),
        "images": np.array([f"{group}.png"] * len(said)),
    }


def test_intervals_hold_the_scores_they_stand_beside() -> None:
    row = figures.interval_row("patient-1", predictions([0, 1, 1, 1, 0, 0] * 5, [0, 1, 0, 1, 0, 1] * 5, "patient-1"))
    assert row.startswith("| patient-1 (30 patches) | 0.667 (")
    for cell in row.strip("| ").split(" | ")[1:]:
        value, low, high = (float(part) for part in cell.strip(")").replace("(", "").replace(" to ", " ").split())
        assert 0 < low < value < high < 1


def test_further_results_come_from_their_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "TRAINING_ROOT", tmp_path)
    entry = {"title": "Stripes", "results": "stripes.jsonl", "command": "python -m dsml experiment --plan P"}
    with pytest.raises(UsageError, match="run: python -m dsml experiment --plan P"):
        figures.further([entry])
    lines = [{"predictions": pack_predictions(predictions([0, 1, 1], [0, 1, 0], g))} for g in ("even", "odd")]
    (tmp_path / "stripes.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    text = figures.further([entry])
    assert text[:3] == ["### Stripes", "", "`python -m dsml experiment --plan P`"]
    assert [row.split(" (")[0] for row in text if row.startswith("| ")][1:] == [
        "| even",
        "| odd",
        "| all of them, pooled",
    ]


def test_the_surest_answers_are_counted_first() -> None:
    probabilities = np.array([[0.6, 0.4], [0.1, 0.9], [0.8, 0.2], [0.45, 0.55]])
    assert risk_at_coverage(probabilities, np.array([1, 1, 0, 1]), [1.0, 0.75, 0.5]) == pytest.approx([0.25, 1 / 3, 0])
