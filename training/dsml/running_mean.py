"""An exponential running mean of the trained weights, kept in the place of the last ones.

It smooths the noise of small batches (Polyak and Juditsky, SIAM J. Control Optim. 30, 1992). The decay rises from 0, so
that the untrained beginning is forgotten.
"""

import torch
from torch import nn


class RunningMean:
    """`values`: name -> mean so far, of the parameters that train."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay, self.updates = decay, 0
        self.values = {n: p.detach().clone() for n, p in model.named_parameters() if p.requires_grad}

    def load(self, values: dict[str, torch.Tensor], updates: int) -> None:
        """Goes on from saved values."""
        self.values = {name: value.clone() for name, value in values.items()}
        self.updates = updates

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Takes the present weights in."""
        self.updates += 1
        decay = min(self.decay, self.updates / (10 + self.updates))
        for name, parameter in model.named_parameters():
            if name in self.values:
                self.values[name].lerp_(parameter.to(self.values[name].device), 1 - decay)

    @torch.no_grad()
    def apply(self, model: nn.Module) -> None:
        """Gives the model the mean weights."""
        for name, parameter in model.named_parameters():
            if name in self.values:
                parameter.copy_(self.values[name])
