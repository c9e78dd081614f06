"""Trains one run: a configuration, and the groups held out from it.

A run is a folder: `run.json` (settings, classes, held-out groups), `log.jsonl`, `checkpoint.pt` while it goes on (a
stopped run continues from there), `model.pt` at the end.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import nn

from dsml.augment import augment
from dsml.config import Config, config_from_dict, out_root
from dsml.data.cache import CropCache, open_cache
from dsml.data.dataset import UNKNOWN
from dsml.data.features import FeatureCache, open_features, to_features
from dsml.data.regions import RegionBatch, Regions
from dsml.data.splits import few_labelled, load_folds, split_patches
from dsml.errors import UsageError
from dsml.linear import fit_linear
from dsml.network.dsml import Dsml
from dsml.objective import Objective
from dsml.processes import is_first_process, make_fabric
from dsml.running_mean import RunningMean

RUNS = out_root() / "runs"
LOG_EVERY = 20


def held_out_groups(config: Config, fold: str) -> list[str]:
    """The groups of fold `fold` (a number), or none for "all": then everything is trained on."""
    if fold == "all":
        return []
    if config.data.folds is None:
        raise UsageError(f"{config.name} has no folds; train with --fold all.")
    folds = load_folds(config.data.folds)
    if not fold.isdigit() or int(fold) >= len(folds):
        raise UsageError(f"Fold '{fold}' does not exist; use 0 to {len(folds) - 1} or all.")
    return folds[int(fold)]


def to_batch(cache: CropCache, indices: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Crops float [B, M, 3, S, S] in [0, 1], cells int64 [B, M, h, h] (-1 unknown), labels int64 [B]."""
    order = np.sort(indices)  # memory-mapped: read in the order of the file
    chosen = list(cache.chosen)
    crops = torch.from_numpy(np.ascontiguousarray(cache.crops[order][:, chosen])).permute(0, 1, 4, 2, 3).float() / 255
    cells = torch.from_numpy(cache.cells[order][:, chosen].astype(np.int64))
    return crops, torch.where(cells == UNKNOWN, -1, cells), torch.from_numpy(cache.labels[order])


def draw_weights(
    cache: CropCache | FeatureCache | Regions, indices: np.ndarray, group_balance: float, class_balance: float = 1.0
) -> np.ndarray:
    """How likely each patch is drawn: between classes and patches equal; within a class between patches and groups."""
    labels = cache.labels[indices]
    groups = np.array([cache.patches[i].group for i in indices])
    weights = np.zeros(len(indices))
    for label in np.unique(labels):
        of_class = labels == label
        share = np.ones(of_class.sum())
        for group in np.unique(groups[of_class]):
            own = groups[of_class] == group
            share[own] = own.sum() ** -group_balance
        weights[of_class] = share / share.sum() * of_class.mean() ** (1 - class_balance)
    return weights / weights.sum()


def make_optimiser(model: Dsml, config: Config, cell_heads: nn.Module | None = None) -> torch.optim.AdamW:
    """AdamW with one learning rate for the encoder and a higher one for the head, which starts from nothing."""
    encoder = [p for e in model.encoders for p in e.parameters() if p.requires_grad]
    new = [*model.head.parameters(), *(cell_heads.parameters() if cell_heads else [])]
    groups = [
        {"params": encoder, "lr": config.train.learning_rate},
        {"params": new, "lr": config.train.head_learning_rate},
    ]
    return torch.optim.AdamW(groups, weight_decay=config.train.weight_decay)


def schedule(step: int, steps: int) -> float:
    """Factor of the learning rates: a short rise, then a cosine down to zero."""
    warm = max(1, steps // 20)
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + float(np.cos(np.pi * (step - warm) / max(1, steps - warm))))


def draw_batch(
    cache: CropCache | FeatureCache | Regions,
    indices: np.ndarray,
    weights: np.ndarray,
    config: Config,
    step: int,
    fabric: Fabric,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor] | RegionBatch:
    """This process's share of the batch of a step: of patches the same batch however many processes share it."""
    settings = config.train
    random = np.random.default_rng([settings.seed, step])
    drawn = np.sort(random.choice(indices, settings.batch, p=weights))
    own = slice(fabric.global_rank, None, fabric.world_size)
    if isinstance(cache, FeatureCache):
        variants = random.integers(min(1, cache.variants - 1), cache.variants, settings.batch)
        return to_features(cache, drawn[own], variants[own])
    if isinstance(cache, Regions):
        return cache.batch(drawn[own], np.random.default_rng([settings.seed, step, fabric.global_rank]))
    crops, cells, labels = to_batch(cache, drawn)
    generator = torch.Generator().manual_seed(settings.seed * 1_000_003 + step)
    crops, cells = augment(crops, cells, config.augment, generator)
    return crops[own], cells[own], labels[own]


def fit(
    model: Dsml,
    cache: CropCache | FeatureCache | Regions,
    indices: np.ndarray,
    config: Config,
    log: Callable[[dict[str, float]], None],
    checkpoint: Path | None = None,
) -> None:
    """Trains `model` in place on the patches `indices`, going on from `checkpoint` when there is one.

    Every step draws from a generator seeded by the run's seed and the step, so that a resumed run sees the batches
    that an uninterrupted one would.
    """
    settings = config.train
    fabric = make_fabric(settings.precision)
    if settings.batch % fabric.world_size:
        raise UsageError(f"train.batch={settings.batch} must be a multiple of the {fabric.world_size} processes.")
    objective = Objective(model, config, isinstance(cache, FeatureCache))
    cell_heads = objective.cell_heads
    optimiser = make_optimiser(model, config, cell_heads)
    rates = [group["lr"] for group in optimiser.param_groups]
    weights = draw_weights(cache, indices, settings.group_balance, settings.class_balance)
    average = RunningMean(model, settings.average) if settings.average else None
    first = 0
    if checkpoint is not None and checkpoint.is_file():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        cell_heads.load_state_dict(saved["cell_heads"])
        optimiser.load_state_dict(saved["optimiser"])
        first = saved["step"]
        if average:
            average.load(saved["average"], first)
    model.train()
    objective, optimiser = fabric.setup(objective, optimiser)
    began, sums = time.monotonic(), {}
    for step in range(first, settings.steps):
        torch.manual_seed((settings.seed * 1_000_003 + step) * fabric.world_size + fabric.global_rank)  # dropout
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * schedule(step, settings.steps)
        loss, parts = objective(*fabric.to_device(draw_batch(cache, indices, weights, config, step, fabric)))
        optimiser.zero_grad(set_to_none=True)
        fabric.backward(loss)
        optimiser.step()
        if average:
            average.update(model)
        for name, value in {"loss": loss.item(), **parts}.items():
            sums.setdefault(name, []).append(value)
        done = step + 1
        if done % LOG_EVERY == 0 or done == settings.steps:
            own = fabric.to_device(torch.tensor([np.mean(values) for values in sums.values()]))
            means = dict(zip(sums, (round(float(v), 4) for v in fabric.all_reduce(own)), strict=True))
            if fabric.is_global_zero:
                log({"step": done, **means, "seconds": round(time.monotonic() - began, 1)})
            sums = {}
        if checkpoint is not None and done % settings.checkpoint_every == 0 and fabric.is_global_zero:
            state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": done}
            state["cell_heads"] = cell_heads.state_dict()
            state["average"] = average.values if average else {}
            partial = checkpoint.with_suffix(".partial")
            torch.save(state, partial)
            partial.rename(checkpoint)
    if average:
        average.apply(model)
    if settings.linear_penalty:
        if not isinstance(cache, FeatureCache):
            raise UsageError("train.linear_penalty needs cached features: set train.variants.")
        fit_linear(model, cache, indices, weights, config)


def train_run(config: Config, fold: str, run: Path, report: Callable[[str], None] = print) -> Path:
    """Trains one run into the folder `run` and returns it; a run that is already whole is left as it is."""
    if (run / "model.pt").is_file():
        return run
    run.mkdir(parents=True, exist_ok=True)
    cache = open_cache(config, report)
    held_out = held_out_groups(config, fold)
    indices = few_labelled(cache.patches, split_patches(cache.patches, held_out)[0], config.data, config.train.seed)
    description = {"config": config.to_dict(), "class_names": cache.class_names, "fold": fold, "held_out": held_out}
    (run / "run.json").write_text(json.dumps(description, indent=1))
    torch.manual_seed(config.train.seed)
    model = Dsml(config, len(cache.class_names))

    def log(entry: dict[str, float]) -> None:
        with (run / "log.jsonl").open("a") as file:
            file.write(json.dumps(entry) + "\n")
        report(" ".join(f"{k}={v}" for k, v in entry.items()))

    source: CropCache | FeatureCache | Regions = cache
    if config.train.region_centres:
        source = Regions(config, cache)
    elif config.train.variants:
        source = open_features(config, cache, report)
    fit(model, source, indices, config, log, run / "checkpoint.pt")
    if is_first_process():
        torch.save(model.state_dict(), run / "model.pt")
        (run / "checkpoint.pt").unlink(missing_ok=True)
    return run


def load_run(run: Path) -> tuple[Dsml, Config, dict]:
    """The trained network in evaluation mode, its settings, and the run's description.

    Raises UsageError when the run is missing or not finished.
    """
    if not (run / "model.pt").is_file():
        raise UsageError(f"No finished run at {run}; train it first.")
    description = json.loads((run / "run.json").read_text())
    config = config_from_dict(description["config"], str(run))
    model = Dsml(config, len(description["class_names"]), pretrained=False)
    model.load_state_dict(torch.load(run / "model.pt", weights_only=True))
    return model.eval(), config, description
