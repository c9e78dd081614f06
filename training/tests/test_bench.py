"""The native pipeline that the viewer is measured against: its crops, its answers, its scale."""

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch
from PIL import Image

from dsml.bench import Crops, bench, classify, spacing_of
from dsml.errors import UsageError
from dsml.infer.model_folder import load_model

MODEL = Path(__file__).parents[2] / "public/models/phantom"


def slide_of(folder: Path) -> Path:
    pixels = np.random.default_rng(3).integers(60, 230, (1024, 1024, 3), np.uint8)
    path = folder / "slide.tif"
    tifffile.imwrite(path, pixels, tile=(256, 256), photometric="rgb", compression="deflate")
    return path


def test_crops_are_the_pixels_around_a_point(tmp_path: Path) -> None:
    slide = slide_of(tmp_path)
    model = load_model(MODEL)
    finest, middle, _ = Crops(slide, [(500.0, 400.0)], model, 0.5)[0].numpy()
    pixels = np.asarray(Image.open(slide))
    assert np.array_equal(finest, pixels[336:464, 436:564])
    blocks = pixels[272:528, 372:628].reshape(128, 2, 128, 2, 3).mean((1, 3))
    assert np.abs(middle - blocks).max() <= 1


def test_every_point_is_answered_by_the_model_of_the_folder(tmp_path: Path) -> None:
    slide = slide_of(tmp_path)
    points = [(300.0 + 40 * n, 512.0) for n in range(5)]
    (tmp_path / "points.json").write_text(json.dumps(points))
    measured = bench(MODEL, slide, tmp_path / "points.json", batch=2, workers=0, mpp=0.5)
    assert measured["cells"] == 5 and measured["cells_per_second"] > 0
    model = load_model(MODEL)
    model.network.context_cells = 0
    crops = Crops(slide, points, model, 0.5)
    with torch.inference_mode():
        together = classify(model, [torch.stack([crops[n] for n in range(5)])])
        alone = classify(model, [crops[n][None] for n in range(5)])
    assert torch.allclose(together, alone, atol=1e-4)


def test_the_scale_is_read_or_asked_for() -> None:
    assert spacing_of({"openslide.mpp-x": "0.25"}) == 0.25
    assert spacing_of({"tiff.ResolutionUnit": "centimeter", "tiff.XResolution": "20000"}) == 0.5
    with pytest.raises(UsageError, match="--mpp"):
        spacing_of({"tiff.XResolution": "20000"})
