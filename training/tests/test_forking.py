"""The process that local workers are forked from: loading before the command itself loads what is slow to load."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Ends the command where it asks for PyTorch: what was started until then is what loads beside it.
WATCHED = """
import pathlib, sys
from multiprocessing import forkserver

class Watch:
    def find_spec(self, name, *_):
        if name == "torch":
            pid = forkserver._forkserver._forkserver_pid
            threads = pid and b"OMP_NUM_THREADS=1" in pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\\0")
            raise SystemExit(f"{'' if pid else 'not '}started, {'one thread' if threads else 'any threads'} each")

sys.meta_path.insert(0, Watch())
from dsml.cli import main
main(sys.argv[1:])
"""


def when_pytorch_is_asked_for(*more: str) -> str:
    command = ["infer", "slide.svs", "--model", "nowhere", "--out", "unused", *more]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("OMP_NUM_THREADS", None)
    done = subprocess.run([sys.executable, "-c", WATCHED, *command], env=environment, capture_output=True, text=True)
    return done.stderr.strip().splitlines()[0]


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
def test_it_is_started_before_the_command_loads_pytorch() -> None:
    assert when_pytorch_is_asked_for() == "started, one thread each"


def test_a_cluster_needs_none() -> None:
    assert when_pytorch_is_asked_for("--cluster", "tcp://127.0.0.1:1") == "not started, any threads each"
