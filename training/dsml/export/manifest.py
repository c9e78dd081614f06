"""The manifest of a model folder: WSInfer's model-zoo schema 1.0 and the members that the viewer adds to it."""

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

from dsml.config import Config
from dsml.network.dsml import STRIDE, centres_of

GOLDEN_TOLERANCE = 0.001  # of a probability


def file_hash(path: Path) -> str:
    """`sha256-<hex>` of a file."""
    return f"sha256-{hashlib.sha256(path.read_bytes()).hexdigest()}"


def make_manifest(
    model_id: str,
    folder: Path,
    files: list[str],
    config: Config,
    class_names: list[str],
    words: dict[str, Any],
    calibration: dict[str, object],
) -> dict[str, Any]:
    """All members of `manifest.json`; `files` are hashed relative to `folder`."""
    crops = config.crops
    network = {**dataclasses.asdict(config.network), "centre_cells": centres_of(config)}
    return {
        "spec_version": "1.0",
        "architecture": "dsml",
        "num_classes": len(class_names),
        "class_names": class_names,
        "patch_size_pixels": crops.patch_px,
        "spacing_um_px": crops.spacings_um_px[0],
        "transform": [
            {"name": "ToTensor"},
            {"name": "Normalize", "arguments": {"mean": config.network.mean, "std": config.network.std}},
        ],
        "x_id": model_id,
        "x_title": words["title"],
        "x_version": words["version"],
        "x_class_colors": words["class_colors"],
        "x_tissue": words["tissue"],
        "x_stain": words["stain"],
        "x_license": words["license"],
        "x_training_data_license": words["training_data_license"],
        "x_dsml": {
            "network": network,
            "spacings_um_px": crops.spacings_um_px,
            "feature_stride": STRIDE,
            "context_pixels": crops.context_px,
            "padding": crops.padding,
            "tau": config.loss.tau,
            "encoders": ["encoder/model.json"],
            "head": "head/model.json",
        },
        "x_calibration": calibration,
        "x_files": {name: file_hash(folder / name) for name in files},
        "x_golden": {"file": "golden.json", "tolerance": GOLDEN_TOLERANCE},
        "x_card": "README.md",
    }
