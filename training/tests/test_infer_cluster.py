"""`infer --cluster`: a Dask scheduler and workers of their own, found by address; and devices that are not there."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from distributed import Client
from made_slides import write_slide
from test_infer_runs import GIVE_UP_POLLS, MOMENT, PHANTOM, POLL_SECONDS, ROOT, hashes, run_here

from dsml.cli import main
from dsml.infer import engine
from dsml.infer.model_folder import load_model
from dsml.infer.sources import find_sources
from dsml.infer.tasks import RunSpec, plan_slide

INFER = ["--model", str(PHANTOM)]


@pytest.fixture
def slides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", MOMENT)
    folder = tmp_path / "slides"
    folder.mkdir()
    for seed in range(2):
        write_slide(folder / f"slide-{seed}.tif", 1300, 1200, seed)
    return folder


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler with two workers, started as the README says."""
    file = tmp_path / "scheduler.json"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    commands = [
        ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)],
        ["worker", "--scheduler-file", str(file), "--nworkers", "2", "--nthreads", "1", "--no-dashboard"],
    ]
    processes = []
    try:
        for command in commands:
            whole = [sys.executable, "-m", "dask", *command]
            processes.append(subprocess.Popen(whole, env=environment, cwd=tmp_path, stderr=subprocess.DEVNULL))
            _wait_for(file, processes[-1])
        address = json.loads(file.read_text())["address"]
        with Client(address) as client:
            client.wait_for_workers(2)
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()


def _wait_for(file: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(GIVE_UP_POLLS):
        if file.is_file():
            return
        assert process.poll() is None, "the scheduler ended at once"
        threading.Event().wait(POLL_SECONDS)
    raise AssertionError("the scheduler does not say where it is")


def test_a_cluster_gives_the_same_files(slides: Path, cluster: str, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    assert run_here([slides], here).finish()
    assert main(["infer", str(slides), *INFER, "--out", str(there), "--cluster", cluster]) == 0
    assert hashes(there) == hashes(here)
    report = json.loads((there / "report.json").read_text())
    assert report["workers"] == 2 and report["cellsDoneNow"] > 100


def test_a_scheduler_that_is_not_there_is_named(
    slides: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "CONNECT_SECONDS", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    assert main(["infer", str(slides), *INFER, "--out", str(tmp_path / "out"), "--cluster", address]) == 2
    said = capsys.readouterr().err
    assert f"The scheduler at {address} does not answer" in said and "dask scheduler" in said


needs_no_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")


def test_an_unknown_device_is_said(slides: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infer", str(slides), *INFER, "--out", str(tmp_path / "out"), "--device", "gpu"]) == 2
    assert "gpu is no device that is known" in capsys.readouterr().err


@needs_no_gpu
def test_cuda_that_is_not_here_is_said_before_anything_begins(
    slides: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["infer", str(slides), *INFER, "--out", str(out), "--device", "cuda"]) == 2
    assert "There is no CUDA device here" in capsys.readouterr().err
    assert not out.exists()


@needs_no_gpu
def test_a_worker_without_the_device_says_so(slides: Path) -> None:
    spec = RunSpec(PHANTOM, load_model(PHANTOM).sha256, "shared", "half", "cuda", None, Path("unused"), 0)
    with pytest.raises(engine.SlideFailure, match="no CUDA device") as failed:
        plan_slide(spec, find_sources([str(slides)])[0])
    assert failed.value.code == "backend-unavailable"
