"""The rules that inference shares with the viewer, against the viewer's own code, and against plain arithmetic."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from viewer_side import REPOSITORY, run_viewer_side

from dsml.data.crops import read_crop
from dsml.data.slides import Level, Slide
from dsml.infer.analyse import CellNumbers, analyse_region, normalised_entropy
from dsml.infer.exports import csv_pieces, geojson_pieces, json_pieces, write_pieces
from dsml.infer.failure import ModelFailure, SlideFailure, TileFailure
from dsml.infer.fields import FieldRequest, level_for, plan_axis, read_field, read_fields
from dsml.infer.grid import cell_grid, cell_size_of
from dsml.infer.js_text import js_number
from dsml.infer.model_folder import load_model
from dsml.infer.regions import Geometry, cut_regions
from dsml.infer.result import gather, provenance_of, summary_of
from dsml.infer.slides import InferenceSlide, open_for_inference
from dsml.infer.stopwatch import Stopwatch
from dsml.infer.thumbnail import Thumbnail, read_thumbnail
from dsml.infer.tissue import TISSUE_RULE, tissue_cells, tissue_mask

MODELS = REPOSITORY / "public" / "models"
MODEL_IDS = [entry["id"] for entry in json.loads((MODELS / "index.json").read_text())["models"]]


def made_slide(
    width: int, height: int, mpp: tuple[float, float] = (0.5, 0.5), factors: tuple[int, ...] = (1, 4)
) -> InferenceSlide:
    """A slide in memory: noise on the left, glass on the right."""
    random = np.random.default_rng(3)
    levels = []
    for factor in factors:
        pixels = np.full((height // factor, width // factor, 3), 240, np.uint8)
        half = pixels.shape[1] // 2
        pixels[:, :half] = random.integers(60, 220, (pixels.shape[0], half, 3))
        levels.append(level_of(pixels, factor))
    return InferenceSlide("made", tuple(levels), *mpp, "metadata", lambda: None)


def level_of(pixels: np.ndarray, factor: float) -> Level:
    return Level(pixels.shape[1], pixels.shape[0], float(factor), lambda x0, y0, x1, y1: pixels[y0:y1, x0:x1])


def geometry_of(slide: InferenceSlide, step: str = "half") -> Geometry:
    grid = cell_grid(slide.width, slide.height, cell_size_of(128, 0.5, slide.mpp, step))
    return Geometry(grid, slide.mpp_x, slide.mpp_y, (0.5, 1.0, 2.0), 128, 32, 16, "reflect")


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_tissue_is_the_viewers_to_the_pixel(seed: int, tmp_path: Path) -> None:
    random = np.random.default_rng(seed)
    height, width, downsample = 311 + seed, 420 - 7 * seed, [4.85, 11.3, 1.7][seed]
    rgb = np.clip(random.normal(236, 1.5, (height, width, 3)), 0, 255)
    for _ in range(6):
        y, x, radius = random.integers(0, height), random.integers(0, width), random.integers(10, 90)
        inside = np.hypot(*np.ogrid[-y : height - y, -x : width - x]) < radius
        rgb[inside] = random.normal(random.integers(140, 225), random.uniform(3, 25), (int(inside.sum()), 3))
    rgb = np.clip(rgb, 0, 255).astype(np.uint8)
    known = np.ones((height, width), bool)
    known[20:60, 300:350] = False
    rgb[~known] = 0
    thumbnail = Thumbnail(rgb, known, downsample)
    mask = tissue_mask(thumbnail)
    slide = {"width": int(width * downsample) - 3, "height": int(height * downsample) - 2}
    cells = tissue_cells(mask, downsample, cell_grid(slide["width"], slide["height"], 57.3))
    rgba = np.dstack([rgb, known.astype(np.uint8) * 255])
    given = {"rgba": base64.b64encode(rgba.tobytes()).decode(), "width": width, "height": height}
    (tmp_path / "in.json").write_text(json.dumps({**given, "downsample": downsample, "slide": slide, "cellSize": 57.3}))
    run_viewer_side("tissue", tmp_path / "in.json", tmp_path / "out.json")
    viewer = json.loads((tmp_path / "out.json").read_text())
    assert viewer["tissueRule"] == TISSUE_RULE
    assert 0.05 < mask.mean() < 0.95
    assert np.array_equal(np.frombuffer(base64.b64decode(viewer["mask"]), np.uint8).reshape(mask.shape), mask)
    assert np.array_equal(np.frombuffer(base64.b64decode(viewer["cells"]), np.uint8), cells)


def test_tissue_of_real_slides_is_the_viewers(real_data: Path, tmp_path: Path) -> None:
    for name in ("her2st-B4.tif", "CMU-1-Small-Region.svs"):
        slide = open_for_inference(real_data / "slides" / name, name)
        thumbnail = read_thumbnail(slide)
        rgba = np.dstack([thumbnail.rgb, thumbnail.known.astype(np.uint8) * 255])
        given = {"rgba": base64.b64encode(rgba.tobytes()).decode(), "width": rgba.shape[1], "height": rgba.shape[0]}
        size = {"width": slide.width, "height": slide.height}
        words = {**given, "downsample": thumbnail.downsample, "slide": size, "cellSize": 64.0}
        (tmp_path / "in.json").write_text(json.dumps(words))
        run_viewer_side("tissue", tmp_path / "in.json", tmp_path / "out.json")
        viewer = json.loads((tmp_path / "out.json").read_text())
        mask = tissue_mask(thumbnail)
        assert np.array_equal(np.frombuffer(base64.b64decode(viewer["mask"]), np.uint8).reshape(mask.shape), mask)


def test_exports_are_the_viewers_byte_for_byte(tmp_path: Path) -> None:
    model = load_model(MODELS / "phantom")
    grid = cell_grid(1000, 700, 64.370001)
    random = np.random.default_rng(5)
    tissue = random.random(grid.columns * grid.rows) < 0.8
    at = np.nonzero(tissue)[0].astype(np.int32)
    scores = random.dirichlet(np.ones(len(model.class_names)), len(at)).astype(np.float32)
    pairs = (random.random((len(at), len(model.pairs))).astype(np.float32) - 0.5) * np.float32(1e-3)
    pairs[3, 1], pairs[4, 0], pairs[5, 2] = np.nan, np.float32(1.25e-7), 0.0
    status = np.where(np.arange(len(at)) % 9 == 8, 2, 1).astype(np.uint8)
    entropy = normalised_entropy(scores)
    familiarity = np.full(len(at), np.nan, np.float32)
    part = CellNumbers(at % grid.columns, at // grid.columns, status, scores, entropy, familiarity, pairs, -pairs, {})
    slide = {"name": 'Schnitt Ä, "B" – 4.tif', "width": 1000, "height": 700, "mppX": 0.5, "mppY": 0.25}
    about = provenance_of(
        "test",
        model,
        "cpu",
        "shared",
        "half",
        grid,
        {**slide, "mppSource": "user"},
        TISSUE_RULE,
        "2020-01-02T03:04:05.000Z",
    )
    result = gather(grid, tissue, model, [part], about)
    write_pieces(tmp_path / "result.json", json_pieces(result))
    (tmp_path / "viewer").mkdir()
    run_viewer_side("exports", tmp_path / "result.json", json.dumps(model.class_colors), tmp_path / "viewer")
    assert (tmp_path / "viewer" / "json").read_bytes() == (tmp_path / "result.json").read_bytes()
    assert (tmp_path / "viewer" / "csv").read_text() == "".join(csv_pieces(result))
    assert (tmp_path / "viewer" / "geojson").read_text() == "".join(geojson_pieces(result, model.class_colors))
    summary = summary_of(result, model)
    assert summary["cells"]["unread"] == int((status == 2).sum()) == result.provenance["unread"]
    assert sum(summary["shares"].values()) == pytest.approx(1)


def test_numbers_as_javascript_writes_them() -> None:
    values = [0.0, 5.0, -5.0, 0.5, 1e-5, -1.5e-5, 1e-6, 1e-7, -1.25e-7, 123456789.25, 1e20, 1e21, 1.5e22, 1 / 3]
    words = "0 5 -5 0.5 0.00001 -0.000015 0.000001 1e-7 -1.25e-7 123456789.25 100000000000000000000 1e+21 1.5e+22"
    assert [js_number(value) for value in values] == [*words.split(), "0.3333333333333333"]
    assert js_number(float("nan")) == "null"


@pytest.mark.parametrize("model_id", MODEL_IDS)
def test_a_model_folder_is_enough(model_id: str) -> None:
    model = load_model(MODELS / model_id)  # raises unless its golden outputs come out
    assert model.id == model_id and not model.network.training


def test_a_model_folder_that_was_touched_is_refused(tmp_path: Path) -> None:
    import shutil

    shutil.copytree(MODELS / "phantom", tmp_path / "model")
    shard = tmp_path / "model" / "head" / "group1-shard1of1.bin"
    shard.write_bytes(shard.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelFailure, match=r"head/group1-shard1of1.bin is not the file"):
        load_model(tmp_path / "model")
    (tmp_path / "model" / "manifest.json").unlink()
    with pytest.raises(ModelFailure, match=r"manifest.json is not in"):
        load_model(tmp_path / "model")


@pytest.mark.parametrize("padding", ["white", "reflect"])
@pytest.mark.parametrize("mpp", [0.5, 0.43])
def test_fields_are_the_crops_of_training(mpp: float, padding: str) -> None:
    slide = made_slide(800, 640, (mpp, mpp))
    same = Slide(slide.levels, mpp)
    for x, y, spacing in [(400, 300, 0.5), (13.7, 20.2, 1.0), (797, 633.3, 2.0)]:
        before = 96 * spacing / mpp
        request = FieldRequest(x - before, y - before, spacing, 192, 192)
        crop = read_crop(same, x, y, spacing, 192, padding)
        for field in (read_field(slide, request, padding), *read_fields(slide, [request] * 2, padding, Stopwatch())):
            assert np.abs(field.astype(int) - crop).max() <= 1
            assert (field == crop).mean() > 0.99  # the rest are ties, rounded by floating noise


def test_axes_lose_floating_noise() -> None:
    assert plan_axis(99.99999, 1.9999999, 10) == plan_axis(100.0, 2.0, 10)
    assert (plan_axis(1.5, 1.25, 4).first, plan_axis(1.5, 1.25, 4).end) == (1, 7)


def test_a_slide_too_coarse_is_refused() -> None:
    with pytest.raises(SlideFailure) as caught:
        level_for(made_slide(100, 100, (0.69, 0.69)), 0.62)
    assert caught.value.code == "spacing-too-fine"


def test_regions_hold_every_cell_once() -> None:
    slide = made_slide(3000, 2000)
    cells = [(c, r) for r in range(20) for c in range(33) if (c - 12) ** 2 + (r - 9) ** 2 < 90 or c == 31]
    for mode in ("shared", "exact"):
        regions = cut_regions(geometry_of(slide), cells, mode, "half")
        assert sorted(cell for region in regions for cell in region.cells) == sorted(cells)
        assert all(bool(region.steps) == (mode == "shared") for region in regions)


def test_shared_and_exact_agree_away_from_the_raster() -> None:
    """The phantom's encoder sees less around a cell than its context: both modes are the same arithmetic."""
    slide, model = made_slide(1600, 1200), load_model(MODELS / "phantom")
    geometry = geometry_of(slide)
    cells = [(c, r) for r in range(3, 8) for c in range(4, 11)]
    found = {}
    for mode in ("shared", "exact"):
        parts = [analyse_region(slide, model, geometry, r, "cpu") for r in cut_regions(geometry, cells, mode, "half")]
        for part in parts:
            for index, place in enumerate(zip(part.column.tolist(), part.row.tolist(), strict=True)):
                found.setdefault(place, []).append((part.probabilities[index], part.aligned[index]))
    for both in found.values():
        for one, other in zip(*both, strict=True):
            assert np.abs(one - other).max() < 0.02


def test_what_cannot_be_read_costs_only_its_cells() -> None:
    whole = made_slide(1600, 1200)

    def broken(level: Level) -> Level:
        def read(x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
            if (
                x0 * level.downsample < 1000 < x1 * level.downsample
                and y0 * level.downsample < 700 < y1 * level.downsample
            ):
                raise TileFailure("a hole at (1000, 700)")
            return level.read(x0, y0, x1, y1)

        return Level(level.width, level.height, level.downsample, read)

    slide = InferenceSlide("broken", tuple(map(broken, whole.levels)), 0.5, 0.5, "metadata", lambda: None)
    model, geometry = load_model(MODELS / "phantom"), geometry_of(whole)
    # the widest field with its context spans (128 + 64) * 2 / 0.5 level-0 px about the cell's centre
    for mode, cells in (
        ("shared", [(c, r) for r in range(6, 15) for c in range(11, 20)]),
        ("exact", [(c, 4) for c in range(7, 13)]),
    ):
        parts = [analyse_region(slide, model, geometry, r, "cpu") for r in cut_regions(geometry, cells, mode, "half")]
        places = [
            place for part in parts for place in zip(part.column.tolist(), part.row.tolist(), part.status, strict=True)
        ]
        near = {(c, r) for c, r in cells if abs((c + 0.5) * 64 - 1000) < 384 and abs((r + 0.5) * 64 - 700) < 384}
        assert {(c, r) for c, r, status in places if status == 2} == near
        assert sorted((c, r) for c, r, _ in places) == sorted(cells)
