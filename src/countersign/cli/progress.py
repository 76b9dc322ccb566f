"""Shows that long work goes on: a bar on a terminal, percentages in words for a screen reader, nothing into a pipe."""

import sys
import time
from types import TracebackType

from countersign.cli.console import Console
from countersign.text import count

REDRAW_SECONDS = 0.1
BAR_CELLS = 24
PLAIN_STEP = 10
"""Per cent between two announcements in words."""


class Progress:
    """How far one piece of work has come. Call it with what is done and, if known, how much there is.

    >>> from countersign.cli.console import Look
    >>> with Progress(Console(Look(quiet=True)), "Reading") as progress:
    ...     progress(1, 2)
    """

    def __init__(self, console: Console, what: str) -> None:
        self._console = console
        self._what = what
        self._bar = sys.stderr.isatty() and not console.look.plain and not console.look.quiet
        self._words = console.look.plain and not console.look.quiet
        self._drawn = 0.0
        self._announced = 0

    def __call__(self, done: int, total: int | None = None) -> None:
        """Show that `done` of `total` is done."""
        if self._words and total:
            self._announce(100 * done // total)
        elif self._bar and time.monotonic() - self._drawn >= REDRAW_SECONDS:
            self._drawn = time.monotonic()
            self._draw(done, total)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar and self._drawn:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()

    def _announce(self, percent: int) -> None:
        reached = min(100, percent - percent % PLAIN_STEP)
        if reached > self._announced:
            self._announced = reached
            self._console.say(f"{self._what}: {reached} per cent")

    def _draw(self, done: int, total: int | None) -> None:
        share = f"{count(done)}"
        if total:
            filled = min(BAR_CELLS, BAR_CELLS * done // total)
            share = f"[{'#' * filled}{' ' * (BAR_CELLS - filled)}] {min(100, 100 * done // total):>3} %"
        sys.stderr.write(f"\r\x1b[2K{self._what} {share}")
        sys.stderr.flush()
