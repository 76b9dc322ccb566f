"""Reads rosters and journeys that are kept as tables (CSV, JSON): who, from when, until when, and where."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

import msgspec

from countersign.activity import NotUnderstood
from countersign.sources.access.asked import Asked, nothing, unclear
from countersign.sources.access.dumps.rows import Row, rows
from countersign.sources.access.times import NoZone, TwoWays, moment

SOURCE: Final = "calendar"
LONGEST_LABEL: Final = 80
LONGEST: Final = timedelta(days=366)
"""No duty and no journey takes longer; a year that was mistyped does."""
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "who": ("who", "operator", "onduty", "name", "person", "member", "staff", "summary", "title", "subject", "label"),
    "start": ("start", "from", "begin", "begins", "starttime", "startsat", "dutystart", "departure"),
    "end": ("end", "until", "to", "till", "endtime", "endsat", "dutyend", "return"),
    "startdate": ("startdate", "date", "day"),
    "enddate": ("enddate",),
    "place": ("country", "place", "location", "where", "destination"),
}


class Dated(msgspec.Struct, frozen=True, kw_only=True):
    """One time of one entry: what it is called, where it is, from when to when."""

    title: str
    place: str
    start: datetime
    end: datetime


def table(body: bytes, name: str, asked: Asked) -> tuple[tuple[Dated, ...], tuple[NotUnderstood, ...]]:
    """Return the entries of a table, and the rows that could not be read; SourceError (CS190) where there is none."""
    found: list[Dated] = []
    lost: list[NotUnderstood] = []
    for position, row in enumerate(rows(body, name)):
        try:
            found.append(_dated(row, asked))
        except (NoZone, TwoWays) as cause:
            raise unclear(cause, name) from cause
        except ValueError as error:
            lost.append(NotUnderstood(source=SOURCE, ref=name, position=position, reason=str(error)[:200]))
    if not found:
        why = f": {lost[0].reason}" if lost else ""
        raise nothing(
            f"no entry of it can be read{why}", name, hint="a calendar (.ics), or a CSV with: who, start, end"
        )
    return tuple(found), tuple(lost[:1_000])


def _dated(row: Row | str, asked: Asked) -> Dated:
    if isinstance(row, str):
        raise ValueError(row)
    who = _value(row, "who")[:LONGEST_LABEL]
    if not who:
        raise ValueError("it does not say who")
    start = _time(row, "start", asked, after=timedelta())
    end = _time(row, "end", asked, after=timedelta(days=1))
    if end <= start:
        raise ValueError("it ends before it begins")
    if end - start > LONGEST:
        raise ValueError("it takes more than a year")
    return Dated(title=who, place=_value(row, "place"), start=start, end=end)


def _time(row: Row, what: str, asked: Asked, *, after: timedelta) -> datetime:
    """Return a row's beginning or end; where only a day is said, the whole of that day belongs to it."""
    written, day = _value(row, what), _value(row, f"{what}date")
    if day and ":" not in day:
        written = f"{day} {written}".strip()
    if not written:
        raise ValueError("it does not say from when to when")
    try:
        whole = date.fromisoformat(written)
    except ValueError:
        return moment(written, asked.time_zone, order=asked.order)
    return moment(datetime.combine(whole + after, time()).isoformat(), asked.time_zone)


def _value(row: Row, what: str) -> str:
    return next((row[name] for name in _NAMES[what] if row.get(name)), "").strip()
