"""BCSS prepared from a small folder that is laid out as the published one is."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dsml.cli import main
from dsml.config import TRAINING_ROOT, DataConfig, load_config
from dsml.data.bcss import prepare_bcss
from dsml.data.dataset import UNKNOWN, load_dataset
from dsml.data.patches import dataset_patches
from dsml.data.splits import load_folds, split_patches
from dsml.errors import UsageError
from tests.made import noise

LABELS = (
    "outside_roi tumor stroma lymphocytic_infiltrate necrosis_or_debris glandular_secretions blood exclude metaplasia "
    "fat plasma_cells other_immune mucoid normal_acinus_or_duct lymphatics undetermined nerve skin_adnexa blood_vessel "
    "angioinvasion dcis other"
).split()
SLIDES = ["A1-A0SK", "A2-A0CM", "OL-A5D6", "A8-A07C"]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONCENTRIC_DATA", str(tmp_path))
    folder = tmp_path / "bcss"
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True)
    rows = [f"{label}\t{code}" for code, label in enumerate(LABELS)]
    (folder / "gtruth_codes.tsv").write_text("\n".join(["label\tGT_code", *rows]) + "\n")
    for index, slide in enumerate(SLIDES):
        codes = np.zeros((512, 768), np.uint8)
        codes[:, 128:384] = (1, 20, 19, 1)[index]  # tumor, dcis, angioinvasion
        codes[:, 384:640] = (2, 10, 7, 2)[index]  # stroma, plasma cells, exclude
        codes[:, 640:] = 9  # fat
        name = f"TCGA-{slide}-DX1_xmin100_ymin200_MPP-0.2500.png"
        Image.fromarray(noise(768, 512, index)).save(folder / "images" / name)
        Image.fromarray(codes).save(folder / "masks" / name)
    return folder


def test_five_classes_the_published_split_and_what_does_not_count(root: Path) -> None:
    said = prepare_bcss(root)
    assert "2 regions to train on, 1 to test on; 1 scanned at 20x left out" in said
    dataset = load_dataset(root)
    assert dataset.class_names == ("tumor", "stroma", "inflammatory", "necrosis", "other") and dataset.mpp == 0.25
    labels = [dataset.read_labels(entry) for entry in dataset.images]
    assert [entry.group for entry in dataset.images] == ["A1-A0SK", "A2-A0CM", "OL-A5D6"]
    assert [row[0, [0, 200, 500, 700]].tolist() for row in labels] == [
        [UNKNOWN, 0, 1, 4],
        [UNKNOWN, 0, 2, 4],
        [UNKNOWN, 0, UNKNOWN, 4],
    ]
    config = load_config(TRAINING_ROOT / "configs/bcss.yaml")
    patches = dataset_patches(dataset, config.data)
    train, test = split_patches(patches, load_folds(config.data.folds)[0])
    assert {patches[i].group for i in test} == {"OL-A5D6"} and len(train) > 0 and len(test) > 0


def test_slides_scanned_at_20x_can_be_kept(root: Path) -> None:
    assert main(["bcss", "--root", str(root), "--keep-20x"]) == 0
    groups = [e["group"] for e in json.loads((root / "dataset.json").read_text())["images"]]
    assert "A8-A07C" in groups and len(dataset_patches(load_dataset(root), DataConfig())) > 0


def test_what_is_missing_is_one_sentence(root: Path) -> None:
    next((root / "masks").iterdir()).unlink()
    with pytest.raises(UsageError, match="has no mask of that name"):
        prepare_bcss(root)
    (root / "gtruth_codes.tsv").write_text("name\tcode\n")
    with pytest.raises(UsageError, match="label and GT_code"):
        prepare_bcss(root)
    (root / "gtruth_codes.tsv").unlink()
    with pytest.raises(UsageError, match="published with the masks"):
        prepare_bcss(root)
