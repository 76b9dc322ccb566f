"""Groups surprising actions into incidents: where each began, what belongs to it, what was around it or undone."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from countersign.activity import UNDONE_BY
from countersign.incident.incident import Severity
from countersign.score.alarm import ALARM, ALERT, FIRST
from countersign.score.kernel import UNITS
from countersign.score.walk import Outcome

AROUND = 3
"""Actions shown before and after an incident."""
UNDONE_WITHIN = timedelta(days=7)
"""An undo this long after the last surprising action still belongs to the incident."""
MOST_UNDOS = 2000
"""Undos looked through for one incident: its own come early, and a bulk deletion must not cost endless time."""
MOST = 500
"""Actions of one incident that are kept with it; a longer one says how many more there are."""
HIGH, MEDIUM = 10.0, 5.0
"""Bits of an incident's actions together, above the threshold, from which it is of high or medium severity."""
_UNDOING = pa.array(sorted(set(UNDONE_BY.values())), type=pa.large_string())

Rows = npt.NDArray[np.int64]
Record = Mapping[str, Any]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One incident as rows of the table that was scored.

    `onset` is its first row and `last` its last, `alarm` the one at which somebody was told (in the digest: that
    raised it). `rows` are its surprising actions, `actions` how many there are; `until` is where it can no longer
    matter: the row after the next incident's first alarm, or the account's end.
    """

    rows: tuple[int, ...]
    onset: int
    alarm: int
    alert: bool
    last: int
    until: int
    actions: int
    peak: float
    threshold: float
    before: tuple[int, ...]
    after: tuple[int, ...]
    undone: tuple[tuple[int, int], ...]
    severity: Severity


def groups(out: Outcome, start: int, stop: int, actions: pa.Table) -> Iterator[Group]:
    """Yield the incidents of one account, whose rows are `start` to `stop`, in order."""
    firsts = np.flatnonzero(out.flags[start:stop] & FIRST) + start
    if len(firsts) == 0:
        return
    undos = _undos(actions, start, stop)
    for first, end in zip(firsts.tolist(), [*firsts[1:].tolist(), stop], strict=True):
        yield _group(out, (start, first, end, stop), actions, undos)


def undone_of(actions: pa.Table, bounds: tuple[int, int], rows: Rows) -> Iterator[tuple[int, int]]:
    """Yield pairs (row, row of its undo) of rows of the account that begins and ends at `bounds`, in order."""
    yield from _undone(rows, int(rows[-1]), actions, _undos(actions, *bounds))


def _group(out: Outcome, bounds: tuple[int, int, int, int], actions: pa.Table, undos: Rows) -> Group:
    """Return the incident whose first alarm is at `first`, the next one's at `end`, of the account start to stop."""
    start, first, end, stop = bounds
    last = _last(out, first, end)
    onset = max(start, first - int(out.since[first]) + 1)
    surprising = np.flatnonzero(out.units[onset : last + 1] > 0) + onset
    told = np.flatnonzero(out.flags[first : last + 1] & ALERT) + first
    peak = float(out.sums[onset : last + 1].max()) / UNITS
    threshold = float(out.heights[first]) / UNITS
    return Group(
        rows=tuple(surprising[:MOST].tolist()),
        onset=onset,
        alarm=int(told[0]) if len(told) else first,
        alert=bool(len(told)),
        last=last,
        until=min(stop, end + 1),
        actions=len(surprising),
        peak=peak,
        threshold=threshold,
        before=tuple(range(max(start, onset - AROUND), onset)),
        after=tuple(range(last + 1, min(stop, last + 1 + AROUND))),
        undone=tuple(_undone(surprising, last, actions, undos)),
        severity=_severity(float(out.units[surprising].sum()) / UNITS - threshold),
    )


def _last(out: Outcome, first: int, end: int) -> int:
    """Return the incident's last row: its last alarm, or what went on after it without the sum coming back to 0."""
    last = at = first + int(np.flatnonzero(out.flags[first:end] & ALARM)[-1])
    while at + 1 < end and out.incident[at + 1] == out.incident[first] > 0 and out.sums[at + 1] > 0:
        at += 1
        last = at if out.units[at] > 0 else last
    return last


def _severity(bits: float) -> Severity:
    return "high" if bits >= HIGH else "medium" if bits >= MEDIUM else "low"


def _undos(actions: pa.Table, start: int, stop: int) -> Rows:
    """Return the rows of an account that take something back."""
    verbs = actions["verb"].slice(start, stop - start)
    return np.flatnonzero(pc.is_in(verbs, value_set=_UNDOING).to_numpy()) + start


def _undone(rows: Rows, last: int, actions: pa.Table, undos: Rows) -> Iterator[tuple[int, int]]:
    """Yield pairs (row, row of its undo): the undoing verb on the same object, later, within a week of the last row."""
    later = undos[np.searchsorted(undos, rows[0], side="right") :][:MOST_UNDOS] if len(rows) else undos[:0]
    if len(later) == 0:
        return
    until = _when(_records(actions, np.array([last]))[0])
    found = list(zip(later.tolist(), _records(actions, later), strict=True))
    near = [(row, undo) for row, undo in found if until is None or _within(undo, until)]
    if not near:
        return
    for row, action in zip(rows.tolist(), _records(actions, rows), strict=True):
        own = next((undo for undo, record in near if undo > row and _takes_back(record, action)), None)
        if own is not None:
            yield row, own


def _records(actions: pa.Table, rows: Rows) -> list[Record]:
    """Return of these rows what an undo is known by."""
    columns = actions.select(["verb", "object", "native_id", "time", "end_time"])
    found: list[Record] = columns.take(pa.array(rows)).to_pylist()
    return found


def _within(undo: Record, until: Any) -> bool:
    when = _when(undo)
    return when is None or when - until <= UNDONE_WITHIN


def _when(record: Record) -> Any:
    return record["time"] or record["end_time"]


def _takes_back(undo: Record, action: Record) -> bool:
    if undo["verb"] != UNDONE_BY.get(action["verb"]):
        return False
    # What a reply answers or a quote quotes is somebody else's post: deleting that does not take the reply back.
    done = {action["native_id"]} if undo["verb"] == "delete" else {action["object"], action["native_id"]}
    return bool((done & {undo["object"], undo["native_id"]}) - {None})
