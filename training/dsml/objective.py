"""Network and loss as one module: what a training step minimises, for patches and for regions of many centres.

Of a region every centre is classified, and if asked every cell of every magnification by a linear classifier that is
only there to train the encoder (`loss.cells`): masks know much more than the labels of the centres, borders above all.
"""

import torch
from torch import nn
from torch.nn import functional

from dsml.config import Config
from dsml.data.regions import lattice, lattice_steps
from dsml.network.dsml import Dsml, Outputs
from dsml.network.loss import dsml_loss, similarity_term

IGNORED = -1


def centre_targets(shares: torch.Tensor, min_share: float, mixed: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Targets [N, K] and weights [N] of centres with class shares [N, K].

    A class that fills enough is the whole target. Where none does, the shares themselves are, with the weight `mixed`.
    """
    most, best = shares.max(1)
    clear = most >= min_share
    target = torch.where(clear[:, None], functional.one_hot(best, shares.shape[1]).to(shares.dtype), shares)
    return target, torch.where(clear, 1.0, mixed)


class Objective(nn.Module):
    """One module, so that several processes agree on which weights a step has used."""

    def __init__(self, model: Dsml, config: Config, frozen_features: bool) -> None:
        super().__init__()
        self.model, self.config, self.frozen_features = model, config, frozen_features
        self.steps = lattice_steps(config) if config.train.region_centres else []
        classes = model.head.single[0].out_features
        count = len(self.steps) if config.loss.cells else 0
        self.cell_heads = nn.ModuleList(nn.Conv2d(model.encoder.channels, classes, 1) for _ in range(count))

    def forward(
        self, inputs: torch.Tensor | list[torch.Tensor], cells: torch.Tensor | list[torch.Tensor], labels: torch.Tensor
    ) -> tuple[torch.Tensor, dict[str, float]]:
        """Loss and its parts of what `draw_batch` gives."""
        if isinstance(inputs, list):
            assert isinstance(cells, list)
            return self.of_regions(inputs, cells, labels)
        assert isinstance(cells, torch.Tensor)
        outputs = self.model(inputs, self.frozen_features)
        return dsml_loss(outputs, labels, cells.flatten(2), self.config.crops.spacings_um_px, self.config.loss)

    def of_regions(
        self, crops: list[torch.Tensor], cells: list[torch.Tensor], shares: torch.Tensor
    ) -> tuple[torch.Tensor, dict[str, float]]:
        """Loss and its parts; crops, cells and shares as in `data.regions.RegionBatch`."""
        loss, head = self.config.loss, self.model.head
        maps = self.model.region_maps(crops)
        windows = [lattice(f, step, self.model.cells) for f, step in zip(maps, self.steps, strict=True)]
        logits, single, _ = head.classify(windows)
        target, weight = centre_targets(shares.flatten(0, 2), self.config.data.min_share, loss.mixed)
        total_weight = weight.sum().clamp(min=1)

        def mean_loss(scores: torch.Tensor) -> torch.Tensor:
            smoothing = loss.label_smoothing
            terms = functional.cross_entropy(scores.float(), target, reduction="none", label_smoothing=smoothing)
            return (terms * weight).sum() / total_weight

        fused = mean_loss(logits)
        alone = torch.stack([mean_loss(single[:, m]) for m in range(single.shape[1])]).mean()
        total, parts = fused + loss.alpha * alone, {"fused": fused.item(), "single": alone.item()}
        if len(self.cell_heads):
            terms = [
                functional.cross_entropy(layer(f).float(), c, ignore_index=IGNORED)
                for layer, f, c in zip(self.cell_heads, maps, cells, strict=True)
            ]
            of_cells = torch.stack(terms).mean()
            total, parts["cells"] = total + loss.cells * of_cells, of_cells.item()
        # one centre a region is enough to learn what lies where, and a sixteenth of the work
        count = len(shares)
        every = slice(int(torch.randint(len(logits) // count, ())), None, len(logits) // count)
        seen = [
            lattice(c[:, None], step, self.model.cells)[every].flatten(1)
            for c, step in zip(cells, self.steps, strict=True)
        ]
        some = Outputs(logits[every], single[every], head.embed([w[every] for w in windows]) if loss.lambda_ else [])
        similarity = similarity_term(
            some, target[every].argmax(1), torch.stack(seen, 1), self.config.crops.spacings_um_px, loss
        )
        if similarity is not None:
            total, parts["similarity"] = total + loss.lambda_ * similarity, similarity.item()
        return total, parts
