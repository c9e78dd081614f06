"""Fits a network's familiarity (`dsml.network.familiarity`) and judges it on tissue that the network has not seen.

How far unseen tissue of the own kind lies is learnt from the runs of a cross validation: each measures the patients
that were held out from it, in units of its own training tissue's median distance. A twentieth of them may lie beyond
the limit. The network that is shipped has seen everyone; its limit is theirs, in units of its own median.
"""

import dataclasses
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from dsml.config import CarrierConfig, Config
from dsml.data.cache import CropCache, open_cache
from dsml.data.features import FeatureCache, open_features, to_features
from dsml.data.splits import split_patches
from dsml.errors import UsageError
from dsml.network.dsml import Dsml
from dsml.network.familiarity import Familiarity, fit_components
from dsml.train import load_run, to_batch

COMPONENTS = 16
TRAINING_PATCHES = 1200  # of runs whose features are not cached: enough for as many components
OWN_FLAGGED = 0.05  # of unseen tissue of the own kind
AT_MEDIAN = 0.95  # familiarity of the median of that tissue
THRESHOLD = 0.5
BATCH = 64


def _source(config: Config, cached: bool, report: Callable[[str], None]) -> CropCache | FeatureCache:
    crops = open_cache(config, report)
    return open_features(config, crops, report) if cached else crops


def spread_over(indices: np.ndarray, most: int) -> np.ndarray:
    """At most about `most` of the indices, evenly spread."""
    return indices[:: max(1, len(indices) // most)]


@torch.inference_mode()
def pooled_features(model: Dsml, cache: CropCache | FeatureCache, indices: np.ndarray) -> np.ndarray:
    """What the familiarity is read from, of some patches, ascending, as they are: [N, D]."""
    out = []
    for begin in range(0, len(indices), BATCH):
        part = indices[begin : begin + BATCH]
        if isinstance(cache, FeatureCache):
            finest = dataclasses.replace(cache, chosen=cache.chosen[:1])
            windows = model.back(to_features(finest, part, np.zeros(len(part), int))[0])
        else:
            windows = model.quick_windows(to_batch(dataclasses.replace(cache, chosen=cache.chosen[:1]), part)[0])
        out.append(model.head.familiar(windows[0]).numpy())
    return np.concatenate(out)


def distances(familiarity: Familiarity, pooled: np.ndarray) -> np.ndarray:
    """Distance of each patch [N]."""
    with torch.inference_mode():
        return familiarity.distance(torch.from_numpy(pooled)).numpy()


def through(config: Config, other: Config) -> Config:
    """The data of `other`, each patch as it is, through the frozen layers of `config`."""
    train = dataclasses.replace(config.train, variants=min(1, config.train.variants))
    return dataclasses.replace(
        other, network=config.network, augment=config.augment, train=train, carrier=CarrierConfig()
    )


def _in_medians(
    run: Path, others: dict[str, Config], report: Callable[[str], None]
) -> tuple[Familiarity, float, dict[str, np.ndarray]]:
    """A run's components, its training tissue's median distance, and the distances of what it has not seen in it.

    Keys are the held-out groups ("own GROUP") and the names of `others`.
    """
    model, config, description = load_run(run)
    model.read_familiarity()
    # of cached features the tapped ones can be had when they lie behind the frozen blocks
    cached = config.train.variants > 0 and not 0 < model.encoder.tap <= model.frozen
    cache = _source(config, cached, report)
    train, held_out = split_patches(cache.patches, description["held_out"])
    if not cached:
        train = spread_over(train, TRAINING_PATCHES)
    pooled = pooled_features(model, cache, train)
    familiarity = fit_components(pooled, COMPONENTS)
    median = float(np.median(distances(familiarity, pooled)))
    unseen = {}
    for group in description["held_out"]:
        of_group = np.array([i for i in held_out if cache.patches[i].group == group])
        unseen[f"own {group}"] = distances(familiarity, pooled_features(model, cache, of_group)) / median
    for name, other in others.items():
        foreign = _source(through(config, other), cached, report)
        first = np.flatnonzero([p.copy == 0 for p in foreign.patches])
        unseen[name] = distances(familiarity, pooled_features(model, foreign, first)) / median
    return familiarity, median, unseen


def fit_familiarity(
    run: Path, folds: list[Path], others: dict[str, Config], report: Callable[[str], None] = print
) -> dict[str, object]:
    """Fits the familiarity of `run` and writes it into its folder; returns what share of which tissue is flagged.

    `folds`: runs of the same settings with groups held out; `others`: configurations whose data set is other tissue,
    read with patches and context of the same size; their networks are not used.
    Raises UsageError when no group was held out.
    """
    collected: dict[str, list[np.ndarray]] = {}
    for fold in folds:
        for name, values in _in_medians(fold, others, report)[2].items():
            collected.setdefault(name, []).append(values)
    unseen = {name: np.concatenate(values) for name, values in collected.items()}
    own = [values for name, values in unseen.items() if name.startswith("own ")]
    if not own:
        raise UsageError("Familiarity is fitted on runs with groups held out; give them with --folds.")
    limit, middle = np.quantile(np.concatenate(own), [1 - OWN_FLAGGED, 0.5])
    familiarity, median, _ = _in_medians(run, {}, report)
    familiarity.limit.fill_(limit * median)
    familiarity.slope.fill_(math.log(AT_MEDIAN / (1 - AT_MEDIAN)) / ((limit - middle) * median))
    torch.save(familiarity.state_dict(), run / "familiarity.pt")
    summary = {
        "threshold": THRESHOLD,
        "fitted_on": "grouped validation",
        "flagged": {name: round(float((values > limit).mean()), 4) for name, values in unseen.items()},
        "own_flagged": round(float((np.concatenate(own) > limit).mean()), 4),
    }
    (run / "familiarity.json").write_text(json.dumps(summary, indent=1) + "\n")
    return summary


def load_familiarity(run: Path) -> tuple[Familiarity, dict[str, object]] | None:
    """What `fit_familiarity` wrote into the run's folder; None when it was not fitted."""
    if not (run / "familiarity.pt").is_file():
        return None
    state = torch.load(run / "familiarity.pt", weights_only=True)
    familiarity = Familiarity(*reversed(state["components.weight"].shape))
    familiarity.load_state_dict(state)
    return familiarity.eval(), json.loads((run / "familiarity.json").read_text())
