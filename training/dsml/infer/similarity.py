"""Similarity of a cell's magnifications: `aligned` and `contrast` of every pair, for many cells at once."""

import torch

from dsml.network.similarity import overlap


class PairScorer:
    """Scores pairs of embedding fields [B, h*h, d], finest first, whose spacings are in um/px."""

    def __init__(self, cells: int, spacings: tuple[float, ...]) -> None:
        count = range(len(spacings))
        self.pairs = [(fine, coarse) for fine in count for coarse in count if fine < coarse]
        self._maps = [overlap(cells, spacings[coarse] / spacings[fine]) for fine, coarse in self.pairs]

    def scores(self, fields: list[torch.Tensor]) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        """`aligned` and `contrast`, one [B] a pair in the order of `pairs`."""
        aligned, contrast = [], []
        for (fine, coarse), parents in zip(self.pairs, self._maps, strict=True):
            low, high = fields[coarse], fields[fine]
            weights = parents.to(high)
            inside = torch.nonzero(weights.sum(1)).flatten()  # only coarse cells under the fine field have any weight
            pooled = torch.einsum("ij,bjd->bid", weights[inside], high)
            overlapping = (pooled * low[:, inside]).sum((1, 2))
            everything = (high.sum(1) * low.sum(1)).sum(1)
            count = high.shape[1]
            aligned.append(overlapping / count)
            # the weights A_ij sum to one a fine cell, so what lies elsewhere weighs count^2 - count
            contrast.append(aligned[-1] - (everything - overlapping) / (count * count - count))
        return aligned, contrast
