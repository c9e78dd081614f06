"""The model card: words from a YAML file under `cards/`, figures from the runs that the calibration was fitted on."""

from pathlib import Path
from typing import Any

import numpy as np
import yaml

from dsml.calibrate import fit_calibration
from dsml.errors import UsageError
from dsml.evaluate import summarise
from dsml.export.failures import failure_lines
from dsml.export.figures import HEADER, further, interval_row
from dsml.scores import calibration_error, risk_at_coverage, softmax

COVERAGES = [1.0, 0.9, 0.8, 0.7, 0.5, 0.3]
NEEDED = (
    "title",
    "version",
    "class_colors",
    "tissue",
    "stain",
    "license",
    "training_data_license",
    "data",
    "split",
    "limits",
)


def load_card(path: Path) -> dict[str, Any]:
    """The words of a card. Raises UsageError when one is missing."""
    if not path.is_file():
        raise UsageError(f"No card at {path}.")
    values: dict[str, Any] = yaml.safe_load(path.read_text())
    missing = [key for key in NEEDED if key not in values]
    if missing:
        raise UsageError(f"{path}: missing {', '.join(missing)}.")
    return values


def load_predictions(runs: list[Path]) -> list[dict[str, np.ndarray]]:
    """What `evaluate` wrote for each run. Raises UsageError when a run was not evaluated."""
    for run in runs:
        if not (run / "predictions.npz").is_file():
            raise UsageError(f"{run} holds no predictions; run: python -m dsml evaluate --run {run}")
    return [dict(np.load(run / "predictions.npz")) for run in runs]


def pooled(predictions: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Predictions of several held-out folds as one set."""
    return {key: np.concatenate([p[key] for p in predictions]) for key in predictions[0]}


def calibration_of(predictions: list[dict[str, np.ndarray]]) -> dict[str, object]:
    """The manifest's `x_calibration`, fitted on all held-out predictions together."""
    together = pooled(predictions)
    return fit_calibration(together["logits"], together["per_magnification"], together["labels"])


def _row(name: str, scores: dict[str, float], extra: str = "") -> str:
    return f"| {name} | {scores['macro_auc']:.3f} | {scores['accuracy']:.3f} | {scores['macro_f1']:.3f} |{extra}"


def _risk(probabilities: np.ndarray, labels: np.ndarray) -> list[str]:
    """How many answers are wrong when only the surest share is answered."""
    risks = risk_at_coverage(probabilities, labels, COVERAGES)
    return [
        "How many answers are wrong when only the surest are given:",
        "",
        f"| answered | {' | '.join(f'{c:.0%}' for c in COVERAGES)} |",
        f"|---|{'---|' * len(COVERAGES)}",
        f"| wrong | {' | '.join(f'{r:.1%}' for r in risks)} |",
        "",
    ]


def write_card(
    path: Path,
    words: dict[str, Any],
    class_names: list[str],
    spacings: list[float],
    runs: list[Path],
    predictions: list[dict[str, np.ndarray]],
    calibration: dict[str, Any],
) -> None:
    """Writes the card as Markdown; every figure in it is computed here from the held-out predictions."""
    together = pooled(predictions)
    whole: dict[str, Any] = summarise(together, class_names)
    calibrated = softmax(together["logits"] / calibration["temperature"])
    confident = calibrated.max(1) >= calibration["uncertain_below"]
    right = calibrated.argmax(1) == together["labels"]
    lines = [
        f"# {words['title']}",
        "",
        "Research use only; not for diagnosis.",
        "",
        "A DSML-style method (after Diao et al., IEEE JBHI 27(3), 2023); the loss is our reconstruction.",
        f"It sees every spot at {', '.join(f'{s:g}' for s in spacings)} um/px.",
        f"Its classes: {', '.join(class_names)}.",
        "",
        f"- **Data**: {words['data']}",
        f"- **Split**: {words['split']}",
        f"- **Licence of the weights**: {words['license']}",
        f"- **Licence of the training data**: {words['training_data_license']}",
        f"- **Tissue and stain**: {words['tissue']}, {words['stain']}",
        "",
        "## Figures on held-out groups",
        "",
        *([f"From `training/`: `{words['command']}`", ""] if "command" in words else []),
        *HEADER,
    ]
    for run, part in zip(runs, predictions, strict=True):
        lines.append(interval_row(f"{', '.join(sorted(set(part['groups'].tolist())))}, run `{run.name}`", part))
    if len(runs) > 1:
        lines.append(interval_row("all of them, pooled", together))
    lines += [
        "",
        "These intervals are of drawing patches, which are alike where they are neighbours: they are too narrow.",
    ]
    for units, drawn in (("groups", whole["over_groups"]), ("images", whole["over_images"])):
        if len(set(together[units].tolist())) > 1:
            low, high = drawn["macro_auc"]
            lines.append(f"Of drawing whole {units}, the macro AUC's is {low:.3f} to {high:.3f}.")
    lines += [
        "",
        "Each magnification's own classifier in the same network:",
        "",
        "| um/px | macro AUC | accuracy | macro F1 |",
        "|---|---|---|---|",
    ]
    lines += [_row(f"{s:g}", scores) for s, scores in zip(spacings, whole["per_magnification"], strict=True)]
    lines += ["", "| class | AUC | recall |", "|---|---|---|"]
    lines += [f"| {n} | {whole['per_class_auc'][n]:.3f} | {whole['per_class_recall'][n]:.3f} |" for n in class_names]
    lines += [
        "",
        f"Calibration: temperature {calibration['temperature']:g}, expected calibration error "
        f"{calibration_error(softmax(together['logits']), together['labels']):.3f} before and "
        f"{calibration_error(calibrated, together['labels']):.3f} after. Below a probability of "
        f"{calibration['uncertain_below']:g} the answer is called uncertain: {1 - confident.mean():.0%} of the "
        f"held-out patches; of the others {right[confident].mean():.1%} are right.",
        "",
        *_risk(calibrated, together["labels"]),
        *further(words.get("further", [])),
        *failure_lines(together, class_names),
        "## Limits",
        "",
        str(words["limits"]).strip(),
        "",
        "The shipped weights were trained with the recipe of these runs; the commands are in `training/README.md`.",
        "",
    ]
    path.write_text("\n".join(lines))
