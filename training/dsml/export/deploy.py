"""The network as it is shipped: batch norms folded, kernels rounded to the float16 in which they are stored.

Golden outputs are computed with it, in float32: a backend's error is then measured against the very weights it runs.
What the rounding itself changes is measured at export and refused when it could matter.
"""

import copy

import torch
from torch import nn

from dsml.network.dsml import Dsml
from dsml.network.layers import ConvUnit

LARGEST_CHANGE = 0.005  # of a probability, by rounding


def rounded(weight: torch.Tensor) -> torch.Tensor:
    """To the nearest float16, as float32."""
    return weight.detach().half().float()


def deployed(model: Dsml) -> Dsml:
    """A copy of a trained network that computes with the weights that are written to the model folder."""
    shipped = copy.deepcopy(model).eval()
    for module in shipped.modules():
        if isinstance(module, ConvUnit):
            weight, bias = module.folded()
            module.conv.weight = nn.Parameter(rounded(weight))
            module.conv.bias = nn.Parameter(bias.detach())
            module.norm = None
        elif isinstance(module, nn.Linear):
            module.weight = nn.Parameter(rounded(module.weight))
    return shipped
