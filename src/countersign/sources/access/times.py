"""Reads times as dumps, mails and timelines write them; one without a zone is refused unless the user says the zone."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

EARLIEST: Final = datetime(2006, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""The oldest platform that we know began in 2006. A time outside of these is a mistake of units."""
LONGEST: Final = 60
_DIGITS: Final = re.compile(r"-?\d{9,20}(\.\d{1,9})?")
_ISO: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)([.,]\d{1,9})?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d(?::?\d\d)?)?", re.IGNORECASE
)
_UNITS: Final = (1, 1_000, 1_000_000, 1_000_000_000)


class NoZone(ValueError):
    """A time that does not say in which zone it is."""


def moment(written: Any, zone: ZoneInfo | None = None) -> datetime:
    """Return a time in UTC. Raises NoZone for one without a zone where none is given, ValueError for no time at all.

    >>> moment("2026-09-09T02:14:07+02:00").isoformat(), moment(1788920047).isoformat()
    ('2026-09-09T00:14:07+00:00', '2026-09-09T02:14:07+00:00')
    >>> moment("2026-09-09 02:14:07", ZoneInfo("Europe/Paris")).isoformat()
    '2026-09-09T00:14:07+00:00'
    """
    text = str(written).strip()
    if isinstance(written, bool) or not text or len(text) > LONGEST:
        raise ValueError("not a time")
    found = _since_1970(text) if _DIGITS.fullmatch(text) else _parsed(text)
    if found.tzinfo is None:
        if zone is None:
            raise NoZone(f"a time without a zone: {text}")
        found = found.replace(tzinfo=zone)
    found = found.astimezone(UTC)
    if not EARLIEST <= found < LATEST:
        raise ValueError(f"a time of the year {found.year}")
    return found


def _since_1970(text: str) -> datetime:
    for unit in _UNITS:
        try:
            found = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(text) / unit)
        except (OverflowError, ValueError):
            continue
        if EARLIEST <= found < LATEST:
            return found
    raise ValueError("a number that is no time")


def _parsed(text: str) -> datetime:
    iso = _ISO.fullmatch(text)
    if iso:
        day, clock, fraction, zone = iso.groups()
        fraction = (fraction or "").replace(",", ".")[:7]
        zone = "+00:00" if zone and zone.upper() in ("Z", "UTC", "GMT") else zone or ""
        return datetime.fromisoformat(f"{day}T{clock}{fraction}{zone}")
    try:
        return parsedate_to_datetime(text)
    except (TypeError, IndexError, OverflowError) as cause:
        raise ValueError(f"not a time: {text}") from cause
