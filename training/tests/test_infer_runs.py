"""`python -m dsml infer`: whole cohorts, bad slides among them, workers that die, runs that are stopped."""

import contextlib
import hashlib
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest
from made_slides import truncate, write_slide
from PIL import Image

from dsml.cli import main
from dsml.errors import UsageError
from dsml.infer.cohort_run import CohortRun
from dsml.infer.engine import Outcome
from dsml.infer.failure import SlideFailure
from dsml.infer.model_folder import load_model
from dsml.infer.sources import find_sources
from dsml.infer.tasks import RunSpec

ROOT = Path(__file__).resolve().parents[1]
PHANTOM = ROOT.parent / "public" / "models" / "phantom"
MOMENT = "1600000000"  # one for all runs: results carry when they were made
POLL_SECONDS = 0.02
GIVE_UP_POLLS = 6000


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", MOMENT)


def run_here(slides: list[Path], out: Path, scratch: Path = Path("unused"), calls: int | None = None) -> CohortRun:
    """A run in this process, without Dask: the same calls in the same order, or the first `calls` of them."""
    model = load_model(PHANTOM)
    spec = RunSpec(PHANTOM, model.sha256, "shared", "half", "cpu", None, scratch, 1 << 30)
    run = CohortRun(out, model, spec, find_sources([str(slide) for slide in slides]))
    while calls != 0 and (call := run.next_call("here", ["here"])) is not None:
        calls = None if calls is None else calls - 1
        try:
            run.take(Outcome(call.subject, call.function(*call.arguments), None))
        except SlideFailure as failure:
            run.take(Outcome(call.subject, None, failure))
    return run


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "dsml", "infer", *map(str, arguments), "--model", str(PHANTOM), "--workers", "2"]


def started(*arguments: str | Path) -> subprocess.Popen[bytes]:
    """The command as a user gives it, with two worker processes."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command(*arguments), env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)


def wait_for_regions(process: subprocess.Popen[bytes], out: Path, count: int) -> None:
    """Until so many regions were computed: the run is in the middle."""
    waiting = threading.Event()
    for _ in range(GIVE_UP_POLLS):
        if len(list(out.glob(".work/*/[0-9]*.npz"))) >= count:
            return
        assert process.poll() is None, "the run ended before it could be disturbed"
        waiting.wait(POLL_SECONDS)
    raise AssertionError("the run did not get anywhere")


def hashes(out: Path) -> dict[str, str]:
    """Of every file that is a result: all but how long it took, and what was kept to go on."""
    files = [f for f in out.rglob("*") if f.is_file() and ".work" not in f.parts and f.name != "report.json"]
    return {str(f.relative_to(out)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


@pytest.fixture(scope="module")
def slides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("slides")
    for seed in range(3):
        write_slide(folder / f"slide-{seed}.tif", 1500 + 300 * seed, 1400, seed)
    return folder


@pytest.fixture(scope="module")
def quiet(slides: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a run that nothing disturbed."""
    out = tmp_path_factory.mktemp("quiet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", MOMENT)
        assert run_here([slides], out).finish()
    return out


def test_a_cohort_has_every_slide_with_its_files(quiet: Path, slides: Path) -> None:
    cohort = json.loads((quiet / "cohort.json").read_text())
    assert [slide["id"] for slide in cohort["slides"]] == ["slide-0", "slide-1", "slide-2"]
    for slide in cohort["slides"]:
        assert slide["status"] == "done" and slide["source"] == str(slides / slide["name"])
        assert slide["cells"]["done"] == slide["cells"]["tissue"] > 200
        assert sum(slide["shares"].values()) == pytest.approx(1)
        assert slide["unreadShare"] == 0 and 0 <= slide["uncertainShare"] <= 1
        result = json.loads((quiet / slide["results"]["json"]).read_text())
        assert result["provenance"]["createdAt"] == slide["createdAt"] == "2020-09-13T12:26:40.000Z"
        assert Image.open(quiet / slide["thumbnail"]).width == 320
    table = (quiet / "cohort.csv").read_text().splitlines()
    assert len(table) == 2 + 1 + 3 and table[2].startswith("id,name,source,status")
    assert Image.open(quiet / "sheet-1.png").height > 256


def test_the_report_says_where_the_time_went(quiet: Path) -> None:
    report = json.loads((quiet / "report.json").read_text())
    seconds = report["workerSeconds"]
    assert set(seconds) == {"plan", "read", "average", "encode", "head"} and min(seconds.values()) > 0
    total = sum(seconds.values())
    assert total < report["wallSeconds"]  # one worker, which writes the files too
    assert report["cellsPerWorkerSecond"] == pytest.approx(report["cellsDoneNow"] / total, rel=0.01)


def test_a_killed_worker_changes_nothing(quiet: Path, slides: Path, tmp_path: Path) -> None:
    process = started(slides, "--out", tmp_path)
    wait_for_regions(process, tmp_path, 2)
    offspring = psutil.Process(process.pid).children(recursive=True)
    workers = [child for child in offspring if not child.children()]  # not the process that they are forked from
    busiest = max(workers, key=lambda child: child.cpu_times().user)
    busiest.kill()
    assert process.wait() == 0
    assert hashes(tmp_path) == hashes(quiet)


def test_a_stopped_run_goes_on(quiet: Path, slides: Path, tmp_path: Path) -> None:
    process = started(slides, "--out", tmp_path)
    wait_for_regions(process, tmp_path, 1)
    # Held still until the signal has arrived: a quick machine could otherwise be done before it does.
    workers = psutil.Process(process.pid).children(recursive=True)
    for worker in workers:
        worker.suspend()
    process.send_signal(signal.SIGINT)
    for worker in workers:
        worker.resume()
    assert process.wait() == 130
    assert "waiting" in [s["status"] for s in json.loads((tmp_path / "cohort.json").read_text())["slides"]]
    run = run_here([slides], tmp_path, calls=0)
    assert run.has_work
    assert run_here([slides], tmp_path).finish()
    assert hashes(tmp_path) == hashes(quiet)


def test_what_was_done_is_not_done_again(slides: Path, tmp_path: Path) -> None:
    one = [slides / "slide-0.tif"]
    run_here(one, tmp_path, calls=3)
    (tmp_path / ".work" / "slide-0" / "0.npz").stat()
    before = {f: f.stat().st_mtime_ns for f in tmp_path.glob(".work/slide-0/*.npz")}
    assert len(before) == 3  # the plan and two regions
    run_here(one, tmp_path, calls=1)
    assert {f: f.stat().st_mtime_ns for f in before} == before
    assert run_here(one, tmp_path).finish()
    assert not run_here(one, tmp_path, calls=0).has_work
    (tmp_path / "slide-0.results.csv").unlink()
    assert run_here(one, tmp_path, calls=0).has_work
    os.utime(slides / "slide-0.tif")  # another version of the slide
    assert run_here(one, tmp_path, calls=0).has_work


@pytest.fixture
def served(slides: Path) -> Iterator[str]:
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(slides))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def test_bad_slides_are_named_and_the_rest_is_done(
    quiet: Path, slides: Path, served: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    write_slide(bad / "no-mpp.tif", 1000, 900, 7, mpp=None)
    write_slide(bad / "coarse.tif", 1000, 900, 7, mpp=0.8)
    truncate(write_slide(bad / "header-only.tif", 1000, 900, 7), 0.001)
    truncate(write_slide(bad / "cut.tif", 1600, 1500, 7), 0.9)
    (bad / "words.svs").write_text("not a slide at all")
    listed = bad / "more.txt"
    listed.write_text(f"# one a line\n{bad / 'missing.svs'}\n{served}/slide-1.tif\n{served}/gone.tif\n")
    assert not run_here([bad, listed], tmp_path / "out", tmp_path / "scratch").finish()
    printed = capsys.readouterr().out
    records = {s["name"]: s for s in json.loads((tmp_path / "out" / "cohort.json").read_text())["slides"]}
    codes = {name: (s["failure"] or {}).get("code") for name, s in records.items()}
    assert {codes.pop("cut.tif"), codes.pop("header-only.tif")} <= {"tile-unavailable", "damaged"}
    assert codes == {
        "no-mpp.tif": "mpp-unknown",
        "coarse.tif": "spacing-too-fine",
        "words.svs": "not-a-slide",
        "missing.svs": "not-found",
        "gone.tif": "not-found",
        "slide-1.tif": None,
    }
    assert all(name in printed for name, code in codes.items() if code is not None)
    # fetched, it is the slide that lies here
    of_url, here = (json.loads((f / "slide-1.results.json").read_text()) for f in (tmp_path / "out", quiet))
    assert of_url == here


def test_names_of_results_are_unique(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.svs").write_bytes(b"")
    sources = find_sources([str(tmp_path / "*" / "same.svs"), str(tmp_path / "a"), "s3://bucket/x%20y.svs?version=1"])
    assert len({source.id for source in sources}) == len(sources) == 3
    assert [source.is_url for source in sources] == [False, False, True]
    assert sources[2].id == "x-20y"


def test_a_folder_that_cannot_be_written_stops_it_at_once(
    slides: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    out = str(tmp_path / "file" / "out")
    assert main(["infer", str(slides), "--model", str(PHANTOM), "--out", out]) == 2
    assert "Nothing can be written to" in capsys.readouterr().err


def test_a_full_disk_costs_the_slides_that_do_not_fit(slides: Path, quiet: Path, tmp_path: Path) -> None:
    sizes = {n: sum(f.stat().st_size for f in quiet.glob(f"{n}.*")) for n in ("slide-0", "slide-1", "slide-2")}
    small, *_, large = sorted(sizes, key=lambda name: sizes[name])
    assert sizes[large] > sizes[small] * 1.25
    room = sizes[small] * 5 // 4 // 1024
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}k", "tmpfs", tmp_path], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small disk can only be made by root with the right to mount")
    try:
        with contextlib.suppress(UsageError):  # the picture sheet may not fit either
            run_here([slides / f"{large}.tif", slides / f"{small}.tif"], tmp_path).finish()
        records = {s["name"]: s for s in json.loads((tmp_path / "cohort.json").read_text())["slides"]}
        assert records[f"{large}.tif"]["failure"]["code"] == "disk-full"
        assert records[f"{small}.tif"]["status"] == "done"
        assert not list(tmp_path.glob(f"{large}.*"))
    finally:
        subprocess.run(["umount", tmp_path], check=True)
