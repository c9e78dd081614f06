"""Weights of TF.js graph models, read from their shards and put into the PyTorch network: `dsml.export` backwards."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from dsml.infer.failure import ModelFailure
from dsml.network.dsml import Dsml
from dsml.network.familiarity import Familiarity
from dsml.network.layers import ConvUnit, InvertedResidual

DTYPES = {"float32": "<f4", "float16": "<f2", "int32": "<i4", "uint8": "u1", "uint16": "<u2"}
Weights = dict[str, np.ndarray]


def read_weights(graph_path: str, read: Callable[[str], bytes]) -> Weights:
    """All weights of a graph model by name. `read` gives a file of the model folder, checked.

    Shards and quantisation (float16, or uint8/uint16 with scale and min) as in TF.js's weights manifest.
    Raises ModelFailure when the shards do not hold what the manifest of weights promises.
    """
    folder = graph_path.rpartition("/")[0]
    weights: Weights = {}
    for group in json.loads(read(graph_path))["weightsManifest"]:
        data = b"".join(read(f"{folder}/{path}" if folder else path) for path in group["paths"])
        at = 0
        for entry in group["weights"]:
            value, at = _value(entry, data, at)
            weights[entry["name"]] = value
        if at != len(data):
            raise ModelFailure(f"{graph_path}: its shards hold {len(data)} bytes where {at} are expected.")
    return weights


def _value(entry: dict[str, Any], data: bytes, at: int) -> tuple[np.ndarray, int]:
    quantization = entry.get("quantization")
    stored = np.dtype(DTYPES[(quantization or entry)["dtype"]])
    count = int(np.prod(entry["shape"], dtype=np.int64))
    end = at + count * stored.itemsize
    if end > len(data):
        raise ModelFailure(f"The weights of '{entry['name']}' are cut short. Get the model folder again.")
    value = np.frombuffer(data, stored, count, at)
    if quantization and "scale" in quantization:
        value = value.astype(np.float32) * np.float32(quantization["scale"]) + np.float32(quantization["min"])
    if entry["dtype"] == "float32":
        value = value.astype(np.float32)
    return value.reshape(entry["shape"]), end


def load_weights(model: Dsml, encoder: Weights, head: Weights) -> None:
    """Puts the weights into a network whose batch norms are then gone (they were folded at export).

    Raises ModelFailure when a weight is missing or has another shape than the network that the manifest describes.
    """
    _load_chain(model.encoder, "block_", encoder)
    _load_chain(model.head.blocks, "head_", head)
    _load_chain(model.head.projection, "projection_", head)
    for m, layer in enumerate(model.head.hidden):
        _load_dense(layer, f"pooled_hidden_{m}", head)
    for m, layer in enumerate(model.head.single):
        _load_dense(layer, f"logits_{m}", head)
    _load_dense(model.head.fused, "logits", head)
    model.read_familiarity(_familiarity(head) if "familiar/scale" in head else None)


def _familiarity(weights: Weights) -> Familiarity:
    kernel = _take(weights, "familiar/explained/kernel")
    familiarity = Familiarity(*kernel.shape)
    familiarity.components.weight.data.copy_(torch.from_numpy(kernel.T.copy()))
    familiarity.scale.copy_(torch.from_numpy(_take(weights, "familiar/scale").copy()))
    familiarity.shift.copy_(torch.from_numpy(_take(weights, "familiar/shift").copy()))
    slope = -float(_take(weights, "familiar/whole/factor"))
    familiarity.slope.fill_(slope)
    familiarity.limit.fill_(float(_take(weights, "familiar/offset")) / slope)
    return familiarity


def _load_chain(blocks: nn.Sequential, name: str, weights: Weights) -> None:
    for index, block in enumerate(blocks):
        if isinstance(block, InvertedResidual):
            _load_chain(block.units, f"{name}{index}/", weights)
        elif isinstance(block, ConvUnit):
            kernel = _take(weights, f"{name}{index}/kernel")
            depthwise = block.groups > 1
            _set(block.conv, kernel.transpose(2, 3, 0, 1) if depthwise else kernel.transpose(3, 2, 0, 1), name)
            block.norm = None
            block.conv.bias = nn.Parameter(torch.from_numpy(_take(weights, f"{name}{index}/bias").copy()))
        else:
            raise TypeError(f"No way to load a {type(block).__name__}; add one here.")


def _load_dense(layer: nn.Module, name: str, weights: Weights) -> None:
    assert isinstance(layer, nn.Linear)
    _set(layer, _take(weights, f"{name}/kernel").T, name)
    layer.bias = nn.Parameter(torch.from_numpy(_take(weights, f"{name}/bias").copy()))


def _set(layer: nn.Module, value: np.ndarray, name: str) -> None:
    if tuple(layer.weight.shape) != value.shape:
        expected = tuple(layer.weight.shape)
        raise ModelFailure(f"The weights of '{name}' have shape {value.shape}; the network has {expected} there.")
    layer.weight = nn.Parameter(torch.from_numpy(np.ascontiguousarray(value)))


def _take(weights: Weights, name: str) -> np.ndarray:
    if name not in weights:
        raise ModelFailure(f"The model folder has no weights '{name}': it is not of the network that it describes.")
    return weights[name]
