"""Runs the viewer's TypeScript (viewer-side.ts) on files of a test, where Node and its packages are there."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
TSX = REPOSITORY / "node_modules" / ".bin" / "tsx"


def run_viewer_side(*arguments: str | Path) -> None:
    """One command of viewer-side.ts; skips the test where it can't run, except in CI."""
    if shutil.which("node") is None or not TSX.exists():
        if os.environ.get("CI"):
            pytest.fail("node_modules is missing: run `npm ci` in the repository's root before the training tests")
        pytest.skip("the viewer's packages are not installed: run `npm ci` in the repository's root")
    script = Path(__file__).with_name("viewer-side.ts")
    subprocess.run([str(TSX), str(script), *map(str, arguments)], check=True, cwd=REPOSITORY)
