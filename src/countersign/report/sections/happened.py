"""What happened, in the order in which it did, drawn and as a table; and who was shown it, as far as anybody knows."""

from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from countersign.report.case import Access, Case, CaseAction
from countersign.report.document import (
    Block,
    Hours,
    Lane,
    Mark,
    Paragraph,
    Picture,
    Sentence,
    Table,
    Timeline,
)
from countersign.report.readers import Reader
from countersign.report.words import Held, Words
from countersign.text import bits, clock, count, counted, place, utc, when

WHY_PARTS = 3
"""Signals named for an action; the JSON report, and `explain`, have all."""
HOURS_A_TABLE = 8
AFTER_TO = ("Bits (usual)", "Why", "Taken back (UTC)", "Exhibit")
AT_HOME = 2
"""The column of the times at home."""

Cell = TypeVar("Cell")


def what_happened(case: Case, reader: Reader) -> tuple[Block, ...]:
    """Return the time line, every action with the reasons for its surprise, sign-ins near it, and the habit."""
    blocks: list[Block] = [*_timeline(case, reader), _actions(case, reader)]
    if reader != "public" and case.access:
        blocks.append(_access(case))
    return (*blocks, _alarm(case, reader), _habit(case))


def who_was_shown_it(case: Case) -> tuple[Block, ...]:
    """Return what is known of who saw it: with no view counts, that is nothing, and the report says so."""
    undone = [one for one in case.actions if one.undone_at and one.at]
    stood = (
        f" What a reader can tell is how long it stood: see the times of {counted(len(undone), 'action')} in section 3."
        if undone
        else ""
    )
    words = f"Not looked at: these records hold no counts of views, so that no number is given here.{stood}"
    return (Paragraph(sentences=(Sentence(words=(words,)),)),)


def _actions(case: Case, reader: Reader) -> Table:
    zone = ZoneInfo(case.home_zone)
    home = place(zone)
    rows = tuple(_row(one, zone, reader) for one in case.actions)
    head: tuple[str, ...] = (
        "No.",
        "When (UTC)",
        f"In {home}",
        "Did",
        "To",
        "Bits (usual)",
        "Why",
        "Taken back (UTC)",
        "Exhibit",
    )
    if zone.key == "UTC":  # no home is known: one column of times is enough
        head, rows = _but(head, AT_HOME), tuple(_but(row, AT_HOME) for row in rows)
    also = f" and in {home}" if zone.key != "UTC" else ""
    return Table(caption=f"Actions of the incident, times in UTC{also}", head=head, rows=rows)


def _but(cells: tuple[Cell, ...], place: int) -> tuple[Cell, ...]:
    return cells[:place] + cells[place + 1 :]


def _row(action: CaseAction, zone: ZoneInfo, reader: Reader) -> tuple[Words, ...]:
    at_home = clock(action.at, zone) if action.at else action.why_no_time or "not known"
    why: list[Words] = [
        (f"{signal} {bits(value)}: ", *because) if value is not None else (f"{signal}: ", *because)
        for signal, value, because in action.because[:WHY_PARTS]
    ]
    joined: Words = tuple(piece for at, words in enumerate(why) for piece in (("; ",) if at else ()) + words)
    target = action.target
    if reader == "platform" and action.native_id:
        target = (*target, " id ", Held(kind="id", value=action.native_id))
    gone = utc(action.undone_at) if action.undone_at else "yes, time not known" if action.undone else "no"
    return (
        (str(action.number),), (when(action.at, action.start, action.end),), (at_home,), (action.did,), target,
        (f"{bits(action.bits)} ({bits(action.usual)})",), joined, (gone,), (_number(action.exhibit),),
    )  # fmt: skip


def _number(exhibit: int | None) -> str:
    return "not sealed" if exhibit is None else str(exhibit)


def _timeline(case: Case, reader: Reader) -> list[Block]:
    access = case.access if reader != "public" else ()
    marks = {
        "Actions": ("●", tuple(_mark(one.at, one.start, one.end) for one in case.actions)),
        "Taken back": ("○", tuple(_mark(one.undone_at, None, None) for one in case.actions)),
        "Sign-ins": ("▲", tuple(_mark(one.at, None, None) for one in access)),
    }
    lanes = tuple(
        Lane(title=title, sign=sign, marks=known)
        for title, (sign, all_marks) in marks.items()
        if (known := tuple(mark for mark in all_marks if mark is not None))
    )
    if not lanes:
        return []
    every = [moment for lane in lanes for mark in lane.marks for moment in (mark.start, mark.end)]
    start, end = _widened(min(every), max(every))
    drawing = Timeline(start=start, end=end, lanes=lanes)
    rows = tuple(((f"{lane.title} ({len(lane.marks)})",), (_first(lane),), (_last(lane),)) for lane in lanes)
    table = Table(caption="The same as a table, times in UTC", head=("What", "First", "Last"), rows=rows)
    return [Picture(drawing=drawing, says=f"Time line in UTC: {_says(lanes)}", tables=(table,))]


def _mark(at: datetime | None, start: datetime | None, end: datetime | None) -> Mark | None:
    if at is not None:
        return Mark(start=at, end=at)
    return Mark(start=start, end=end) if start is not None and end is not None else None


def _widened(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    room = max((end - start) / 12, timedelta(minutes=1))
    return start - room, end + room


def _first(lane: Lane) -> str:
    return utc(min(mark.start for mark in lane.marks))


def _last(lane: Lane) -> str:
    return utc(max(mark.end for mark in lane.marks))


def _says(lanes: tuple[Lane, ...]) -> str:
    said = [f"{lane.title.lower()}, {count(len(lane.marks))}, {_first(lane)} to {_last(lane)}" for lane in lanes]
    return "; ".join(said) + "."


def _access(case: Case) -> Table:
    rows = tuple(_access_row(one) for one in case.access)
    head = ("When (UTC)", "What", "From", "How vouched for")
    return Table(caption="Traces of access near the incident, times in UTC", head=head, rows=rows)


def _access_row(access: Access) -> tuple[Words, ...]:
    at = utc(access.at) if access.at else "not known"
    return (at,), access.what, access.place, (access.vouched,)


def _alarm(case: Case, reader: Reader) -> Paragraph:
    known = f"In the day around it the account did {counted(case.others_around, 'other action')}."
    none = "No other action of the account is known from the day around it."
    alarm = (*case.alarm, " ") if case.alarm and reader == "inside" else ()
    return Paragraph(sentences=(Sentence(words=(*alarm, known if case.others_around else none)),))


def _habit(case: Case) -> Picture:
    usual, ours = case.habit.usual_hours, case.habit.incident_hours
    zone = ZoneInfo(case.home_zone)
    drawing = Hours(usual=usual, incident=ours, place=place(zone))
    tables = tuple(_hours(usual, ours, start) for start in range(0, 24, HOURS_A_TABLE))
    return Picture(drawing=drawing, says=_habit_says(case), tables=tables)


def _hours(usual: tuple[int, ...], ours: tuple[int, ...], start: int) -> Table:
    hours = range(start, start + HOURS_A_TABLE)
    rows = tuple(((f"{at:02}:00",), (count(usual[at]) + (f" + {ours[at]}" if ours[at] else ""),)) for at in hours)
    return Table(caption=f"{start:02} to {start + HOURS_A_TABLE:02} h", head=("From", "Usual + incident"), rows=rows)


def _habit_says(case: Case) -> str:
    usual, ours = case.habit.usual_hours, case.habit.incident_hours
    zone = place(ZoneInfo(case.home_zone))
    known = sum(usual)
    if not sum(ours):
        return f"Actions by the hour in {zone}: the incident's hours are not known, so that nothing can be compared."
    hours = [hour for hour, times in enumerate(ours) if times]
    there = sum(usual[hour] for hour in hours)
    named = ", ".join(f"{hour:02}:00 to {(hour + 1) % 24:02}:00" for hour in hours)
    return (
        f"Actions by the hour in {zone}: the incident fell in {named}, where {count(there)} of this account's other "
        f"{count(known)} actions with a known hour did."
    )
