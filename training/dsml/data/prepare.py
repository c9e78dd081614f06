"""What `dsml prepare` does: folds on demand, the crop cache, and a short account of what a data set holds."""

import dataclasses
import json
from collections import Counter

from dsml.config import Config
from dsml.data.cache import cache_folder, load_datasets, open_cache
from dsml.data.patches import dataset_patches
from dsml.data.splits import balanced_folds, folds_file
from dsml.errors import UsageError


def write_folds(config: Config, count: int) -> None:
    """Writes class-balanced folds of groups to the configuration's fold file, counting every patch of the grid."""
    if config.data.folds is None:
        raise UsageError(f"{config.name}: data.folds names no file to write.")
    datasets = load_datasets(config)
    patches = [p for d in datasets for p in dataset_patches(d, dataclasses.replace(config.data, per_image=0))]
    folds = balanced_folds(patches, count, len(datasets[0].class_names))
    lines = ",\n    ".join(json.dumps(fold) for fold in folds)
    name = json.dumps(", ".join(d.name for d in datasets))
    how = json.dumps(f"python -m dsml prepare --make-folds {count}: groups dealt so that each class spreads evenly")
    text = f'{{\n  "data": {name},\n  "how": {how},\n  "folds": [\n    {lines}\n  ]\n}}\n'
    folds_file(config.data.folds).write_text(text)


def describe(config: Config) -> str:
    """Makes sure that the crops are cached and counts patches per group and class."""
    cache = open_cache(config)
    counts = Counter((p.group, p.label) for p in cache.patches if p.copy == 0)
    lines = [f"{cache_folder(config)}: {len(cache.patches)} patches, crops {cache.crops.shape[1:]}"]
    lines.append("group".ljust(16) + " ".join(name.rjust(20) for name in cache.class_names))
    for group in sorted({p.group for p in cache.patches}):
        numbers = (str(counts[group, c]).rjust(20) for c in range(len(cache.class_names)))
        lines.append(group.ljust(16) + " ".join(numbers))
    return "\n".join(lines)
