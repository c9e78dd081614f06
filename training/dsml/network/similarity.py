"""Similarity between the feature maps of two magnifications: geometry, cross entropy, correspondence scores.

Cells are numbered row by row. For a pair, `low` is the coarser magnification (i) and `high` the finer (j); both see
the same centre, and the low field is `ratio` times as wide. The formulas are a reconstruction of the similarity cross
entropy of Diao et al., IEEE JBHI 27(3), 2023, whose text is known to us by its abstract only.
"""

import torch


def overlap(cells: int, ratio: float) -> torch.Tensor:
    """A_ij = area(low cell i and high cell j) / area(high cell j): float64 [cells^2, cells^2], columns sum to 1."""
    edges = torch.arange(cells + 1, dtype=torch.float64) / cells - 0.5
    low, high = edges * ratio, edges
    begin = torch.maximum(low[:-1, None], high[None, :-1])
    end = torch.minimum(low[1:, None], high[None, 1:])
    along_axis = (end - begin).clamp(min=0) * cells
    return torch.kron(along_axis, along_axis)


def _mean_cross_entropy(
    scores: torch.Tensor, target: torch.Tensor, dropped: torch.Tensor | None, dim: int
) -> torch.Tensor:
    """Mean over the anchors of sum target * -log softmax(scores) - H(target); softmax and target run along `dim`.

    scores [B, hw, hw]; target [hw, hw]; `dropped` [B, hw, hw] leaves entries out of the denominator.
    Anchors whose target is empty do not count.
    """
    if dropped is not None:
        scores = scores.masked_fill(dropped, float("-inf"))
    log_share = torch.log_softmax(scores, dim)
    positive = target > 0
    terms = torch.where(positive, target * log_share.masked_fill(~positive, 0.0), torch.zeros((), dtype=scores.dtype))
    entropy = torch.where(positive, target * target.clamp(min=1e-300).log(), torch.zeros((), dtype=target.dtype))
    anchors = positive.any(dim - 1).sum()
    return (entropy.sum() - terms.sum(dim=(1, 2))) / anchors


def similarity_losses(
    low: torch.Tensor,
    high: torch.Tensor,
    target: torch.Tensor,
    tau: float,
    low_classes: torch.Tensor | None = None,
    high_classes: torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """L_hi->lo and L_lo->hi of one pair, each a scalar, the mean over the batch; 0 at the optimum.

    low, high: L2-normalised embeddings [B, hw, d]; target: `overlap` [hw, hw]; classes: int [B, hw] per cell, negative
    where unknown. With classes, cells of the anchor's class that do not overlap it leave its denominator: they look
    alike for a good reason and would only be false negatives.
    """
    scores = low @ high.transpose(1, 2) / tau
    target = target.to(scores.dtype)
    dropped = None
    if low_classes is not None and high_classes is not None:
        same = (low_classes[:, :, None] == high_classes[:, None, :]) & (low_classes >= 0)[:, :, None]
        dropped = same & (target == 0)
    high_to_low = _mean_cross_entropy(scores, target, dropped, dim=1)
    rows = target.sum(1, keepdim=True)
    shares = torch.where(rows > 0, target / rows.clamp(min=1e-12), torch.zeros_like(target))
    low_to_high = _mean_cross_entropy(scores, shares, dropped, dim=2)
    return high_to_low.mean(), low_to_high.mean()


def correspondence(low: torch.Tensor, high: torch.Tensor, target: torch.Tensor) -> dict[str, float]:
    """How well the embeddings [B, hw, d] of a pair find each other.

    `top1`: share of high cells whose most similar low cell overlaps them (chance: its number / hw); `gap`: mean
    similarity to overlapping low cells minus that to all others; `centre_hit`: share of patches whose low cell most
    similar to the mean of all high cells lies within the high field (chance: 1 / ratio^2).
    """
    scores = low @ high.transpose(1, 2)
    belongs = target.to(scores.dtype) > 0
    hit = torch.gather(belongs.expand_as(scores), 1, scores.argmax(1, keepdim=True))
    own = (scores * belongs).sum() / (belongs.sum() * len(scores))
    other = (scores * ~belongs).sum() / ((~belongs).sum() * len(scores))
    centre = belongs.any(1)[(low @ high.mean(1)[:, :, None]).squeeze(2).argmax(1)]
    return {
        "top1": float(hit.double().mean()),
        "gap": float(own - other),
        "centre_hit": float(centre.double().mean()),
    }
