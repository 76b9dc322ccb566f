"""Where a command's output goes: data to stdout, words and progress to stderr, nothing twice and nothing raw."""

import codecs
import os
import shutil
import sys
from datetime import UTC, tzinfo
from typing import BinaryIO, Literal

import msgspec

from countersign.cli.interrupts import interrupts
from countersign.config import Settings, decode
from countersign.text.visible import code_point

Format = Literal["text", "json", "jsonl", "csv", "md"]
FORMATS: tuple[Format, ...] = ("text", "json", "jsonl", "csv", "md")

NARROWEST, WIDEST = 60, 120
"""Columns between which text is laid out: below, tables break; above, lines are hard to read."""
WITHOUT_TERMINAL = 120
PROSE = 100
"""Columns that sentences take at most; only tables use more."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """How the user wants to see things."""

    format: str = "text"
    quiet: bool = False
    exit_zero: bool = False
    plain: bool = False
    color: bool = False
    ascii_only: bool = False
    zone: tzinfo = UTC
    zone_given: bool = False
    width: int = WITHOUT_TERMINAL


class Console:
    """The two streams of one command, and how to fill them.

    `code` is the exit code decided so far; it is set before the first line is written, so that a reader who
    leaves early (`| head`) does not change the verdict.
    """

    def __init__(self, look: Look, *, settings: Settings | None = None, out: BinaryIO | None = None) -> None:
        self.look = look
        self.settings = settings if settings is not None else decode([])
        self.code = 0
        self._out = out

    @property
    def prose(self) -> int:
        """Return how many columns sentences may take."""
        return min(PROSE, self.look.width)

    @property
    def wants_text(self) -> bool:
        """Whether a person reads this."""
        return self.look.format == "text"

    def write(self, *lines: str) -> None:
        """Write lines to stdout; whoever makes them has made foreign text visible already."""
        interrupts.check()
        if self.look.quiet:
            return
        text = "".join(f"{self._drawable(line)}\n" for line in lines)
        encoding = sys.stdout.encoding if self.wants_text and self._out is None else "utf-8"
        self._stream.write(text.encode(encoding or "utf-8", "countersign-visible"))

    def write_data(self, data: bytes) -> None:
        """Write encoded data (JSON, CSV) to stdout as it is."""
        interrupts.check()
        if not self.look.quiet:
            self._stream.write(data)

    def say(self, *lines: str) -> None:
        """Write words for a person to stderr."""
        if not self.look.quiet:
            for line in lines:
                tell(self._drawable(line))

    def next(self, command: str) -> None:
        """Write the one thing to do next: after a text on stdout, else on stderr."""
        if self.wants_text:
            self.write(f"Next: {command}")
        else:
            self.say(f"Next: {command}")

    def strong(self, text: str) -> str:
        """Return text in bold where colour is wanted; the words alone always say the same."""
        return f"\x1b[1m{text}\x1b[0m" if self.look.color else text

    def looking(self, look: Look) -> "Console":
        """Return a console to the same streams that shows things differently."""
        other = Console(look, settings=self.settings, out=self._out)
        other.code = self.code
        return other

    def with_store(self, path: str) -> "Console":
        """Return a console to the same streams whose store is another one, with its key beside it."""
        store = msgspec.structs.replace(self.settings.config.store, path=path, key=None)
        config = msgspec.structs.replace(self.settings.config, store=store)
        return Console(self.look, settings=msgspec.structs.replace(self.settings, config=config), out=self._out)

    def flush(self) -> None:
        """Hand everything on to whoever reads."""
        self._stream.flush()

    @property
    def _stream(self) -> BinaryIO:
        return self._out if self._out is not None else sys.stdout.buffer

    def _drawable(self, line: str) -> str:
        return line.encode("ascii", "countersign-visible").decode("ascii") if self.look.ascii_only else line


def tell(line: str) -> None:
    """Write one line to stderr, whatever its encoding; a closed stderr is nobody listening, not an error."""
    encoding = sys.stderr.encoding or "utf-8"
    try:
        sys.stderr.write(f"{line}\n".encode(encoding, "countersign-visible").decode(encoding))
        sys.stderr.flush()
    except (BrokenPipeError, ValueError):
        return


def terminal_width() -> int:
    """Return how many columns to lay text out in."""
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return WITHOUT_TERMINAL
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns))


def _as_code(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(code_point, error.object[error.start : error.end])), error.end


codecs.register_error("countersign-visible", _as_code)
