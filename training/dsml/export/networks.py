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
) -> str:
    """Writes blocks one after the other; chains of one `weights_name` share their weights."""
    weights_name = weights_name or name
    for index, block in enumerate(blocks):
        own = last_name if last_name and index == len(blocks) - 1 else f"{name}{index}"
        weights = f"{weights_name}{index}"
        if isinstance(block, InvertedResidual):
            inside = _chain(graph, f"{own}/", x, block.units, weights_name=f"{weights}/")
            x = graph.add(f"{own}/add", x, inside) if block.adds_input else inside
        elif isinstance(block, ConvUnit):
            x = _unit(graph, own, x, block, weights)
        else:
            raise TypeError(f"No way to write a {type(block).__name__}; add one here.")
    return x


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
    _chain(graph, "block_", x, encoder, "features")
    graph.output("features", [-1, -1, -1, encoder.channels])
    return graph


def head_graph(head: DsmlHead, channels: int) -> GraphBuilder:
    """`input_0`... [B, h, h, C] -> `logits`, `logits_per_magnification`, `embeddings_0`..., maybe `familiarity`.

    Their shapes and meaning are those of `dsml.network.dsml.Outputs`, with embeddings [B, h, h, d].
    """
    graph = GraphBuilder()
    cells, magnifications = head.cells, len(head.centres)
    windows = [graph.placeholder(f"input_{m}", [-1, cells, cells, channels]) for m in range(magnifications)]
    parts, single = [], []
    for m, (window, centre) in enumerate(zip(windows, head.centres, strict=True)):
        seen = _chain(graph, f"head_{m}_", window, head.blocks, weights_name="head_")
        everywhere = graph.mean(f"mean_{m}", seen, [1, 2])
        spot = graph.window(f"spot_{m}", seen, (cells - centre) // 2, centre)
        parts.append(graph.concatenate(f"pooled_{m}", [everywhere, graph.mean(f"spot_mean_{m}", spot, [1, 2])], 1))
        if m == 0 and head.familiarity is not None:
            _familiarity(graph, parts[0], head.familiarity)
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
    for m, window in enumerate(windows):
        x = _unit(graph, f"hidden_{m}", window, hidden, "projection_0")
        x = _unit(graph, f"projected_{m}", x, last, "projection_1")
        graph.normalise(f"embeddings_{m}", x)
        graph.output(f"embeddings_{m}", [-1, cells, cells, last.conv.out_channels])
    return graph
