"""BCSS as published (Amgad et al., Bioinformatics 35, 2019) -> `dataset.json` and folds, beside the files; no copies.

The folder holds pictures of regions and masks of codes of the same names, `TCGA-A1-A0SK-DX1_xmin…_MPP-0.2500.png`, in
two folders, and `gtruth_codes.tsv`. The published test set are six hospitals, which the second part of a slide's name
stands for.
"""

import csv
import itertools
import json
import re
from pathlib import Path

from dsml.errors import UsageError

CLASSES = {
    "tumor": ("tumor", "angioinvasion", "dcis"),
    "stroma": ("stroma",),
    "inflammatory": ("lymphocytic_infiltrate", "plasma_cells", "other_immune"),
    "necrosis": ("necrosis_or_debris",),
}
IGNORED = ("outside_roi", "exclude")
OTHER = "other"
TEST_HOSPITALS = ("OL", "LL", "E2", "EW", "GM", "S3")
# scanned at 20x: what the published 40x pictures show of them is enlarged
NATIVE_20X = tuple(
    "A8-A07C A8-A07O A8-A08R A8-A09X AO-A03U AO-A0J2 AO-A0J4 AO-A0J6 AO-A124 AO-A128 AO-A129 AO-A12F AO-A1KR "
    "HN-A2NL".split()
)
NAME = re.compile(r"TCGA-(?P<hospital>\w{2})-(?P<patient>\w{4})-.*_MPP-(?P<mpp>[\d.]+)\.png$")


def read_codes(file: Path) -> dict[str, int]:
    """Code of every label, from the published tab-separated table. Raises UsageError when it is not that table."""
    if not file.is_file():
        raise UsageError(f"No {file.name} at {file.parent}; it is published with the masks.")
    with file.open(newline="") as text:
        rows = list(csv.DictReader(text, delimiter="\t"))
    if not rows or not {"label", "GT_code"} <= set(rows[0]):
        raise UsageError(f"{file} must be a tab-separated table with the columns label and GT_code.")
    return {row["label"]: int(row["GT_code"]) for row in rows}


def _classes(codes: dict[str, int], file: Path) -> tuple[list[dict], list[int]]:
    """The members `classes` and `ignore_codes` of `dataset.json`."""
    named = [*itertools.chain(*CLASSES.values()), *IGNORED]
    missing = [label for label in named if label not in codes]
    if missing:
        raise UsageError(f"{file} lacks the labels {', '.join(missing)}.")
    classes = [{"name": name, "codes": [codes[label] for label in labels]} for name, labels in CLASSES.items()]
    rest = sorted(code for label, code in codes.items() if label not in named)
    return [*classes, {"name": OTHER, "codes": rest}], [codes[label] for label in IGNORED]


def prepare_bcss(root: Path, images: str = "images", masks: str = "masks", keep_20x: bool = False) -> str:
    """Writes `dataset.json` and `folds.json` into `root` and says what is in them; slides scanned at 20x stay out.

    Fold 0 holds the patients of the published test hospitals. Raises UsageError when a mask or the table is missing, or
    pictures differ in um per px.
    """
    table = root / "gtruth_codes.tsv"
    classes, ignored = _classes(read_codes(table), table)
    entries, spacings, left_out = [], set(), 0
    for picture in sorted((root / images).glob("*.png")):
        found = NAME.match(picture.name)
        if found is None:
            raise UsageError(f"{picture.name} is not named as BCSS names its regions (TCGA-XX-XXXX-…_MPP-0.2500.png).")
        if not (root / masks / picture.name).is_file():
            raise UsageError(f"{picture.name} has no mask of that name in {root / masks}.")
        slide = f"{found['hospital']}-{found['patient']}"
        if slide in NATIVE_20X and not keep_20x:
            left_out += 1
            continue
        spacings.add(float(found["mpp"]))
        entries.append({"image": f"{images}/{picture.name}", "mask": f"{masks}/{picture.name}", "group": slide})
    if len(spacings) != 1:
        values = ", ".join(f"{s:g}" for s in sorted(spacings)) or "none"
        raise UsageError(f"{root / images}: pictures of one size of px are needed; there are {values} um/px.")
    dataset = {"name": "bcss", "kind": "mask", "mpp": spacings.pop(), "classes": classes, "ignore_codes": ignored}
    (root / "dataset.json").write_text(json.dumps({**dataset, "images": entries}, indent=1) + "\n")
    test = sorted({e["group"] for e in entries if e["group"].split("-")[0] in TEST_HOSPITALS})
    folds = {"data": "bcss", "how": f"published test hospitals: {', '.join(TEST_HOSPITALS)}", "folds": [test]}
    (root / "folds.json").write_text(json.dumps(folds, indent=1) + "\n")
    tested = sum(e["group"] in test for e in entries)
    skipped = f"; {left_out} scanned at 20x left out" if left_out else ""
    return f"{root / 'dataset.json'}: {len(entries) - tested} regions to train on, {tested} to test on{skipped}"
