"""How the magnifications of one patch become one answer. "concatenate" is the method; the others are its rivals.

concatenate: W [e_1; ...; e_M]. mean: the mean of the single magnifications' logits. gate: their sum, weighted by a
softmax gate that sees all e_m. attention: W sum_m a_m e_m with a_m = softmax(v tanh(U e_m)) (Ilse et al., ICML 2018).
similarity: concatenate, where each coarser e_m also holds its feature map averaged with the weights
softmax_i(<mean_j z_finest(j), z_m(i)> / tau): what in the coarse field looks like the fine one.
"""

import torch
from torch import nn

FUSIONS = ("concatenate", "mean", "gate", "attention", "similarity")


def similar_context(windows: list[torch.Tensor], embeddings: list[torch.Tensor], tau: float) -> list[torch.Tensor]:
    """Similarity-weighted means of the coarser feature maps: windows M of [B, C, h, h] -> M-1 of [B, C]."""
    query = embeddings[0].mean(1, keepdim=True)
    contexts = []
    for window, z in zip(windows[1:], embeddings[1:], strict=True):
        weights = torch.softmax((query @ z.transpose(1, 2)) / tau, dim=2)  # [B, 1, h*h]
        contexts.append((weights @ window.flatten(2).transpose(1, 2)).squeeze(1))
    return contexts


class Fusion(nn.Module):
    """e_m (M of [B, width_m]) and the single magnifications' logits [B, M, K] -> fused logits [B, K]."""

    def __init__(self, kind: str, widths: list[int], classes: int) -> None:
        super().__init__()
        self.kind = kind
        total = sum(widths)
        if kind == "gate":
            self.gate = nn.Linear(total, len(widths))
        elif kind == "attention":
            self.query = nn.Linear(widths[0], 64)
            self.value = nn.Linear(64, 1, bias=False)
            self.out = nn.Linear(widths[0], classes)

    def forward(self, parts: list[torch.Tensor], single: torch.Tensor) -> torch.Tensor:
        """The rivals that need more than a linear layer; see the module's words."""
        if self.kind == "mean":
            return single.mean(1)
        if self.kind == "gate":
            return (torch.softmax(self.gate(torch.cat(parts, 1)), 1)[:, :, None] * single).sum(1)
        stacked = torch.stack(parts, 1)
        shares = torch.softmax(self.value(torch.tanh(self.query(stacked))), 1)
        return self.out((shares * stacked).sum(1))
