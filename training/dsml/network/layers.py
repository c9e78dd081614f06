"""The few building blocks that encoders are made of, and that `dsml.export` knows how to write.

Convolutions pad as TensorFlow's SAME does (uneven at stride 2: nothing before, one pixel after, for a 3 x 3 kernel),
so that the exported graph needs no explicit padding and every backend computes the same thing.
Inputs must have sides that the stride divides, which crops and regions always have.
"""

import torch
from torch import nn
from torch.nn import functional

ACTIVATIONS = ("none", "relu", "relu6")


def same_padding(kernel: int, stride: int) -> tuple[int, int]:
    """Pixels that SAME puts before and after a side that the stride divides."""
    total = max(kernel - stride, 0)
    return total // 2, total - total // 2


def cut_back(features: torch.Tensor, side: int) -> torch.Tensor:
    """The central `side` x `side` cells of [..., H, W]."""
    margin = (features.shape[-1] - side) // 2
    return features[..., margin : margin + side, margin : margin + side]


class ConvUnit(nn.Module):
    """Convolution, batch norm (or a bias), activation. Depthwise when `groups` equals both channel counts."""

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        kernel: int = 1,
        stride: int = 1,
        groups: int = 1,
        activation: str = "none",
        norm: bool = True,
        eps: float = 1e-3,
    ) -> None:
        super().__init__()
        assert activation in ACTIVATIONS and groups in (1, channels_in)
        self.kernel, self.stride, self.groups, self.activation = kernel, stride, groups, activation
        self.padding = same_padding(kernel, stride)
        self.conv = nn.Conv2d(channels_in, channels_out, kernel, stride, groups=groups, bias=not norm)
        self.norm = nn.BatchNorm2d(channels_out, eps=eps, momentum=0.1) if norm else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, Cin, H, W] -> [B, Cout, H/stride, W/stride]."""
        live_norm = self.norm if self.norm is not None and self.norm.training else None
        # a batch norm with fixed statistics is multiplied into the weights: half the memory traffic, same gradients
        weight, bias = (self.conv.weight, self.conv.bias) if live_norm else self.folded()
        before, after = self.padding
        if before == after:
            x = functional.conv2d(x, weight, bias, self.stride, before, groups=self.groups)
        else:
            x = functional.conv2d(
                functional.pad(x, (before, after, before, after)), weight, bias, self.stride, groups=self.groups
            )
        if live_norm is not None:
            x = live_norm(x)
        if self.activation == "relu6":
            return functional.relu6(x, inplace=True)
        return functional.relu(x, inplace=True) if self.activation == "relu" else x

    def folded(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Weight [Cout, Cin/groups, k, k] and bias [Cout] with the batch norm multiplied in."""
        if self.norm is None:
            assert self.conv.bias is not None
            return self.conv.weight, self.conv.bias
        assert self.norm.running_var is not None and self.norm.running_mean is not None
        scale = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        return self.conv.weight * scale[:, None, None, None], self.norm.bias - self.norm.running_mean * scale


class InvertedResidual(nn.Module):
    """Expand (1 x 1), depthwise, project (1 x 1); the input is added when shapes agree. MobileNetV2, section 3.3."""

    def __init__(
        self, channels_in: int, channels_out: int, expansion: int, kernel: int, stride: int, norm: bool = True
    ) -> None:
        super().__init__()
        hidden = channels_in * expansion
        units = [] if expansion == 1 else [ConvUnit(channels_in, hidden, activation="relu6", norm=norm)]
        units.append(ConvUnit(hidden, hidden, kernel, stride, groups=hidden, activation="relu6", norm=norm))
        units.append(ConvUnit(hidden, channels_out, norm=norm))
        self.units = nn.Sequential(*units)
        self.adds_input = stride == 1 and channels_in == channels_out

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, Cin, H, W] -> [B, Cout, H/stride, W/stride]."""
        return x + self.units(x) if self.adds_input else self.units(x)


def channels_of(block: nn.Module) -> int:
    """Channels that a ConvUnit or an InvertedResidual gives."""
    unit = block.units[-1] if isinstance(block, InvertedResidual) else block
    assert isinstance(unit, ConvUnit)
    return unit.conv.out_channels


def multiply_adds(module: nn.Module, side_px: int) -> int:
    """Multiply-adds of one input [3, side, side]; used to keep budgets."""
    total = 0

    def count(unit: nn.Module, _inputs: object, output: torch.Tensor) -> None:
        nonlocal total
        assert isinstance(unit, ConvUnit)
        total += output.shape[2] * output.shape[3] * unit.conv.weight.numel()

    hooks = [m.register_forward_hook(count) for m in module.modules() if isinstance(m, ConvUnit)]
    was_training = module.training
    module.eval()
    with torch.no_grad():
        module(torch.zeros(1, 3, side_px, side_px))
    module.train(was_training)
    for hook in hooks:
        hook.remove()
    return total
