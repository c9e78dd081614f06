"""The two exporters of a cohort: a table with one row a slide, and sheets with one map a slide."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dsml.infer import cohort
from dsml.infer.pictures import CAPTION_PX, GAP_PX, SHEET_CELL_PX, SHEET_COLUMNS, SHEET_ROWS

CLASSES = ("gland", 'stroma, "loose"')
COLOURS = ("#2e7d32", "#c62828")
PAGE = SHEET_COLUMNS * SHEET_ROWS


def done(name: str, share: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - members of a record
    return {
        "id": name.replace(".", "-"),
        "name": name,
        "source": f"/slides/{name}",
        "status": "done",
        "failure": None,
        "results": {"json": f"{name}.results.json"},
        "thumbnail": f"thumbnails/{name}.jpg",
        "width": 4000,
        "height": 3000,
        "mppX": 0.25,
        "mppY": 0.26,
        "cells": {"tissue": 12, "done": 11, "unread": 1},
        "tissueMm2": 12.3456789,
        "areaMm2": {CLASSES[0]: 12 * share, CLASSES[1]: 12 * (1 - share)},
        "shares": {CLASSES[0]: share, CLASSES[1]: 1 - share},
        "unreadShare": 1 / 12,
        "uncertainShare": None,
        "unfamiliarShare": 0.0,
        "meanEntropy": 1e-7,
        **more,
    }


def failed(name: str, message: str = "Copy the file again.") -> dict[str, Any]:
    about = {"code": "damaged", "message": message}
    return {"id": name, "name": name, "source": f"/slides/{name}", "status": "failed", "failure": about}


def content(*slides: dict[str, Any]) -> dict[str, Any]:
    model = {"id": "m", "title": "M", "version": "1", "sha256": "ab"}
    about = {"format": cohort.FORMAT, "version": 1, "app": "test", "model": model, "mode": "shared", "step": "half"}
    return {
        **about,
        "classNames": list(CLASSES),
        "classColors": list(COLOURS),
        "tissueRule": "a, b",
        "slides": list(slides),
    }


def table(out: Path) -> list[dict[str, str]]:
    lines = (out / "cohort.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    assert [line[0] for line in lines[:3]] == ["#", "#", "i"]
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def test_the_table_says_of_every_slide_what_cohort_json_says(tmp_path: Path) -> None:
    slides = [done("a.svs", 0.25), failed("b.svs"), done("c.svs", 1.0, status="partial"), done("d.svs", 0.5)]
    slides.append({"id": "w", "name": "w.svs", "source": "/slides/w.svs", "status": "waiting", "failure": None})
    cohort.write_cohort(tmp_path, content(*slides))
    cohort.write_table(tmp_path, content(*slides))
    stored = json.loads((tmp_path / "cohort.json").read_text())["slides"]
    rows = table(tmp_path)
    assert stored == slides and len(rows) == len(slides)
    for row, slide in zip(rows, stored, strict=True):
        about, cells = slide["failure"] or {}, slide.get("cells", {})
        words = {name: slide[name] for name in ("id", "name", "source", "status")}
        words |= {name: about.get(name, "") for name in ("code", "message")}
        assert {name: row[name] for name in words} == words
        numbers = {"width": "width", "height": "height", "mpp_x": "mppX", "mpp_y": "mppY", "tissue_mm2": "tissueMm2"}
        numbers |= {"unread_share": "unreadShare", "uncertain_share": "uncertainShare", "mean_entropy": "meanEntropy"}
        values = {column: slide.get(member) for column, member in numbers.items()}
        values |= {f"area_mm2_{name}": slide.get("areaMm2", {}).get(name) for name in CLASSES}
        values |= {f"share_{name}": slide.get("shares", {}).get(name) for name in CLASSES}
        values |= {"unfamiliar_share": slide.get("unfamiliarShare")}
        values |= {"cells_done": cells.get("done"), "cells_unread": cells.get("unread")}
        assert set(row) == set(words) | set(values)
        for column, value in values.items():
            assert (row[column] == "") if value is None else float(row[column]) == pytest.approx(value, rel=1e-6)


def test_names_and_messages_are_quoted_and_are_no_formulas(tmp_path: Path) -> None:
    names = ['a, "b".svs', "=HYPERLINK(1).svs", "+1.svs", "-1.svs", "@x.svs", "Schnitt Ä.svs"]
    slides = [failed(name, message='Two\nlines, "quoted".') for name in names]
    cohort.write_table(tmp_path, content(*slides))
    rows = table(tmp_path)
    assert [row["name"] for row in rows] == [names[0], *(f"'{name}" for name in names[1:5]), names[5]]
    assert {row["message"] for row in rows} == {'Two\nlines, "quoted".'}


def pictured(out: Path, count: int) -> list[dict[str, Any]]:
    """Slides whose thumbnail is of one colour, told from the others by it; every seventh is damaged."""
    (out / "thumbnails").mkdir()
    slides = []
    for number in range(count):
        name = f"slide-{number}.svs"
        if number % 7 == 6:
            slides.append(failed(name))
            continue
        Image.new("RGB", (320, 200), (number * 4, 255 - number * 4, 90)).save(out / f"thumbnails/{name}.jpg")
        slides.append(done(name, 0.75))
    return slides


def test_the_sheets_show_every_map_once_at_its_place(tmp_path: Path) -> None:
    slides = pictured(tmp_path, PAGE + 3)
    names = cohort.write_pictures(tmp_path, content(*slides))
    assert names == ["sheet-1.png", "sheet-2.png"]
    sheets = [np.asarray(Image.open(tmp_path / name)) for name in names]
    step_x, step_y = SHEET_CELL_PX + GAP_PX, SHEET_CELL_PX + CAPTION_PX + GAP_PX
    assert sheets[0].shape[:2] == (SHEET_ROWS * step_y + GAP_PX + CAPTION_PX, SHEET_COLUMNS * step_x + GAP_PX)
    assert sheets[1].shape[:2] == (step_y + GAP_PX + CAPTION_PX, 3 * step_x + GAP_PX)
    for number, slide in enumerate(slides):
        columns, place = min(SHEET_COLUMNS, len(slides) - number // PAGE * PAGE), number % PAGE
        left, top = GAP_PX + place % columns * step_x, GAP_PX + place // columns * step_y
        square = sheets[number // PAGE][top : top + SHEET_CELL_PX, left : left + SHEET_CELL_PX].astype(int)
        if slide["status"] == "failed":  # a frame around nothing
            assert (square[1:-1, 1:-1] == 255).all() and (square[0] < 255).all()
        else:
            colour = np.array([number * 4, 255 - number * 4, 90])
            near = np.abs(square - colour).max(2) <= 4
            assert near.sum() == pytest.approx(SHEET_CELL_PX * SHEET_CELL_PX * 200 / 320, rel=0.02)
        caption = sheets[number // PAGE][top + SHEET_CELL_PX : top + SHEET_CELL_PX + CAPTION_PX, left : left + 60]
        assert (caption < 128).any()


def test_a_caption_is_the_slides_name_and_what_was_found(tmp_path: Path) -> None:
    slides = pictured(tmp_path, 2)

    def sheet_of(*which: dict[str, Any]) -> np.ndarray:
        [name] = cohort.write_pictures(tmp_path, content(*which))
        return np.asarray(Image.open(tmp_path / name))

    def changed_rows(**members: Any) -> np.ndarray:  # noqa: ANN401 - members of a record
        other = sheet_of({**slides[0], **members}, slides[1])
        assert (other[:, SHEET_CELL_PX + GAP_PX :] == before[:, SHEET_CELL_PX + GAP_PX :]).all()
        return np.nonzero((other != before).any((1, 2)))[0] - GAP_PX - SHEET_CELL_PX

    before = sheet_of(*slides)
    name = changed_rows(name="another-name-altogether.svs")
    assert len(name) and 0 < name.min() and name.max() < CAPTION_PX / 2
    words = changed_rows(shares={CLASSES[0]: 0.1, CLASSES[1]: 0.9})
    assert len(words) and CAPTION_PX / 2 <= words.min() and words.max() < CAPTION_PX
    assert not len(changed_rows())
    # a name that is too long for its place does not reach into the next one
    assert len(changed_rows(name=f"{'long' * 40}.svs"))
