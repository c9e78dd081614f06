"""Golden outputs: what PyTorch computes in float32 on a few crops, which every backend of the viewer must reproduce.

The crops come from the phantom slide, whatever the model was trained on: real tissue never leaves its data set.
"""

import base64
from pathlib import Path
from typing import Any

import numpy as np
import torch

from dsml.config import Config, DataConfig
from dsml.data.cache import read_patch
from dsml.data.dataset import load_dataset
from dsml.data.patches import dataset_patches
from dsml.data.slides import open_slide
from dsml.network.dsml import Dsml

EMBEDDING_VALUES = 64


def golden_crops(phantom: Path, config: Config, cases: int) -> list[np.ndarray]:
    """Crops uint8 [M, S, S, 3] of `cases` spots of the phantom, of different classes, the same at every call."""
    dataset = load_dataset(phantom)
    patches = dataset_patches(dataset, DataConfig(step_px=256, window_px=128, per_image=60))
    entry = dataset.images[0]
    slide = open_slide(dataset.root / entry.image, dataset.mpp)
    inside = [p for p in patches if 1024 < p.x < slide.width - 1024 and 1024 < p.y < slide.height - 1024]
    first_of_class = {p.label: p for p in reversed(inside)}
    chosen = [first_of_class[label] for label in sorted(first_of_class)][:cases]
    return [read_patch(slide, p.x, p.y, config) for p in chosen]


def to_tensor(crops: np.ndarray) -> torch.Tensor:
    """uint8 [M, S, S, 3] -> float [1, M, 3, S, S] in [0, 1]."""
    return torch.from_numpy(crops).permute(0, 3, 1, 2).float()[None] / 255


def golden_case(model: Dsml, crops: np.ndarray) -> dict[str, Any]:
    """One entry of `golden.json`: inputs, and outputs before calibration."""
    with torch.inference_mode():
        outputs = model(to_tensor(crops))
    embeddings = [z.flatten()[:EMBEDDING_VALUES].tolist() for z in outputs.embeddings]
    return {
        "inputs": [base64.b64encode(np.ascontiguousarray(crop).tobytes()).decode() for crop in crops],
        "probabilities": [round(v, 7) for v in torch.softmax(outputs.logits[0].double(), 0).tolist()],
        "logits": [round(v, 6) for v in outputs.logits[0].tolist()],
        "embeddings": [[round(v, 6) for v in values] for values in embeddings],
    }


def largest_difference(a: Dsml, b: Dsml, crops: list[np.ndarray]) -> float:
    """The largest difference of a probability between two networks on these crops."""
    with torch.inference_mode():
        pairs = [[torch.softmax(model(to_tensor(c)).logits, 1) for model in (a, b)] for c in crops]
    return max(float((p - q).abs().max()) for p, q in pairs)
