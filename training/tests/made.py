"""Small data sets that tests make: pictures and masks, points, a Deep Zoom folder, a tiled TIFF."""

import json
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image


def noise(width: int, height: int, seed: int = 0) -> np.ndarray:
    """uint8 [height, width, 3]: smooth enough not to be absurd, every pixel different from its neighbours."""
    random = np.random.default_rng(seed)
    coarse = random.integers(60, 200, (height // 16 + 2, width // 16 + 2, 3)).repeat(16, 0).repeat(16, 1)
    return (coarse[:height, :width] + random.integers(-50, 50, (height, width, 3))).astype(np.uint8)


def halve(pixels: np.ndarray) -> np.ndarray:
    """Mean of 2 x 2, an odd edge repeated."""
    padded = np.pad(pixels, ((0, pixels.shape[0] % 2), (0, pixels.shape[1] % 2), (0, 0)), "edge").astype(np.float64)
    blocks = padded.reshape(padded.shape[0] // 2, 2, padded.shape[1] // 2, 2, 3)
    return np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)


def write_deep_zoom(folder: Path, pixels: np.ndarray, tile_px: int, overlap: int) -> tuple[Path, list[np.ndarray]]:
    """A Deep Zoom image with PNG tiles; returns its path and its levels, finest first."""
    height, width = pixels.shape[:2]
    levels = [pixels]
    while max(levels[-1].shape[:2]) > 1:
        levels.append(halve(levels[-1]))
    for number, level in enumerate(reversed(levels)):
        target = folder / "made_files" / str(number)
        target.mkdir(parents=True)
        for row in range(-(-level.shape[0] // tile_px)):
            for column in range(-(-level.shape[1] // tile_px)):
                top, left = max(0, row * tile_px - overlap), max(0, column * tile_px - overlap)
                tile = level[top : (row + 1) * tile_px + overlap, left : (column + 1) * tile_px + overlap]
                Image.fromarray(tile).save(target / f"{column}_{row}.png")
    descriptor = folder / "made.dzi"
    descriptor.write_text(
        f'<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="png" Overlap="{overlap}" '
        f'TileSize="{tile_px}"><Size Width="{width}" Height="{height}"/></Image>'
    )
    return descriptor, levels


def write_tiff(path: Path, pixels: np.ndarray, tile_px: int = 64) -> list[np.ndarray]:
    """A lossless tiled pyramidal TIFF of three levels; returns the levels, finest first."""
    levels = [pixels, halve(pixels), halve(halve(pixels))]
    with tifffile.TiffWriter(path) as writer:
        for index, level in enumerate(levels):
            extra = {"subifds": 2} if index == 0 else {"subfiletype": 1}
            writer.write(level, tile=(tile_px, tile_px), photometric="rgb", compression="zlib", **extra)
    return levels


def write_mask_dataset(folder: Path, groups: int = 5, side_px: int = 256) -> Path:
    """Images whose left half is bright (class 0) and right half dark and striped (class 1); one image a group."""
    images = []
    for index in range(groups):
        pixels = noise(side_px, side_px, index)
        half = side_px // 2
        pixels[:, half:] = pixels[:, half:] // 3
        pixels[::8, half:, 0] = 220
        codes = np.zeros((side_px, side_px), np.uint8)
        codes[:, half:] = 7
        Image.fromarray(pixels).save(folder / f"{index}.png")
        Image.fromarray(codes).save(folder / f"{index}-mask.png")
        images.append({"image": f"{index}.png", "mask": f"{index}-mask.png", "group": f"patient-{index}"})
    classes = [{"name": "bright", "codes": [0]}, {"name": "striped", "codes": [7]}]
    values = {"name": "made", "kind": "mask", "mpp": 0.5, "classes": classes, "ignore_codes": [255], "images": images}
    (folder / "dataset.json").write_text(json.dumps(values))
    return folder
