"""A model folder of the viewer as a PyTorch network: manifest read, every file's hash checked, golden cases run.

Nothing else is needed: the network is rebuilt from `x_dsml.network`, the weights come from the TF.js shards.
"""

import base64
import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from dsml.config import Config, CropConfig, NetworkConfig
from dsml.infer.failure import ModelFailure
from dsml.infer.weights import load_weights, read_weights
from dsml.network.dsml import Dsml

EMBEDDING_TOLERANCE = 0.01
UNLISTED = ("manifest.json",)


@dataclass(frozen=True)
class Model:
    """What inference needs of a model. Spacings in um/px, finest first; px are the model's."""

    network: Dsml
    id: str
    title: str
    version: str
    sha256: str
    class_names: tuple[str, ...]
    class_colors: tuple[str, ...]
    spacings: tuple[float, ...]
    patch_px: int
    context_px: int
    stride_px: int
    padding: str
    temperature: float
    uncertain_below: float | None
    unfamiliar_below: float | None

    @property
    def pairs(self) -> list[tuple[float, float]]:
        """Fine and coarse spacing of every pair of magnifications, in the viewer's order."""
        count = range(len(self.spacings))
        return [(self.spacings[fine], self.spacings[coarse]) for fine in count for coarse in count if fine < coarse]


class _Folder:
    """The files of a model folder, each checked against its hash in the manifest when it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        manifest = self._bytes("manifest.json")
        self.manifest: dict[str, Any] = _json(manifest, "manifest.json")
        self._stated = {name: value.removeprefix("sha256-") for name, value in self._files().items()}
        self._sums = {"manifest.json": hashlib.sha256(manifest).hexdigest()}

    def _files(self) -> dict[str, str]:
        files = self.manifest.get("x_files")
        if not isinstance(files, dict):
            raise ModelFailure(f"{self._path}/manifest.json names no files (x_files): the weights can't be checked.")
        return files

    def _bytes(self, name: str) -> bytes:
        try:
            return (self._path / name).read_bytes()
        except OSError as error:
            raise ModelFailure(
                f"The model's file {name} is not in {self._path}. Get the whole folder again."
            ) from error

    def read(self, name: str) -> bytes:
        """The file's bytes. Raises ModelFailure when it is missing, or is not the one the manifest describes."""
        data = self._bytes(name)
        if self._stated.get(name) != hashlib.sha256(data).hexdigest():
            raise ModelFailure(
                f"The model's file {name} is not the file that the manifest describes (sha256). "
                "The folder may be damaged or mixed; get it again."
            )
        return data

    @property
    def sha256(self) -> str:
        """Names the folder's content, as `src/model/folder/model-folder.ts`: hash of the sorted lines "path hash"."""
        lines = sorted(f"{name} {value}\n" for name, value in {**self._stated, **self._sums}.items())
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def load_model(path: Path) -> Model:
    """The model in the folder, on the CPU, in evaluation mode, its golden outputs reproduced.

    Raises ModelFailure when the folder is not whole, not of this kind, or its outputs are not reproduced.
    """
    folder = _Folder(path)
    try:
        model = _build(folder)
        golden = json.loads(folder.read(folder.manifest["x_golden"]["file"]))["cases"]
        tolerance = float(folder.manifest["x_golden"]["tolerance"])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelFailure(f"{path}/manifest.json is not a DSML model's: {type(error).__name__} {error}.") from error
    _check_golden(model, golden, tolerance)
    return model


def _build(folder: _Folder) -> Model:
    manifest = folder.manifest
    dsml, calibration = manifest["x_dsml"], manifest.get("x_calibration") or {}
    network = _network(manifest)
    encoders = dsml["encoders"]
    if len(encoders) != 1:
        raise ModelFailure("Models with one encoder per spacing are not run by this version; use one encoder for all.")
    load_weights(network, read_weights(encoders[0], folder.read), read_weights(dsml["head"], folder.read))
    return Model(
        network=network.eval(),
        id=manifest["x_id"],
        title=manifest["x_title"],
        version=manifest["x_version"],
        sha256=folder.sha256,
        class_names=tuple(manifest["class_names"]),
        class_colors=tuple(manifest["x_class_colors"]),
        spacings=tuple(dsml["spacings_um_px"]),
        patch_px=manifest["patch_size_pixels"],
        context_px=dsml["context_pixels"],
        stride_px=dsml["feature_stride"],
        padding=dsml["padding"],
        temperature=float(calibration.get("temperature", 1)),
        uncertain_below=calibration.get("uncertain_below"),
        unfamiliar_below=(manifest.get("x_familiarity") or {}).get("threshold"),
    )


def _network(manifest: dict[str, Any]) -> Dsml:
    dsml = manifest["x_dsml"]
    known = {field.name for field in dataclasses.fields(NetworkConfig)}
    described = {name: value for name, value in dsml["network"].items() if name != "centre_cells"}
    unknown = sorted(set(described) - known)
    if unknown:
        raise ModelFailure(f"The network has settings that this version does not know: {', '.join(unknown)}.")
    crops = CropConfig(dsml["spacings_um_px"], manifest["patch_size_pixels"], dsml["context_pixels"], dsml["padding"])
    config = Config(network=NetworkConfig(**described), crops=crops)
    return Dsml(config, len(manifest["class_names"]), pretrained=False)


def _check_golden(model: Model, cases: list[dict[str, Any]], tolerance: float) -> None:
    """As the viewer's self-test: what PyTorch computed at export, this network must compute again."""
    side = model.patch_px + 2 * model.context_px
    for case in cases:
        crops = [np.frombuffer(base64.b64decode(text), np.uint8).reshape(side, side, 3) for text in case["inputs"]]
        batch = torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).float()[None] / 255
        with torch.inference_mode():
            outputs = model.network(batch)
        probabilities = torch.softmax(outputs.logits[0].double(), 0).numpy()
        off = float(np.abs(probabilities - np.array(case["probabilities"])).max())
        embeddings = [
            z.flatten()[: len(e)].numpy() for z, e in zip(outputs.embeddings, case["embeddings"], strict=True)
        ]
        pairs = zip(embeddings, case["embeddings"], strict=True)
        embeddings_off = max(float(np.abs(ours - np.array(theirs)).max()) for ours, theirs in pairs)
        if off > tolerance or embeddings_off > EMBEDDING_TOLERANCE:
            raise ModelFailure(
                f"The network does not reproduce the model's golden outputs: probabilities are off by {off:.5f}, "
                f"embeddings by {embeddings_off:.5f}. The folder does not describe the network it holds."
            )


def _json(data: bytes, name: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError as error:
        raise ModelFailure(f"The model's file {name} is not JSON. Get the whole folder again.") from error
    if not isinstance(value, dict):
        raise ModelFailure(f"The model's file {name} is not a manifest. Get the whole folder again.")
    return value
