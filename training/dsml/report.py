"""Turns the results of `dsml experiment` into Markdown tables: scores per variant, recall per class and variant."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from dsml.errors import UsageError

SCORES = ("macro_auc", "accuracy", "macro_f1")


def _cell(values: list[float]) -> str:
    """Mean, and the range when there are several values."""
    mean = f"{np.mean(values):.3f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.3f} to {max(values):.3f})"


def tables(lines: list[dict[str, Any]]) -> str:
    """Markdown of all result lines: one row a variant, means over seeds and folds."""
    variants: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        variants.setdefault(line["variant"], []).append(line)
    classes = list(lines[0]["per_class_recall"])
    out = ["| variant | runs | macro AUC | accuracy | macro F1 |", "|---|---|---|---|---|"]
    for name, runs in variants.items():
        cells = [_cell([run["scores"][score] for run in runs]) for score in SCORES]
        out.append(f"| {name} | {len(runs)} | {' | '.join(cells)} |")
    out += ["", "Recall per class:", "", f"| class | {' | '.join(variants)} |", "|---" * (len(variants) + 1) + "|"]
    for name in classes:
        cells = [_cell([run["per_class_recall"][name] for run in runs]) for runs in variants.values()]
        out.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(out) + "\n"


KEPT = ("name", "variant", "seed", "fold", "spacings_um_px", "patches", "scores", "per_class_recall", "per_class_auc")


def write_report(results: Path, out: Path, json_out: Path | None = None) -> None:
    """Writes the tables of `results` (JSON lines) to `out`, and their figures to `json_out` when asked.

    Raises UsageError when there are none.
    """
    if not results.is_file() or not results.read_text().strip():
        raise UsageError(f"No results at {results}; run an experiment first.")
    lines = [json.loads(line) for line in results.read_text().splitlines() if line]
    out.write_text(tables(lines))
    if json_out is not None:
        runs = [{key: line[key] for key in KEPT if key in line} for line in lines]
        json_out.write_text(json.dumps({"source": results.name, "runs": runs}, indent=1) + "\n")
    print(f"{out}: {len(lines)} runs")
