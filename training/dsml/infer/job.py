"""What a run keeps on disk, so that one that was stopped goes on: plans, finished regions, and a record a slide.

Everything lies in the output folder under `.work/` and is written whole or not at all. What was made with another
model, mode, step or version of the slide is not used again. Regions of a finished slide are deleted.
"""

import dataclasses
import hashlib
import io
import json
import os
import shutil
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from dsml.infer.analyse import CellNumbers
from dsml.infer.exports import write_whole
from dsml.infer.failure import writing_failure
from dsml.infer.fetch import remote_stamp
from dsml.infer.sources import Source
from dsml.infer.tasks import RunSpec, SlidePlan

FORMAT = 1  # of the files below; raised when they change
Record = dict[str, Any]


def created_at() -> str:
    """Now, or SOURCE_DATE_EPOCH (reproducible-builds.org) so that two runs can be compared byte for byte. ISO 8601."""
    seconds = float(os.environ.get("SOURCE_DATE_EPOCH") or time.time())
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def key_of(spec: RunSpec, source: Source) -> str:
    """Names a slide's work: the same key, the same numbers. Raises SlideFailure when a URL can't be asked."""
    if source.is_url:
        stamp = remote_stamp(source.location)
    else:
        try:
            status = os.stat(source.location)
            stamp = f"{status.st_size}/{status.st_mtime_ns}"
        except OSError:
            stamp = ""
    named = [
        FORMAT,
        spec.model_sha256,
        spec.mode,
        spec.step,
        spec.device.split(":")[0],
        spec.mpp,
        source.location,
        stamp,
    ]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()


class SlideWork:
    """The files of one slide under `.work/`. Every writing method raises SlideFailure `disk-full` or `not-writable`."""

    def __init__(self, out: Path, source: Source, key: str) -> None:
        self._folder = out / ".work" / source.id
        self._record = out / ".work" / f"{source.id}.json"
        self._name = source.name
        self.key = key

    def record(self) -> Record | None:
        """What was found when this very work was finished before, or None."""
        try:
            record = json.loads(self._record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return record if isinstance(record, dict) and record.pop("key", None) == self.key else None

    def begin(self) -> tuple[SlidePlan, str] | None:
        """The plan of a run that was stopped, and when it was made; None (and nothing left) when there is none."""
        try:
            with np.load(self._folder / "plan.npz") as stored:
                about = json.loads(str(stored["about"]))
                plan = SlidePlan(**about["plan"], tissue=stored["tissue"], picture=stored["picture"].tobytes())
            if about["key"] == self.key:
                return plan, about["created_at"]
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
            pass
        shutil.rmtree(self._folder, ignore_errors=True)
        return None

    def store_plan(self, plan: SlidePlan, at: str) -> None:
        """Keeps the plan: the regions of a slide are numbered by it."""
        arrays = {"tissue": plan.tissue, "picture": np.frombuffer(plan.picture, np.uint8)}
        values = {f.name: getattr(plan, f.name) for f in dataclasses.fields(plan) if f.name not in arrays}
        about = json.dumps({"key": self.key, "created_at": at, "plan": values})
        self._write(self._folder / "plan.npz", _packed(about=about, **arrays))

    def store_region(self, number: int, numbers: CellNumbers) -> None:
        """Keeps the cells of a region."""
        arrays = {f.name: getattr(numbers, f.name) for f in dataclasses.fields(numbers) if f.name != "seconds"}
        self._write(self._folder / f"{number}.npz", _packed(seconds=json.dumps(numbers.seconds), **arrays))

    def finished_regions(self) -> set[int]:
        """Numbers of the regions that are there."""
        return {int(path.stem) for path in self._folder.glob("*.npz") if path.stem.isdigit()}

    def read_region(self, number: int) -> CellNumbers:
        """The cells of a region that was stored."""
        with np.load(self._folder / f"{number}.npz") as stored:
            arrays = {name: stored[name] for name in stored.files if name != "seconds"}
            return CellNumbers(**arrays, seconds=json.loads(str(stored["seconds"])))

    def finish(self, record: Record) -> None:
        """Keeps the record of a finished slide; its regions go."""
        self._write(self._record, json.dumps({"key": self.key, **record}).encode())
        shutil.rmtree(self._folder, ignore_errors=True)

    def forget(self) -> None:
        """Deletes all that was kept: a failed slide is tried anew next time, and must not fill the disk."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._record.unlink(missing_ok=True)

    def _write(self, path: Path, data: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, lambda partial: partial.write_bytes(data))
        except OSError as error:
            raise writing_failure(error, f"What was computed of {self._name}") from error


def _packed(**arrays: Any) -> bytes:  # noqa: ANN401 - arrays and texts
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()
