"""Reads a plan's result lines as one study: each variant's predictions of the same patches, folds pooled.

Each patch is predicted once a seed, by a network that has not seen its patient (or, for a plan with `test_on`, the
slide). Robustness lines read the same: a variant is then a network and a shift.
"""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dsml.errors import UsageError
from dsml.predictions import unpack_predictions
from dsml.scores import softmax

COMPARATOR = "mean of three"
Lines = list[dict[str, Any]]


@dataclass(frozen=True)
class Variant:
    """Pooled predictions of one variant: `logits` [S seeds, N, K]; `folds` [N]: the fold that held a patch out."""

    name: str
    logits: np.ndarray
    seeds: tuple[int, ...]
    folds: np.ndarray
    lines: Lines

    @property
    def probabilities(self) -> np.ndarray:
        """[S, N, K]."""
        return softmax(self.logits)


@dataclass(frozen=True)
class Study:
    """Variants on the same patches: `labels` int [N], `images` and `groups` str [N], `class_names`."""

    variants: dict[str, Variant]
    labels: np.ndarray
    images: np.ndarray
    groups: np.ndarray
    class_names: list[str]
    unfinished: list[str]


def read_lines(results: Path) -> Lines:
    """The lines of a results file. Raises UsageError when there are none."""
    lines = [json.loads(line) for line in results.read_text().splitlines() if line] if results.is_file() else []
    if not lines:
        raise UsageError(f"No results at {results}; run an experiment first.")
    return lines


def _pooled(lines: Lines) -> dict[str, np.ndarray]:
    """`logits`, `labels`, `images`, `groups` and `folds` of one seed's folds together, ordered by fold."""
    parts = [unpack_predictions(line["predictions"]) for line in sorted(lines, key=lambda line: line["fold"])]
    folds = [np.full(len(p["labels"]), k) for k, p in enumerate(parts)]
    return {"folds": np.concatenate(folds), **{key: np.concatenate([p[key] for p in parts]) for key in parts[0]}}


def load_study(results: Path) -> Study:
    """The seeds of each variant that have all their folds. Raises UsageError when no variant has one."""
    lines = read_lines(results)
    by_run: dict[tuple[str, int], Lines] = {}
    for line in lines:
        if "predictions" in line:
            by_run.setdefault((line["variant"], line["seed"]), []).append(line)
    whole = max((len(runs) for runs in by_run.values()), default=0)
    unfinished = [f"{name} seed {seed}" for (name, seed), runs in by_run.items() if len(runs) < whole]
    complete = {key: runs for key, runs in by_run.items() if len(runs) == whole}
    if not complete:
        raise UsageError(f"{results} holds no whole cross validation.")
    variants: dict[str, Variant] = {}
    for name in dict.fromkeys(name for name, _ in complete):
        seeds = sorted(seed for other, seed in complete if other == name)
        pooled = [_pooled(complete[name, seed]) for seed in seeds]
        own = [line for seed in seeds for line in complete[name, seed]]
        variants[name] = Variant(name, np.stack([p["logits"] for p in pooled]), tuple(seeds), pooled[0]["folds"], own)
    _add_comparator(variants)
    first = _pooled(next(iter(complete.values())))
    class_names = list(lines[0]["per_class_recall"])
    return Study(variants, first["labels"], first["images"], first["groups"], class_names, unfinished)


def _add_comparator(variants: dict[str, Variant]) -> None:
    """The mean of the probabilities of the networks that saw one magnification each: no DSML, the same steps each."""
    single = [v for v in variants.values() if all(len(line["spacings_um_px"]) == 1 for line in v.lines)]
    seeds = set.intersection(*(set(v.seeds) for v in single)) if len(single) > 1 else set()
    seen = [v.lines[0]["spacings_um_px"][0] for v in single]
    if seeds and len(set(seen)) == len(seen):
        rows = [v.probabilities[[v.seeds.index(s) for s in sorted(seeds)]] for v in single]
        logits = np.log(np.maximum(np.mean(rows, axis=0), 1e-9))
        variants[COMPARATOR] = Variant(COMPARATOR, logits, tuple(sorted(seeds)), single[0].folds, [])


def joined(study: Study, other: Study, names: list[str], label: str) -> Study:
    """`study` with some variants of another that predicts the same patches, named "`label`: name".

    Raises UsageError when the patches are not the same.
    """
    same = len(study.labels) == len(other.labels) and all(
        np.array_equal(getattr(study, key), getattr(other, key)) for key in ("labels", "images")
    )
    if not same:
        raise UsageError(f"{label} was measured on other patches; it cannot be compared pair by pair.")
    added = {f"{label}: {n}": dataclasses.replace(other.variants[n], name=f"{label}: {n}") for n in names}
    return dataclasses.replace(study, variants={**study.variants, **added})
