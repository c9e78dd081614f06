"""The command line, settings, plans and reports: what a user touches."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dsml import experiment
from dsml.cli import main
from dsml.config import TRAINING_ROOT, Config, load_config
from dsml.errors import UsageError
from dsml.experiment import planned_runs, run_experiment
from dsml.study.sections import recorded


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    whole = [sys.executable, "-m", "dsml", "--help"]
    listed = subprocess.run(whole, capture_output=True, text=True, cwd=TRAINING_ROOT, check=True).stdout
    commands = listed[listed.index("{") + 1 : listed.index("}")].split(",")
    assert {"prepare", "train", "export", "familiarity", "judge", "infer"} <= set(commands)
    for command in commands:
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        shown = capsys.readouterr().out
        assert ended.value.code == 0 and f"dsml {command} " in shown and "--" in shown


def test_a_users_mistake_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--config", "configs/none.yaml"]) == 2
    assert "No configuration" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["phantom", "glas-colon", "glas-regions", "her2st-breast", "bcss", "example-own-data"])
def test_shipped_settings_load_and_can_be_overridden(name: str) -> None:
    file = TRAINING_ROOT / "configs" / f"{name}.yaml"
    config = load_config(file, ["train.steps=7", "crops.spacings_um_px=[1.0]", "train.linear_penalty=1e-05"])
    assert config.train.linear_penalty == 0.00001
    assert config.name in (name, "own-slides") and config.train.steps == 7 and config.crops.spacings_um_px == [1.0]
    with pytest.raises(UsageError, match="stepz"):
        load_config(file, ["train.stepz=7"])


def result(variant: str, accuracy: float) -> dict:
    scores = {"macro_auc": 0.9, "accuracy": accuracy, "macro_f1": 0.8}
    return {"name": f"{variant}-{accuracy}", "variant": variant, "scores": scores, "per_class_recall": {"a": accuracy}}


def test_a_plan_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = {
        "name": "p",
        "base": "configs/phantom.yaml",
        "seeds": [0, 1],
        "folds": [0, 1],
        "variants": {"x": {}, "y": {}},
    }
    assert [run["name"] for run in planned_runs(plan)][:5] == [
        "p-x-s0-0",
        "p-x-s0-1",
        "p-y-s0-0",
        "p-y-s0-1",
        "p-x-s1-0",
    ]
    (tmp_path / "plan.yaml").write_text(json.dumps(plan))
    results = tmp_path / "results.jsonl"
    results.write_text(json.dumps({"name": "p-x-s0-0"}) + "\n" + json.dumps({"name": "p-y-s1-1"}) + "\n")
    trained = []

    def train_run(config: Config, fold: str, run: Path, report: Callable[[str], None]) -> Path:
        trained.append(run.name)
        run.mkdir(parents=True)
        (run / "model.pt").touch()
        return run

    def evaluate_run(run: Path, on: str | None, quick: bool) -> dict:
        values = {"logits": np.zeros((2, 2)), "labels": [0, 1], "images": ["a", "b"], "groups": ["p", "q"]}
        np.savez(run / "predictions.npz", **values)
        return {"scores": {}}

    monkeypatch.setattr(experiment, "train_run", train_run)
    monkeypatch.setattr(experiment, "evaluate_run", evaluate_run)
    monkeypatch.setattr(experiment, "RUNS", tmp_path / "runs")
    run_experiment(tmp_path / "plan.yaml", results)
    assert len(trained) == 6 and "p-x-s0-0" not in trained
    run_experiment(tmp_path / "plan.yaml", results)
    assert len(trained) == 6 and len(results.read_text().splitlines()) == 8
    assert not list((tmp_path / "runs").rglob("model.pt"))  # only results are kept


def test_recorded_scores_are_means_over_runs() -> None:
    rows = recorded([result("three", 0.9), result("three", 0.8), result("one", 0.5)])
    assert "| three | 2 | 0.900 | 0.850 |" in rows[2] and rows[2].endswith("| 0.850 |")
    assert rows[3].startswith("| one | 1 |")
