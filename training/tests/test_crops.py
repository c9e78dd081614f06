"""The crop rule against a reference that follows its words pixel by pixel."""

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dsml.data.crops import read_crop
from dsml.data.slides import open_slide
from dsml.errors import UsageError
from tests.made import noise, write_deep_zoom, write_tiff

MPP = 0.5


def folded(k: int, size: int) -> int:
    period = 2 * (size - 1)
    k = k % period
    return period - k if k >= size else k


def reference_crop(
    levels: list[np.ndarray], x: float, y: float, spacing: float, size_px: int, padding: str
) -> np.ndarray:
    """Output pixel after output pixel: the overlap-weighted mean of the level's pixels, float64 before rounding."""
    index = max(k for k in range(len(levels)) if k == 0 or MPP * 2**k <= spacing * 1.01)
    level, downsample = levels[index], 2**index
    height, width = level.shape[:2]
    step = spacing / MPP / downsample
    left, top = ((c - size_px * spacing / MPP / 2) / downsample for c in (x, y))
    out = np.zeros((size_px, size_px, 3))
    for v in range(size_px):
        for u in range(size_px):
            x0, y0 = left + u * step, top + v * step
            total, area = np.zeros(3), 0.0
            for row in range(math.floor(y0), math.ceil(y0 + step)):
                for column in range(math.floor(x0), math.ceil(x0 + step)):
                    w = min(column + 1, x0 + step) - max(column, x0)
                    h = min(row + 1, y0 + step) - max(row, y0)
                    inside = 0 <= row < height and 0 <= column < width
                    if inside or padding == "reflect":
                        pixel = level[folded(row, height), folded(column, width)].astype(float)
                    else:
                        pixel = np.full(3, 255.0)
                    total, area = total + w * h * pixel, area + w * h
            out[v, u] = total / area
    return out


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("slides")


@pytest.fixture(scope="module")
def tiff(folder: Path) -> tuple[Path, list[np.ndarray]]:
    path = folder / "made.tif"
    return path, write_tiff(path, noise(230, 187))


@pytest.mark.parametrize("padding", ["white", "reflect"])
@pytest.mark.parametrize(
    ("x", "y", "spacing"),
    [(100, 90, 0.5), (101.5, 64, 0.5), (115, 93, 1.0), (110, 90, 0.62), (3, 5, 0.5), (228, 180, 1.0), (50, 60, 2.48),
     (120.3, 77.7, 1.24), (0, 187, 2.0), (64, 64, 0.503)],
)  # fmt: skip
def test_crops_follow_the_rule(
    tiff: tuple[Path, list[np.ndarray]], x: float, y: float, spacing: float, padding: str
) -> None:
    path, levels = tiff
    crop = read_crop(open_slide(path, MPP), x, y, spacing, 16, padding)
    expected = reference_crop(levels, x, y, spacing, 16, padding)
    assert np.abs(crop - expected).max() <= 0.5 + 1e-6


def test_ratio_one_is_the_level_byte_for_byte(tiff: tuple[Path, list[np.ndarray]]) -> None:
    path, levels = tiff
    slide = open_slide(path, MPP)
    assert np.array_equal(read_crop(slide, 100, 90, 0.5, 32, "white"), levels[0][74:106, 84:116])
    assert np.array_equal(read_crop(slide, 100, 80, 1.0, 32, "white"), levels[1][24:56, 34:66])


@pytest.mark.parametrize(("tile_px", "overlap"), [(64, 1), (50, 0), (64, 3)])
def test_deep_zoom_and_tiff_and_picture_agree(tmp_path: Path, tile_px: int, overlap: int) -> None:
    pixels = noise(230, 187)
    deep_zoom, levels = write_deep_zoom(tmp_path, pixels, tile_px, overlap)
    Image.fromarray(pixels).save(tmp_path / "made.png")
    write_tiff(tmp_path / "made.tif", pixels)
    slides = [open_slide(path, MPP) for path in (deep_zoom, tmp_path / "made.tif")]
    picture = open_slide(tmp_path / "made.png", MPP)
    assert (slides[0].width, slides[0].height) == (230, 187)
    for k, level in enumerate(levels):
        read = slides[0].levels[k]
        assert np.array_equal(read.read(0, 0, read.width, read.height), level)
    for x, y, spacing in [(64, 64, 0.5), (120, 100, 0.9), (10, 180, 1.4)]:
        first, second = (read_crop(slide, x, y, spacing, 48, "reflect") for slide in slides)
        assert np.array_equal(first, second)
    assert np.array_equal(read_crop(picture, 90, 90, 0.9, 48, "white"), read_crop(slides[0], 90, 90, 0.9, 48, "white"))


@pytest.mark.parametrize("kind", ["444", "420", "rgb", "grey", "cmyk"])
def test_a_jpeg_has_the_pixels_that_pillow_sees(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "made.jpg"
    image = Image.fromarray(noise(203, 117, 3)).convert({"grey": "L", "cmyk": "CMYK"}.get(kind, "RGB"))
    options = {"444": {"subsampling": 0}, "420": {"subsampling": 2}, "rgb": {"keep_rgb": True}}.get(kind, {})
    image.save(path, "JPEG", quality=70, **options)
    level = open_slide(path, MPP).levels[0]
    assert np.array_equal(level.read(0, 0, 203, 117), np.asarray(Image.open(path).convert("RGB")))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(OSError, match="truncated"):
        open_slide(path, MPP)


def test_a_spacing_finer_than_the_image_is_refused(tiff: tuple[Path, list[np.ndarray]]) -> None:
    slide = open_slide(tiff[0], MPP)
    with pytest.raises(UsageError, match="upsampled"):
        read_crop(slide, 100, 90, 0.47, 16, "white")
    assert read_crop(slide, 100, 90, 0.48, 16, "white").shape == (16, 16, 3)
