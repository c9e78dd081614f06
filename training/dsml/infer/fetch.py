"""Slides that lie behind a URL, copied to this machine before they are opened: OpenSlide reads files only.

Workers of one machine share a copy. A lock file says who uses it; copies that nobody uses go when the room is needed.
Locks end with their process, so that a worker that dies leaves nothing locked.
"""

import fcntl
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from dsml.infer.failure import SlideFailure, writing_failure
from dsml.infer.sources import Source

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class LocalSlide:
    """A slide's file on this machine; `release()` says that it is not needed any more."""

    path: Path
    release: Callable[[], None]


def fetched(source: Source, scratch: Path, limit_bytes: int) -> LocalSlide:
    """The slide's file: where it lies, or a copy in `scratch`, which is kept below `limit_bytes` as far as it can be.

    Raises SlideFailure `not-found`, `network`, `disk-full`.
    """
    if not source.is_url:
        return LocalSlide(Path(source.location), lambda: None)
    folder = scratch / hashlib.sha256(source.location.encode()).hexdigest()[:24]
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("a")
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        path = folder / source.name
        if not path.exists():
            _make_room(scratch, limit_bytes)
            _copy(source.location, path)
    except BaseException:
        lock.close()
        raise
    fcntl.flock(lock, fcntl.LOCK_SH)
    return LocalSlide(path, lock.close)


def remote_stamp(url: str) -> str:
    """Size and version of what lies behind the URL, as far as the server tells. Raises SlideFailure."""
    import fsspec

    try:
        filesystem, path = fsspec.core.url_to_fs(url)
        info = filesystem.info(path)
    except Exception as error:
        raise _failure(url, error) from error
    known = (info.get(key) for key in ("size", "ETag", "etag", "LastModified", "mtime", "updated"))
    return "/".join(str(value) for value in known if value is not None)


def _copy(url: str, path: Path) -> None:
    import fsspec

    partial = path.with_name(f"{path.name}.partial")
    try:
        with fsspec.open(url, "rb") as source, partial.open("wb") as target:
            _copy_bytes(source, target, path.name)
        partial.replace(path)
    except SlideFailure:
        raise
    except Exception as error:
        raise _failure(url, error) from error
    finally:
        partial.unlink(missing_ok=True)


def _copy_bytes(source: IO[bytes], target: IO[bytes], name: str) -> None:
    while chunk := source.read(CHUNK_BYTES):
        try:
            target.write(chunk)
        except OSError as error:
            raise writing_failure(error, f"The copy of {name} in the scratch folder") from error


def _failure(url: str, error: Exception) -> SlideFailure:
    """What a filesystem of fsspec raised, in words: their exceptions share no class."""
    if isinstance(error, FileNotFoundError):
        return SlideFailure("not-found", f"There is nothing at {url}. Check the link.")
    return SlideFailure("network", f"{url} could not be read ({type(error).__name__}: {error}). Try again later.")


def _make_room(scratch: Path, limit_bytes: int) -> None:
    """Deletes copies that nobody uses, the oldest first, until all of them together are below the limit."""
    copies = [(lock, [f for f in lock.parent.iterdir() if f != lock]) for lock in scratch.glob("*/lock")]
    total = sum(file.stat().st_size for _, files in copies for file in files)
    for lock, files in sorted(copies, key=lambda copy: copy[0].stat().st_mtime):
        if total <= limit_bytes:
            return
        with lock.open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            for file in files:
                total -= file.stat().st_size
                file.unlink(missing_ok=True)


def clear_scratch(scratch: Path) -> None:
    """Deletes every copy, at the end of a run on this machine."""
    shutil.rmtree(scratch, ignore_errors=True)
