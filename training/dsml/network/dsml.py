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
from dsml.errors import UsageError
from dsml.network.backbones import Encoder, freeze_kernels, make_encoder
from dsml.network.familiarity import Familiarity
from dsml.network.fused import FusedBlocks
from dsml.network.fusion import FUSIONS, Fusion, similar_context
from dsml.network.layers import ConvUnit, cut_back

STRIDE = 16


@dataclass
class Outputs:
    """`logits` [B, K], `logits_per_magnification` [B, M, K], `embeddings` M of [B, h*h, d], L2-normalised.

    `familiarity` [B], where the head was given it after training (see `dsml.familiar`).
    """

    logits: torch.Tensor
    logits_per_magnification: torch.Tensor
    embeddings: list[torch.Tensor]
    familiarity: torch.Tensor | None = None


def centre_cells(spacings: list[float], patch_px: int) -> list[int]:
    """Cells a side that cover the labelled spot (half the finest patch) at each magnification, at least 2."""
    return spot_cells(patch_px * spacings[0] / 2, spacings)


def spot_cells(spot_um: float, spacings: list[float]) -> list[int]:
    """Cells a side that cover a spot of `spot_um` at each spacing, an even number, at least 2."""
    counts = [-(-spot_um // (STRIDE * s)) for s in spacings]
    return [max(2, int(n + n % 2)) for n in counts]


def centres_of(config: Config) -> list[int]:
    """Cells a side that the head pools beside the whole patch; the whole patch when it is told not to look closer."""
    crops = config.crops
    if not config.network.centre:
        return [crops.patch_px // STRIDE] * len(crops.spacings_um_px)
    spot = spot_cells(crops.patch_px * crops.read[0] / 2, crops.spacings_um_px)
    return [min(n, crops.patch_px // STRIDE) for n in spot]


class DsmlHead(nn.Module):
    """From the feature windows of one patch, finest first, to classes and embeddings.

    A window's first `channels` are what classes and embeddings are read from; what was tapped of the encoder
    (`Encoder.set_tap`) follows them and is for the familiarity alone.
    """

    def __init__(self, channels: int, config: Config, classes: int) -> None:
        super().__init__()
        network, spacings = config.network, config.crops.spacings_um_px
        self.channels, self.cells = channels, config.crops.patch_px // STRIDE
        self.centres = centres_of(config)
        if network.fusion not in FUSIONS:
            raise UsageError(f"Fusion '{network.fusion}' is unknown; there are {', '.join(FUSIONS)}.")
        # Arrangement over a whole patch is read here and not in the encoder: features then depend on little around a
        # cell, and are the same whether a patch is encoded alone or as part of a region.
        widths = [channels, *network.head_convolutions]
        units = [ConvUnit(a, b, 3, activation="relu6") for a, b in itertools.pairwise(widths)]
        self.blocks = nn.Sequential(*units)
        self.contextual = network.fusion == "similarity"
        self.tau = config.loss.tau
        pooled = [(2 + (self.contextual and m > 0)) * widths[-1] for m in range(len(spacings))]
        self.dropout = nn.Dropout(config.train.dropout)
        self.hidden = nn.ModuleList(nn.Linear(p, network.head_hidden) for p in pooled if network.head_hidden)
        out = [network.head_hidden or p for p in pooled]
        self.single = nn.ModuleList(nn.Linear(w, classes) for w in out)
        joined = network.fusion in ("concatenate", "similarity")
        self.fused = nn.Linear(sum(out), classes) if joined else Fusion(network.fusion, out, classes)
        self.familiarity: Familiarity | None = None
        self.projection = nn.Sequential(
            ConvUnit(channels, network.projection_hidden, activation="relu"),
            ConvUnit(network.projection_hidden, network.embedding_dim, norm=False),
        )

    def pooled(self, window: torch.Tensor, centre: int) -> torch.Tensor:
        """e_m of one window [B, C, h, h]: [B, 2C]."""
        begin, end = (self.cells - centre) // 2, (self.cells + centre) // 2
        spot = window[:, :, begin:end, begin:end]
        return torch.cat([window.mean((2, 3)), spot.mean((2, 3))], dim=1)

    def familiar(self, window: torch.Tensor) -> torch.Tensor:
        """What the familiarity is read from, of a window of the finest magnification [B, C, h, h]: [B, D]."""
        tapped = window[:, self.channels :]
        return self.pooled(tapped if tapped.shape[1] else self.blocks(window), self.centres[0])

    def classify(
        self, windows: list[torch.Tensor], embeddings: list[torch.Tensor] | None = None
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
        """`logits` [B, K], `logits_per_magnification` [B, M, K] and `familiarity` of M windows [B, C, h, h].

        `embeddings` (as in Outputs) are needed by the fusion that looks at them; they are computed when not given.
        """
        familiarity = self.familiarity(self.familiar(windows[0])) if self.familiarity is not None else None
        windows = [window[:, : self.channels] for window in windows]
        # all magnifications in one batch: batch norms then see in training the mixture that their statistics describe
        seen = self.blocks(torch.cat(windows)).chunk(len(windows))
        parts = [self.pooled(w, c) for w, c in zip(seen, self.centres, strict=True)]
        if self.contextual:
            extra = similar_context(list(seen), embeddings or self.embed(windows), self.tau)
            parts[1:] = [torch.cat([e, c], dim=1) for e, c in zip(parts[1:], extra, strict=True)]
        if len(self.hidden):
            parts = [functional.relu(layer(e)) for layer, e in zip(self.hidden, parts, strict=True)]
        parts = [self.dropout(e) for e in parts]
        single = torch.stack([layer(e) for layer, e in zip(self.single, parts, strict=True)], dim=1)
        fused = self.fused(parts, single) if isinstance(self.fused, Fusion) else self.fused(torch.cat(parts, dim=1))
        return fused, single, familiarity

    def project(self, features: torch.Tensor) -> torch.Tensor:
        """Embeddings of features [B, C, h, w], cell by cell: [B, d, h, w], L2-normalised along d."""
        return functional.normalize(self.projection(features[:, : self.channels]).float(), dim=1, eps=1e-6)

    def embed(self, windows: list[torch.Tensor]) -> list[torch.Tensor]:
        """Embeddings of M windows [B, C, h, h], row-major: M of [B, h*h, d]."""
        projected = self.project(torch.cat(windows)).flatten(2).transpose(1, 2)
        return list(projected.chunk(len(windows)))

    def forward(self, windows: list[torch.Tensor]) -> Outputs:
        """M windows [B, C, h, h], finest first."""
        embeddings = self.embed(windows)
        logits, single, familiarity = self.classify(windows, embeddings)
        return Outputs(logits, single, embeddings, familiarity)


def frozen_blocks(encoder: Encoder, config: Config) -> int:
    """How many leading blocks of the encoder keep their weights."""
    return config.train.frozen_blocks or encoder.frozen_blocks(config.train.frozen_stride)


class Dsml(nn.Module):
    """Encoder (or one for each magnification) and head.

    The leading `frozen` blocks of the encoder run without gradients and keep their statistics; `front` is what they
    do, and a cache may hold its output.
    """

    def __init__(self, config: Config, classes: int, pretrained: bool = True) -> None:
        super().__init__()
        network = config.network
        self.magnifications = len(config.crops.spacings_um_px)
        self.encoder = make_encoder(network.backbone, pretrained, network.blocks)
        # those of the coarser magnifications, when they have their own; the finest has `encoder`
        self.others = nn.ModuleList(
            make_encoder(network.backbone, pretrained, network.blocks)
            for _ in range(0 if network.shared_encoder else self.magnifications - 1)
        )
        self.head = DsmlHead(self.encoder.channels, config, classes)
        self.cells = config.crops.patch_px // STRIDE
        self.context = config.crops.context_px // STRIDE
        self.frozen = frozen_blocks(self.encoder, config)
        self.familiarity_block = network.familiarity_block
        self.train_batch_norm = config.train.train_batch_norm
        self.register_buffer("mean", torch.tensor(network.mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(network.std).view(1, 3, 1, 1))
        for encoder in self.encoders:
            for block in list(encoder)[: self.frozen]:
                block.requires_grad_(False)
            if config.train.frozen_kernel:
                freeze_kernels(encoder, config.train.frozen_kernel)

    @property
    def encoders(self) -> list[Encoder]:
        """One encoder for all magnifications, or one each, finest first."""
        return [self.encoder, *self.others]

    def read_familiarity(self, familiarity: Familiarity | None = None) -> None:
        """From now on windows carry what the familiarity is read from; it is answered when it is given.

        Training knows nothing of it: the weights are the same wherever it is read. Raises UsageError as `set_tap`.
        """
        self.encoder.set_tap(self.familiarity_block)
        self.head.familiarity = familiarity

    def train(self, mode: bool = True) -> "Dsml":
        """As nn.Module, but batch norms of a pretrained encoder keep their statistics unless asked to train."""
        super().train(mode)
        for encoder in self.encoders:
            for block in encoder if not self.train_batch_norm else list(encoder)[: self.frozen]:
                block.eval()
        return self

    def front(self, crops: torch.Tensor) -> torch.Tensor:
        """Frozen features of crops [B, M, 3, S, S] in [0, 1]: [B, M, C', S/f, S/f]."""
        return self._frozen(self.encoder, crops.flatten(0, 1)).unflatten(0, crops.shape[:2])

    def _frozen(self, encoder: Encoder, pictures: torch.Tensor) -> torch.Tensor:
        x = ((pictures - self.mean) / self.std).contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            for block in list(encoder)[: self.frozen]:
                x = block(x)
        return x

    def back(self, features: torch.Tensor) -> list[torch.Tensor]:
        """Feature windows M of [B, C, h, h], the context cut off, from the frozen features [B, M, C', H, H]."""
        batch = len(features)
        if self.others:
            parts = [self._trained(e, features[:, m], self.cells) for m, e in enumerate(self.encoders)]
        else:
            together = self._trained(self.encoder, features.flatten(0, 1), self.cells)
            parts = list(together.unflatten(0, (batch, -1)).unbind(1))
        return parts

    def _trained(self, encoder: Encoder, x: torch.Tensor, cells: int) -> torch.Tensor:
        return encoder.run(x.contiguous(memory_format=torch.channels_last), self.frozen, cells)

    def region_maps(self, crops: list[torch.Tensor]) -> list[torch.Tensor]:
        """Feature maps M of [B, C, H_m, H_m], the context cut off, of regions M of [B, 3, S_m, S_m] in [0, 1]."""
        encoders = self.encoders if self.others else self.encoders * len(crops)
        maps = []
        for encoder, picture in zip(encoders, crops, strict=True):
            side = picture.shape[-1] // STRIDE - 2 * self.context
            if self.frozen and picture.device.type == "cpu":
                fused = FusedBlocks(list(encoder)[: self.frozen])
                features = torch.cat([fused((one[None] - self.mean) / self.std).float() for one in picture])
            else:
                features = self._frozen(encoder, picture)
            maps.append(self._trained(encoder, features, side))
        return maps

    def windows(self, crops: torch.Tensor) -> list[torch.Tensor]:
        """Feature windows of crops [B, M, 3, S, S] in [0, 1]: M of [B, C, h, h], the context cut off."""
        return self.back(self.front(crops))

    def quick_windows(self, crops: torch.Tensor) -> list[torch.Tensor]:
        """As `windows`, for the result only (no gradients, batch norms as in evaluation): on a CPU twice as fast."""
        if crops.device.type != "cpu":
            return self.windows(crops)
        pictures = (crops - self.mean) / self.std
        fused = [FusedBlocks(encoder, torch.float32, encoder.tap) for encoder in self.encoders]
        encoders = fused if self.others else fused * crops.shape[1]
        return [
            torch.cat([cut_back(encoder(one[None]), self.cells) for one in pictures[:, m]])
            for m, encoder in enumerate(encoders)
        ]

    def forward(self, inputs: torch.Tensor, frozen_features: bool = False) -> Outputs:
        """Crops [B, M, 3, S, S] in [0, 1], context included, finest first; or their frozen features."""
        return self.head(self.back(inputs) if frozen_features else self.windows(inputs))
