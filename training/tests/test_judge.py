"""Familiarity of shipped folders: what is judged, on which tissue, and that a patient left out is left out of all."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from dsml import judge
from dsml.config import TRAINING_ROOT
from dsml.errors import UsageError
from dsml.judge import judge_models, left_out
from tests.made import write_mask_dataset

MODELS = TRAINING_ROOT.parent / "public/models"


def test_a_group_unlike_the_others_is_flagged_and_the_others_are_not() -> None:
    random = np.random.default_rng(0)
    basis = random.normal(0, 1, (8, 40))
    pooled = (random.normal(0, 1, (600, 8)) @ basis + random.normal(0, 0.1, (600, 40))).astype(np.float32)
    groups = np.repeat(["a", "b", "c", "d"], 150)
    shares = left_out(pooled, groups)
    assert max(shares.values()) < 0.15
    pooled[groups == "d"] += random.normal(0, 2, (150, 40)).astype(np.float32)
    assert left_out(pooled, groups)["d"] > 0.9


def test_a_shipped_folder_is_judged_on_data_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_mask_dataset(tmp_path, groups=3)
    monkeypatch.setattr(judge, "resolve_root", lambda _: Path(root))
    (tmp_path / "tissues.yaml").write_text(yaml.safe_dump({"made": {"root": "made", "per_image": 4}}))
    folders = [MODELS / name for name in ("glas-colon", "phantom")]
    with torch.inference_mode():
        judge_models([*folders, MODELS / "index.json"], tmp_path / "tissues.yaml", tmp_path / "f.json", lambda _: None)
    found = json.loads((tmp_path / "f.json").read_text())
    assert found["phantom"]["flagged"] == {}  # it has no familiarity
    colon = found["glas-colon"]
    assert colon["flagged"]["made"]["share"] == 1.0 and colon["flagged"]["made"]["patches"] > 4
    assert colon["sha256"] and "left_out" not in colon


def test_no_model_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "tissues.yaml").write_text("{}")
    with pytest.raises(UsageError, match="None of these folders"):
        judge_models([tmp_path], tmp_path / "tissues.yaml", tmp_path / "f.json")
