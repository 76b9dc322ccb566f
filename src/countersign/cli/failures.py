"""Says what went wrong: what, where, what to do and a stable code; a defect of ours never as a traceback."""

import os
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

import click

from countersign import __version__
from countersign.errors import CountersignError, UsageError
from countersign.text import visible

SYSTEM_CODE = "CS002"
MEMORY_CODE = "CS003"
DEFECT_CODE = "CS900"


def report(error: CountersignError) -> str:
    """Return an error as people see it.

    >>> print(report(UsageError("no such file", where="a.zip", hint="check the name")))
    error: no such file
      in    a.zip
      help  check the name
      code  CS001
    """
    lines = [f"error: {visible(error.message)}"]
    for label, value in (("in", error.where), ("help", error.hint), ("code", error.code)):
        if value:
            lines.append(f"  {label:<4}  {visible(value)}")
    return "\n".join(lines)


def from_click(error: click.ClickException) -> CountersignError:
    """Return click's complaint about what was typed in our words."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "countersign"
    return UsageError(_lower_first(error.format_message()), hint=f"{path} --help")


def from_system(error: OSError) -> CountersignError:
    """Return what the operating system refused."""
    reason = (error.strerror or type(error).__name__).lower()
    return CountersignError(
        reason,
        where=str(error.filename or ""),
        hint="check the name, the permissions and the free space",
        code=SYSTEM_CODE,
    )


def from_memory() -> CountersignError:
    """Return that the memory was not enough."""
    return CountersignError(
        "there is not enough memory for this; nothing was decided",
        hint="read fewer or smaller files at once, or allow it more memory",
        code=MEMORY_CODE,
    )


def from_defect(error: BaseException) -> CountersignError:
    """Keep the details of a defect of ours in a private file and return what to tell the user."""
    if os.environ.get("COUNTERSIGN_DEBUG"):
        sys.stderr.write(visible_lines("".join(traceback.format_exception(error))))
        hint = "please report the lines above; look through them first, they may hold words of your data"
    else:
        hint = f"details are in {_kept(error)} (look through them before you send them); COUNTERSIGN_DEBUG=1 shows them"
    return CountersignError(
        f"a defect of ours stopped this ({type(error).__name__}); nothing was decided", hint=hint, code=DEFECT_CODE
    )


def visible_lines(text: str) -> str:
    """Return text of several lines, each harmless."""
    return "".join(visible(line) + "\n" for line in text.splitlines())


def _kept(error: BaseException) -> Path:
    """Write the details where only this user can read them (a traceback may quote data)."""
    handle, name = tempfile.mkstemp(prefix="countersign-defect-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"countersign {__version__}, Python {sys.version}\n{datetime.now(UTC).isoformat()}\n{sys.argv}\n\n")
        file.writelines(traceback.format_exception(error))
    return Path(name)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")
