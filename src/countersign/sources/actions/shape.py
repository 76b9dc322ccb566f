"""Says what many rows mean at once, column by column, to the same answers as `single` gives one at a time."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from countersign.activity import ACTIONS, UNDONE_BY, VERBS
from countersign.sources.actions.arrow import Column, array, lists, pc
from countersign.sources.actions.rows import Rows
from countersign.sources.actions.single import INVERTED, SOURCE
from countersign.sources.actions.timecolumn import (
    AFTER_OBJECT,
    BASES,
    BETWEEN,
    DAY,
    MINUTE,
    NEVER,
    UNKNOWN,
    Instants,
    Times,
    last_of,
    read_times,
    timestamps,
)  # fmt: skip

_STRING: Final = pa.large_string()
_COLON: Final = pa.scalar(":", _STRING)
_TIMES: Final = ("time", "target_time", "after", "before", "deleted_at", "gone_after", "gone_by")


class Known(NamedTuple):
    """When things were done: the instant where one was given, the bounds, and how they are known (`BASES`)."""

    time: Instants
    start: Instants
    end: Instants
    basis: npt.NDArray[np.int8]

    def of(self, rows: npt.NDArray[np.int64]) -> "Known":
        """Return what is known of some rows."""
        return Known(self.time[rows], self.start[rows], self.end[rows], self.basis[rows])


def shaped(rows: Rows) -> tuple[pa.Table, int]:
    """Return the actions that rows mean, each followed by what undid it, and how many times told no zone."""
    return _Shape(rows).table()


class _Shape:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._count = len(rows.positions)
        self._notes = {row: list(notes) for row, notes in rows.notes.items()}
        self._times = {name: read_times(rows.columns.get(name), self._count) for name in _TIMES}

    def table(self) -> tuple[pa.Table, int]:
        actions = self._actions()
        undone = self._undone(actions)
        actions["note"] = self._note_column()
        table = _table(actions, self._count)
        naive = sum(int(times.naive.sum()) for times in self._times.values())
        return (table if undone is None else _interleaved(table, undone)), naive

    def _actions(self) -> dict[str, Column]:
        columns, count = self._rows.columns, self._count
        verb = self._verb()
        native, platform = self._native(), _filled(self._text("platform"), "unknown", count)
        for name in _TIMES[:4]:
            self._note(self._times[name].bad, f"{name} not understood")
        when = self._when()
        return {
            "id": pc.binary_join_element_wise(platform, columns["account"], verb, native, _COLON),
            "native_id": native, "platform": platform, "account": columns["account"], "verb": verb,
            **_bounds(when),
            "object": self._text("target_id"), "object_author": self._text("target_author"),
            "object_time": timestamps(self._times["target_time"].at),
            "client": self._text("client"), "text": columns.get("text"), "lang": self._text("lang"),
            **{name: columns.get(name) for name in ("text_length", "sensitive", "media")},
            **{name: _lists(columns.get(name), count) for name in ("links", "mentions", "hashtags")},
            "source": pa.repeat(pa.scalar(SOURCE, _STRING), count), "position": self._position(),
        }  # fmt: skip

    def _text(self, name: str) -> Column | None:
        column = self._rows.columns.get(name)
        if column is None:
            return None
        empty = pc.equal(column, "")
        return pc.if_else(empty, None, column) if pc.any(empty).as_py() else column

    def _native(self) -> Column:
        given = self._text("id")
        if given is not None and given.null_count == 0:
            return given
        numbers = pa.array(self._rows.positions).cast(_STRING)
        places = pc.binary_join_element_wise(pa.scalar(self._rows.place, _STRING), numbers, pa.scalar("-", _STRING))
        return places if given is None else pc.coalesce(given, places)

    def _verb(self) -> Column:
        given = self._text("verb")
        if given is None:
            given = pa.nulls(self._count, _STRING)
        known = pc.is_in(given, value_set=pa.array(VERBS, _STRING))
        if pc.all(known).as_py():
            return given
        strange = np.flatnonzero(~known.to_numpy(zero_copy_only=False))
        for row, verb in zip(strange.tolist(), given.take(array(strange)).to_pylist(), strict=True):
            self._notes.setdefault(row, []).append(f'verb "{verb}" is none of ours' if verb else "no verb given")
        return pc.if_else(known, given, "other")

    def _position(self) -> Column:
        seq = self._rows.columns.get("seq")
        own = pa.array(self._rows.positions)
        return own if seq is None else pc.coalesce(pc.ceil(seq).cast(pa.int64()), own)

    def _when(self) -> Known:
        time, target = self._times["time"], self._times["target_time"].at
        known = self._given(time, self._rows.columns.get("time_res"))
        has = ~np.isnat(time.at)
        after, before = self._times["after"], self._times["before"]
        interval = ~has & ~(np.isnat(after.at) & np.isnat(before.at))
        self._between(known, interval, np.fmax(after.at, target), before)
        rest = ~has & ~interval
        known.start[rest] = target[rest]
        known.basis[rest] = np.where(np.isnat(target[rest]), UNKNOWN, AFTER_OBJECT)
        return known

    def _given(self, time: Times, resolution: Column | None) -> Known:
        basis = time.basis.copy()
        for name, code in (("minute", MINUTE), ("day", DAY)):
            if resolution is not None:
                basis[_true(pc.equal(resolution, name), self._count)] = code
        basis[time.basis == DAY] = DAY
        start = time.at.copy()
        for code, unit in ((MINUTE, "m"), (DAY, "D")):
            coarse = basis == code
            start[coarse] = start[coarse].astype(f"datetime64[{unit}]")
        return Known(np.where(basis == DAY, NEVER, time.at), start, last_of(start, basis), basis)

    def _between(self, known: Known, where: npt.NDArray[np.bool_], first: Instants, before: Times) -> None:
        last = before.last()
        inverted = where & (first > last)
        fine = where & ~inverted
        known.start[fine], known.end[fine], known.basis[fine] = first[fine], last[fine], BETWEEN
        known.basis[inverted] = UNKNOWN
        self._note(inverted, INVERTED)

    def _undone(self, actions: dict[str, Column]) -> tuple[npt.NDArray[np.int64], pa.Table] | None:
        deleted_at, after, by = (self._times[name] for name in ("deleted_at", "gone_after", "gone_by"))
        flagged = _true(self._rows.columns.get("deleted"), self._count)
        for name in _TIMES[4:]:
            self._note(self._times[name].bad, f"{name} not understood")
        at = ~np.isnat(deleted_at.at)
        gone = ~at & ~(np.isnat(after.at) & np.isnat(by.at))
        only = ~at & ~gone & flagged
        if not (at | gone | only).any():
            return None
        known = self._given(deleted_at, None)
        self._between(known, gone, after.at, by)
        start = np.asarray(actions["start_time"].to_numpy(zero_copy_only=False), "datetime64[us]")
        known.start[only] = start[only]
        known.basis[only] = np.where(np.isnat(start[only]), UNKNOWN, AFTER_OBJECT)
        rows = np.flatnonzero(at | gone | only)
        return rows, _undoing(actions, known, rows)

    def _note(self, where: npt.NDArray[np.bool_], note: str) -> None:
        for row in np.flatnonzero(where).tolist():
            self._notes.setdefault(row, []).append(note)

    def _note_column(self) -> Column | None:
        if not self._notes:
            return None
        notes: list[str | None] = [None] * self._count
        for row, found in self._notes.items():
            notes[row] = "; ".join(found)
        return pa.array(notes, _STRING)


def _undoing(actions: dict[str, Column], known: Known, rows: npt.NDArray[np.int64]) -> pa.Table:
    """Return the actions that undid the actions in some rows."""
    chosen = array(rows)
    kept = {name: actions[name].take(chosen) for name in ("native_id", "platform", "account", "source", "position")}
    verb = pa.array([UNDONE_BY.get(verb, "delete") for verb in actions["verb"].take(chosen).to_pylist()], _STRING)
    deletes = pc.equal(verb, "delete")
    kept["id"] = pc.binary_join_element_wise(kept["platform"], kept["account"], verb, kept["native_id"], _COLON)
    kept["verb"] = verb
    deleted = {"object": kept["native_id"], "object_author": None, "object_time": actions["time"].take(chosen)}
    for name, instead in deleted.items():
        of = actions[name]
        kept[name] = pc.if_else(deletes, instead, pa.nulls(len(rows), _STRING) if of is None else of.take(chosen))
    kept.update(_bounds(known.of(rows)))
    kept.update({name: _lists(None, len(rows)) for name in ("links", "mentions", "hashtags")})
    return _table(kept, len(rows))


def _bounds(known: Known) -> dict[str, Column]:
    names = pa.array(BASES, _STRING)
    return {
        "time": timestamps(known.time),
        "start_time": timestamps(known.start),
        "end_time": timestamps(known.end),
        "time_basis": names.take(array(known.basis)),
    }


def _true(column: Column | None, count: int) -> npt.NDArray[np.bool_]:
    if column is None:
        return np.zeros(count, np.bool_)
    return np.asarray(pc.fill_null(column, fill_value=False).to_numpy(zero_copy_only=False), np.bool_)


def _filled(column: Column | None, value: str, count: int) -> Column:
    return pa.repeat(pa.scalar(value, _STRING), count) if column is None else pc.fill_null(column, value)


def _lists(column: Column | None, count: int) -> Column:
    """Return a column of lists, empty where nothing is given (as `Activity` has it)."""
    kind = pa.large_list(_STRING)
    if column is None:
        return lists(np.zeros(count + 1, np.int64), pa.array([], _STRING))
    if not column.null_count:
        return column
    if pc.any(pc.greater(pc.list_value_length(pc.filter(_bare(column), pc.is_null(column))), 0)).as_py():
        return pc.coalesce(column, pa.scalar([], kind))
    return _bare(column)


def _bare(column: Column) -> Column:
    """Return lists without their nulls: the lists that lie there instead, which is far faster than filling them."""
    return lists(column.offsets, column.values)


def _table(columns: dict[str, Column], count: int) -> pa.Table:
    arrays = [
        pa.nulls(count, field.type) if columns.get(field.name) is None else columns[field.name] for field in ACTIONS
    ]
    return pa.Table.from_arrays(arrays, schema=ACTIONS)


def _interleaved(table: pa.Table, undone: tuple[npt.NDArray[np.int64], pa.Table]) -> pa.Table:
    rows, undoing = undone
    order = np.argsort(np.concatenate([np.arange(table.num_rows), rows]), kind="stable")
    return pa.concat_tables([table, undoing]).take(array(order)).combine_chunks()
