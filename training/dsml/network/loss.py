"""The training loss: class of the fused head, classes of the single magnifications, similarity between them.

L_sim has rival readings, compared by experiment: "spatial" (which cell of the coarse map holds this fine cell: the
method), "patches" (which patch of the batch does this magnification belong to: InfoNCE on pooled embeddings), "classes"
(the same with every patch of the class as positive), "posteriors" (one magnification's probabilities teach another's).
"""

import itertools

import torch
from torch.nn import functional

from dsml.config import LossConfig
from dsml.errors import UsageError
from dsml.network.dsml import Outputs
from dsml.network.similarity import overlap, similarity_losses

READINGS = ("spatial", "patches", "classes", "posteriors", "none")


def spatial_loss(
    outputs: Outputs, cells: torch.Tensor | None, spacings: list[float], config: LossConfig
) -> torch.Tensor:
    """Mean over pairs of (L_hi->lo + L_lo->hi) / 2; cells int64 [B, M, h*h] or None."""
    side = round(outputs.embeddings[0].shape[1] ** 0.5)
    pairs = []
    for high, low in itertools.combinations(range(len(spacings)), 2):
        target = overlap(side, spacings[low] / spacings[high]).to(outputs.logits.device)
        classes = (None, None) if cells is None or not config.mask_same_class else (cells[:, low], cells[:, high])
        both = similarity_losses(outputs.embeddings[low], outputs.embeddings[high], target, config.tau, *classes)
        pairs.append(torch.stack(both).mean())
    return torch.stack(pairs).mean()


def patch_loss(outputs: Outputs, labels: torch.Tensor, config: LossConfig) -> torch.Tensor:
    """InfoNCE between magnifications over the batch, on pooled embeddings, both ways, mean over pairs.

    Oord et al., arXiv 1807.03748; with classes as positives Khosla et al., NeurIPS 2020. For "patches" with
    `mask_same_class` other patches of the anchor's class leave the denominator, as false negatives would.
    """
    pooled = [functional.normalize(z.mean(1), dim=1) for z in outputs.embeddings]
    own = torch.eye(len(labels), device=labels.device)
    same = (labels[:, None] == labels[None, :]).to(own.dtype)
    target = same / same.sum(1, keepdim=True) if config.reading == "classes" else own
    dropped = (same > own) if config.reading == "patches" and config.mask_same_class else torch.zeros_like(same) > 0
    terms = []
    for a, b in itertools.permutations(range(len(pooled)), 2):
        scores = (pooled[a] @ pooled[b].T / config.tau).masked_fill(dropped, -1e4)
        terms.append(-(target * torch.log_softmax(scores, 1)).sum(1).mean())
    return torch.stack(terms).mean()


def posterior_loss(outputs: Outputs) -> torch.Tensor:
    """KL of each magnification's class probabilities from each other's, the teaching side without gradient."""
    logs = torch.log_softmax(outputs.logits_per_magnification, 2)
    terms = [
        functional.kl_div(logs[:, a], logs[:, b].detach(), reduction="batchmean", log_target=True)
        for a, b in itertools.permutations(range(logs.shape[1]), 2)
    ]
    return torch.stack(terms).mean()


def similarity_term(
    outputs: Outputs, labels: torch.Tensor, cells: torch.Tensor | None, spacings: list[float], config: LossConfig
) -> torch.Tensor | None:
    """L_sim in the configured reading; None for one magnification, "none" or lambda = 0. Raises UsageError."""
    if config.reading not in READINGS:
        raise UsageError(f"loss.reading '{config.reading}' is unknown; there are {', '.join(READINGS)}.")
    if config.lambda_ == 0 or len(spacings) < 2 or config.reading == "none":
        return None
    if config.reading == "spatial":
        return spatial_loss(outputs, cells, spacings, config)
    return posterior_loss(outputs) if config.reading == "posteriors" else patch_loss(outputs, labels, config)


def dsml_loss(
    outputs: Outputs, labels: torch.Tensor, cells: torch.Tensor | None, spacings: list[float], config: LossConfig
) -> tuple[torch.Tensor, dict[str, float]]:
    """L = CE(y, t) + alpha mean_m CE(y_m, t) + lambda L_sim, and its parts as numbers.

    labels int64 [B]; cells int64 [B, M, h*h], the class of each cell, negative where unknown, or None.
    """
    smoothing = config.label_smoothing
    fused = functional.cross_entropy(outputs.logits, labels, label_smoothing=smoothing)
    repeated = labels.repeat_interleave(outputs.logits_per_magnification.shape[1])
    single = functional.cross_entropy(
        outputs.logits_per_magnification.flatten(0, 1), repeated, label_smoothing=smoothing
    )
    total = fused + config.alpha * single
    parts = {"fused": fused.item(), "single": single.item()}
    similarity = similarity_term(outputs, labels, cells, spacings, config)
    if similarity is not None:
        total = total + config.lambda_ * similarity
        parts["similarity"] = similarity.item()
    return total, parts
