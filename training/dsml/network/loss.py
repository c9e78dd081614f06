"""The training loss: class of the fused head, classes of the single magnifications, similarity between them."""

import itertools

import torch
from torch.nn import functional

from dsml.config import LossConfig
from dsml.network.dsml import Outputs
from dsml.network.similarity import overlap, similarity_losses


def dsml_loss(
    outputs: Outputs, labels: torch.Tensor, cells: torch.Tensor | None, spacings: list[float], config: LossConfig
) -> tuple[torch.Tensor, dict[str, float]]:
    """L = CE(y, t) + alpha mean_m CE(y_m, t) + lambda mean_pairs L_sim, and its parts as numbers.

    labels int64 [B]; cells int64 [B, M, h*h], the class of each cell, negative where unknown, or None.
    """
    smoothing = config.label_smoothing
    fused = functional.cross_entropy(outputs.logits, labels, label_smoothing=smoothing)
    magnifications = outputs.logits_per_magnification.shape[1]
    repeated = labels.repeat_interleave(magnifications)
    single = functional.cross_entropy(
        outputs.logits_per_magnification.flatten(0, 1), repeated, label_smoothing=smoothing
    )
    total = fused + config.alpha * single
    parts = {"fused": fused.item(), "single": single.item()}
    if config.lambda_ > 0 and magnifications > 1:
        side = round(outputs.embeddings[0].shape[1] ** 0.5)
        pairs = []
        for high, low in itertools.combinations(range(magnifications), 2):
            target = overlap(side, spacings[low] / spacings[high])
            classes = (None, None) if cells is None or not config.mask_same_class else (cells[:, low], cells[:, high])
            both = similarity_losses(outputs.embeddings[low], outputs.embeddings[high], target, config.tau, *classes)
            pairs.append(torch.stack(both).mean())
        similarity = torch.stack(pairs).mean()
        total = total + config.lambda_ * similarity
        parts["similarity"] = similarity.item()
    return total, parts
