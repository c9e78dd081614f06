"""Runs a plan: a list of trainings, each evaluated, one JSON line of results a run.

A plan is a YAML file: `base` (a configuration), `seeds`, `variants` ({name: {setting: value}}), and either `folds`
(cross validation) or `test_on` (train on everything, evaluate on another data set). Seeds are the outermost loop, so
that a stopped plan is balanced; lines that are there already are not run again.
"""

import itertools
import json
from pathlib import Path
from typing import Any

import yaml

from dsml.config import TRAINING_ROOT, load_config
from dsml.errors import UsageError
from dsml.evaluate import evaluate_run
from dsml.train import RUNS, train_run


def planned_runs(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Every run of a plan in order: `name`, `variant`, `seed`, `fold`, `settings`."""
    runs = []
    folds = [str(f) for f in plan.get("folds", ["all"])]
    for seed, (variant, settings), fold in itertools.product(plan["seeds"], plan["variants"].items(), folds):
        name = f"{plan['name']}-{variant}-s{seed}-{fold}"
        runs.append({"name": name, "variant": variant, "seed": seed, "fold": fold, "settings": settings or {}})
    return runs


def run_experiment(plan_file: Path, results: Path) -> None:
    """Runs what of the plan is not in `results` yet and appends a line for each. Raises UsageError for a bad plan."""
    if not plan_file.is_file():
        raise UsageError(f"No plan at {plan_file}.")
    plan = yaml.safe_load(plan_file.read_text())
    missing = [key for key in ("name", "base", "seeds", "variants") if key not in plan]
    if missing:
        raise UsageError(f"{plan_file}: missing {', '.join(missing)}.")
    done = set()
    if results.is_file():
        done = {json.loads(line)["name"] for line in results.read_text().splitlines() if line}
    for planned in planned_runs(plan):
        if planned["name"] in done:
            print(f"{planned['name']}: done before")
            continue
        settings = {**planned["settings"], "train.seed": planned["seed"]}
        overrides = [f"{key}={json.dumps(value)}" for key, value in settings.items()]
        config = load_config(TRAINING_ROOT / plan["base"], overrides)
        run = train_run(config, planned["fold"], RUNS / planned["name"], lambda line: print(line, flush=True))
        summary = evaluate_run(run, plan.get("test_on"))
        results.parent.mkdir(parents=True, exist_ok=True)
        with results.open("a") as file:
            file.write(json.dumps({**planned, "spacings_um_px": config.crops.spacings_um_px, **summary}) + "\n")
