"""What the store takes and gives: imports and their results, profile states, marks."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

Verdict = Literal["it was us", "it was not us", "not important", "looking"]
"""A person's answer to an incident or an action."""

Slot = Literal["current", "shadow"]
"""The profile in use, and the copy that learns while an incident is open."""

Progress = Callable[[int, int], None]
"""Called with (actions done, actions in all) during an import."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class ImportedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was imported: its path, the source that read it, the SHA-256 of its bytes."""

    path: str
    source: str
    sha256: str = ""


class ImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """What an import brought: of actions, how many were new, already there, or there but now better known.

    `undone` counts the undos that the snapshots now tell and did not tell before.
    """

    number: int
    new: int = 0
    already: int = 0
    better_known: int = 0
    undone: int = 0
    sessions_new: int = 0
    sessions_already: int = 0
    not_understood_new: int = 0
    not_understood_already: int = 0


class ImportRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One import as it is kept: when, of which files, with which result and remarks."""

    at: datetime
    files: tuple[ImportedFile, ...]
    result: ImportResult
    remarks: tuple[str, ...] = ()


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """How far a source has been read, kept in the same transaction as what was read."""

    source: str
    ref: str
    cursor: str


class ProfileState(msgspec.Struct, frozen=True, kw_only=True):
    """The bytes of an account's habit, and what they were made with."""

    blob: bytes
    state_hash: str
    learned_until: datetime | None = None
    preset: str = ""
    version: str = ""
    slot: Slot = "current"


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said of an incident (`incident`) or of one action (`action`, its id); never changed, only followed
    by a later one."""

    number: int = 0
    at: datetime | None = None
    account: str = ""
    platform: str = ""
    incident: int | None = None
    action: str | None = None
    verdict: Verdict
    note: str = ""
    by: str = ""


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """How much the store holds of one account. `first` and `last` are the earliest and latest given times."""

    account: str
    platform: str
    verbs: dict[str, int]
    sessions: int
    first: datetime | None
    last: datetime | None


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """That something was erased: when, by whom, on what ground, how many actions; not whose."""

    at: datetime
    by: str
    ground: str
    actions: int


def imported_file(path: str, source: str) -> ImportedFile:
    """Return a file with its SHA-256, ready to be named in an import."""
    with Path(path).open("rb") as file:
        return ImportedFile(path=writable(path), source=source, sha256=hashlib.file_digest(file, "sha256").hexdigest())


def writable(path: str) -> str:
    """Return a path as text that can be kept: bytes of it that are not UTF-8 are written as escapes.

    >>> print(writable("caf" + chr(0xDCE9) + ".zip"))
    caf\\xe9.zip
    """
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def present() -> datetime:
    """Return what time it is now."""
    return datetime.now(UTC)


def micros(moment: datetime) -> int:
    """Return a time in microseconds since 1970 (UTC).

    >>> micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    """Return the time (UTC) of some microseconds since 1970.

    >>> moment(1_000_000).isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    return _EPOCH + micros * _MICROSECOND
