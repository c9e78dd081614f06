"""All slides of a run together: `cohort.json` that the viewer opens, `cohort.csv` (one row a slide), picture sheets."""

from pathlib import Path
from typing import Any

from dsml.infer.exports import csv_field, csv_text, write_pieces
from dsml.infer.job import Record
from dsml.infer.js_text import js_json, js_number
from dsml.infer.model_folder import Model
from dsml.infer.pictures import write_sheets

FORMAT = "concentric-cohort"
VERSION = 1
DONE, PARTIAL, FAILED, WAITING = "done", "partial", "failed", "waiting"
SHARES = ("unreadShare", "uncertainShare", "unfamiliarShare")
SHARE_COLUMNS = ("unread_share", "uncertain_share", "unfamiliar_share")


def cohort_of(model: Model, app: str, mode: str, step: str, rule: str, records: list[Record]) -> dict[str, Any]:
    """The content of `cohort.json`; paths in it are relative to it."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "app": app,
        "model": {"id": model.id, "title": model.title, "version": model.version, "sha256": model.sha256},
        "classNames": list(model.class_names),
        "classColors": list(model.class_colors),
        "mode": mode,
        "step": step,
        "tissueRule": rule,
        "slides": records,
    }


def write_cohort(out: Path, cohort: dict[str, Any]) -> None:
    """Writes `cohort.json`. Raises OSError."""
    slides = ",\n".join(js_json(record) for record in cohort["slides"])
    head = js_json({name: value for name, value in cohort.items() if name != "slides"})[:-1]
    write_pieces(out / "cohort.json", iter([f'{head},"slides":[\n{slides}\n]}}\n']))


def write_table(out: Path, cohort: dict[str, Any]) -> None:
    """Writes `cohort.csv`: one row a slide, mm2 and shares 0..1, empty where there is no number. Raises OSError."""
    classes = cohort["classNames"]
    names = ["id", "name", "source", "status", "code", "message", "width", "height", "mpp_x", "mpp_y", "tissue_mm2"]
    names += [f"area_mm2_{name}" for name in classes] + [f"share_{name}" for name in classes]
    names += ["cells_done", "cells_unread", *SHARE_COLUMNS, "mean_entropy"]
    about = {name: cohort[name] for name in ("app", "model", "mode", "step", "tissueRule")}
    lines = [f"# Slides of a cohort. For research use only.\n# provenance: {js_json(about)}\n"]
    lines.append(",".join(map(csv_field, names)) + "\n")
    lines += [",".join(_field(value) for value in _row(record, classes)) + "\n" for record in cohort["slides"]]
    write_pieces(out / "cohort.csv", iter(lines))


def _row(record: Record, classes: list[str]) -> list[Any]:
    failure, cells = record.get("failure") or {}, record.get("cells") or {}
    return [
        *(record[name] for name in ("id", "name", "source", "status")),
        *(failure.get(name) for name in ("code", "message")),
        *(record.get(name) for name in ("width", "height", "mppX", "mppY", "tissueMm2")),
        *((record.get("areaMm2") or {}).get(name) for name in classes),
        *((record.get("shares") or {}).get(name) for name in classes),
        *(cells.get(name) for name in ("done", "unread")),
        *(record.get(name) for name in (*SHARES, "meanEntropy")),
    ]


def _field(value: str | float | None) -> str:
    if value is None:
        return ""
    return csv_text(value) if isinstance(value, str) else js_number(float(f"{value:.7g}"))


def write_pictures(out: Path, cohort: dict[str, Any]) -> list[str]:
    """Writes the picture sheets and returns their names. Raises OSError."""

    def words(record: Record) -> str:
        if record["status"] == FAILED:
            return record["failure"]["code"]
        shares = record.get("shares") or {}
        if not shares or not sum(shares.values()):
            return "no tissue" if record["status"] != WAITING else WAITING
        name = max(shares, key=lambda key: shares[key])
        return f"{name.replace('_', ' ')} {100 * shares[name]:.0f} %"

    captions = [(r["name"], words(r), out / r["thumbnail"] if r.get("thumbnail") else None) for r in cohort["slides"]]
    legend = [(n.replace("_", " "), c) for n, c in zip(cohort["classNames"], cohort["classColors"], strict=True)]
    return write_sheets(out, captions, legend)
