"""What another way of keeping a slide does to its pictures: compression and other resampling of the levels.

A slide converted from one format to another is compressed anew, mostly with the colours at half the resolution, and
its coarse levels come from another filter: sharper, with false detail where nothing was averaged, or softer. Each
magnification is read from a level of its own, so that each crop is changed for itself.
"""

import io

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

from dsml.config import CarrierConfig

BEST_QUALITY = 95


def compressed(crops: torch.Tensor, qualities: list[int], subsampling: str | None = None) -> torch.Tensor:
    """Crops [B, 3, S, S] in [0, 1] after JPEG of the quality given for each; `subsampling` of colours as Pillow's."""
    pictures = (crops * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    options = {} if subsampling is None else {"subsampling": subsampling}
    changed = []
    for picture, quality in zip(pictures, qualities, strict=True):
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, "JPEG", quality=quality, **options)
        changed.append(np.asarray(Image.open(buffer)))
    return torch.from_numpy(np.stack(changed)).permute(0, 3, 1, 2).float() / 255


def sharpened(crops: torch.Tensor, amounts: torch.Tensor) -> torch.Tensor:
    """Adds `amounts` [B] times what a mean of 3 x 3 px takes away; -1 is that mean. crops [B, 3, S, S] in [0, 1]."""
    soft = functional.avg_pool2d(functional.pad(crops, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    return (crops + amounts.view(-1, 1, 1, 1) * (crops - soft)).clamp(0, 1)


def carry(crops: torch.Tensor, config: CarrierConfig, generator: torch.Generator) -> torch.Tensor:
    """Each crop of [B, M, 3, S, S] sharpened by up to `sharpening` or softened by up to half of that, then compressed.

    The quality is drawn from `jpeg_quality` to BEST_QUALITY, the strength of the other evenly.
    """
    each = crops.flatten(0, 1)
    if config.sharpening:
        each = sharpened(each, config.sharpening * (1.5 * torch.rand(len(each), generator=generator) - 0.5))
    if config.jpeg_quality:
        drawn = torch.randint(config.jpeg_quality, BEST_QUALITY + 1, (len(each),), generator=generator)
        each = compressed(each, drawn.tolist(), "4:2:0")
    return each.unflatten(0, crops.shape[:2])
