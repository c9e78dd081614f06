"""Tables of a model card: scores with intervals, and results of further experiments."""

import json
from typing import Any

import numpy as np

from dsml.config import TRAINING_ROOT
from dsml.errors import UsageError
from dsml.predictions import unpack_predictions
from dsml.scores import bootstrap, score, softmax

HEADER = ["| held out | macro AUC (95 %) | accuracy (95 %) | macro F1 (95 %) |", "|---|---|---|---|"]


def interval_row(name: str, predictions: dict[str, np.ndarray]) -> str:
    """A row of HEADER's table; the intervals are of drawing patches."""
    probabilities, labels = softmax(predictions["logits"]), predictions["labels"]
    scores = score(probabilities, labels)
    drawn = bootstrap(lambda own: score(probabilities[own], labels[own]), np.arange(len(labels)))
    cells = [f"{value:.3f} ({drawn[key][0]:.3f} to {drawn[key][1]:.3f})" for key, value in scores.items()]
    return f"| {name} ({len(labels)} patches) | {' | '.join(cells)} |"


def further(entries: list[dict[str, Any]]) -> list[str]:
    """Sections of the card for results of `experiment`: entries of `title`, `results` (JSON lines) and `command`.

    Raises UsageError when the results are not there.
    """
    lines = []
    for entry in entries:
        file = TRAINING_ROOT / entry["results"]
        if not file.is_file():
            raise UsageError(f"No results at {file}; run: {entry['command']}")
        folds = [unpack_predictions(json.loads(line)["predictions"]) for line in file.read_text().splitlines()]
        names = [", ".join(sorted(set(part["groups"].tolist()))) for part in folds]
        together = {key: np.concatenate([part[key] for part in folds]) for key in folds[0]}
        lines += [f"### {entry['title']}", "", f"`{entry['command']}`", "", *HEADER]
        lines += [interval_row(name, part) for name, part in zip(names, folds, strict=True)]
        lines += [interval_row("all of them, pooled", together), ""]
    return lines
