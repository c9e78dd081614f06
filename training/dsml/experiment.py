"""Runs a plan: a list of trainings, each evaluated, one JSON line of results a run.

A plan is a YAML file: `base` (a configuration), `seeds`, `variants` ({name: {setting: value}}), if any `settings` that
all variants share, and either `folds` (cross validation) or `test_on` (train on everything, evaluate on another data
set). `quick: true` evaluates on cached frozen features; `keep_weights: true` keeps each run's network. Seeds are the
outermost loop, so that a stopped plan is balanced; lines that are there already are not run again. A line carries the
predictions too, so that tables can pool folds and draw intervals on a machine that has no data.
"""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from dsml.config import TRAINING_ROOT, load_config
from dsml.errors import UsageError
from dsml.evaluate import evaluate_run
from dsml.predictions import pack_predictions
from dsml.processes import is_first_process
from dsml.train import RUNS, train_run


def planned_runs(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Every run of a plan in order: `name`, `variant`, `seed`, `fold`, `settings`."""
    runs = []
    folds = [str(f) for f in plan.get("folds", ["all"])]
    for seed, (variant, settings), fold in itertools.product(plan["seeds"], plan["variants"].items(), folds):
        name = f"{plan['name']}-{variant}-s{seed}-{fold}"
        together = {**plan.get("settings", {}), **(settings or {})}
        runs.append({"name": name, "variant": variant, "seed": seed, "fold": fold, "settings": together})
    return runs


def load_plan(plan_file: Path) -> dict[str, Any]:
    """A plan's values. Raises UsageError when the file or a needed member is missing."""
    if not plan_file.is_file():
        raise UsageError(f"No plan at {plan_file}.")
    plan: dict[str, Any] = yaml.safe_load(plan_file.read_text())
    missing = [key for key in ("name", "base", "seeds", "variants") if key not in plan]
    if missing:
        raise UsageError(f"{plan_file}: missing {', '.join(missing)}.")
    return plan


def finished_runs(results: Path) -> set[str]:
    """Names of the runs that have a line; a last line that was cut off by a stop is removed."""
    if not results.is_file():
        return set()
    text = results.read_text()
    if text and not text.endswith("\n"):
        text = text[: text.rfind("\n") + 1]
        results.write_text(text)
    return {json.loads(line)["name"] for line in text.splitlines() if line}


def curve(run: Path) -> list[dict[str, float]]:
    """The training log of a run, thinned out to about ten entries, the last one among them."""
    log = run / "log.jsonl"
    entries = [json.loads(line) for line in log.read_text().splitlines()] if log.is_file() else []
    return entries[:: -max(1, len(entries) // 10)][::-1]


def run_experiment(plan_file: Path, results: Path) -> None:
    """Runs what of the plan is not in `results` yet and appends a line for each. Raises UsageError for a bad plan."""
    plan = load_plan(plan_file)
    done = finished_runs(results)
    for planned in planned_runs(plan):
        if planned["name"] in done:
            print(f"{planned['name']}: done before")
            continue
        settings = {**planned["settings"], "train.seed": planned["seed"]}
        overrides = [f"{key}={json.dumps(value)}" for key, value in settings.items()]
        config = load_config(TRAINING_ROOT / plan["base"], overrides)
        print(planned["name"], flush=True)
        run = train_run(config, planned["fold"], RUNS / planned["name"], lambda line: print(line, flush=True))
        if not is_first_process():
            continue
        summary = evaluate_run(run, plan.get("test_on"), bool(plan.get("quick")))
        where = run / f"on-{Path(plan['test_on']).name}" if "test_on" in plan else run
        results.parent.mkdir(parents=True, exist_ok=True)
        line = {**planned, "spacings_um_px": config.crops.spacings_um_px, **summary, "curve": curve(run)}
        line["predictions"] = pack_predictions(np.load(where / "predictions.npz"))
        with results.open("a") as file:
            file.write(json.dumps(line) + "\n")
        if not plan.get("keep_weights"):
            (run / "model.pt").unlink()
