"""Reads the times that people write into files: RFC 3339 and what is near it, one at a time or a column at once."""

import re
from datetime import UTC, datetime, timedelta, timezone

import msgspec

from countersign.activity import TimeBasis

_WRITTEN = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,40}))?)? ?([Zz]|[+-]\d\d:?\d\d)?)?", re.ASCII
)


class When(msgspec.Struct, frozen=True):
    """A time as it was written: the instant in UTC, how finely it was given, and whether it named a zone."""

    at: datetime
    basis: TimeBasis
    zoned: bool


def read_time(text: str) -> When | None:
    """Return the time that a text says, None where it says none; a time without a zone is taken as UTC.

    Fractions finer than a microsecond are cut off; a leap second is read as the last microsecond before it ends.
    Source: RFC 3339, and ISO 8601 dates and minutes.

    >>> read_time("2026-09-09T04:14:07.5+02:00").at.isoformat()
    '2026-09-09T02:14:07.500000+00:00'
    >>> read_time("2010-03-16").basis, read_time("2026-02-30")
    ('day', None)
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    basis: TimeBasis = "day" if hour is None else "minute" if second is None else "given"
    microsecond = int((fraction or "0")[:6].ljust(6, "0"))
    if second == "60":
        second, microsecond = "59", 999_999
    clock = (int(hour or 0), int(minute or 0), int(second or 0), microsecond)
    try:
        at = datetime(int(year), int(month), int(day), *clock, tzinfo=_zone(zone)).astimezone(UTC)
        return When(at, basis, zone is not None or basis == "day")
    except (ValueError, OverflowError):
        return None


def _zone(written: str | None) -> timezone:
    if written is None or written in "Zz":
        return UTC
    hours, minutes = int(written[1:3]), int(written[-2:])
    if hours > 23 or minutes > 59:
        raise ValueError(written)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written[0] == "-" else offset)
