"""The DSML network: one encoder for all magnifications, a classifier on what they see together, one on each alone.

Per magnification the embedding is [mean over the patch's cells ; mean over the cells that cover the labelled spot]:
in a coarse crop the spot is a few cells, and a plain mean would lose it. Context around the patch is encoded with it
and cut off the feature map, so that no cell of the patch sees a padded border.
"""

import itertools
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from dsml.config import Config
from dsml.network.backbones import make_encoder
from dsml.network.layers import ConvUnit

STRIDE = 16


@dataclass
class Outputs:
    """`logits` [B, K], `logits_per_magnification` [B, M, K], `embeddings` M of [B, h*h, d], L2-normalised."""

    logits: torch.Tensor
    logits_per_magnification: torch.Tensor
    embeddings: list[torch.Tensor]


def centre_cells(spacings: list[float], patch_px: int) -> list[int]:
    """Cells a side that cover the labelled spot (half the finest patch) at each magnification, at least 2."""
    spot_um = patch_px * spacings[0] / 2
    counts = [-(-spot_um // (STRIDE * s)) for s in spacings]
    return [max(2, int(n + n % 2)) for n in counts]


class DsmlHead(nn.Module):
    """From the feature windows of one patch, finest first, to classes and embeddings."""

    def __init__(self, channels: int, config: Config, classes: int) -> None:
        super().__init__()
        network, spacings = config.network, config.crops.spacings_um_px
        self.cells = config.crops.patch_px // STRIDE
        self.centres = centre_cells(spacings, config.crops.patch_px)
        # Arrangement over a whole patch is read here and not in the encoder: features then depend on little around a
        # cell, and are the same whether a patch is encoded alone or as part of a region.
        widths = [channels, *network.head_convolutions]
        units = [ConvUnit(a, b, 3, activation="relu6") for a, b in itertools.pairwise(widths)]
        self.blocks = nn.Sequential(*units)
        pooled = 2 * widths[-1]
        self.dropout = nn.Dropout(config.train.dropout)
        width = network.head_hidden or pooled
        self.hidden = nn.ModuleList(nn.Linear(pooled, width) for _ in spacings if network.head_hidden)
        self.single = nn.ModuleList(nn.Linear(width, classes) for _ in spacings)
        self.fused = nn.Linear(width * len(spacings), classes)
        self.projection = nn.Sequential(
            ConvUnit(channels, network.projection_hidden, activation="relu"),
            ConvUnit(network.projection_hidden, network.embedding_dim, norm=False),
        )

    def pooled(self, window: torch.Tensor, centre: int) -> torch.Tensor:
        """e_m of one window [B, C, h, h]: [B, 2C]."""
        begin, end = (self.cells - centre) // 2, (self.cells + centre) // 2
        spot = window[:, :, begin:end, begin:end]
        return torch.cat([window.mean((2, 3)), spot.mean((2, 3))], dim=1)

    def classify(self, windows: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        """`logits` [B, K] and `logits_per_magnification` [B, M, K] of M windows [B, C, h, h], finest first."""
        # all magnifications in one batch: batch norms then see in training the mixture that their statistics describe
        seen = self.blocks(torch.cat(windows)).chunk(len(windows))
        parts = [self.pooled(w, c) for w, c in zip(seen, self.centres, strict=True)]
        if len(self.hidden):
            parts = [functional.relu(layer(e)) for layer, e in zip(self.hidden, parts, strict=True)]
        parts = [self.dropout(e) for e in parts]
        single = torch.stack([layer(e) for layer, e in zip(self.single, parts, strict=True)], dim=1)
        return self.fused(torch.cat(parts, dim=1)), single

    def project(self, features: torch.Tensor) -> torch.Tensor:
        """Embeddings of features [B, C, h, w], cell by cell: [B, d, h, w], L2-normalised along d."""
        return functional.normalize(self.projection(features), dim=1, eps=1e-6)

    def forward(self, windows: list[torch.Tensor]) -> Outputs:
        """M windows [B, C, h, h], finest first."""
        logits, single = self.classify(windows)
        projected = self.project(torch.cat(windows)).flatten(2).transpose(1, 2)
        return Outputs(logits, single, list(projected.chunk(len(windows))))


class Dsml(nn.Module):
    """Encoder and head. `frozen` leading blocks of the encoder run without gradients and keep their statistics."""

    def __init__(self, config: Config, classes: int, pretrained: bool = True) -> None:
        super().__init__()
        self.encoder = make_encoder(config.network.backbone, pretrained)
        self.head = DsmlHead(self.encoder.channels, config, classes)
        self.context_cells = config.crops.context_px // STRIDE
        self.frozen = self.encoder.frozen_blocks(config.train.frozen_stride)
        self.train_batch_norm = config.train.train_batch_norm
        self.register_buffer("mean", torch.tensor(config.network.mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(config.network.std).view(1, 3, 1, 1))
        for block in list(self.encoder)[: self.frozen]:
            block.requires_grad_(False)

    def train(self, mode: bool = True) -> "Dsml":
        """As nn.Module, but batch norms of a pretrained encoder keep their statistics unless asked to train."""
        super().train(mode)
        for block in self.encoder if not self.train_batch_norm else list(self.encoder)[: self.frozen]:
            block.eval()
        return self

    def windows(self, crops: torch.Tensor) -> list[torch.Tensor]:
        """Feature windows of crops [B, M, 3, S, S] in [0, 1]: M of [B, C, h, h], the context cut off."""
        batch, magnifications = crops.shape[:2]
        x = (crops.flatten(0, 1) - self.mean) / self.std
        x = x.contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            for block in list(self.encoder)[: self.frozen]:
                x = block(x)
        for block in list(self.encoder)[self.frozen :]:
            x = block(x)
        margin = self.context_cells
        if margin:
            x = x[:, :, margin:-margin, margin:-margin]
        return list(x.unflatten(0, (batch, magnifications)).unbind(1))

    def forward(self, crops: torch.Tensor) -> Outputs:
        """Crops [B, M, 3, S, S] in [0, 1], context included, finest first."""
        return self.head(self.windows(crops))
