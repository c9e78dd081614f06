"""The parts that a section of the report is made of: Markdown lines of one study each."""

from collections.abc import Sequence

import numpy as np

from dsml.scores import score
from dsml.study.claims import Difference, Measured, words
from dsml.study.data import Lines, Study
from dsml.study.draws import SCORES, interval
from dsml.study.measures import cross_fitted_calibration, mean_correspondence, mean_risk_at_coverage, per_class

COVERAGES = [1.0, 0.9, 0.8, 0.7, 0.5]
CORRESPONDENCE = {
    "top 1": "top1",
    "top 1, another patch": "top1_swapped",
    "top 1, another patient": "top1_other_group",
    "centre hit": "centre_hit",
    "centre hit, another patient": "centre_hit_other_group",
    "gap": "gap",
}


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table."""
    return [f"| {' | '.join(row)} |" for row in [header, ["---"] * len(header), *rows]]


def _interval(pair: tuple[float, float], sign: str = "") -> str:
    return f"{pair[0]:{sign}.3f} to {pair[1]:{sign}.3f}"


def scores(measured: Measured) -> list[str]:
    """Every variant's scores, with an interval for each unit that can be drawn."""
    rows = []
    for name, variant in measured.study.variants.items():
        cells = []
        for key in SCORES:
            intervals = [_interval(interval(drawn[name][key])) for drawn in measured.draws.values()]
            cells.append(f"{measured.value(name, key):.3f} ({'; '.join(intervals)})")
        rows.append([name, str(len(variant.seeds)), *cells])
    return table(["variant", "seeds", *(words(key) for key in SCORES)], rows)


def classes(study: Study) -> list[str]:
    """AUC of each class against the others."""
    rows = [[name, *(f"{v:.3f}" for v in per_class(study, variant))] for name, variant in study.variants.items()]
    return ["One-vs-rest AUC per class:", "", *table(["variant", *study.class_names], rows)]


def folds(study: Study) -> list[str]:
    """Macro AUC and accuracy of each fold, mean over seeds, by the groups that were held out."""
    rows = []
    for name, variant in study.variants.items():
        cells = []
        for fold in np.unique(variant.folds):
            own = variant.folds == fold
            each = [score(p[own], study.labels[own]) for p in variant.probabilities]
            cells.append(" / ".join(f"{np.mean([e[key] for e in each]):.3f}" for key in ("macro_auc", "accuracy")))
        rows.append([name, *cells])
    first = next(iter(study.variants.values()))
    held = [", ".join(sorted(set(study.groups[first.folds == f].tolist()))) for f in np.unique(first.folds)]
    return table(["macro AUC / accuracy", *held], rows)


def differences(found: list[Difference]) -> list[str]:
    """Paired differences with their intervals and verdicts."""
    if not found:
        return []
    units = list(found[0].intervals)
    rows = [
        [
            f"{d.first} - {d.second}",
            words(d.key),
            f"{d.value:+.3f}",
            *(_interval(d.intervals[unit], "+") for unit in units),
            d.verdict,
        ]
        for d in found
    ]
    return table(["difference", "score", "value", *(f"over {unit}" for unit in units), "verdict"], rows)


def correspondence(study: Study) -> list[str]:
    """How well the embeddings of two magnifications find each other, with the controls that were measured."""
    found = {name: mean_correspondence(variant) for name, variant in study.variants.items()}
    measured = {key for pairs in found.values() for entry in pairs.values() for key in entry}
    columns = {title: key for title, key in CORRESPONDENCE.items() if key in measured}
    rows = [
        [name, pair, *(f"{entry[key]:.3f}" if key in entry else "" for key in columns.values())]
        for name, pairs in found.items()
        for pair, entry in pairs.items()
    ]
    return table(["variant", "pair, um/px", *columns], rows)


def calibration(study: Study, names: list[str]) -> list[str]:
    """Calibration error before and after, and how many answers are wrong among the surest."""
    rows = []
    for name in names:
        variant = study.variants[name]
        temperature, before, after = cross_fitted_calibration(study, variant)
        risks = mean_risk_at_coverage(study, variant, COVERAGES)
        rows.append([name, f"{temperature:.2f}", f"{before:.3f}", f"{after:.3f}", *(f"{r:.3f}" for r in risks)])
    wrong = ["wrong of all", *(f"of the surest {c:.0%}" for c in COVERAGES[1:])]
    header = ["variant", "temperature", "ECE before", "ECE after", *wrong]
    return table(header, rows)


def flagged(judged: dict[str, dict]) -> list[str]:
    """What `dsml judge` found: a row a model; its own tissue also with each patient left out in turn."""
    models = {name: found for name, found in judged.items() if found["flagged"]}
    tissues = list(dict.fromkeys(tissue for found in models.values() for tissue in found["flagged"]))
    rows = []
    for name, found in models.items():
        shares = [found["flagged"][t] for t in tissues]
        cells = [f"{s['share']:.1%}{' (trained on it)' if s['own'] else ''}" for s in shares]
        left = found["left_out"]
        worst = max(left["groups"], key=lambda g: left["groups"][g])
        own = f"{left['share']:.1%} (most in {worst}: {left['groups'][worst]:.0%})"
        rows.append([f"{name} {found['version']}, `{found['sha256'][:8]}`", own, *cells])
    without = [name for name, found in judged.items() if not found["flagged"]]
    lines = table(["model", "own tissue, patient left out", *tissues], rows)
    return [*lines, "", f"Without a familiarity: {', '.join(without)}."] if without else lines


def recorded(lines: Lines) -> list[str]:
    """Scores as the runs reported them, for lines without predictions: mean over runs."""
    variants: dict[str, Lines] = {}
    for line in lines:
        variants.setdefault(line["variant"], []).append(line)
    names = list(lines[0]["per_class_recall"])
    rows = [
        [
            variant,
            str(len(runs)),
            *(f"{np.mean([run['scores'][key] for run in runs]):.3f}" for key in SCORES),
            *(f"{np.mean([run['per_class_recall'][name] for run in runs]):.3f}" for name in names),
        ]
        for variant, runs in variants.items()
    ]
    return table(["variant", "runs", *(words(k) for k in SCORES), *(f"recall, {n}" for n in names)], rows)


def shifted(measured: Measured, key: str = "accuracy") -> list[str]:
    """Robustness: a row a shift, a column a network; variants are named "network: shift"."""
    found: dict[str, dict[str, str]] = {}
    networks: list[str] = []
    for name in measured.study.variants:
        network, _, shift = name.partition(": ")
        networks += [network] if network not in networks else []
        low, high = interval(next(iter(measured.draws.values()))[name][key])
        cell = f"{measured.value(name, key):.3f} ({low:.3f} to {high:.3f})"
        found.setdefault(shift, {})[network] = cell
    rows = [[shift, *(cells.get(network, "") for network in networks)] for shift, cells in found.items()]
    return table([f"crops, {words(key)}", *networks], rows)
