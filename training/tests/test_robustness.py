"""Shifted pictures and few labels: what is changed, what is not, and that a stopped measurement goes on."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from dsml import train as train_module
from dsml.config import DataConfig
from dsml.data.patches import Patch
from dsml.data.splits import few_labelled
from dsml.errors import UsageError
from dsml.evaluate import partners
from dsml.robustness import PLAIN, SHIFTS, measure_robustness, run_label
from dsml.train import train_run
from tests.made import write_mask_dataset
from tests.test_train import small_config


def test_shifts_change_what_they_name_and_nothing_else() -> None:
    crops = torch.rand(2, 1, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 0.6 + 0.2
    grey = torch.full_like(crops, 0.5)
    assert torch.equal(SHIFTS[PLAIN](crops), crops)
    assert torch.allclose(SHIFTS["hue +15 degrees"](grey), grey, atol=1e-6)
    turned = SHIFTS["hue +15 degrees"](crops)
    assert torch.allclose(turned.sum(2), crops.sum(2), atol=1e-5) and not torch.allclose(turned, crops, atol=0.01)
    assert torch.allclose(SHIFTS["hue -15 degrees"](turned), crops, atol=1e-5)
    assert torch.allclose(SHIFTS["brightness +0.1"](crops), crops + 0.1)
    assert SHIFTS["haematoxylin x 1.5"](crops).mean() < crops.mean() < SHIFTS["haematoxylin x 0.5"](crops).mean()
    blurred = [SHIFTS[f"blur {sigma} px"](crops) for sigma in ("0.5", "1", "2")]
    assert torch.equal(SHIFTS["blur 1 px"](grey), grey) and crops.std() > blurred[0].std() > blurred[2].std()
    assert torch.allclose(blurred[1][0, 0], SHIFTS["blur 1 px"](crops[:1])[0, 0])  # patches and channels apart
    errors = [(SHIFTS[f"JPEG quality {q}"](crops) - crops).abs().mean() for q in (90, 70, 50, 30)]
    assert errors == sorted(errors) and 0 < errors[0] < errors[-1]


def test_runs_are_measured_under_every_shift_and_go_on_where_they_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCENTRIC_OUT", str(tmp_path / "out"))
    monkeypatch.setattr(train_module, "held_out_groups", lambda _config, _fold: ["patient-1", "patient-3"])
    config = small_config(write_mask_dataset(tmp_path, groups=5), steps=20)
    run = train_run(config, "0", tmp_path / "made-s1-0", lambda _: None)
    results = tmp_path / "robustness.jsonl"
    measure_robustness([run], results, per_image=2, report=lambda _: None)
    whole = results.read_text()
    lines = [json.loads(line) for line in whole.splitlines()]
    assert [line["variant"] for line in lines] == [f"made: {name}" for name in SHIFTS]
    assert {(line["seed"], line["fold"], line["patches"]) for line in lines} == {(1, "0", 4)}
    results.write_text("".join(line + "\n" for line in whole.splitlines()[:-1]))
    measure_robustness([run], results, per_image=2, report=lambda _: None)
    assert results.read_text() == whole


def test_names_of_runs_are_read() -> None:
    assert run_label(Path("stain-no jitter-s2-4")) == ("stain-no jitter", 2, "4")
    assert run_label(Path("glas-colon-0")) == ("glas-colon", 0, "0")
    with pytest.raises(UsageError, match="not named as runs are"):
        run_label(Path("run"))


def test_few_labels_keep_every_class_and_are_the_same_again() -> None:
    patches = [
        Patch(f"image-{g}-{k}", f"patient-{g}", 0, 0, (g + i) % 3)
        for g in range(6)
        for k in range(2)
        for i in range(20)
    ]
    indices = np.arange(len(patches))[40:]
    three = few_labelled(patches, indices, DataConfig(train_groups=3), seed=0)
    assert len({patches[i].group for i in three}) == 3 and len(three) == 120 and three.min() >= 40
    tenth = few_labelled(patches, indices, DataConfig(train_share=0.1), seed=0)
    assert {patches[i].image for i in tenth} == {p.image for p in patches[40:]} and len(tenth) == 30
    assert np.array_equal(tenth, few_labelled(patches, indices, DataConfig(train_share=0.1), seed=0))
    assert few_labelled(patches, indices, DataConfig(), seed=0) is indices
    one_each = [Patch("a", f"patient-{c}", 0, 0, c) for c in range(3)]
    with pytest.raises(UsageError, match=r"raise data\.train_groups"):
        few_labelled(one_each, np.arange(3), DataConfig(train_groups=2), seed=0)


def test_the_control_takes_the_fine_crop_of_another_patient() -> None:
    groups = ["a", "a", "b", "c"]
    own, other = partners(groups)
    assert own == [0, 1, 2, 3] and all(groups[i] != groups[k] for i, k in zip(own, other, strict=True))
    assert partners(["a", "a"]) == ([], [])
