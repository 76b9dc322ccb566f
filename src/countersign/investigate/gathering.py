"""Gathers the facts of one incident from an account's actions: what it was, what was around it, what is usual."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from countersign.activity import UNDONE_BY, Activity, activity_id, from_columns
from countersign.incident.incident import Incident
from countersign.investigate.facts import Facts
from countersign.investigate.span import at
from countersign.investigate.tid import clock_of
from countersign.text import domain

BEFORE: Final = timedelta(days=1)
AFTER: Final = timedelta(days=2)
"""What counts as around an incident."""
CHANGED_BEFORE: Final = timedelta(days=30)
CHANGED_AFTER: Final = timedelta(days=7)
CHANGES: Final = ("password", "email", "phone", "handle", "sso", "second factor", "2fa")
"""Objects of an update by which an account is taken over, or taken back."""
MOST_CLOCKS: Final = 2000
"""Past record keys that are looked at: an old process says nothing of today's."""
HOURS: Final = 24
MOST_HOURS: Final = 20_000
"""Past actions whose hours are counted: the latest, some years of a busy office."""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What an investigation is about: an incident, the ids of its actions, and the ids of those that undid them."""

    incident: Incident
    ids: tuple[str, ...]
    undone: Mapping[str, str] = {}
    home_zone: str = "UTC"
    as_of: datetime


def gather(subject: Subject, actions: pa.Table) -> Facts:
    """Return the facts that an account's own actions hold (schema `ACTIONS`, its own only, in order of time).

    How the account is reached, who was on duty and what people said is added by whoever knows it
    (`msgspec.structs.replace`).
    """
    listed = list(from_columns(actions.filter(pc.is_in(actions["id"], pa.array(subject.ids, pa.large_string())))))
    undone = _undone(subject, listed, actions)
    undos = {one.id for one in undone.values()}
    own = [one for one in listed if one.id not in undos] or listed  # whoever takes back is not who did it
    first, last = _bounds(own, subject)
    past = _past(actions, subject.ids, first)
    return Facts(
        incident=subject.incident,
        account=subject.incident.account,
        platform=subject.incident.platform,
        home_zone=subject.home_zone,
        as_of=subject.as_of,
        actions=tuple(own),
        undone=undone,
        around=tuple(from_columns(_within(actions, first - BEFORE, last + AFTER))),
        loose=_loose(actions, first - BEFORE, [*subject.ids, *undos]),
        clients=_counts(past["client"]),
        hours=_hours(past, ZoneInfo(subject.home_zone)),
        changes=tuple(_changes(_within(actions, first - CHANGED_BEFORE, last + CHANGED_AFTER), subject.ids)),
        domains=_domains(past["links"]),
        authors=_counts(past["object_author"]),
        clocks=_clocks(past),
    )


def _bounds(own: Sequence[Activity], subject: Subject) -> tuple[datetime, datetime]:
    fallback = subject.incident.onset or subject.incident.alarm_time or subject.as_of
    times = [time for one in own if (time := one.published or one.start_time)] or [fallback]
    ends = [time for one in own if (time := one.published or one.end_time)] or [fallback]
    return min(times), max(ends)


def _undone(subject: Subject, own: Sequence[Activity], actions: pa.Table) -> dict[str, Activity]:
    """Return what took each action back: as the incident has it, or the undo of the same thing."""
    wanted = {
        one.id: subject.undone.get(one.id) or activity_id(one.platform, one.actor, UNDONE_BY[one.verb], one.native_id)
        for one in own
        if one.verb in UNDONE_BY
    }
    held = pa.array(sorted(set(wanted.values())), pa.large_string())
    found = {one.id: one for one in from_columns(actions.filter(pc.is_in(actions["id"], held)))}
    own_of = {one.id: one for one in own}
    return {
        done: found[undo]
        for done, undo in wanted.items()
        if undo in found and undo != done and not _is_before(found[undo], own_of[done])
    }


def _is_before(undo: Activity, done: Activity) -> bool:
    """Say whether an undo is earlier than what it should undo: then it took back an earlier one of the same thing."""
    gone, since = undo.published or undo.end_time, done.published or done.start_time
    return gone is not None and since is not None and gone < since


def _past(actions: pa.Table, ids: Iterable[str], first: datetime) -> pa.Table:
    """Return what the account did before, without the incident and what has no time before it."""
    time = pc.coalesce(actions["time"], actions["end_time"])
    before = pc.less(time, pa.scalar(first, pa.timestamp("us", "UTC"))).fill_null(fill_value=False)
    foreign = pc.is_in(actions["id"], pa.array(list(ids), pa.large_string()))
    return actions.filter(pc.and_(before, pc.invert(foreign)))


def _within(actions: pa.Table, start: datetime, end: datetime) -> pa.Table:
    kind = pa.timestamp("us", "UTC")
    time = pc.coalesce(actions["time"], actions["start_time"])
    inside = pc.and_(
        pc.greater_equal(time, pa.scalar(start, kind)), pc.less_equal(time, pa.scalar(end, kind))
    )  # fmt: skip
    return actions.filter(inside.fill_null(fill_value=False))


def _loose(actions: pa.Table, start: datetime, besides: Iterable[str]) -> dict[str, int]:
    """Return how many actions without a time, by verb, may lie in this span though their bounds begin before it."""
    kind = pa.timestamp("us", "UTC")
    began = pc.less(actions["start_time"], pa.scalar(start, kind)).fill_null(fill_value=True)
    ended = pc.less(actions["end_time"], pa.scalar(start, kind)).fill_null(fill_value=False)
    may = pc.and_(pc.is_null(actions["time"]), pc.and_(began, pc.invert(ended)))
    listed = pc.is_in(actions["id"], pa.array(list(besides), pa.large_string()))
    return _counts(actions.filter(pc.and_(may, pc.invert(listed)))["verb"])


def _counts(column: "pa.ChunkedArray[pa.LargeStringScalar]") -> dict[str, int]:
    found = {one["values"]: one["counts"] for one in pc.value_counts(column.drop_null()).to_pylist()}
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _hours(past: pa.Table, zone: ZoneInfo) -> tuple[int, ...]:
    """Return how many actions each hour at home has."""
    times = past["time"].drop_null()
    latest = times.slice(max(0, len(times) - MOST_HOURS)).to_pylist()
    counts = Counter(time.astimezone(zone).hour for time in latest)
    return tuple(counts.get(hour, 0) for hour in range(HOURS))


def _domains(links: "pa.ChunkedArray[pa.LargeListScalar]") -> dict[str, int]:
    return Counter(map(domain, _flat(links)))


def _flat(links: "pa.ChunkedArray[pa.LargeListScalar]") -> list[str]:
    return [link for link in pc.list_flatten(links).to_pylist() if link]


def _changes(near: pa.Table, ids: Iterable[str]) -> Iterable[Activity]:
    for one in from_columns(near.filter(pc.equal(near["verb"], "update"))):
        if any(word in (one.object or "").casefold() for word in CHANGES) and at(one):
            yield one


def _clocks(past: pa.Table) -> tuple[int, ...]:
    latest = past.slice(max(0, past.num_rows - MOST_CLOCKS)).select(["native_id", "platform"])
    if latest.num_rows == 0 or latest["platform"][0].as_py() != "bluesky":
        return ()
    keys = latest["native_id"].to_pylist()
    blank = Activity(id="", native_id="", platform="bluesky", verb="post", actor="")
    found = (clock_of(msgspec.structs.replace(blank, native_id=key)) for key in keys)
    return tuple(clock for clock in found if clock is not None)
