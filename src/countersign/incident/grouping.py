"""Groups surprising actions into incidents: where each began, what belongs to it, what came around it, what was undone."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pyarrow as pa

from countersign.activity import UNDONE_BY
from countersign.incident.incident import Severity
from countersign.score.alarm import ALARM, ALERT, FIRST
from countersign.score.walk import Outcome

AROUND = 3
"""Actions shown before and after an incident."""
UNDONE_WITHIN = timedelta(days=7)
"""An undo this long after a surprising action still belongs to its incident."""
MOST = 500
"""Actions of one incident that are kept with it; a longer one says how many more there are."""
HIGH, MEDIUM = 3.0, 1.6
"""Peak of the CUSUM, in thresholds, from which an incident is of high or medium severity."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One incident as rows: `onset` is its first, `alarm` the row that raised it (told: at which somebody was told)."""

    rows: tuple[int, ...]
    onset: int
    alarm: int
    alert: bool
    last: int
    actions: int
    peak: float
    threshold: float
    before: tuple[int, ...]
    after: tuple[int, ...]
    undone: tuple[tuple[int, int], ...]
    severity: Severity


def groups(out: Outcome, start: int, stop: int, actions: pa.Table) -> Iterator[Group]:
    """Yield the incidents of one account, whose rows are `start` to `stop`, in order."""
    flags = out.flags[start:stop]
    firsts = np.flatnonzero(flags & FIRST) + start
    for index, first in enumerate(firsts):
        end = int(firsts[index + 1]) if index + 1 < len(firsts) else stop
        yield _group(out, start, int(first), end, stop, actions)


def _group(out: Outcome, start: int, first: int, end: int, stop: int, actions: pa.Table) -> Group:
    alarms = np.flatnonzero(out.flags[first:end] & ALARM) + first
    last = int(alarms[-1])
    onset = max(start, first - int(out.since[first]) + 1)
    inside = np.arange(onset, last + 1)
    surprising = inside[out.units[onset : last + 1] > 0]
    told = np.flatnonzero(out.flags[first : last + 1] & ALERT) + first
    peak = float(out.sums[onset : last + 1].max()) / 256.0
    threshold = float(out.heights[first]) / 256.0
    undone = tuple(_undone(surprising, last, stop, actions))
    return Group(
        rows=tuple(int(row) for row in surprising[:MOST]),
        onset=onset,
        alarm=int(told[0]) if len(told) else first,
        alert=bool(len(told)),
        last=last,
        actions=len(surprising),
        peak=peak,
        threshold=threshold,
        before=tuple(range(max(start, onset - AROUND), onset)),
        after=tuple(range(last + 1, min(stop, last + 1 + AROUND))),
        undone=undone,
        severity=_severity(peak / threshold if threshold > 0 else 0.0),
    )


def _severity(thresholds: float) -> Severity:
    return "high" if thresholds >= HIGH else "medium" if thresholds >= MEDIUM else "low"


def _undone(rows: Sequence[int] | np.ndarray, last: int, stop: int, actions: pa.Table) -> Iterator[tuple[int, int]]:
    """Yield pairs (row, row of its undo): the same object, the undoing verb, within a week after the incident."""
    if len(rows) == 0:
        return
    first = int(rows[0])
    window = actions.slice(first, min(stop, last + 400) - first).select(
        ["verb", "object", "native_id", "time", "end_time"]
    )
    records = window.to_pylist()
    until = _when(records[last - first])
    for row in rows:
        own = records[int(row) - first]
        undo = UNDONE_BY.get(own["verb"])
        for offset in range(int(row) - first + 1, len(records)):
            other = records[offset]
            if until is not None and (_when(other) or until) - until > UNDONE_WITHIN:
                break
            if other["verb"] == undo and undo is not None and _same(own, other):
                yield int(row), first + offset
                break


def _when(record: dict[str, object]) -> datetime | None:
    when = record["time"] or record["end_time"]
    return when.astimezone(UTC) if isinstance(when, datetime) else None


def _same(action: dict[str, object], undo: dict[str, object]) -> bool:
    what = {action["object"], action["native_id"]} - {None}
    return bool(what & ({undo["object"], undo["native_id"]} - {None}))
