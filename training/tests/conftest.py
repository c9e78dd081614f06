"""Where the real data lies, if it does: tests that want it ask for `real_data`."""

import os
from pathlib import Path

import pytest
import torch

from dsml.config import data_root

torch.set_num_threads(min(2, os.cpu_count() or 1))


@pytest.fixture
def real_data() -> Path:
    root = data_root()
    if not (root / "glas" / "dataset.json").is_file():
        if os.environ.get("CI"):
            pytest.fail(f"CONCENTRIC_DATA: no data sets at {root}")
        pytest.skip(f"no data sets at {root}; set CONCENTRIC_DATA to run this test")
    return root
