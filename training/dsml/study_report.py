"""Writes a study (`dsml.study`) as Markdown: tables, and below each what they say of the claims under test."""

from pathlib import Path

import numpy as np

from dsml.study import (
    COMPARATOR,
    DRAWS,
    SCORES,
    SIMILARITY,
    Study,
    Variant,
    cross_fitted_calibration,
    draw_scores,
    interval,
    load_study,
    mean_correspondence,
    mean_curve,
    per_class,
    risk_at_coverage,
)

COVERAGES = [1.0, 0.9, 0.8, 0.7, 0.5]
Draws = dict[str, dict[str, np.ndarray]]


def _table(header: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in [header, ["---"] * len(header), *rows]]


def _with_interval(values: np.ndarray, signed: bool = False) -> str:
    low, high = interval(values)
    sign = "+" if signed else ""
    return f"{values[0]:{sign}.3f} ({low:{sign}.3f} to {high:{sign}.3f})"


def _verdict(difference: np.ndarray) -> str:
    low, high = interval(difference)
    if low > 0:
        return "held"
    return "failed, the opposite is true" if high < 0 else "not shown, the interval holds 0"


def _scores(study: Study, draws: Draws) -> list[str]:
    rows = [
        [name, str(len(study.variants[name].seeds)), *(_with_interval(draws[name][key]) for key in SCORES)]
        for name in study.variants
    ]
    lines = _table(["variant", "seeds", "macro AUC", "accuracy", "macro F1"], rows)
    rows = [[name, *(f"{v:.3f}" for v in per_class(study, variant))] for name, variant in study.variants.items()]
    return [*lines, "", "One-vs-rest AUC per class:", "", *_table(["variant", *study.class_names], rows)]


def _magnifications(variant: Variant) -> int:
    return len(variant.lines[0]["spacings_um_px"]) if variant.lines else 0


def _family(name: str) -> str:
    """What stands before the comma of "Lite1, 20+10+5": magnifications are compared within a backbone."""
    return name.rpartition(", ")[0]


def _claims(study: Study, draws: Draws) -> list[list[str]]:
    """The claims under test, each a paired difference: claim, difference, score, value, verdict."""
    plain = {name: v for name, v in study.variants.items() if v.lines and not name.endswith(SIMILARITY)}
    singles = [name for name, v in plain.items() if _magnifications(v) == 1]
    rows = []

    def compare(claim: str, a: str, b: str) -> None:
        for key in ("macro_auc", "accuracy"):
            difference = draws[a][key] - draws[b][key]
            rows.append([claim, f"{a} - {b}", key, _with_interval(difference, signed=True), _verdict(difference)])

    for name, variant in plain.items():
        rivals = [other for other in singles if _family(other) == _family(name)]
        if rivals and _magnifications(variant) > 1:
            best = max(rivals, key=lambda other: draws[other]["macro_auc"][0])
            compare("several magnifications beat the best single one", name, best)
    if singles and COMPARATOR in draws:
        widest = max(plain, key=lambda name: _magnifications(plain[name]))
        compare("one network of three beats three of one", widest, COMPARATOR)
    for name in study.variants:
        if name.endswith(SIMILARITY) and name.removesuffix(SIMILARITY) in draws:
            compare("the similarity loss helps", name, name.removesuffix(SIMILARITY))
    return rows


def _in_short(claims: list[list[str]]) -> list[str]:
    """One line a claim: for which differences it held, and for which not."""
    lines = []
    for claim in dict.fromkeys(row[0] for row in claims):
        own = [row for row in claims if row[0] == claim]
        parts = []
        for verdict in dict.fromkeys(row[4] for row in own):
            where = ", ".join(f"{row[1]} in {row[2].replace('_', ' ')}" for row in own if row[4] == verdict)
            parts.append(f"{verdict} ({where})")
        lines.append(f"- *{claim}*: {'; '.join(parts)}.")
    return lines


def _claims_section(claims: list[list[str]]) -> list[str]:
    return [
        "## Claims",
        "",
        "Paired differences on the same patches; a claim held only when its interval lies above 0.",
        "",
        *_in_short(claims),
        "",
        *_table(["claim", "difference", "score", "value", "verdict"], claims),
        "",
    ]


def _correspondence(study: Study) -> list[str]:
    rows = []
    for name, variant in study.variants.items():
        for pair, found in mean_correspondence(variant).items():
            keys = ("top1", "top1_swapped", "top1_other_group", "gap")
            numbers = [f"{found[key]:.3f}" if key in found else "not measured" for key in keys]
            rows.append([name, pair, *numbers])
    return _table(["variant", "pair, um/px", "top 1", "fine crop of another patch", "of another patient", "gap"], rows)


def _calibration(study: Study) -> list[str]:
    rows = []
    for name, variant in study.variants.items():
        temperature, before, after = cross_fitted_calibration(study, variant)
        risks = risk_at_coverage(study, variant, COVERAGES)
        rows.append([name, f"{temperature:.2f}", f"{before:.3f}", f"{after:.3f}", *(f"{r:.3f}" for r in risks)])
    header = ["variant", "temperature", "ECE before", "ECE after", *(f"wrong of the surest {c:.0%}" for c in COVERAGES)]
    return _table(header, rows)


def _curves(study: Study) -> list[str]:
    rows = []
    for name, variant in study.variants.items():
        for part in ("fused", "similarity"):
            curve = mean_curve(variant, lambda entry, part=part: entry.get(part))
            if curve:
                rows.append([name, part, ", ".join(f"{step}: {value:.3f}" for step, value in curve.items())])
    return _table(["variant", "part of the loss", "step: mean over the last 20 steps"], rows)


def write_study(results: Path, out: Path, heading: str) -> None:
    """Writes the whole report of `results` to `out`. Raises UsageError without a whole cross validation."""
    study = load_study(results)
    draws = draw_scores(study)
    claims = _claims(study, draws)
    lines = [
        f"# {heading}",
        "",
        f"Written by `python -m dsml study --results {results} --out {out} --heading {heading!r}` from the lines that "
        "`dsml experiment` appends; no figure is typed by hand.",
        "",
        f"{len(study.labels)} patches of {len(np.unique(study.images))} images, each predicted once a seed by a "
        "network that had not seen its patient. In brackets: 95 % bootstrap intervals over images and seeds "
        f"({DRAWS} draws). "
        f"Patches of few patients: images of one patient are not independent, so the intervals are rather too narrow.",
        "",
        "## Scores",
        "",
        f"`{SIMILARITY[1:]}` is with the similarity loss (lambda 0.1), without it lambda is 0; `{COMPARATOR}` is the "
        "mean of the probabilities of the separately trained single-magnification networks.",
        "",
        *_scores(study, draws),
        "",
        *(_claims_section(claims) if claims else []),
        "## Correspondence between magnifications",
        "",
        "Top 1: share of fine cells whose most similar coarse cell overlaps them (chance 0.016). With the fine crop "
        "of another patch it must fall to chance, or it would only tell where the centre is. The projection of "
        "lambda = 0 is never trained: its score is what the encoder's features give by themselves.",
        "",
        *_correspondence(study),
        "",
        "## Calibration and what is gained by holding back",
        "",
        "Each fold is judged with a temperature fitted on the other folds. ECE: expected calibration error, 15 bins.",
        "",
        *_calibration(study),
        "",
        "## Training",
        "",
        *_curves(study),
        "",
    ]
    if study.unfinished:
        lines += [f"Not in it, because folds are missing: {', '.join(study.unfinished)}.", ""]
    out.write_text("\n".join(lines))
    print(f"{out}: {len(study.variants)} variants")
