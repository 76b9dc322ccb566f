"""Makes duties and journeys of a calendar's entries, and tells what in it does not fit together."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from typing import Final

from countersign.activity import NotUnderstood
from countersign.sources.access.asked import Asked, nothing
from countersign.sources.access.calendar.lines import Calendar, Entry, calendar, looks_like_a_calendar
from countersign.sources.access.calendar.table import LONGEST_LABEL, Dated, table
from countersign.sources.access.calendar.when import MOST_REPEATS, Span, replaced, spans
from countersign.sources.access.countries import country
from countersign.sources.access.told import Journey, Shift, Told
from countersign.text import counted, utc

MOST_SPANS: Final = 50_000
_DUTY_WORDS: Final = re.compile(
    r"^(on[- ]?duty|duty|shift)\s*[:–-]\s*|\s*[:(–-]?\s*\b(on[- ]?duty|duty|shift)\)?$", re.IGNORECASE
)
_TRAVEL_WORDS: Final = re.compile(r"\s*(?::|–|\s-\s|\bin\b|\bto\b|\btravels?\b|\btravell?ing\b)\s*", re.IGNORECASE)


def roster(body: bytes, name: str, asked: Asked) -> Told:
    """Return who was on duty when, by a calendar whose entries are called after who is on duty."""
    found, lost, remarks = _entries(body, name, asked)
    shifts = tuple(sorted({Shift(who=_who(one.title), start=one.start, end=one.end) for one in found}, key=_order))
    again = len(found) - len(shifts)
    if again:
        remarks.append(f"{counted(again, 'entry stands', 'entries stand')} in it twice, counted once")
    return Told(kind="roster", shifts=shifts, not_understood=lost, remarks=(*remarks, *_overlaps(shifts)))


def travel(body: bytes, name: str, asked: Asked) -> Told:
    """Return who declared to be where, by a calendar of journeys: "operator A: Nairobi, Kenya", or with a place."""
    found, lost, remarks = _entries(body, name, asked)
    journeys = []
    for one in found:
        who, _, rest = _split(one.title)
        place = country(one.place) or country(rest)
        if not place:
            remarks.append(f"a journey of {who} from {utc(one.start)} UTC names no country that is known")
        journeys.append(Journey(who=who, start=one.start, end=one.end, country=place))
    return Told(kind="travel", journeys=tuple(sorted(set(journeys), key=_order)), not_understood=lost,
                remarks=(*remarks, *_two_places(journeys)))  # fmt: skip


def _entries(body: bytes, name: str, asked: Asked) -> tuple[list[Dated], tuple[NotUnderstood, ...], list[str]]:
    """Return the entries of a calendar, or of a table with who, from when and until when."""
    if looks_like_a_calendar(body):
        return _read(body, name, asked)
    found, lost = table(body, name, asked)
    return list(found), lost, [f"times without a zone are taken as of {asked.zone}, as was said"] if asked.zone else []


def _read(body: bytes, name: str, asked: Asked) -> tuple[list[Dated], tuple[NotUnderstood, ...], list[str]]:
    whole = calendar(body, name)
    found: list[Dated] = []
    lost: list[NotUnderstood] = []
    remarks: list[str] = []
    moved = _moved(whole, asked.zone)
    for entry in _newest(whole.entries):
        try:
            dated = _dated(entry, whole, asked.zone, moved)
        except (ValueError, OverflowError, TypeError, KeyError, IndexError, AttributeError) as error:
            lost.append(NotUnderstood(source="calendar", ref=name, position=entry.position,
                                      reason=str(error)[:200], body=_shown(entry)))  # fmt: skip
            continue
        if len(dated) >= MOST_REPEATS:
            remarks.append(f"entry {entry.position + 1} repeats without an end: {MOST_REPEATS:,} times are taken")
        found += dated
        if len(found) > MOST_SPANS:
            raise nothing(f"a calendar that stands for more than {MOST_SPANS:,} times", name,
                          hint="export the months around the incident only")  # fmt: skip
    if not found:
        why = f": {lost[0].reason}" if lost else ""
        hint = ("say their zone, such as --times-in Europe/London" if "zone" in why
                else "export it again from the calendar program, with its entries")  # fmt: skip
        raise nothing(f"no entry of the calendar can be read{why}", name, hint=hint)
    return found, tuple(lost), remarks


def _newest(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Yield the entries, of one that was sent anew (UID) the last state; those that were called off are left out."""
    known: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        uid, instead = _plain(entry, "UID"), _plain(entry, "RECURRENCE-ID")
        key = (uid or f"\0{entry.position}", instead)
        if key not in known or _sequence(entry) >= _sequence(known[key]):
            known[key] = entry
    yield from (one for one in known.values() if _plain(one, "STATUS").upper() != "CANCELLED")


def _dated(entry: Entry, whole: Calendar, zone: str, moved: Mapping[str, frozenset[datetime]]) -> list[Dated]:
    if entry.broken:
        raise ValueError(entry.broken)
    title = entry.text("SUMMARY")[:LONGEST_LABEL] or _attendee(entry)
    if not title:
        raise ValueError("it does not say who")
    elsewhere = moved.get(_plain(entry, "UID"), frozenset()) if "RRULE" in entry.properties else frozenset()
    times: list[Span] = [span for span in spans(entry, whole, zone) if span[0] not in elsewhere]
    return [Dated(title=title, place=entry.text("LOCATION"), start=start, end=end) for start, end in times]


def _moved(whole: Calendar, zone: str) -> dict[str, frozenset[datetime]]:
    """Return by UID which repetitions of a series have an entry of their own."""
    found: dict[str, set[datetime]] = {}
    for entry in whole.entries:
        uid = _plain(entry, "UID")
        if not uid or "RECURRENCE-ID" not in entry.properties:
            continue
        with suppress(ValueError):
            instead = replaced(entry, whole, zone)
            found.setdefault(uid, set()).update({instead} if instead else ())
    return {uid: frozenset(times) for uid, times in found.items()}


def _overlaps(shifts: Sequence[Shift]) -> Iterator[str]:
    """Yield where somebody is on duty twice at once, and how often two people are."""
    of_each: dict[str, list[Shift]] = {}
    for shift in shifts:
        of_each.setdefault(shift.who, []).append(shift)
    for who, own in sorted(of_each.items()):
        twice = [after for before, after in pairwise(own) if after.start < before.end]
        if twice:
            yield f"{who} is entered twice at once, {counted(len(twice), 'time')}, first at {utc(twice[0].start)} UTC"
    both = sum(1 for before, after in pairwise(shifts) if after.start < before.end and after.who != before.who)
    if both:
        yield f"two people are on duty at once, {counted(both, 'time')}"


def _two_places(journeys: Sequence[Journey]) -> Iterator[str]:
    ordered: list[Journey] = sorted(journeys, key=lambda one: (one.who, one.start, one.end))
    for before, after in pairwise(ordered):
        if before.who == after.who and after.start < before.end and before.country != after.country:
            yield f"{before.who} is in {before.country or 'a place'} and in {after.country or 'another'} at once"


def _who(title: str) -> str:
    return _DUTY_WORDS.sub("", title).strip() or title


def _split(title: str) -> tuple[str, str, str]:
    found = _TRAVEL_WORDS.search(title)
    return (title, "", "") if not found else (title[: found.start()].strip() or title, found[0], title[found.end() :])


def _attendee(entry: Entry) -> str:
    found = entry.properties.get("ATTENDEE", ())
    return found[0].parameters.get("CN", "")[:LONGEST_LABEL] if len(found) == 1 else ""


def _sequence(entry: Entry) -> int:
    written = _plain(entry, "SEQUENCE")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0


def _plain(entry: Entry, name: str) -> str:
    found = entry.properties.get(name, ())
    return found[0].text if found else ""


def _shown(entry: Entry) -> bytes:
    lines = [f"{name}:{one.value}" for name, found in entry.properties.items() for one in found]
    return "\n".join(lines).encode("utf-8", "replace")[:4096]


def _order(one: Shift | Journey) -> tuple[datetime, datetime, str]:
    return (one.start, one.end, one.who)
