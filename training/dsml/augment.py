"""Random changes of a batch that leave its classes true, the same for all magnifications of a patch.

Flips and quarter turns; then the stains' strengths, changed in optical-density space where they add up (Ruifrok and
Johnston, Anal Quant Cytol Histol 23, 2001: haematoxylin, eosin and the direction across both); then brightness,
contrast and saturation of the picture.
"""

import torch

from dsml.config import AugmentConfig

HAEMATOXYLIN = (0.650, 0.704, 0.286)
EOSIN = (0.072, 0.990, 0.105)


def stain_matrix() -> torch.Tensor:
    """Unit optical-density vectors of haematoxylin, eosin and the residual, one a row: [3, 3]."""
    h, e = (torch.tensor(v, dtype=torch.float32) for v in (HAEMATOXYLIN, EOSIN))
    rows = torch.stack([h, e, torch.linalg.cross(h, e)])
    return rows / rows.norm(dim=1, keepdim=True)


def turn(crops: torch.Tensor, cells: torch.Tensor, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """A random one of the eight symmetries of the square per patch; crops [B, M, C, S, S], cells [B, M, h, h]."""
    choices = torch.randint(0, 8, (len(crops),), generator=generator).tolist()
    turned_crops, turned_cells = [], []
    for index, choice in enumerate(choices):
        for source, target in ((crops, turned_crops), (cells, turned_cells)):
            picture = torch.rot90(source[index], choice % 4, (-2, -1))
            target.append(picture.flip(-1) if choice >= 4 else picture)
    return torch.stack(turned_crops), torch.stack(turned_cells)


def jitter_stain(crops: torch.Tensor, config: AugmentConfig, generator: torch.Generator) -> torch.Tensor:
    """Scales and shifts each stain's density, per patch. crops [B, M, 3, S, S] in [0, 1]."""
    batch = len(crops)
    scale = 1 + config.stain_scale * (2 * torch.rand(batch, 3, generator=generator) - 1)
    shift = config.stain_shift * (2 * torch.rand(batch, 3, generator=generator) - 1)
    return change_stains(crops, scale, shift)


def change_stains(crops: torch.Tensor, scale: torch.Tensor, shift: torch.Tensor) -> torch.Tensor:
    """Optical densities of haematoxylin, eosin and residual times `scale` plus `shift`, both [B, 3], one a patch.

    crops [B, M, 3, S, S] in [0, 1].
    """
    stains = stain_matrix()
    density = -torch.log((crops * 255 + 1) / 256)
    # density' = ((density @ inverse) * scale + shift) @ stains, written as one 3 x 3 matrix per patch
    mix = torch.linalg.inv(stains) @ torch.diag_embed(scale) @ stains
    offset = shift @ stains
    changed = torch.einsum("bmcyx,bcd->bmdyx", density, mix) + offset[:, None, :, None, None]
    return ((torch.exp(-changed) * 256 - 1) / 255).clamp(0, 1)


def jitter_colour(crops: torch.Tensor, config: AugmentConfig, generator: torch.Generator) -> torch.Tensor:
    """Brightness, contrast and saturation, per patch. crops [B, M, 3, S, S] in [0, 1]."""

    def draw(largest: float) -> torch.Tensor:
        return (largest * (2 * torch.rand(len(crops), generator=generator) - 1)).view(-1, 1, 1, 1, 1)

    grey = crops.mean(2, keepdim=True)
    crops = grey + (crops - grey) * (1 + draw(config.saturation))
    level = grey.mean((1, 2, 3, 4), keepdim=True)
    crops = level + (crops - level) * (1 + draw(config.contrast))
    return (crops + draw(config.brightness)).clamp(0, 1)


def change_likewise(crops: list[torch.Tensor], config: AugmentConfig, generator: torch.Generator) -> list[torch.Tensor]:
    """Stain and colour of pictures of several sizes, M of [B, 3, S_m, S_m], changed alike within each of the B."""
    state = generator.get_state()
    changed = []
    for picture in crops:
        generator.set_state(state)  # the same draws for each size
        one = picture[:, None]
        if config.stain_scale or config.stain_shift:
            one = jitter_stain(one, config, generator)
        if config.saturation or config.contrast or config.brightness:
            one = jitter_colour(one, config, generator)
        changed.append(one[:, 0])
    return changed


def augment_regions(
    crops: list[torch.Tensor], maps: list[torch.Tensor], config: AugmentConfig, generator: torch.Generator
) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """As `augment`, of regions: crops M of [B, 3, S_m, S_m]; maps [B, H, W] or [B, H, W, K] are turned alike."""
    choices = torch.randint(0, 8, (len(crops[0]),), generator=generator).tolist()

    def turned(values: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
        quarter = [torch.rot90(v, c % 4, (rows, columns)) for v, c in zip(values, choices, strict=True)]
        return torch.stack([q.flip(columns) if c >= 4 else q for q, c in zip(quarter, choices, strict=True)])

    pictures = change_likewise([turned(c, 1, 2) for c in crops], config, generator)
    return pictures, [turned(m, 0, 1) for m in maps]


def augment(
    crops: torch.Tensor, cells: torch.Tensor, config: AugmentConfig, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """All of the above, except what is set to 0. crops float [B, M, 3, S, S] in [0, 1], cells [B, M, h, h]."""
    crops, cells = turn(crops, cells, generator)
    if config.stain_scale or config.stain_shift:
        crops = jitter_stain(crops, config, generator)
    if config.saturation or config.contrast or config.brightness:
        crops = jitter_colour(crops, config, generator)
    return crops, cells
