"""One run over a cohort: hands out calls, takes in what came of them, writes each slide as soon as it is whole.

Runs in the one process that the user started; it alone writes. A slide is waiting, then planned, then its regions are
computed in any order, then it is done or failed. Slides fail one by one: the rest goes on.
"""

import json
import sys
import time
import traceback
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from distributed import Client

from dsml import __version__
from dsml.errors import UsageError
from dsml.infer import cohort
from dsml.infer.agenda import Agenda, Plan
from dsml.infer.analyse import CellNumbers
from dsml.infer.engine import Call, Outcome
from dsml.infer.exports import csv_pieces, geojson_pieces, json_pieces, write_pieces
from dsml.infer.failure import SlideFailure, writing_failure
from dsml.infer.job import Record, SlideWork, created_at, key_of
from dsml.infer.model_folder import Model
from dsml.infer.pictures import map_picture, save_jpeg
from dsml.infer.progress import Progress
from dsml.infer.result import gather, provenance_of, summary_of
from dsml.infer.sources import Source
from dsml.infer.tasks import RunSpec, SlidePlan, compute_region, plan_slide, without_pixels
from dsml.infer.tissue import TISSUE_RULE

COHORT_EVERY_SECONDS = 20.0
APP = f"Concentric dsml {__version__} (PyTorch {torch.__version__})"


@dataclass
class _Slide:
    """A slide that is being worked on: how many regions it has, and how many of them are not computed yet."""

    source: Source
    work: SlideWork
    plan: SlidePlan
    created_at: str
    regions: int
    left: int


class CohortRun:
    """The state of a run. Raises UsageError when the output folder can't be written."""

    def __init__(self, out: Path, model: Model, spec: RunSpec, sources: list[Source]) -> None:
        self._out, self._model, self._spec, self._sources = out, model, spec, sources
        _check_writable(out)
        self._records: dict[str, Record] = {}
        self._slides: dict[str, _Slide] = {}
        self._waiting: dict[str, tuple[Source, SlideWork]] = {}
        self._agenda: Agenda[str] = Agenda()
        self._workers = 1
        self._started = self._cohort_written = time.monotonic()
        self._cells = 0
        self._seconds: Counter[str] = Counter()
        self._progress = Progress(len(sources))
        for source in sources:
            self._admit(source)

    @property
    def has_work(self) -> bool:
        """False when everything was done before."""
        return bool(self._agenda)

    def note_workers(self, client: Client) -> None:
        """How many workers there are, for the report."""
        self._workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))

    def _admit(self, source: Source) -> None:
        try:
            work = SlideWork(self._out, source, key_of(self._spec, source))
            record = work.record()
            if record is not None and all((self._out / path).is_file() for path in _files_of(record)):
                self._records[source.id] = record
                self._progress.skipped()
            elif (begun := work.begin()) is not None:
                self._planned(source, work, *begun)
            else:
                self._waiting[source.id] = (source, work)
                self._agenda.add(source.id)
        except SlideFailure as failure:
            self._failed(source, None, failure)

    def next_call(self, worker: str, workers: Collection[str]) -> Call | None:
        """What a worker, one of `workers`, should do next."""
        work = self._agenda.next_for(worker, workers)
        if work is None:
            return None
        if isinstance(work, Plan):
            source, files = self._waiting.pop(work.slide)
            return Call((source, files), plan_slide, (self._spec, source))
        slide = self._slides[work.slide]
        arguments = (self._spec, slide.source, without_pixels(slide.plan), work.region)
        return Call((work.slide, work.number), compute_region, arguments)

    def take(self, outcome: Outcome) -> None:
        """Takes in what came of a call."""
        first, second = outcome.subject
        is_plan = isinstance(first, Source)
        source, work = (first, second) if is_plan else self._known(first)
        if source is None:
            return
        try:
            if outcome.error is not None:
                raise outcome.error
            if is_plan:
                at = created_at()
                self._seconds["plan"] += outcome.value.seconds
                second.store_plan(outcome.value, at)
                self._planned(first, second, outcome.value, at)
            else:
                self._region_done(self._slides[first], second, outcome.value)
        except SlideFailure as failure:
            self._failed(source, work, failure)
        except Exception as error:
            # a bug, or a file that breaks a library in a new way: it must not cost the other slides
            traceback.print_exception(error)
            message = f"Something unexpected went wrong ({type(error).__name__}: {error}). Please report it."
            self._failed(source, work, SlideFailure("unexpected", message))
        if time.monotonic() - self._cohort_written > COHORT_EVERY_SECONDS:
            self._write_cohort()

    def _known(self, slide_id: str) -> tuple[Source | None, SlideWork | None]:
        slide = self._slides.get(slide_id)
        return (slide.source, slide.work) if slide else (None, None)

    def _planned(self, source: Source, work: SlideWork, plan: SlidePlan, at: str) -> None:
        regions = plan.regions(self._model, self._spec.step)
        finished = work.finished_regions() & set(range(len(regions)))
        slide = _Slide(source, work, plan, at, len(regions), len(regions) - len(finished))
        self._slides[source.id] = slide
        self._progress.planned(sum(len(region.cells) for region in regions))
        self._progress.restored(sum(len(regions[number].cells) for number in finished))
        self._agenda.planned(source.id, [(n, region) for n, region in enumerate(regions) if n not in finished])
        if slide.left == 0:
            self._finish_slide(slide)

    def _region_done(self, slide: _Slide, number: int, numbers: CellNumbers) -> None:
        slide.work.store_region(number, numbers)
        self._cells += len(numbers.status)
        self._seconds.update(numbers.seconds)
        self._progress.done(len(numbers.status))
        slide.left -= 1
        if slide.left == 0:
            self._finish_slide(slide)

    def _finish_slide(self, slide: _Slide) -> None:
        plan, source, spec, model = slide.plan, slide.source, self._spec, self._model
        about = {
            "name": source.name,
            "width": plan.width,
            "height": plan.height,
            "mppX": plan.mpp_x,
            "mppY": plan.mpp_y,
            "mppSource": plan.mpp_source,
        }
        backend = spec.device.split(":")[0]
        provenance = provenance_of(
            APP, model, backend, plan.mode, spec.step, plan.grid, about, TISSUE_RULE, slide.created_at
        )
        parts = [slide.work.read_region(number) for number in range(slide.regions)]
        result = gather(plan.grid, plan.tissue, model, parts, provenance)
        cells = summary_of(result, model)
        if cells["cells"]["tissue"] and not cells["cells"]["done"]:
            raise SlideFailure("damaged", "No part of its tissue could be read. Copy or download the file again.")
        files = {kind: f"{source.id}.results.{kind}" for kind in ("json", "geojson", "csv")}
        thumbnail = f"thumbnails/{source.id}.jpg"
        try:
            write_pieces(self._out / files["json"], json_pieces(result))
            write_pieces(self._out / files["geojson"], geojson_pieces(result, model.class_colors))
            write_pieces(self._out / files["csv"], csv_pieces(result))
            (self._out / "thumbnails").mkdir(exist_ok=True)
            picture = map_picture(plan.picture, result, plan.width, plan.height, model.class_colors)
            save_jpeg(picture, self._out / thumbnail)
        except OSError as error:
            for path in (*files.values(), thumbnail):
                (self._out / path).unlink(missing_ok=True)
            raise writing_failure(error, f"The results of {source.name}") from error
        unread = cells["cells"]["unread"]
        words = f"{unread} of {cells['cells']['tissue']} cells could not be read: the file is damaged or cut short."
        record = {
            **_named(source),
            "status": cohort.PARTIAL if unread else cohort.DONE,
            "failure": {"code": "tile-unavailable", "message": words} if unread else None,
            "results": files,
            "thumbnail": thumbnail,
            "createdAt": slide.created_at,
            **cells,
        }
        slide.work.finish(record)
        self._records[source.id] = record
        del self._slides[source.id]
        self._progress.slide_finished()

    def _failed(self, source: Source, work: SlideWork | None, failure: SlideFailure) -> None:
        self._agenda.drop(source.id)
        if self._slides.pop(source.id, None) is None:
            self._progress.skipped()
        if work is not None:
            work.forget()
        about = {"code": failure.code, "message": str(failure)}
        self._records[source.id] = {**_named(source), "status": cohort.FAILED, "failure": about}
        self._progress.say(f"{source.name}: {failure.code}: {failure}")

    def _cohort(self) -> dict[str, Any]:
        waiting = {"status": cohort.WAITING, "failure": None}
        records = [self._records.get(source.id, {**_named(source), **waiting}) for source in self._sources]
        return cohort.cohort_of(self._model, APP, self._spec.mode, self._spec.step, TISSUE_RULE, records)

    def _write_cohort(self) -> None:
        self._cohort_written = time.monotonic()
        try:
            cohort.write_cohort(self._out, self._cohort())
        except OSError as error:
            self._progress.say(str(writing_failure(error, "cohort.json")))

    def stop(self) -> None:
        """Leaves everything so that the same command goes on."""
        self._write_cohort()
        self._progress.close()

    def finish(self) -> bool:
        """Writes what is about all slides and says how it went; True when every slide was done whole.

        Raises UsageError when the cohort's own files can't be written.
        """
        self._progress.close()
        content = self._cohort()
        statuses = [record["status"] for record in content["slides"]]
        try:
            cohort.write_cohort(self._out, content)
            cohort.write_table(self._out, content)
            cohort.write_pictures(self._out, content)
            self._write_report(statuses)
        except OSError as error:
            raise UsageError(str(writing_failure(error, f"A file of the cohort in {self._out}"))) from error
        finally:
            self._say_how_it_went(content["slides"])
        return all(status == cohort.DONE for status in statuses)

    def _write_report(self, statuses: list[str]) -> None:
        """`report.json`: how fast this run was and what the time went to. Not a result: it differs from run to run."""
        wall, worked = time.monotonic() - self._started, self._seconds.total()
        report = {
            "workers": self._workers,
            "wallSeconds": round(wall, 3),
            "cellsDoneNow": self._cells,
            "cellsPerSecond": round(self._cells / wall, 3),
            "cellsPerWorkerSecond": round(self._cells / worked, 3) if worked else None,
            "workerSeconds": {name: round(value, 3) for name, value in sorted(self._seconds.items())},
            "slides": {status: statuses.count(status) for status in sorted(set(statuses))},
        }
        write_pieces(self._out / "report.json", iter([json.dumps(report, indent=1) + "\n"]))

    def _say_how_it_went(self, records: list[Record]) -> None:
        troubled = [record for record in records if record["status"] in (cohort.FAILED, cohort.PARTIAL)]
        for record in troubled:
            print(
                f"{record['status']:8} {record['source']}: {record['failure']['code']}: {record['failure']['message']}"
            )
        done = sum(record["status"] == cohort.DONE for record in records)
        print(
            f"{done} of {len(records)} slides done whole, {len(troubled)} with trouble; see {self._out / 'cohort.json'}"
        )
        sys.stdout.flush()


def _named(source: Source) -> Record:
    return {"id": source.id, "name": source.name, "source": source.location}


def _files_of(record: Record) -> list[str]:
    return [*record.get("results", {}).values(), *([record["thumbnail"]] if record.get("thumbnail") else [])]


def _check_writable(out: Path) -> None:
    probe = out / ".work" / "probe"
    try:
        probe.parent.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"1")
        probe.unlink()
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(f"Nothing can be written to {out} ({reason}). Choose another folder with --out.") from error
