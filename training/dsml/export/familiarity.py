"""Gives a model folder its familiarity, fitted on the folder's own network, and says so in its manifest.

Only the head's graph changes: the weights that are there are written again as they were read. What the
familiarity flags is for `judge` to say, which can write it into the card.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from dsml import __version__
from dsml.errors import UsageError
from dsml.export.card import load_card
from dsml.export.manifest import file_hash
from dsml.export.networks import head_graph
from dsml.familiar import COMPONENTS, THRESHOLD, fit_familiarity, level_of, unseen_distances
from dsml.infer.model_folder import load_model
from dsml.judge import labelled_spots, pooled_of


def ship_familiarity(folder: Path, card: Path, tissues: Path) -> None:
    """Fits the familiarity of a model folder to its own tissue of the file `tissues` and writes it into the folder.

    The version becomes that of the words in `card`. Raises UsageError when the list or the tissue is missing.
    """
    if not tissues.is_file():
        raise UsageError(f"No list of tissues at {tissues}.")
    listed: dict[str, Any] = yaml.safe_load(tissues.read_text())
    words, model = load_card(card), load_model(folder)
    own = [tissue for tissue in listed.values() if tissue.get("own") == model.id]
    if not own:
        raise UsageError(f"{tissues} names no tissue as {model.id}'s own (own: {model.id}).")
    pooled, groups = pooled_of(model, labelled_spots(own[0]))
    counts = np.sort(np.unique(groups, return_counts=True)[1])
    left = counts[:-2] if len(counts) > 2 else counts[:-1]  # what the least of the fits of `left_out` sees
    if left.sum() <= COMPONENTS:
        raise UsageError(f"Familiarity needs more than {COMPONENTS} patches without those of the largest groups.")
    unseen = unseen_distances(pooled, groups)
    model.network.read_familiarity(fit_familiarity(pooled, unseen))
    print(f"{model.id}: limit at the quantile {level_of(unseen):g} of {len(groups)} patches of {len(unseen)} groups")
    head_graph(model.network.head, model.network.encoder.width).write(folder / "head", f"dsml {__version__}")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["x_version"] = words["version"]
    manifest["x_files"] = {name: file_hash(folder / name) for name in manifest["x_files"]}
    manifest["x_familiarity"] = {"threshold": THRESHOLD, "fitted_on": "grouped validation"}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
