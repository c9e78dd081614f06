"""Writes the report of all result files as `configs/report.yaml` lists them: a section a file, then what held in short.

Each section names the command that made its lines. Figures come from the lines alone; the words are the file's.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dsml.config import TRAINING_ROOT
from dsml.errors import UsageError
from dsml.study import sections
from dsml.study.claims import SIMILARITY, Difference, against, claims, in_short, measure
from dsml.study.curves import draw_curves
from dsml.study.data import Study, joined, load_study, read_lines
from dsml.study.draws import DRAWS
from dsml.study.measures import mean_curve

PICTURES = "results/pictures"
LOSSES = {"classification loss by step": "fused", "similarity loss by step": "similarity"}


@dataclass(frozen=True)
class Section:
    """Markdown of one section, the differences in it, and its pictures (SVG by file name)."""

    lines: list[str]
    found: list[Difference]
    pictures: dict[str, str]


def _command(entry: dict[str, Any]) -> str:
    name = entry["results"]
    usual = f"python -m dsml experiment --plan configs/plans/{name}.yaml --results results/{name}.jsonl"
    return f"Made by `{entry.get('command', usual)}`."


def _about(study: Study) -> str:
    images, patients = len(set(study.images.tolist())), len(set(study.groups.tolist()))
    whose = "one image" if images == 1 else f"{images} images"
    whose += f" of {patients} patients" if 1 < patients < images else ""
    text = f"{len(study.labels)} patches of {whose}."
    return f"{text} Left out, because folds are missing: {', '.join(study.unfinished)}." if study.unfinished else text


def _read(folder: Path, entry: dict[str, Any]) -> Study:
    study = load_study(folder / f"{entry['results']}.jsonl")
    for other, names in entry.get("beside", {}).items():
        study = joined(study, load_study(folder / f"{other}.jsonl"), names, other)
    return study


def _curves(study: Study, names: list[str]) -> str:
    lines = {name: study.variants[name].lines for name in names}
    return draw_curves({title: {n: mean_curve(v, part) for n, v in lines.items()} for title, part in LOSSES.items()})


def study_section(folder: Path, entry: dict[str, Any]) -> Section:
    """The section of one cross-validated plan: the parts that `entry` asks for, in this order."""
    study = _read(folder, entry)
    measured, parts = measure(study), entry["parts"]
    out: list[str] = [_about(study), ""]
    if "shifted" in parts:
        return Section([*out, *sections.shifted(measured), ""], [], {})
    out += [*sections.scores(measured), ""]
    if "classes" in parts:
        out += [*sections.classes(study), ""]
    if "folds" in parts:
        out += ["Each fold by itself:", "", *sections.folds(study), ""]
    reference = entry.get("reference")
    found = against(measured, reference, entry.get("claims", {})) if reference else claims(measured)
    if found:
        out += ["Paired differences on the same patches:", "", *sections.differences(found), ""]
    if "correspondence" in parts:
        out += ["Correspondence between magnifications:", "", *sections.correspondence(study), ""]
    if "calibration" in parts:
        out += ["Calibration, and what is gained by holding back:", ""]
        out += [*sections.calibration(study, entry["calibration"]), ""]
    pictures = {}
    if "curves" in parts:
        name = f"{entry['results']}-curves.svg"
        pictures[name] = _curves(study, entry["curves"])
        out += [f"![Loss by step, mean over runs: {entry['heading']}]({PICTURES}/{name})", ""]
    return Section(out, found, pictures)


def _section(folder: Path, entry: dict[str, Any]) -> Section:
    if "judged" in entry["parts"]:
        judged = json.loads((folder / f"{entry['results']}.json").read_text())
        return Section([*sections.flagged(judged), ""], [], {})
    if "picture" in entry["parts"]:
        return Section([f"![{entry['heading']}]({PICTURES}/{entry['results']}.png)", ""], [], {})
    if "recorded" in entry["parts"]:
        return Section([*sections.recorded(read_lines(folder / f"{entry['results']}.jsonl")), ""], [], {})
    return study_section(folder, entry)


def compose(plan: dict[str, Any], folder: Path) -> tuple[str, dict[str, str]]:
    """The report as Markdown, and its pictures by file name; `folder` holds the result files."""
    body: list[str] = []
    pictures: dict[str, str] = {}
    found: list[tuple[str, Difference]] = []
    for entry in plan["sections"]:
        section = _section(folder, entry)
        body += [f"## {entry['heading']}", "", f"{entry['about'].strip()} {_command(entry)}", "", *section.lines]
        pictures |= section.pictures
        found += [(entry["results"], d) for d in section.found]
    head = [
        f"# {plan['title']}",
        "",
        "Written by `python -m dsml report --plan configs/report.yaml --out RESULTS.md` from the lines in `results/`; "
        "a test holds this file against them.",
        "",
        plan["reading"].strip(),
        "",
        "The claims in short, counted over all sections:",
        "",
        *in_short(found),
        "",
        "## How to read the tables",
        "",
        f"In brackets: 95 % bootstrap intervals ({DRAWS} draws) over images, then over patients, each with the seeds "
        "drawn too; where there are fewer than five of both, over seeds or single patches alone. "
        "A claim held only when all intervals of the paired difference lie above 0. "
        f"`{SIMILARITY}` is with the similarity loss. " + plan["legend"].strip(),
        "",
    ]
    return "\n".join([*head, *body]), pictures


def write_report(plan_file: Path, out: Path) -> None:
    """Writes the report to `out` and its pictures to `results/pictures/`. Raises UsageError without plan or lines."""
    if not plan_file.is_file():
        raise UsageError(f"No plan of a report at {plan_file}.")
    text, pictures = compose(yaml.safe_load(plan_file.read_text()), TRAINING_ROOT / "results")
    out.write_text(text)
    (TRAINING_ROOT / PICTURES).mkdir(parents=True, exist_ok=True)
    for name, svg in pictures.items():
        (TRAINING_ROOT / PICTURES / name).write_text(svg)
    print(f"{out}: {len(text.splitlines())} lines, {len(pictures)} pictures")
