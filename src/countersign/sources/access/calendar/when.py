"""Says from when to when a calendar's entry is, every time that it repeats, in UTC; zones by their true names only."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from dateutil.rrule import rrulestr

from countersign.sources.access.calendar.lines import Calendar, Entry, Property
from countersign.sources.access.times import ABBREVIATIONS

MOST_REPEATS: Final = 5_000
"""Thirteen years of daily shifts."""
LONGEST_YEARS: Final = 15
_DATE: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?")
_DURATION: Final = re.compile(r"\+?P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?")
_RULE_PARTS: Final[Mapping[str, frozenset[str]]] = {
    "DAILY": frozenset({"BYDAY", "BYMONTH"}),
    "WEEKLY": frozenset({"BYDAY", "BYMONTH"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"}),
    "YEARLY": frozenset({"BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"}),
}
"""What a rule may say. Shifts repeat by the day at most; parts that could search for ever are not accepted."""
_ALWAYS: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
_OUTLOOK: Final[Mapping[str, str]] = {
    "utc": "UTC", "gmt standard time": "Europe/London", "greenwich standard time": "Africa/Abidjan",
    "w. europe standard time": "Europe/Berlin", "romance standard time": "Europe/Paris",
    "central europe standard time": "Europe/Budapest", "central european standard time": "Europe/Warsaw",
    "fle standard time": "Europe/Kyiv", "gtb standard time": "Europe/Bucharest",
    "e. europe standard time": "Europe/Chisinau", "turkey standard time": "Europe/Istanbul",
    "russian standard time": "Europe/Moscow", "israel standard time": "Asia/Jerusalem",
    "egypt standard time": "Africa/Cairo", "south africa standard time": "Africa/Johannesburg",
    "e. africa standard time": "Africa/Nairobi", "w. central africa standard time": "Africa/Lagos",
    "arab standard time": "Asia/Riyadh", "arabian standard time": "Asia/Dubai", "india standard time": "Asia/Kolkata",
    "pakistan standard time": "Asia/Karachi", "se asia standard time": "Asia/Bangkok",
    "china standard time": "Asia/Shanghai", "singapore standard time": "Asia/Singapore",
    "tokyo standard time": "Asia/Tokyo", "korea standard time": "Asia/Seoul",
    "aus eastern standard time": "Australia/Sydney", "new zealand standard time": "Pacific/Auckland",
    "eastern standard time": "America/New_York", "central standard time": "America/Chicago",
    "mountain standard time": "America/Denver", "pacific standard time": "America/Los_Angeles",
    "atlantic standard time": "America/Halifax", "e. south america standard time": "America/Sao_Paulo",
}  # fmt: skip
"""What Outlook calls zones, after Unicode CLDR's table windowsZones (the territory 001)."""

Span = tuple[datetime, datetime]


def zone_of(name: str, places: Mapping[str, str]) -> ZoneInfo:
    """Return a zone by a name that a calendar uses. Raises ValueError for one that is nowhere defined.

    >>> zone_of("/example.org/20260101/Europe/London", {}).key, zone_of("Romance Standard Time", {}).key
    ('Europe/London', 'Europe/Paris')
    """
    written = places.get(name, name).strip().strip('"')[:200]
    written = _OUTLOOK.get(written.lower(), written)
    tails = ["/".join(written.strip("/").split("/")[start:]) for start in range(len(written.strip("/").split("/")))]
    for tail in (written, *tails):
        if tail in ABBREVIATIONS:
            break
        try:
            return ZoneInfo(tail)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    raise ValueError(f"unknown time zone {name[:60]}")


def spans(entry: Entry, calendar: Calendar, zone: str) -> Iterator[Span]:
    """Yield when an entry is. `zone` is for times that name none. Raises ValueError with the reason where it cannot.

    Ends silently after `MOST_REPEATS`; the caller sees that by their number.
    """
    begins = entry.one("DTSTART")
    if begins is None:
        raise ValueError("it does not say when it begins")
    if "RDATE" in entry.properties:
        raise ValueError("it repeats on dates of their own (RDATE), which are not read")
    where = _where(begins, calendar, zone)
    start, length = _moment(begins.value), _length(entry, calendar, begins, where)
    left_out = set(_left_out(entry, calendar, where))
    for first in _repeats(entry, start, where):
        at = first.replace(tzinfo=where).astimezone(UTC)
        if at not in left_out and first.date() not in left_out:
            yield at, (first + length).replace(tzinfo=where).astimezone(UTC) if _is_day(begins) else at + length


def _left_out(entry: Entry, calendar: Calendar, where: ZoneInfo) -> Iterator[datetime | date]:
    """Yield which repetitions are left out (EXDATE): instants, each by its own zone, and whole days."""
    for gone in entry.properties.get("EXDATE", ()):
        for one in gone.value.split(",")[:1000]:
            if "T" in one:
                there = _where(msgspec.structs.replace(gone, value=one), calendar, where.key)
                yield _moment(one).replace(tzinfo=there).astimezone(UTC)
            else:
                yield _moment(one).date()


def replaced(entry: Entry, calendar: Calendar, zone: str) -> datetime | None:
    """Return which repetition an entry stands instead of (RECURRENCE-ID), None if it is of no series."""
    found = entry.one("RECURRENCE-ID")
    if found is None:
        return None
    return _moment(found.value).replace(tzinfo=_where(found, calendar, zone)).astimezone(UTC)


def _where(written: Property, calendar: Calendar, zone: str) -> ZoneInfo:
    if written.value.strip().endswith("Z"):
        return ZoneInfo("UTC")
    named = written.parameters.get("TZID") or zone or calendar.zone
    if not named:
        raise ValueError("its times do not say their zone")
    try:
        return zone_of(named, calendar.places)
    except ValueError:
        if not zone:
            raise
        return zone_of(zone, calendar.places)  # whoever says the zone says it of a name that nobody knows, too


def _moment(written: str) -> datetime:
    found = _DATE.fullmatch(written.strip())
    if not found:
        raise ValueError(f"not a time of a calendar: {written[:40]}")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    if not 1990 <= year <= 2100:
        raise ValueError(f"a time of the year {year}")
    return datetime.combine(date(year, month, day), time(hour, minute, min(second, 59)))


def _is_day(written: Property) -> bool:
    return "T" not in written.value


def _length(entry: Entry, calendar: Calendar, begins: Property, where: ZoneInfo) -> timedelta:
    ends, lasts = entry.one("DTEND"), entry.one("DURATION")
    if ends is not None:
        start, end = _moment(begins.value), _moment(ends.value)
        if _is_day(begins) and _is_day(ends):
            return _positive(end - start)
        there = _where(ends, calendar, where.key)
        return _positive(end.replace(tzinfo=there).astimezone(UTC) - start.replace(tzinfo=where).astimezone(UTC))
    if lasts is not None:
        return _positive(_duration(lasts.value))
    if _is_day(begins):
        return timedelta(days=1)
    raise ValueError("it does not say when it ends")


def _positive(length: timedelta) -> timedelta:
    if length <= timedelta(0):
        raise ValueError("it ends before it begins")
    return length


def _duration(written: str) -> timedelta:
    found = _DURATION.fullmatch(written.strip())
    if not found or not any(found.groups()):
        raise ValueError(f"not a duration: {written[:40]}")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _repeats(entry: Entry, start: datetime, where: ZoneInfo) -> Iterator[datetime]:
    """Yield when it begins, in local time: repeats keep their hour over a change of summer time."""
    rule = entry.one("RRULE")
    if rule is None:
        yield start
        return
    parts = dict(part.upper().split("=", 1) for part in rule.value.strip().split(";") if "=" in part)
    _acceptable(parts)
    until = parts.pop("UNTIL", None)
    last = start.replace(year=min(start.year + LONGEST_YEARS, 2100), day=min(start.day, 28))
    end = min(last, _until(until, where)) if until else last
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    for number, found in enumerate(rrulestr(text, dtstart=start)):
        if found > end or number >= MOST_REPEATS:
            return
        yield found


def _acceptable(parts: Mapping[str, str]) -> None:
    allowed = _RULE_PARTS.get(parts.get("FREQ", ""))
    if allowed is None:
        raise ValueError(f"it repeats {parts.get('FREQ', 'somehow')[:20].lower()}, which no shift does")
    foreign = sorted(parts.keys() - allowed - _ALWAYS)
    if foreign:
        raise ValueError(f"a rule with {foreign[0][:20]}, which is not read")
    if not _always_comes(parts):
        raise ValueError("a rule that may never come true, which is not read")
    if len(parts.get("BYDAY", "")) > 100 or len(parts.get("BYMONTHDAY", "")) > 200:
        raise ValueError("a rule that is far too long")
    if any(len(parts.get(name, "1")) > 5 for name in ("INTERVAL", "COUNT")):
        raise ValueError("a rule with a number far too large")


def _always_comes(parts: Mapping[str, str]) -> bool:
    """Say whether a rule surely has a next time: the search for that of one that has none takes thousands of years."""
    once = parts.get("INTERVAL", "1") == "1"
    if not once and ("BYMONTH" in parts or "BYMONTHDAY" in parts or (parts["FREQ"] == "DAILY" and "BYDAY" in parts)):
        return False
    if ("BYDAY" in parts and "BYMONTHDAY" in parts) or parts.get("BYSETPOS", "1") not in ("1", "-1"):
        return False
    ordinals = re.findall(r"\d+", parts.get("BYDAY", ""))
    days = re.findall(r"\d+", parts.get("BYMONTHDAY", ""))
    latest = 28 if "BYMONTH" in parts else 31
    return all(0 < int(one) <= 4 for one in ordinals) and all(0 < int(one) <= latest for one in days)


def _until(written: str, where: ZoneInfo) -> datetime:
    found = _moment(written)
    if written.strip().endswith("Z"):
        return found.replace(tzinfo=UTC).astimezone(where).replace(tzinfo=None)
    return found if "T" in written else found + timedelta(days=1)
