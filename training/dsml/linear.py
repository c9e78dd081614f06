"""Classifiers fitted as the optimum of a convex problem: penalised logistic regression on the pooled features.

For data sets of a few hundred spots: no steps, no seed, and the penalty alone says how closely the spots are followed.
Every cached variant of a patch counts, the plain one as much as each augmented one. Features are brought to mean 0 and
spread 1 and then to a mean square length of 1, so that one penalty means the same for any width; the fitted layers have
that undone, and are ordinary linear heads.
"""

import numpy as np
import torch
from torch import nn

from dsml.config import Config
from dsml.data.features import FeatureCache, to_features
from dsml.errors import UsageError
from dsml.network.dsml import Dsml

BATCH = 64
SMALL_SPREAD = 1e-2  # of the mean spread, added to each: a feature that hardly varies must not decide
ITERATIONS = 100


@torch.inference_mode()
def pooled_variants(model: Dsml, cache: FeatureCache, indices: np.ndarray) -> list[torch.Tensor]:
    """e_m of every variant of the patches: M of [V * N, D_m], variant after variant."""
    model.eval()
    parts: list[list[torch.Tensor]] = [[] for _ in model.head.centres]
    for variant in range(cache.variants):
        for begin in range(0, len(indices), BATCH):
            chosen = indices[begin : begin + BATCH]
            windows = model.back(to_features(cache, chosen, np.full(len(chosen), variant))[0])
            for m, window in enumerate(windows):
                parts[m].append(model.head.pooled(model.head.blocks(window), model.head.centres[m]))
    return [torch.cat(p) for p in parts]


def fit_layer(layer: nn.Linear, x: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor, penalty: float) -> None:
    """Gives `layer` the weights that minimise sum_i w_i CE_i + penalty / 2 |W|^2 (sum w = 1). x [N, D]."""
    spread = x.std(0)
    spread = spread + SMALL_SPREAD * spread.mean()
    mean = x.mean(0)
    z = (x - mean) / spread
    length = z.square().sum(1).mean().sqrt()
    z = z / length
    kernel = torch.zeros(layer.out_features, x.shape[1], requires_grad=True)
    bias = torch.zeros(layer.out_features, requires_grad=True)
    solver = torch.optim.LBFGS([kernel, bias], max_iter=ITERATIONS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        solver.zero_grad()
        each = nn.functional.cross_entropy(z @ kernel.T + bias, labels, reduction="none")
        value = (weights * each).sum() + penalty / 2 * kernel.square().sum()
        value.backward()
        return value

    solver.step(loss)
    with torch.no_grad():
        layer.weight.copy_(kernel / (spread * length))
        layer.bias.copy_(bias - layer.weight @ mean)


def fit_linear(model: Dsml, cache: FeatureCache, indices: np.ndarray, weights: np.ndarray, config: Config) -> None:
    """Replaces the classifiers of `model` by the optimum; `weights` [N] are those that patches are drawn with.

    Raises UsageError for heads that are not linear, or where the encoder would still have to be trained.
    """
    network, settings = config.network, config.train
    if network.head_hidden or network.head_convolutions or network.fusion != "concatenate":
        raise UsageError("train.linear_penalty needs linear heads: no hidden layers, fusion 'concatenate'.")
    if not settings.variants or settings.learning_rate:
        raise UsageError("train.linear_penalty needs cached features (train.variants) and train.learning_rate 0.")
    parts = pooled_variants(model, cache, indices)
    labels = torch.from_numpy(cache.labels[indices]).repeat(cache.variants)
    shares = torch.from_numpy(weights).float().repeat(cache.variants) / cache.variants
    for layer, part in zip(model.head.single, parts, strict=True):
        fit_layer(layer, part.clone(), labels, shares, settings.linear_penalty)
    fit_layer(model.head.fused, torch.cat(parts, 1), labels, shares, settings.linear_penalty)
