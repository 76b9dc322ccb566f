"""Says what one row means: the action that was done and, where it vanished again, the action that undid it."""

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from countersign.activity import UNDONE_BY, VERBS, Activity, TimeBasis, Verb, activity_id, span
from countersign.sources.actions.row import Row
from countersign.sources.actions.times import When, read_time

SOURCE = "actions"
INVERTED = "its interval ends before it begins; its time is taken as unknown"


def activities(row: Row, *, position: int, place: str) -> Iterator[Activity]:
    """Yield the action of a row, then what undid it.

    `place` names the row ("line-12") where the file gives no id. The columnar road, `shape`, says the same.
    """
    notes = list(row.notes)
    native, platform, verb = row.id or place, row.platform or "unknown", _verb(row.verb, notes)
    known = {name: _read(row, name, notes) for name in ("time", "target_time", "after", "before")}
    act = Activity(
        id=activity_id(platform, row.account, verb, native),
        native_id=native,
        platform=platform,
        verb=verb,
        actor=row.account,
        object=row.target_id or None,
        object_author=row.target_author or None,
        object_time=_at(known["target_time"]),
        instrument=row.client or None,
        content=row.text,
        content_length=row.text_length,
        lang=row.lang or None,
        links=tuple(row.links or ()),
        mentions=tuple(row.mentions or ()),
        hashtags=tuple(row.hashtags or ()),
        sensitive=row.sensitive,
        media=row.media,
        source=SOURCE,
        position=position if row.seq is None else math.ceil(row.seq),
        **_when(row, known, notes),
    )
    undone = _undone(row, act, notes)
    yield msgspec.structs.replace(act, note="; ".join(notes) or None)
    if undone is not None:
        yield undone


def _verb(given: str | None, notes: list[str]) -> Verb:
    if given in VERBS:
        return given
    notes.append(f'verb "{given}" is none of ours' if given else "no verb given")
    return "other"


def _read(row: Row, name: str, notes: list[str]) -> When | None:
    written = getattr(row, name)
    if not written:
        return None
    when = read_time(written)
    if when is None:
        notes.append(f"{name} not understood")
    return when


def _at(when: When | None) -> datetime | None:
    return when.at if when else None


def _last(when: When | None) -> datetime | None:
    """Return the last instant that a time may mean: "before 4 March" includes that day."""
    return span(when.at, when.basis)[1] if when else None


def _when(row: Row, known: dict[str, When | None], notes: list[str]) -> dict[str, Any]:
    time, target = known["time"], _at(known["target_time"])
    if time is not None:
        return _given(time, row.time_res)
    after, before = known["after"], known["before"]
    if after is None and before is None:
        return {"start_time": target, "time_basis": "after object" if target else "unknown"}
    return _between(max((t for t in (_at(after), target) if t), default=None), _last(before), notes)


def _given(time: When, resolution: str | None) -> dict[str, Any]:
    basis: TimeBasis = (
        "day" if "day" in (time.basis, resolution) else "minute" if resolution == "minute" else time.basis
    )
    if basis == "day":
        floor = time.at.replace(hour=0, minute=0, second=0, microsecond=0)
    elif basis == "minute":
        floor = time.at.replace(second=0, microsecond=0)
    else:
        floor = time.at
    first, last = span(floor, basis)
    published = None if basis == "day" else time.at
    return {"published": published, "start_time": first, "end_time": last, "time_basis": basis}


def _between(first: datetime | None, last: datetime | None, notes: list[str]) -> dict[str, Any]:
    if first and last and first > last:
        notes.append(INVERTED)
        return {"time_basis": "unknown"}
    return {"start_time": first, "end_time": last, "time_basis": "between"}


def _undone(row: Row, act: Activity, notes: list[str]) -> Activity | None:
    deleted_at = _read(row, "deleted_at", notes)
    gone_after, gone_by = _read(row, "gone_after", notes), _read(row, "gone_by", notes)
    if deleted_at is not None:
        when = _given(deleted_at, None)
    elif gone_after is not None or gone_by is not None:
        when = _between(_at(gone_after), _last(gone_by), notes)
    elif row.deleted:
        when = {"start_time": act.start_time, "time_basis": "after object" if act.start_time else "unknown"}
    else:
        return None
    verb = UNDONE_BY.get(act.verb, "delete")
    return Activity(
        id=activity_id(act.platform, act.actor, verb, act.native_id),
        native_id=act.native_id,
        platform=act.platform,
        verb=verb,
        actor=act.actor,
        object=act.native_id if verb == "delete" else act.object,
        object_author=None if verb == "delete" else act.object_author,
        object_time=act.published if verb == "delete" else act.object_time,
        source=SOURCE,
        position=act.position,
        **when,
    )
