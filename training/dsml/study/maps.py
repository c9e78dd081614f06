"""Query maps as a picture: how similar each cell of the coarse field is to the fine crop as a whole.

A row a patch (one of each class): the fine crop, the coarse one with the fine one's frame, then the map of each run,
from the least similar cell of that map (dark) to the most similar one (light). Draw only tissue that may be shown.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from dsml.data.cache import open_cache
from dsml.errors import UsageError
from dsml.train import load_run, to_batch

GAP_PX, COLOURS = 6, 96
SCALE = np.array([[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]], float)  # viridis


def query_map(low: torch.Tensor, high: torch.Tensor) -> np.ndarray:
    """Similarity of each low cell to the mean of the high cells: embeddings [hw, d] -> [h, h]."""
    side = round(low.shape[0] ** 0.5)
    return (low @ high.mean(0)).reshape(side, side).numpy()


def coloured(values: np.ndarray, side_px: int) -> Image.Image:
    """A map [h, h], its least value dark and its largest light, as a picture of `side_px`, cells as squares."""
    share = (values - values.min()) / max(float(values.max() - values.min()), 1e-9)
    place = np.linspace(0, 1, len(SCALE))
    rgb = np.stack([np.interp(share, place, SCALE[:, c]) for c in range(3)], axis=-1)
    return Image.fromarray(rgb.round().astype(np.uint8)).resize((side_px, side_px), Image.Resampling.NEAREST)


def _framed(picture: Image.Image, ratio: float) -> Image.Image:
    picture = picture.copy()
    inner = picture.width / ratio
    begin, end = (picture.width - inner) / 2, (picture.width + inner) / 2 - 1
    ImageDraw.Draw(picture).rectangle((begin, begin, end, end), outline=(255, 255, 255), width=2)
    ImageDraw.Draw(picture).rectangle((begin - 1, begin - 1, end + 1, end + 1), outline=(0, 0, 0))
    return picture


def draw_maps(runs: list[Path], root: str, out: Path) -> None:
    """Writes the picture. Raises UsageError for runs that do not see the same crops at two magnifications or more."""
    loaded = [load_run(run) for run in runs]
    config = loaded[0][1]
    if any(c.crops != config.crops for _, c, _ in loaded) or len(config.crops.spacings_um_px) < 2:
        raise UsageError("Maps are drawn of runs that see the same crops, at two magnifications or more.")
    cache = open_cache(replace(config, data=replace(config.data, roots=[root])))
    of_class = [np.flatnonzero(cache.labels == label) for label in np.unique(cache.labels)]
    chosen = np.array([patches[len(patches) // 2] for patches in of_class])
    crops, _, _ = to_batch(cache, np.sort(chosen))
    with torch.inference_mode():
        embeddings = [model(crops).embeddings for model, _, _ in loaded]
    side, context = config.crops.patch_px, config.crops.context_px
    inner = crops[..., context : context + side, context : context + side]
    pixels = (inner * 255).round().to(torch.uint8).permute(0, 1, 3, 4, 2).numpy()
    ratio = config.crops.spacings_um_px[1] / config.crops.spacings_um_px[0]
    cell = side + GAP_PX
    sheet = Image.new("RGB", (cell * (2 + len(runs)) - GAP_PX, cell * len(chosen) - GAP_PX), "white")
    for row in range(len(chosen)):
        tiles = [Image.fromarray(pixels[row, 0]), _framed(Image.fromarray(pixels[row, 1]), ratio)]
        tiles += [_framed(coloured(query_map(z[1][row], z[0][row]), side), ratio) for z in embeddings]
        for column, tile in enumerate(tiles):
            sheet.paste(tile, (column * cell, row * cell))
    out.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(COLOURS).save(out, optimize=True)
