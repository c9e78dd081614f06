"""Predictions as a member of a JSON line, small enough to commit: float16 logits, and whose patch each row is."""

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np


def _encode(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()


def pack_predictions(values: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Predictions as plain values: float16 logits [N, K], uint8 labels and uint16 image [N], names."""
    images, index = np.unique(values["images"], return_inverse=True)
    group_of = dict(zip(values["images"].tolist(), values["groups"].tolist(), strict=True))
    return {
        "classes": int(values["logits"].shape[1]),
        "logits": _encode(values["logits"].astype("<f2")),
        "labels": _encode(values["labels"].astype(np.uint8)),
        "image": _encode(index.astype("<u2")),
        "images": images.tolist(),
        "groups": [group_of[name] for name in images.tolist()],
    }


def unpack_predictions(packed: dict[str, Any]) -> dict[str, np.ndarray]:
    """`logits` float32 [N, K], `labels` int64 [N], `images` and `groups` str [N]."""

    def decode(key: str, kind: str) -> np.ndarray:
        return np.frombuffer(base64.b64decode(packed[key]), kind)

    image = decode("image", "<u2")
    return {
        "logits": decode("logits", "<f2").reshape(-1, packed["classes"]).astype(np.float32),
        "labels": decode("labels", "u1").astype(np.int64),
        "images": np.array(packed["images"])[image],
        "groups": np.array(packed["groups"])[image],
    }
