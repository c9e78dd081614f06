"""Familiarity of shipped folders: what is judged, on which tissue, and that a patient left out is left out of all."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from dsml import judge
from dsml.config import TRAINING_ROOT
from dsml.errors import UsageError
from dsml.export.familiarity import ship_familiarity
from dsml.familiar import (
    fit_familiarity,
    flagged_by_others,
    left_out,
    level_of,
    limit_of,
    together,
    unseen_distances,
)
from dsml.infer.model_folder import load_model
from dsml.judge import judge_models
from tests.made import write_mask_dataset

MODELS = TRAINING_ROOT.parent / "public/models"


def made_groups(**unlike: float) -> tuple[np.ndarray, np.ndarray]:
    """Features [600, 40] of four groups a to d; of those in `unlike` with so much that is not in the others."""
    random = np.random.default_rng(0)
    basis = random.normal(0, 1, (8, 40))
    pooled = (random.normal(0, 1, (600, 8)) @ basis + random.normal(0, 0.1, (600, 40))).astype(np.float32)
    groups = np.repeat(["a", "b", "c", "d"], 150)
    for group, spread in unlike.items():
        pooled[groups == group] += random.normal(0, spread, (150, 40)).astype(np.float32)
    return pooled, groups


def test_a_group_unlike_the_others_is_flagged_and_the_others_are_not() -> None:
    assert max(left_out(*made_groups()).values()) < 0.15
    shares = left_out(*made_groups(d=2))
    assert shares["d"] > 0.9 and max(shares[group] for group in "abc") < 0.15


def test_a_group_left_out_has_no_part_in_its_limit() -> None:
    pooled, groups = made_groups(c=0.03, d=0.06)
    own = groups == "d"
    more = np.concatenate([pooled, pooled[own], pooled[own]]), np.concatenate([groups, groups[own], groups[own]])
    assert 0.05 < left_out(pooled, groups)["d"] < 0.95
    assert left_out(*more)["d"] == left_out(pooled, groups)["d"]


def test_the_limit_is_stricter_where_groups_differ() -> None:
    alike, differing = (unseen_distances(*made_groups(**unlike)) for unlike in ({}, {"c": 0.03, "d": 0.03}))
    assert level_of(alike) < level_of(differing)
    assert flagged_by_others(differing, 0.95) > 0.05 >= flagged_by_others(differing, level_of(differing))
    assert limit_of(differing) > np.quantile(together(differing), 0.95)


def test_the_fitted_limit_flags_about_what_lies_beyond_it() -> None:
    pooled, groups = made_groups()
    familiarity = fit_familiarity(pooled, unseen_distances(pooled, groups))
    random = np.random.default_rng(1)
    with torch.inference_mode():
        own = (familiarity(torch.from_numpy(pooled)) < 0.5).double().mean()
        foreign = familiarity(torch.from_numpy(random.normal(0, 3, (99, 40)).astype(np.float32))) < 0.5
    assert own < 0.07 and foreign.all()


def test_a_shipped_folder_is_judged_on_data_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_mask_dataset(tmp_path, groups=3)
    monkeypatch.setattr(judge, "resolve_root", lambda _: Path(root))
    (tmp_path / "tissues.yaml").write_text(yaml.safe_dump({"made": {"root": "made", "per_image": 4}}))
    folders = [MODELS / name for name in ("glas-colon", "phantom")]
    with torch.inference_mode():
        judge_models(
            [*folders, MODELS / "index.json"], tmp_path / "tissues.yaml", tmp_path / "f.json", report=lambda _: None
        )
    found = json.loads((tmp_path / "f.json").read_text())
    assert found["phantom"]["flagged"] == {}  # it has no familiarity
    colon = found["glas-colon"]
    assert colon["flagged"]["made"]["share"] == 1.0 and colon["flagged"]["made"]["patches"] > 4
    assert colon["sha256"] and "left_out" not in colon


def test_a_folder_is_given_a_familiarity_and_keeps_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_mask_dataset(tmp_path, groups=9)
    monkeypatch.setattr(judge, "resolve_root", lambda _: Path(root))
    tissues, folder, card = tmp_path / "t.yaml", tmp_path / "glas-colon", TRAINING_ROOT / "cards/glas-colon.yaml"
    tissues.write_text(yaml.safe_dump({"made": {"root": "made", "per_image": 4, "own": "glas-colon"}}))
    shutil.copytree(MODELS / "glas-colon", folder)
    before, manifest = load_model(folder), json.loads((folder / "manifest.json").read_text())
    ship_familiarity(folder, card, tissues)
    shipped = json.loads((folder / "manifest.json").read_text())
    assert shipped["x_version"] == yaml.safe_load(card.read_text())["version"]
    changed = {name for name, value in manifest["x_files"].items() if shipped["x_files"][name] != value}
    assert changed == {"head/group1-shard1of1.bin"}
    after = load_model(folder)  # its hashes and golden outputs hold
    crops = torch.rand(1, 3, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        old, new = before.network(crops), after.network(crops)
        assert torch.equal(old.logits, new.logits) and (old.familiarity != new.familiarity).all()
    for _ in range(2):  # a second sentence takes the place of the first
        judge_models([folder], tissues, tmp_path / "f.json", True, lambda _: None)
    found = json.loads((tmp_path / "f.json").read_text())["glas-colon"]
    assert found["flagged"]["made"]["share"] < 0.1  # all of it by the familiarity that was fitted to colon
    text = (folder / "README.md").read_text()
    assert text.count("Familiarity: ") == 1 and text.index("Familiarity: ") < text.index("## Where it fails")
    assert f"that flags {found['left_out']['share']:.1%} of the patches" in text


def test_what_a_familiarity_cannot_be_fitted_to_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_mask_dataset(tmp_path, groups=2)
    monkeypatch.setattr(judge, "resolve_root", lambda _: Path(root))
    tissues, card = tmp_path / "t.yaml", TRAINING_ROOT / "cards/glas-colon.yaml"
    for listed, sentence in (
        ({"made": {"root": "made", "per_image": 1, "own": "glas-colon"}}, "more than 16 patches without"),
        ({}, "names no tissue as glas-colon's own"),
    ):
        tissues.write_text(yaml.safe_dump(listed))
        with pytest.raises(UsageError, match=sentence):
            ship_familiarity(MODELS / "glas-colon", card, tissues)


def test_no_model_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "tissues.yaml").write_text("{}")
    with pytest.raises(UsageError, match="None of these folders"):
        judge_models([tmp_path], tmp_path / "tissues.yaml", tmp_path / "f.json")
