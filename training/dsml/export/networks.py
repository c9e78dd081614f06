"""Writes the two halves of a trained network, encoder and head, as graphs; batch norms are folded on the way."""

import numpy as np
from torch import nn

from dsml.export.graph import GraphBuilder
from dsml.network.backbones import Encoder
from dsml.network.dsml import DsmlHead
from dsml.network.familiarity import Familiarity
from dsml.network.layers import ConvUnit, InvertedResidual


def _unit(graph: GraphBuilder, name: str, x: str, unit: ConvUnit, weights_name: str = "") -> str:
    weight, bias = (tensor.detach().numpy() for tensor in unit.folded())
    return graph.convolution(name, x, weight, bias, unit.stride, unit.activation, weights_name)


def _chain(
    graph: GraphBuilder, name: str, x: str, blocks: nn.Sequential, last_name: str = "", weights_name: str = ""
) -> list[str]:
    """Writes blocks one after the other and returns their nodes; chains of one `weights_name` share their weights."""
    weights_name = weights_name or name
    nodes = []
    for index, block in enumerate(blocks):
        own = last_name if last_name and index == len(blocks) - 1 else f"{name}{index}"
        weights = f"{weights_name}{index}"
        if isinstance(block, InvertedResidual):
            inside = _chain(graph, f"{own}/", x, block.units, weights_name=f"{weights}/")[-1]
            x = graph.add(f"{own}/add", x, inside) if block.adds_input else inside
        elif isinstance(block, ConvUnit):
            x = _unit(graph, own, x, block, weights)
        else:
            raise TypeError(f"No way to write a {type(block).__name__}; add one here.")
        nodes.append(x)
    return nodes


def _dense(graph: GraphBuilder, name: str, x: str, layer: nn.Module, activation: str = "none") -> str:
    assert isinstance(layer, nn.Linear)
    return graph.dense(name, x, layer.weight.detach().numpy(), layer.bias.detach().numpy(), activation)


def _familiarity(graph: GraphBuilder, x: str, familiarity: Familiarity) -> None:
    """`familiarity` [B] of the pooled features x [B, D]: sigmoid(slope (limit - mean z^2 + |components z|^2 / D))."""
    scale, shift = (t.numpy() for t in (familiarity.scale, familiarity.shift))
    scaled = graph.multiply("familiar/scaled", x, graph.constant("familiar/scale", scale))
    z = graph.add("familiar/z", scaled, graph.constant("familiar/shift", shift))
    weight = familiarity.components.weight.detach().numpy()
    explained = graph.dense("familiar/explained", z, weight, np.zeros(len(weight), np.float32))
    slope, limit = float(familiarity.slope), float(familiarity.limit)

    def mean_square(name: str, values: str, factor: float) -> str:
        mean = graph.mean(f"{name}/mean", graph.multiply(f"{name}/square", values, values), [1])
        return graph.multiply(name, mean, graph.constant(f"{name}/factor", np.array(factor, np.float32)))

    whole = mean_square("familiar/whole", z, -slope)
    kept = mean_square("familiar/kept", explained, slope * weight.shape[0] / weight.shape[1])
    offset = graph.constant("familiar/offset", np.array(slope * limit, np.float32))
    near = graph.add("familiar/near", graph.add("familiar/left", whole, kept), offset)
    graph.sigmoid("familiarity", near)
    graph.output("familiarity", [-1])


def encoder_graph(encoder: Encoder) -> GraphBuilder:
    """`input` [B, H, W, 3] (normalised) -> `features` [B, H/16, W/16, C]. The last block must be a ConvUnit."""
    graph = GraphBuilder()
    x = graph.placeholder("input", [-1, -1, -1, 3])
    nodes = _chain(graph, "block_", x, encoder, "" if encoder.tap else "features")
    if encoder.tap:
        graph.concatenate("features", [nodes[-1], nodes[encoder.tap - 1]], 3)
    graph.output("features", [-1, -1, -1, encoder.width])
    return graph


def _means(graph: GraphBuilder, name: str, window: str, cells: int, centre: int) -> list[str]:
    """Means over all cells of a window, and over its central `centre` x `centre`: each [B, C]."""
    spot = graph.window(f"spot_{name}", window, (cells - centre) // 2, centre)
    return [graph.mean(f"mean_{name}", window, [1, 2]), graph.mean(f"spot_mean_{name}", spot, [1, 2])]


def _joined(graph: GraphBuilder, name: str, means: list[str], begin: int, size: int) -> str:
    """The channels [begin, begin + size) of each, side by side."""
    parts = [graph.channels(f"{name}/{n}", mean, begin, size, 2) for n, mean in enumerate(means)]
    return graph.concatenate(name, parts, 1)


def head_graph(head: DsmlHead, channels: int) -> GraphBuilder:
    """`input_0`... [B, h, h, C] -> `logits`, `logits_per_magnification`, `embeddings_0`..., maybe `familiarity`.

    Their shapes and meaning are those of `dsml.network.dsml.Outputs`, with embeddings [B, h, h, d]. `channels`: of the
    encoder's output. Windows are looked at through means first and taken apart then, so that a viewer can take the
    means of whole maps (`src/model/graphs/head-pools.ts`).
    """
    graph = GraphBuilder()
    cells, magnifications, tapped = head.cells, len(head.centres), channels - head.channels
    windows = [graph.placeholder(f"input_{m}", [-1, cells, cells, channels]) for m in range(magnifications)]
    own = [graph.channels(f"own_{m}", x, 0, head.channels, 4) if tapped else x for m, x in enumerate(windows)]
    parts, single = [], []
    for m, (window, centre) in enumerate(zip(windows, head.centres, strict=True)):
        seen = window
        if len(head.blocks):
            seen = _chain(graph, f"head_{m}_", own[m], head.blocks, weights_name="head_")[-1]
        means = _means(graph, f"{m}", seen, cells, centre)
        if tapped and seen is window:
            parts.append(_joined(graph, f"pooled_{m}", means, 0, head.channels))
        else:
            parts.append(graph.concatenate(f"pooled_{m}", means, 1))
        if m == 0 and head.familiarity is not None:
            familiar = parts[0]
            if tapped:
                means = means if seen is window else _means(graph, "whole", window, cells, centre)
                familiar = _joined(graph, "tapped", means, head.channels, tapped)
            _familiarity(graph, familiar, head.familiarity)
        if len(head.hidden):
            parts[m] = _dense(graph, f"pooled_hidden_{m}", parts[m], head.hidden[m], "relu")
        single.append(_dense(graph, f"logits_{m}", parts[m], head.single[m]))
    together = parts[0] if magnifications == 1 else graph.concatenate("pooled", parts, 1)
    _dense(graph, "logits", together, head.fused)
    graph.stack("logits_per_magnification", single, 1)
    classes = head.fused.out_features
    graph.output("logits", [-1, classes])
    graph.output("logits_per_magnification", [-1, magnifications, classes])
    hidden, last = head.projection
    assert isinstance(hidden, ConvUnit) and isinstance(last, ConvUnit)
    for m, window in enumerate(own):
        x = _unit(graph, f"hidden_{m}", window, hidden, "projection_0")
        x = _unit(graph, f"projected_{m}", x, last, "projection_1")
        graph.normalise(f"embeddings_{m}", x)
        graph.output(f"embeddings_{m}", [-1, cells, cells, last.conv.out_channels])
    return graph
