"""Writes a whole model folder from a trained run, and lists it in the `index.json` beside it."""

import json
import shutil
from pathlib import Path

from dsml import __version__
from dsml.errors import UsageError
from dsml.export.card import calibration_of, load_card, load_predictions, write_card
from dsml.export.deploy import LARGEST_CHANGE, deployed
from dsml.export.golden import golden_case, golden_crops, largest_difference
from dsml.export.graph import WEIGHTS_FILE
from dsml.export.manifest import make_manifest
from dsml.export.networks import encoder_graph, head_graph
from dsml.network.dsml import Dsml
from dsml.train import load_run


def write_graphs(model: Dsml, folder: Path) -> list[str]:
    """Writes `encoder/` and `head/` and returns the files, relative to `folder`."""
    generated_by = f"dsml {__version__}"
    encoder_graph(model.encoder).write(folder / "encoder", generated_by)
    head_graph(model.head, model.encoder.width).write(folder / "head", generated_by)
    return [f"{half}/{name}" for half in ("encoder", "head") for name in ("model.json", WEIGHTS_FILE)]


def list_model(index: Path, model_id: str, title: str) -> None:
    """Adds the model to `index.json`, or renews its title there."""
    known = json.loads(index.read_text())["models"] if index.is_file() else []
    if model_id in [m["id"] for m in known]:
        known = [{"id": model_id, "title": title} if m["id"] == model_id else m for m in known]
    else:
        known.append({"id": model_id, "title": title})
    lines = ",\n".join(f"    {json.dumps(m)}" for m in known)
    index.write_text(f'{{\n  "models": [\n{lines}\n  ]\n}}\n')


def export_model(
    run: Path, card: Path, calibrate_on: list[Path], figures_from: list[Path], phantom: Path, out: Path
) -> None:
    """Exports `run` to the folder `out` (replaced), calibrated on the held-out predictions of `calibrate_on`.

    The card quotes the predictions of `figures_from`; golden crops come from the slide in `phantom`. A familiarity is
    given to the folder afterwards (`dsml.export.familiarity`).

    Raises UsageError when a run, its predictions or a word of the card is missing, or colours do not match classes.
    """
    trained, config, description = load_run(run)
    trained.read_familiarity()
    model = deployed(trained)
    words = load_card(card)
    class_names = list(description["class_names"])
    if len(words["class_colors"]) != len(class_names):
        raise UsageError(f"{card}: {len(class_names)} classes ({', '.join(class_names)}) need as many class_colors.")
    calibration = calibration_of(load_predictions(calibrate_on))
    predictions = load_predictions(figures_from)
    partial = out.with_name(f".{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    files = write_graphs(model, partial)
    crops = golden_crops(phantom, config, words.get("golden_cases", 3))
    change = largest_difference(trained, model, crops)
    if change > LARGEST_CHANGE:
        raise UsageError(f"Rounding the weights to float16 moves a probability by {change:.4f}; store them as float32.")
    cases = [golden_case(model, c) for c in crops]
    (partial / "golden.json").write_text(json.dumps({"cases": cases}, separators=(",", ":")))
    files.append("golden.json")
    manifest = make_manifest(out.name, partial, files, config, class_names, words, calibration)
    (partial / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    spacings = config.crops.spacings_um_px
    write_card(partial / "README.md", words, class_names, spacings, figures_from, predictions, calibration)
    shutil.rmtree(out, ignore_errors=True)
    partial.rename(out)
    list_model(out.parent / "index.json", out.name, words["title"])
    size_kb = sum(f.stat().st_size for f in out.rglob("*") if f.is_file()) / 1000
    print(f"{out}: {len(files)} hashed files, {size_kb:.0f} kB, rounding moves p by {change:.5f}")
    print(f"calibration: {calibration}")
