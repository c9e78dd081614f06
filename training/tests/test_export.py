"""An exported folder computes in TF.js what the network computes in PyTorch, on the wasm and cpu backends."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch

from dsml.config import Config, CropConfig
from dsml.export.deploy import deployed
from dsml.export.folder import write_graphs
from dsml.network.dsml import Dsml
from dsml.network.familiarity import fit_components
from dsml.network.layers import ConvUnit

REPOSITORY = Path(__file__).resolve().parents[2]
NODE_MODULES = REPOSITORY / "node_modules"
RUNNER = Path(__file__).with_name("run-graphs.mjs")
PROBABILITY_TOLERANCE = 1e-3
EMBEDDING_TOLERANCE = 0.01


def node_available() -> bool:
    return shutil.which("node") is not None and (NODE_MODULES / "@tensorflow/tfjs-backend-wasm").is_dir()


@pytest.fixture(autouse=True)
def _needs_tfjs() -> None:
    if not node_available():
        if os.environ.get("CI"):
            pytest.fail("node_modules is missing: run `npm ci` in the repository's root before the training tests")
        pytest.skip("TF.js is not installed here: run `npm ci` in the repository's root to check the export")


def run_in_tfjs(folder: Path, scratch: Path, crops: np.ndarray, config: Config, backends: list[str]) -> dict:
    """crops float32 [cases, M, S, S, 3], normalised."""
    side, context = config.crops.side_px, config.crops.context_px
    encoded = [[base64.b64encode(np.ascontiguousarray(c).tobytes()).decode() for c in case] for case in crops]
    cells = config.crops.patch_px // 16
    file = scratch / "input.json"
    file.write_text(json.dumps({"crops": encoded, "sidePx": side, "marginCells": context // 16, "cells": cells}))
    command = ["node", str(RUNNER), str(folder), str(file), str(NODE_MODULES), *backends]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr[-3000:]
    return json.loads(finished.stdout)


def shake_batch_norms(model: Dsml) -> None:
    """Gives an untrained network statistics and a scale that a wrong folding could not survive."""
    generator = torch.Generator().manual_seed(5)
    for unit in model.modules():
        if isinstance(unit, ConvUnit) and unit.norm is not None:
            unit.norm.running_mean.normal_(0, 0.05, generator=generator)
            unit.norm.running_var.uniform_(0.6, 1.4, generator=generator)
            unit.norm.weight.data.uniform_(0.8, 1.3, generator=generator)
            unit.norm.bias.data.normal_(0.1, 0.1, generator=generator)


@pytest.mark.parametrize(
    ("backbone", "spacings", "backends", "head_convolutions", "head_hidden", "familiarity_block"),
    [
        ("tiny", [0.5, 1.0, 2.0], ["cpu", "wasm"], [12, 8], 24, 0),
        ("tiny", [1.0, 2.0], ["wasm"], [12], 0, 4),
        ("tiny", [1.0], ["wasm"], [], 0, 0),
        ("efficientnet_lite0", [0.5, 2.0], ["wasm"], [], 0, 0),
        ("mobilenet_v2", [0.5, 1.0], ["wasm"], [], 0, 11),
    ],
)
def test_tfjs_agrees_with_pytorch(
    backbone: str,
    spacings: list[float],
    backends: list[str],
    head_convolutions: list[int],
    head_hidden: int,
    familiarity_block: int,
    tmp_path: Path,
) -> None:
    config = Config(crops=CropConfig(spacings_um_px=spacings, context_px=16))
    config.network.backbone = backbone
    config.network.head_convolutions, config.network.head_hidden = head_convolutions, head_hidden
    config.network.familiarity_block = familiarity_block
    torch.manual_seed(1)
    model = Dsml(config, classes=4, pretrained=backbone != "tiny").eval()
    if backbone == "tiny":
        shake_batch_norms(model)
    model.read_familiarity()
    width = model.head.familiar(torch.zeros(1, model.encoder.width, 8, 8)).shape[1]
    familiarity = fit_components(np.random.default_rng(0).random((9, width), np.float32), 4)
    familiarity.limit.fill_(2.0)
    familiarity.slope.fill_(0.1)
    model.read_familiarity(familiarity)
    write_graphs(deployed(model), tmp_path)
    side = config.crops.side_px
    crops = torch.rand(2, len(spacings), 3, side // 8, side // 8).repeat_interleave(8, 3).repeat_interleave(8, 4)
    with torch.inference_mode():
        expected = model(crops)
    normalised = ((crops - 0.5) / 0.5).permute(0, 1, 3, 4, 2).numpy()
    for backend, cases in run_in_tfjs(tmp_path, tmp_path, normalised, config, backends).items():
        for case, outputs in enumerate(cases):
            logits = torch.tensor(outputs["logits"])
            difference = (logits.softmax(0) - expected.logits[case].softmax(0)).abs().max()
            assert difference < PROBABILITY_TOLERANCE, (backend, difference)
            single = torch.tensor(outputs["logits_per_magnification"]).reshape(len(spacings), 4)
            assert (
                single.softmax(1) - expected.logits_per_magnification[case].softmax(1)
            ).abs().max() < PROBABILITY_TOLERANCE
            assert outputs["familiarity"][0] == pytest.approx(
                float(expected.familiarity[case]), abs=PROBABILITY_TOLERANCE
            )
            for m, z in enumerate(expected.embeddings):
                actual = torch.tensor(outputs[f"embeddings_{m}"]).reshape(z[case].shape)
                assert (actual - z[case]).abs().max() < EMBEDDING_TOLERANCE
                assert torch.allclose(actual.norm(dim=1), torch.ones(len(actual)), atol=1e-3)


SHIPPED = sorted((REPOSITORY / "public/models").glob("*/manifest.json"))


@pytest.mark.parametrize("manifest_file", SHIPPED, ids=lambda f: f.parent.name)
def test_shipped_folder_reproduces_its_golden_outputs(manifest_file: Path, tmp_path: Path) -> None:
    manifest = json.loads(manifest_file.read_text())
    golden = json.loads((manifest_file.parent / manifest["x_golden"]["file"]).read_text())["cases"]
    dsml, normalise = manifest["x_dsml"], manifest["transform"][1]["arguments"]
    crops_config = CropConfig(dsml["spacings_um_px"], manifest["patch_size_pixels"], dsml["context_pixels"])
    side = crops_config.side_px
    pixels = [
        [np.frombuffer(base64.b64decode(c), np.uint8).reshape(side, side, 3) for c in g["inputs"]] for g in golden
    ]
    crops = (np.array(pixels, np.float32) / 255 - normalise["mean"]) / normalise["std"]
    results = run_in_tfjs(
        manifest_file.parent, tmp_path, crops.astype(np.float32), Config(crops=crops_config), ["wasm"]
    )
    for case, outputs in zip(golden, results["wasm"], strict=True):
        probabilities = torch.tensor(outputs["logits"]).double().softmax(0)
        assert (probabilities - torch.tensor(case["probabilities"]).double()).abs().max() < manifest["x_golden"][
            "tolerance"
        ]
        for m, values in enumerate(case["embeddings"]):
            assert np.abs(np.array(outputs[f"embeddings_{m}"][: len(values)]) - values).max() < EMBEDDING_TOLERANCE
