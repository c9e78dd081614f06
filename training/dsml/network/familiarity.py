"""How much a patch looks like the tissue that a network was trained on: 1 = like it, 0 = unlike it.

The distance is what the leading components of the training tissue leave unexplained of a patch's features (the
reconstruction error of a principal component analysis), at the finest magnification, where cells are seen. A sigmoid
takes it to 0..1. Nothing of any other tissue goes into it.
"""

import numpy as np
import torch
from torch import nn


class Familiarity(nn.Module):
    """Pooled features of the finest magnification [B, D] -> familiarity [B]."""

    def __init__(self, width: int, components: int) -> None:
        super().__init__()
        self.register_buffer("scale", torch.ones(width))
        self.register_buffer("shift", torch.zeros(width))
        self.components = nn.Linear(width, components, bias=False)
        self.components.weight.requires_grad_(False)
        self.register_buffer("limit", torch.ones(()))
        self.register_buffer("slope", torch.ones(()))

    def distance(self, pooled: torch.Tensor) -> torch.Tensor:
        """Mean square of what the components leave of the standardised features: [B]."""
        z = pooled * self.scale + self.shift
        explained = self.components(z)
        return (
            z.square().mean(1) - explained.square().mean(1) * self.components.out_features / self.components.in_features
        )

    def forward(self, pooled: torch.Tensor) -> torch.Tensor:
        """1/2 at the distance `limit`."""
        return torch.sigmoid(self.slope * (self.limit - self.distance(pooled)))


def fit_components(pooled: np.ndarray, components: int) -> Familiarity:
    """Mean, spread and leading components of training tissue [N, D]; `limit` and `slope` are still to be set."""
    mean, spread = pooled.mean(0), pooled.std(0) + 1e-3  # a feature that never varies must not decide
    _, _, directions = np.linalg.svd((pooled - mean) / spread, full_matrices=False)
    familiarity = Familiarity(pooled.shape[1], components)
    familiarity.scale.copy_(torch.from_numpy(1 / spread))
    familiarity.shift.copy_(torch.from_numpy(-mean / spread))
    familiarity.components.weight.data.copy_(torch.from_numpy(directions[:components]))
    return familiarity.eval()
