"""Which slides: paths, folders, globs, list files and URLs become a list of sources with names of their own.

What can't be found stays in the list, so that the report names it. URLs go through fsspec: http(s), s3, gs, … as far as
the package of that protocol is installed.
"""

import glob
import hashlib
import os
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from dsml.errors import UsageError

SLIDE_SUFFIXES = frozenset(".bif .dcm .dzi .mrxs .ndpi .scn .svs .svslide .tif .tiff .vms .vmu".split())
LIST_SUFFIXES = (".txt", ".lst", ".list")
URL = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """One slide: `location` is a path or URL, `name` its file name, `id` the name of its results (unique in a run)."""

    id: str
    name: str
    location: str

    @property
    def is_url(self) -> bool:
        """True when the slide has to be fetched first."""
        return URL.match(self.location) is not None


def find_sources(arguments: list[str]) -> list[Source]:
    """All slides that the arguments name, each once, in their order. Raises UsageError when there is none."""
    locations = list(dict.fromkeys(location for argument in arguments for location in _locations(argument)))
    if not locations:
        raise UsageError("No slide was named. Give paths, folders, globs, URLs, or a text file with one a line.")
    sources = [Source(*_names(location), location) for location in locations]
    taken = Counter(source.id for source in sources)
    return [replace(s, id=f"{s.id}-{_digest(s.location)}") if taken[s.id] > 1 else s for s in sources]


def _names(location: str) -> tuple[str, str]:
    name = location.split("?")[0].rstrip("/").rsplit("/", 1)[-1] or location
    stem = name.rsplit(".", 1)[0] if "." in name[1:] else name
    return re.sub(r"[^\w.-]+", "-", stem).lstrip(".") or _digest(location), name


def _digest(location: str) -> str:
    return hashlib.sha256(location.encode()).hexdigest()[:8]


def _locations(argument: str) -> list[str]:
    if URL.match(argument):
        return _remote(argument)
    path = Path(argument)
    if path.is_dir():
        return [str(file.resolve()) for file in sorted(path.iterdir()) if file.suffix.lower() in SLIDE_SUFFIXES]
    if path.suffix.lower() in LIST_SUFFIXES and path.is_file():
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        # paths in a list are relative to it
        named = [line for line in lines if line and not line.startswith("#")]
        return [
            found
            for line in named
            for found in _locations(line if URL.match(line) else os.path.join(path.parent, line))
        ]
    if glob.has_magic(argument) and not path.exists():
        found = sorted(glob.glob(argument, recursive=True))
        return [str(Path(file).resolve()) for file in found if Path(file).is_file()] or [str(path.absolute())]
    return [str(path.absolute() if not path.exists() else path.resolve())]


def _remote(url: str) -> list[str]:
    if not glob.has_magic(url.split("?")[0]):
        return [url]
    import fsspec

    try:
        filesystem, pattern = fsspec.core.url_to_fs(url)
        return sorted(filesystem.unstrip_protocol(found) for found in filesystem.glob(pattern)) or [url]
    except ImportError as error:
        raise UsageError(f"{url}: {error}") from error
    except OSError:
        return [url]
