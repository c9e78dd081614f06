"""How far a run is: a bar with cells, rate and remaining time on a terminal, a line now and then in a log."""

import sys
from typing import TextIO

from tqdm import tqdm

LOG_EVERY_SECONDS = 30.0


class Progress:
    """Counts cells and slides. How many cells there will be is guessed from the slides planned so far."""

    def __init__(self, slides: int, stream: TextIO | None = None) -> None:
        self._slides, self._finished, self._planned, self._cells = slides, 0, 0, 0
        stream = stream or sys.stderr
        interval = 0.5 if stream.isatty() else LOG_EVERY_SECONDS
        self._bar = tqdm(
            unit="cell",
            total=None,
            file=stream,
            mininterval=interval,
            maxinterval=interval,
            dynamic_ncols=True,
            smoothing=0.05,
        )
        self._show()

    def planned(self, cells: int) -> None:
        """A slide turned out to have so many cells with tissue."""
        self._planned += 1
        self._cells += cells
        self._bar.total = round(self._cells * (self._slides / self._planned))

    def skipped(self) -> None:
        """A slide takes no work: it was finished before, or has failed."""
        self._slides -= 1
        if self._planned:
            self._bar.total = round(self._cells * (self._slides / self._planned))

    def restored(self, cells: int) -> None:
        """Cells that an earlier run had done: they count, but not towards the rate."""
        self._bar.initial += cells
        self._bar.update(cells)

    def done(self, cells: int) -> None:
        """Cells that were done now."""
        self._bar.update(cells)

    def slide_finished(self) -> None:
        """A slide's files are written."""
        self._finished += 1
        self._show()

    def say(self, line: str) -> None:
        """A line above the bar."""
        tqdm.write(line, file=self._bar.fp)

    def close(self) -> None:
        """Leaves the last state on the screen."""
        self._bar.close()

    def _show(self) -> None:
        self._bar.set_postfix_str(f"{self._finished} slides done", refresh=False)
