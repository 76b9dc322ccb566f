"""Writes last days as a calendar that any phone takes and reminds of (iCalendar, RFC 5545)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from countersign import __version__
from countersign.text import visible

FOLDED: Final = 75
"""Bytes of a line before it is folded (RFC 5545, 3.1)."""

BEFORE: Final = (14, 7, 2, 1)
"""Days before the last day on which a phone reminds."""

HOUR: Final = 9
"""The hour at which it reminds, wherever the phone is: nobody writes to a platform at midnight."""


class LastDay(msgspec.Struct, frozen=True, kw_only=True):
    """One day of a calendar. The same `uid` is the same entry when it is taken in again; `called_off` ends it."""

    uid: str
    day: date
    title: str
    says: str
    called_off: bool = False


def calendar(days: Sequence[LastDay], *, made: datetime, revision: int) -> bytes:
    """Return a calendar of whole days with their reminders.

    `made` and `revision` are of the state that it tells of, not of today: the same state gives the same bytes, and a
    later state replaces an earlier one.

    >>> entry = LastDay(uid="1", day=date(2026, 11, 8), title="a, b", says="")
    >>> b"SUMMARY:a\\\\, b" in calendar([entry], made=datetime(2026, 9, 10, tzinfo=UTC), revision=1)
    True
    """
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//countersign//countersign {__version__}//EN", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", *(line for one in days for line in _event(one, made, revision)), "END:VCALENDAR",
    ]  # fmt: skip
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _event(one: LastDay, made: datetime, revision: int) -> Iterator[str]:
    stamp = f"{made.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield from ("BEGIN:VEVENT", f"UID:{_escaped(one.uid)}", f"DTSTAMP:{stamp}", f"LAST-MODIFIED:{stamp}")
    yield f"SEQUENCE:{revision}"
    yield f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(one.title)}"
    yield f"DESCRIPTION:{_escaped(one.says)}"
    yield from ("CLASS:PRIVATE", "TRANSP:TRANSPARENT", f"STATUS:{'CANCELLED' if one.called_off else 'CONFIRMED'}")
    for days in () if one.called_off else BEFORE:
        yield from _alarm(one, days)
    yield "END:VEVENT"


def _alarm(one: LastDay, days: int) -> Iterator[str]:
    """Yield a reminder; a day of a calendar begins at midnight, from where the hours to a morning are counted back."""
    trigger = f"-P{days - 1}DT{24 - HOUR}H" if days > 1 else f"-PT{24 - HOUR}H"
    yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{trigger}", f"DESCRIPTION:{_escaped(one.title)}")
    yield "END:VALARM"


def _escaped(text: str) -> str:
    """Return text as a value (RFC 5545, 3.3.11), with nothing in it that could end a line or turn it around."""
    lines = (visible(line) for line in text.split("\n"))
    escaped = (line.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") for line in lines)
    return "\\n".join(escaped)


def _folded(line: str) -> bytes:
    """Return a line in pieces of at most 75 bytes, none of which ends within a character."""
    pieces, length = [b""], 0
    for char in line:
        octets = char.encode("utf-8", "replace")
        if length + len(octets) > FOLDED:
            pieces.append(b" ")
            length = 1
        pieces[-1] += octets
        length += len(octets)
    return b"\r\n".join(pieces)
