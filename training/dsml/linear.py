"""Classifiers fitted as the optimum of a convex problem: penalised logistic regression on the pooled features.

For data sets of a few hundred spots: no steps, no seed, and the penalty alone says how closely the spots are followed.
Every cached variant of a patch counts, the plain one as much as each augmented one. Features are brought to mean 0 and
spread 1 and then to a mean square length of 1, so that one penalty means the same for any width; the fitted layers have
that undone, and are ordinary linear heads. Where the cache holds the variants by another carrier too, what this changes
of the logits costs as well (`carrier.steadiness`), which is convex like the rest.
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


def fit_layer(
    layer: nn.Linear,
    x: torch.Tensor,
    labels: torch.Tensor,
    weights: torch.Tensor,
    penalty: float,
    carried: torch.Tensor | None = None,
    steadiness: float = 0.0,
) -> None:
    """Gives `layer` the weights that minimise sum_i w_i CE_i + penalty / 2 |W|^2 (sum w = 1). x [N, D].

    With `carried` [N, D] these count as well, and steadiness / 2 sum_i w_i |W (carried_i - x_i)|^2 is added.
    """
    before = x
    if carried is not None:
        x, labels, weights = torch.cat([x, carried]), labels.repeat(2), weights.repeat(2) / 2
    spread = x.std(0)
    spread = spread + SMALL_SPREAD * spread.mean()
    mean = x.mean(0)
    z = (x - mean) / spread
    length = z.square().sum(1).mean().sqrt()
    z = z / length
    # In coordinates in which both costs together are |V|^2 / 2 (W = V C^-1, costs = C C'), which the solver needs: they
    # are thousands of times as high in one direction as in another.
    costs = penalty * torch.eye(x.shape[1])
    if carried is not None:
        change = (carried - before) / (spread * length)
        costs = costs + steadiness * (change.T * (2 * weights[: len(change)])) @ change
    factor = torch.linalg.cholesky(costs)
    seen = torch.linalg.solve_triangular(factor, z.T, upper=False).T
    kernel = torch.zeros(layer.out_features, x.shape[1], requires_grad=True)
    bias = torch.zeros(layer.out_features, requires_grad=True)
    solver = torch.optim.LBFGS([kernel, bias], max_iter=ITERATIONS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        solver.zero_grad()
        each = nn.functional.cross_entropy(seen @ kernel.T + bias, labels, reduction="none")
        value = (weights * each).sum() + kernel.square().sum() / 2
        value.backward()
        return value

    solver.step(loss)
    with torch.no_grad():
        kernel = torch.linalg.solve_triangular(factor.T, kernel.T, upper=True).T
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
    own = settings.variants
    labels = torch.from_numpy(cache.labels[indices]).repeat(own)
    shares = torch.from_numpy(weights).float().repeat(own) / own
    rows = len(labels)

    def fit(layer: nn.Linear, part: torch.Tensor) -> None:
        carried = part[rows:].clone() if len(part) > rows else None
        fit_layer(
            layer, part[:rows].clone(), labels, shares, settings.linear_penalty, carried, config.carrier.steadiness
        )

    for layer, part in zip(model.head.single, parts, strict=True):
        fit(layer, part)
    fit(model.head.fused, torch.cat(parts, 1))
