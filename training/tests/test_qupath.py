"""A data set made of QuPath's annotations: which pixel is of which class, and what is said when something is amiss."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dsml.cli import main
from dsml.config import TRAINING_ROOT, load_config
from dsml.data.dataset import UNKNOWN, load_dataset
from dsml.data.patches import dataset_patches
from dsml.data.qupath import prepare_qupath
from dsml.data.splits import load_folds
from dsml.errors import UsageError
from tests.made import noise


def square(x: int, y: int, side: int) -> list[list[int]]:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def feature(name: str | None, kind: str, coordinates: list) -> dict:
    properties = {"objectType": "annotation", **({"classification": {"name": name}} if name else {})}
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONCENTRIC_DATA", str(tmp_path))
    for folder in ("slides", "annotations"):
        (tmp_path / folder).mkdir()
    features = [
        feature("Tumor", "Polygon", [square(320, 320, 128)]),  # inside the stroma, and drawn before it
        feature("Stroma", "Polygon", [square(64, 64, 640), square(96, 96, 64)]),  # with a hole
        feature("Tumor", "MultiPolygon", [[square(800, 0, 160)], [square(800, 320, 160)]]),
        feature(None, "Polygon", [square(0, 0, 1024)]),
        feature("Tumor", "Point", [10, 10]),
    ]
    for index in range(3):
        Image.fromarray(noise(1024, 768, index)).save(tmp_path / "slides" / f"case {index}.png")
        values = {"type": "FeatureCollection", "features": features}
        (tmp_path / "annotations" / f"case {index}.geojson").write_text(json.dumps(values))
    return tmp_path


def prepare(root: Path, *more: str) -> int:
    folders = ["--slides", str(root / "slides"), "--annotations", str(root / "annotations")]
    return main(["qupath", *folders, "--out", str(root / "own-slides"), "--mpp", "0.5", *more])


def test_polygons_become_codes_with_holes_and_the_smaller_on_top(root: Path) -> None:
    assert prepare(root) == 0
    dataset = load_dataset(root / "own-slides")
    assert dataset.class_names == ("Stroma", "Tumor") and dataset.mask_downsample == 8
    labels = dataset.read_labels(dataset.images[0])
    assert labels.shape == (96, 128)

    def at(x: int, y: int) -> int:
        return int(labels[y // 8, x // 8])

    assert [at(68, 68), at(100, 100), at(324, 324), at(440, 440), at(460, 460)] == [0, UNKNOWN, 1, 1, 0]
    assert [at(804, 4), at(804, 324), at(804, 200), at(20, 20)] == [1, 1, UNKNOWN, UNKNOWN]
    counts = np.bincount(labels.ravel(), minlength=2)[:2] * 64
    # within the half pixel of the mask by which an edge is rounded
    assert 128**2 + 2 * 160**2 <= counts[1] <= 136**2 + 2 * 168**2
    assert 640**2 - 72**2 - 136**2 <= counts[0] <= 648**2 - 64**2 - 128**2


def test_the_example_configuration_trains_on_it(root: Path) -> None:
    (root / "patients.csv").write_text("slide,group\ncase 0.png,p1\ncase 1.png,p1\ncase 2.png,p2\n")
    prepare(root, "--groups", str(root / "patients.csv"))
    example = TRAINING_ROOT / "configs/example-own-data.yaml"
    patches = dataset_patches(load_dataset(root / "own-slides"), load_config(example).data)
    assert {p.group for p in patches} == {"p1", "p2"} and {p.label for p in patches} == {0, 1}
    small = ["--set", "crops.patch_px=64", "crops.context_px=16", "data.per_image=4"]
    assert main(["prepare", "--config", str(example), "--make-folds", "2", *small]) == 0
    assert sorted(load_folds("data:own-slides/folds.json")) == [["p1"], ["p2"]]


def test_what_is_amiss_is_one_sentence(root: Path) -> None:
    with pytest.raises(UsageError, match="No GeoJSON"):
        prepare_qupath(root / "slides", root, root / "out", 0.5)
    (root / "slides" / "case 1.png").unlink()
    with pytest.raises(UsageError, match=r"No slide of the same name in .* for case 1\.geojson"):
        prepare_qupath(root / "slides", root / "annotations", root / "out", 0.5)
    (root / "annotations" / "case 1.geojson").write_text("{")
    (root / "slides" / "case 1.png").touch()
    with pytest.raises(UsageError, match="export the annotations from QuPath again"):
        prepare_qupath(root / "slides", root / "annotations", root / "out", 0.5)
