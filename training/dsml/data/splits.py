"""Splits by group: all patches of a patient lie on one side, always.

Folds that are to be compared over time are written to a file once (`folds/`) and read from there ever after.
"""

import dataclasses
import itertools
import json
from pathlib import Path

import numpy as np

from dsml.config import TRAINING_ROOT, DataConfig, resolve_root
from dsml.data.patches import Patch
from dsml.errors import UsageError

UNUSED = ""  # the group of patches that take no part


def balanced_folds(patches: list[Patch], folds: int, classes: int, seed: int = 0) -> list[list[str]]:
    """Groups dealt to folds so that each fold holds about the same share of each class.

    Greedy from the largest group on, then exchanges of two groups while they help; one group is in one fold.
    """
    groups = sorted({p.group for p in patches})
    counts = {g: np.zeros(classes) for g in groups}
    for patch in patches:
        counts[patch.group][patch.label] += 1
    total = sum(counts.values())
    target = total / folds

    def cost(assignment: dict[str, int]) -> float:
        sums = np.zeros((folds, classes))
        for group, fold in assignment.items():
            sums[fold] += counts[group]
        return float((((sums - target) / np.maximum(total, 1)) ** 2).sum())

    generator = np.random.default_rng(seed)
    best: dict[str, int] | None = None
    for _ in range(40):
        assignment = {g: int(generator.integers(folds)) for g in groups}
        improved = True
        while improved:
            improved = False
            for group, fold in itertools.product(groups, range(folds)):
                trial = {**assignment, group: fold}
                if cost(trial) < cost(assignment) - 1e-12:
                    assignment, improved = trial, True
            for a, b in itertools.combinations(groups, 2):
                trial = {**assignment, a: assignment[b], b: assignment[a]}
                if cost(trial) < cost(assignment) - 1e-12:
                    assignment, improved = trial, True
        if best is None or cost(assignment) < cost(best):
            best = assignment
    assert best is not None
    return [[g for g in groups if best[g] == fold] for fold in range(folds)]


def folds_file(path: str) -> Path:
    """Where folds lie: `data:NAME/FILE` with the data set, others relative to `training/`."""
    return resolve_root(path) if path.startswith("data:") else TRAINING_ROOT / path


def load_folds(path: str) -> list[list[str]]:
    """The folds of a committed file, each a list of groups. Raises UsageError for overlapping folds."""
    file = folds_file(path)
    if not file.is_file():
        raise UsageError(f"No folds at {file}.")
    folds: list[list[str]] = json.loads(file.read_text())["folds"]
    everyone = [group for fold in folds for group in fold]
    if len(everyone) != len(set(everyone)):
        raise UsageError(f"{file}: a group is in two folds.")
    return folds


def regrouped(patches: list[Patch], config: DataConfig) -> list[Patch]:
    """The patches with the groups that `config.group_by` asks for; those of unused images are in no group.

    Raises UsageError for another way to group.
    """
    if config.group_by not in ("group", "image", "stripe"):
        raise UsageError(f"data.group_by '{config.group_by}' is unknown; there are group, image, stripe.")

    def group(patch: Patch) -> str:
        if config.only and patch.image not in config.only:
            return UNUSED
        if config.group_by == "stripe":
            return f"{patch.image}:{'odd' if patch.x // config.stripe_px % 2 else 'even'}"
        return patch.image if config.group_by == "image" else patch.group

    return [dataclasses.replace(p, group=group(p)) for p in patches]


def split_patches(patches: list[Patch], held_out: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the patches to train on and to test on; the groups in `held_out` are the test side.

    Shifted copies are never tested. Raises UsageError when a held-out group does not exist.
    """
    missing = set(held_out) - {p.group for p in patches}
    if missing:
        raise UsageError(f"Held-out groups without patches: {', '.join(sorted(missing))}.")
    outside = np.array([p.group in held_out for p in patches], bool)
    first = np.array([p.copy == 0 for p in patches], bool)
    used = np.array([p.group != UNUSED for p in patches], bool)
    return np.flatnonzero(~outside & used), np.flatnonzero(outside & first)


def few_labelled(patches: list[Patch], indices: np.ndarray, config: DataConfig, seed: int) -> np.ndarray:
    """What of the training patches `indices` a run with few labels has: `train_groups` groups, then `train_share`.

    Groups are drawn until every class is among them; of each image and class at least one patch stays.
    Raises UsageError when so few groups never hold all classes.
    """
    random = np.random.default_rng(seed)
    if config.train_groups:
        groups = sorted({patches[i].group for i in indices})
        wanted = {patches[i].label for i in indices}
        for _ in range(1000):
            kept = set(random.permutation(groups)[: config.train_groups])
            own = np.array([i for i in indices if patches[i].group in kept])
            if {patches[i].label for i in own} == wanted:
                break
        else:
            raise UsageError(f"No {config.train_groups} groups hold every class; raise data.train_groups.")
        indices = own
    if config.train_share >= 1:
        return indices
    by_image: dict[tuple[str, int], list[int]] = {}
    for i in indices:
        by_image.setdefault((patches[i].image, patches[i].label), []).append(int(i))
    chosen = [
        random.choice(own, max(1, round(len(own) * config.train_share)), replace=False) for own in by_image.values()
    ]
    return np.sort(np.concatenate(chosen))
