"""Builds TF.js graph models (a TensorFlow GraphDef as JSON, and its weights) node by node, without TensorFlow.

Covers the dozen operations that these networks need, all of which exist on TF.js 4.22's webgpu, webgl, wasm and cpu
backends. Tensors are NHWC. Format: tensorflow/core/framework/graph.proto in its JSON mapping, as
@tensorflow/tfjs-converter reads it.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

ACTIVATION_OPS = {"none": None, "relu": "Relu", "relu6": "Relu6"}
WEIGHTS_FILE = "group1-shard1of1.bin"
Attributes = dict[str, Any]


def _text(value: str) -> dict[str, str]:
    return {"s": base64.b64encode(value.encode()).decode()}


def _texts(values: Sequence[str]) -> Attributes:
    return {"list": {"s": [_text(v)["s"] for v in values]}}


def _integers(values: Sequence[int]) -> Attributes:
    return {"list": {"i": [str(v) for v in values]}}


def _shape(dimensions: Sequence[int]) -> Attributes:
    return {"dim": [{"size": str(d)} for d in dimensions]}


FLOAT = {"type": "DT_FLOAT"}
INT = {"type": "DT_INT32"}


@dataclass
class GraphBuilder:
    """Collects nodes and weights. Every method that adds an operation returns its node's name."""

    nodes: list[dict[str, Any]] = field(default_factory=list)
    weights: list[tuple[str, np.ndarray, bool]] = field(default_factory=list)
    inputs: dict[str, Attributes] = field(default_factory=dict)
    outputs: dict[str, Attributes] = field(default_factory=dict)

    def _add(self, name: str, op: str, inputs: Sequence[str], **attributes: Attributes) -> str:
        assert all(node["name"] != name for node in self.nodes), name
        self.nodes.append({"name": name, "op": op, "input": list(inputs), "attr": {"T": FLOAT, **attributes}})
        return name

    def placeholder(self, name: str, shape: Sequence[int]) -> str:
        """An input; -1 stands for a dimension that is free."""
        node = {"name": name, "op": "Placeholder", "attr": {"dtype": FLOAT, "shape": {"shape": _shape(shape)}}}
        self.nodes.append(node)
        self.inputs[name] = {"name": f"{name}:0", "dtype": "DT_FLOAT", "tensorShape": _shape(shape)}
        return name

    def output(self, name: str, shape: Sequence[int]) -> None:
        """Declares the node `name` an output of that name."""
        self.outputs[name] = {"name": f"{name}:0", "dtype": "DT_FLOAT", "tensorShape": _shape(shape)}

    def constant(self, name: str, value: np.ndarray, half: bool = False) -> str:
        """A weight; `half` stores it as float16. Asking for a name again returns the constant that is there."""
        if any(known == name for known, _, _ in self.weights):
            return name
        kind = INT if value.dtype == np.int32 else FLOAT
        tensor = {"dtype": kind["type"], "tensorShape": _shape(value.shape)}
        self.nodes.append({"name": name, "op": "Const", "attr": {"dtype": kind, "value": {"tensor": tensor}}})
        self.weights.append((name, value if kind is INT else value.astype(np.float32), half))
        return name

    def integers(self, name: str, values: Sequence[int] | int) -> str:
        """An int32 constant: a vector, or a scalar for a bare number."""
        return self.constant(name, np.array(values, np.int32))

    def convolution(
        self,
        name: str,
        x: str,
        weight: np.ndarray,
        bias: np.ndarray,
        stride: int,
        activation: str,
        weights_name: str = "",
    ) -> str:
        """Fused convolution, bias and activation, SAME padding. weight [Cout, Cin, k, k] as PyTorch has it.

        Depthwise when Cin is 1 and Cout is not (no ordinary convolution here has one input channel).
        """
        depthwise = weight.shape[1] == 1
        prefix = weights_name or name
        kernel = weight.transpose(2, 3, 0, 1) if depthwise else weight.transpose(2, 3, 1, 0)
        operands = [x, self.constant(f"{prefix}/kernel", kernel, half=True), self.constant(f"{prefix}/bias", bias)]
        activation_op = ACTIVATION_OPS[activation]
        return self._add(
            name,
            "FusedDepthwiseConv2dNative" if depthwise else "_FusedConv2D",
            operands,
            strides=_integers([1, stride, stride, 1]),
            padding=_text("SAME"),
            data_format=_text("NHWC"),
            dilations=_integers([1, 1, 1, 1]),
            fused_ops=_texts(["BiasAdd", activation_op] if activation_op else ["BiasAdd"]),
            num_args={"i": "1"},
            epsilon={"f": 0.0},
        )

    def dense(self, name: str, x: str, weight: np.ndarray, bias: np.ndarray, activation: str = "none") -> str:
        """activation(x @ weight.T + bias); weight [out, in] as PyTorch has it."""
        activation_op = ACTIVATION_OPS[activation]
        operands = [x, self.constant(f"{name}/kernel", weight.T, half=True), self.constant(f"{name}/bias", bias)]
        return self._add(
            name,
            "_FusedMatMul",
            operands,
            transpose_a={"b": False},
            transpose_b={"b": False},
            fused_ops=_texts(["BiasAdd", activation_op] if activation_op else ["BiasAdd"]),
            num_args={"i": "1"},
            epsilon={"f": 0.0},
        )

    def add(self, name: str, a: str, b: str) -> str:
        """a + b."""
        return self._add(name, "AddV2", [a, b])

    def multiply(self, name: str, a: str, b: str) -> str:
        """a * b."""
        return self._add(name, "Mul", [a, b])

    def sigmoid(self, name: str, x: str) -> str:
        """1 / (1 + exp(-x))."""
        return self._add(name, "Sigmoid", [x])

    def mean(self, name: str, x: str, axes: Sequence[int]) -> str:
        """Mean over axes, which disappear."""
        return self._add(name, "Mean", [x, self.integers(f"{name}/axes", axes)], keep_dims={"b": False}, Tidx=INT)

    def window(self, name: str, x: str, begin: int, size: int) -> str:
        """The square [begin, begin + size) of height and width."""
        first = self.integers(f"{name}/begin", [0, begin, begin, 0])
        extent = self.integers(f"{name}/size", [-1, size, size, -1])
        return self._add(name, "Slice", [x, first, extent], Index=INT)

    def channels(self, name: str, x: str, begin: int, size: int, rank: int) -> str:
        """The channels [begin, begin + size) along the last of `rank` axes."""
        before = rank - 1
        first = self.integers(f"{name}/begin", [0] * before + [begin])
        extent = self.integers(f"{name}/size", [-1] * before + [size])
        return self._add(name, "Slice", [x, first, extent], Index=INT)

    def concatenate(self, name: str, parts: Sequence[str], axis: int) -> str:
        """Along an existing axis."""
        operands = [*parts, self.integers(f"{name}/axis", axis)]
        return self._add(name, "ConcatV2", operands, N={"i": str(len(parts))}, Tidx=INT)

    def stack(self, name: str, parts: Sequence[str], axis: int) -> str:
        """Along a new axis."""
        return self._add(name, "Pack", parts, N={"i": str(len(parts))}, axis={"i": str(axis)})

    def normalise(self, name: str, x: str) -> str:
        """Every vector along the last axis, divided by its length."""
        square = self.multiply(f"{name}/square", x, x)
        axis = self.integers(f"{name}/axis", [-1])
        length = self._add(f"{name}/sum", "Sum", [square, axis], keep_dims={"b": True}, Tidx=INT)
        least = self.constant("least_square", np.array(1e-12, np.float32))
        safe = self._add(f"{name}/safe", "Maximum", [length, least])
        return self.multiply(name, x, self._add(f"{name}/rsqrt", "Rsqrt", [safe]))

    def write(self, folder: Path, generated_by: str) -> None:
        """Writes `model.json` and the weights file into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        specifications, chunks = [], []
        for name, value, half in self.weights:
            entry: dict[str, Any] = {"name": name, "shape": list(value.shape), "dtype": "float32"}
            if value.dtype == np.int32:
                entry["dtype"] = "int32"
            elif half:
                entry["quantization"] = {"dtype": "float16", "original_dtype": "float32"}
                value = value.astype(np.float16)
            specifications.append(entry)
            chunks.append(np.ascontiguousarray(value).tobytes())
        model = {
            "format": "graph-model",
            "generatedBy": generated_by,
            "convertedBy": generated_by,
            "signature": {"inputs": self.inputs, "outputs": self.outputs},
            "modelTopology": {"node": self.nodes, "library": {}, "versions": {"producer": 1395}},
            "weightsManifest": [{"paths": [WEIGHTS_FILE], "weights": specifications}],
        }
        (folder / "model.json").write_text(json.dumps(model, separators=(",", ":")))
        (folder / WEIGHTS_FILE).write_bytes(b"".join(chunks))
