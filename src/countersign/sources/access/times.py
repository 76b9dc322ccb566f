"""Reads times as dumps, mails and timelines write them; what can be read in two ways is refused, not guessed."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

DateOrder = Literal["", "day-first", "month-first"]
"""How a user says that dates such as 10/08/2026 are meant."""

EARLIEST: Final = datetime(2006, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""The oldest platform that we know began in 2006. A time outside of these is a mistake of units."""
LONGEST: Final = 80
ABBREVIATIONS: Final = frozenset({"EST", "MST", "HST", "CET", "EET", "MET", "WET"})
"""Abbreviations that are names of zones too; of those, as of all abbreviations, several places make use."""
_DIGITS: Final = re.compile(r"-?\d{9,20}(\.\d{1,9})?")
_TAIL: Final = r"\s*(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?|[A-Za-z]{2,5})?"
_ISO: Final = re.compile(rf"(\d{{4}})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?([.,]\d{{1,9}})?{_TAIL}", re.I)
_SHORT: Final = re.compile(
    rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}})[ ,T]+(\d{{1,2}}):(\d\d)(?::(\d\d))?([.,]\d{{1,9}})?"
    rf"(?:\s?([ap])\.?m\.?)?{_TAIL}",
    re.I,
)
_WORDS: Final = re.compile(r"(.*?\d\d:\d\d(?::\d\d)?)(?:\s+([+-]\d{4}|[A-Za-z]{1,5}))?")
_SCRIPT: Final = re.compile(r"(\w{3}) (\w{3}) (\d\d) (\d{4}) (\d\d:\d\d:\d\d) GMT([+-]\d{4})(?: \(.*\))?")
_UTC_NAMES: Final = frozenset({"Z", "UTC", "GMT", "UT"})
_UNITS: Final = (1, 1_000, 1_000_000, 1_000_000_000)


class NoZone(ValueError):
    """A time that does not say in which zone it is, or names it by an abbreviation that several places use."""


class TwoWays(ValueError):
    """A date that people of one country read otherwise than those of another."""


class Unsure(ValueError):
    """A time that a clock showed twice, or never; `near` is about when (UTC)."""

    def __init__(self, message: str, near: datetime) -> None:
        super().__init__(message)
        self.near = near


def moment(written: Any, zone: ZoneInfo | None = None, *, order: DateOrder = "") -> datetime:
    """Return a time in UTC. Raises NoZone, TwoWays or Unsure (all ValueError), and ValueError for no time at all.

    `zone` is that of times that name none; an abbreviation is accepted if this zone uses it at that time.

    >>> moment("2026-09-09T02:14:07+02:00").isoformat(), moment(1788920047).isoformat()
    ('2026-09-09T00:14:07+00:00', '2026-09-09T02:14:07+00:00')
    >>> moment("2026-09-09 02:14:07", ZoneInfo("Europe/Paris")).isoformat()
    '2026-09-09T00:14:07+00:00'
    >>> moment("10/08/2026 8:00 PM UTC", order="day-first").isoformat()
    '2026-08-10T20:00:00+00:00'
    """
    text = str(written).strip()
    if isinstance(written, bool) or not text or len(text) > LONGEST:
        raise ValueError("not a time")
    if _DIGITS.fullmatch(text):
        return _since_1970(text)
    naive, tail = _read(text, order)
    if not EARLIEST.year <= naive.year <= LATEST.year:
        raise ValueError(f"a time of the year {naive.year}")
    found = _placed(naive, tail, zone, text)
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


def _read(text: str, order: DateOrder) -> tuple[datetime, str]:
    """Return a time as a clock showed it, and what stands after it of its zone."""
    if iso := _ISO.fullmatch(text):
        year, month, day, hour, minute, second, fraction, tail = iso.groups()
        return _clock((year, month, day), (hour, minute, second), fraction), tail or ""
    if short := _SHORT.fullmatch(text):
        return _short(short, order)
    if script := _SCRIPT.fullmatch(text):
        _, month, day, year, clock, tail = script.groups()
        return _worded(f"{day} {month} {year} {clock}"), tail
    words = _WORDS.fullmatch(text)
    if not words or (words[2] or "").upper() in ("AM", "PM"):
        raise ValueError(f"not a time: {text}")
    return _worded(words[1]), words[2] or ""


def _short(found: "re.Match[str]", order: DateOrder) -> tuple[datetime, str]:
    first, mark, second, year, hour, minute, seconds, fraction, half, tail = found.groups()
    order = "day-first" if mark == "." else order  # where dots are written, the day stands first
    if not order:
        raise TwoWays(f"{found[0][:10]} is one day to some readers and another to others")
    day, month = (first, second) if order == "day-first" else (second, first)
    if half:
        if not 1 <= int(hour) <= 12:
            raise ValueError(f"not a time: {found[0]}")
        hour = str(int(hour) % 12 + (12 if half.lower() == "p" else 0))
    return _clock((year, month, day), (hour, minute, seconds), fraction), tail or ""


def _clock(day: tuple[str, str, str], clock: tuple[str | None, ...], fraction: str | None) -> datetime:
    micros = int((fraction or ".0")[1:7].ljust(6, "0"))
    hour, minute, second = (int(part or 0) for part in clock)
    if second == 60:  # a leap second, which clocks of computers do not have
        second, micros = 59, 999_999
    year, month, date = map(int, day)
    return datetime(year, month, date, hour, minute, second, micros)  # noqa: DTZ001  # its zone is read apart


def _worded(text: str) -> datetime:
    try:
        return parsedate_to_datetime(f"{text} -0000").replace(tzinfo=None)
    except (TypeError, IndexError, OverflowError, ValueError) as cause:
        raise ValueError(f"not a time: {text}") from cause


def _placed(naive: datetime, tail: str, zone: ZoneInfo | None, text: str) -> datetime:
    if tail.upper() in _UTC_NAMES:
        return naive.replace(tzinfo=UTC)
    if tail[:1] in ("+", "-"):
        return datetime.fromisoformat(f"{naive.isoformat()}{tail}").astimezone(UTC)
    if zone is None:
        raise NoZone(f"several places call their zone {tail}: {text}" if tail else f"a time without a zone: {text}")
    # "fold" is which of two: where the clocks go back an hour comes twice
    shown = [naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    true = {one.astimezone(UTC) for one in shown if one.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == naive}
    if tail:
        true = {one for one in true if one.astimezone(zone).tzname() == tail.upper()}
        if not true:
            raise ValueError(f"{tail} is no time of {zone.key}: {text}")
    if len(true) != 1:
        why = "came twice" if true else "never came"
        raise Unsure(f"{text} {why} in {zone.key}: the clocks were changed", shown[0].astimezone(UTC))
    return true.pop()
