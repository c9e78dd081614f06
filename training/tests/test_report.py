"""The committed report is what the committed lines say; nothing in it was typed by hand or has gone stale."""

import re

import yaml

from dsml.config import TRAINING_ROOT
from dsml.study.report import PICTURES, compose

AGAIN = "results and RESULTS.md differ: python -m dsml report --plan configs/report.yaml --out RESULTS.md"


def test_the_report_is_made_of_the_lines_beside_it() -> None:
    plan = yaml.safe_load((TRAINING_ROOT / "configs/report.yaml").read_text())
    text, pictures = compose(plan, TRAINING_ROOT / "results")
    assert (TRAINING_ROOT / "RESULTS.md").read_text() == text, AGAIN
    for name, svg in pictures.items():
        assert (TRAINING_ROOT / PICTURES / name).read_text() == svg, AGAIN
    assert not re.search(r"\bnan\b", text)
