"""Makes one action of what was read twice: exact repetitions go, records of one action that agree become one."""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from countersign.activity import ACTIONS
from countersign.engine.columns import Codes, Flags, Instants, array, codes, instants, pc, texts
from countersign.score.observe import hashes

DIFFERENT: Final = "another record has the same id and says something else"
MOST_COMPARED: Final = 8
"""Records of one id that are compared with the first; more are kept as they are (files made to cost time)."""

_BEST_FIRST: Final = ("given", "minute", "page order", "between", "day", "after object", "unknown")
_TIMES: Final = ("time", "start_time", "end_time", "time_basis")
_BESIDE: Final = ("id", "position", "source", "note")
"""What may differ between two records of one action: whence they come, not what they say."""
_CONTENT: Final = tuple(name for name in ACTIONS.names if name not in _TIMES and name not in _BESIDE)
_LISTS: Final = tuple(field.name for field in ACTIONS if pa.types.is_large_list(field.type))


class Merged(NamedTuple):
    """Actions with each said once, how many said what another had said, and which rows of the input are left."""

    actions: pa.Table
    duplicates: int
    rows: npt.NDArray[np.int64]


def merged(actions: pa.Table) -> Merged:
    """Return actions without repetitions.

    Records of one id become one where neither contradicts the other: what is known fills what is not, and intervals
    narrow each other. Those that contradict are all kept, the later under ids of their own (`~2`), with a note.
    """
    if _each_once(actions["id"]):
        return Merged(actions, 0, np.arange(actions.num_rows))
    identity = codes(actions["id"])
    often = np.bincount(identity)
    repeated = np.flatnonzero(often[identity] > 1)
    single = np.flatnonzero(often[identity] == 1)
    kept, table = _settled(actions.take(array(repeated)).combine_chunks(), identity[repeated])
    rows = np.concatenate([single, repeated[kept]])
    order = np.argsort(rows)
    whole = pa.concat_tables([actions.take(array(single)), table]).take(array(order))
    return Merged(whole, actions.num_rows - len(rows), rows[order])


def _each_once(texts: Any) -> bool:
    """Say whether no text is there twice. Different texts have different hashes, so to say; if not, it takes longer."""
    found = np.concatenate([hashes(chunk)[0] for chunk in texts.chunks] or [np.zeros(0, np.uint64)])
    found.sort()
    return not (found[1:] == found[:-1]).any()


def _settled(table: pa.Table, identity: Codes) -> tuple[npt.NDArray[np.int64], pa.Table]:
    """Return which rows of a table of repeated ids are kept, and what they say then."""
    distinct = _first_of_each(_combined(identity, _said(table)))
    folding = _Folding(table.take(array(distinct)), identity[distinct])
    kept = folding.fold()
    return distinct[kept], _renumbered(folding.table().take(array(kept)), identity[distinct[kept]])


def _said(table: pa.Table) -> list[Codes]:
    said = []
    for name in (*_CONTENT, *_TIMES):
        column = table[name]
        if name in _LISTS:
            said.append(codes(pc.list_value_length(column)))
            column = pc.binary_join(column, pa.scalar("\x1f", pa.large_string()))
        said.append(codes(column))
    return said


def _combined(first: Codes, others: list[Codes]) -> Codes:
    """Return one number for each different row of several columns of numbers."""
    both = first
    for other in others:
        both = np.unique(both * (int(other.max(initial=0)) + 2) + other + 1, return_inverse=True)[1].astype(np.int64)
    return both


def _first_of_each(numbers: Codes) -> npt.NDArray[np.int64]:
    return np.sort(np.unique(numbers, return_index=True)[1])


def _rank(identity: Codes) -> tuple[Codes, Codes]:
    """Return each row's place among those of its id, from 0, and the row of the first of them."""
    order = np.argsort(identity, kind="stable")
    new = np.flatnonzero(np.diff(identity[order], prepend=-1))
    begins = np.repeat(new, np.diff(new, append=len(order)))
    rank, first = np.empty(len(order), np.int64), np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - begins
    first[order] = order[begins]
    return rank, first


class _Folding:
    """Takes the records of each id, one after the other, into the first one, where they agree with it."""

    def __init__(self, table: pa.Table, identity: Codes) -> None:
        self._table = table
        self._rank, self._first = _rank(identity)
        self._from = {name: np.arange(table.num_rows) for name in (*_CONTENT, "note")}
        self._said = {name: _Said(table, name) for name in self._from}
        self._when = {name: instants(table[name]).copy() for name in _TIMES[:3]}
        self._basis = np.array([_BEST_FIRST.index(basis) for basis in table["time_basis"].to_pylist()], np.int8)

    def fold(self) -> npt.NDArray[np.int64]:
        """Return the rows that are left."""
        left = np.ones(self._table.num_rows, np.bool_)
        for rank in range(1, min(int(self._rank.max(initial=0)), MOST_COMPARED) + 1):
            later = np.flatnonzero(self._rank == rank)
            first = self._first[later]
            agreed = self._agree(first, later)
            self._take(first[agreed], later[agreed])
            left[later[agreed]] = False
        return np.flatnonzero(left)

    def table(self) -> pa.Table:
        """Return the records with what was folded into them."""
        columns = {name: self._table[name] for name in ACTIONS.names}
        for name, rows in self._from.items():
            columns[name] = self._table[name].take(array(rows))
        for name, at in self._when.items():
            columns[name] = array(at, pa.timestamp("us")).cast(ACTIONS.field(name).type)
        columns["time_basis"] = texts(_BEST_FIRST).take(array(self._basis))
        return pa.Table.from_arrays([columns[name] for name in ACTIONS.names], schema=ACTIONS)

    def _agree(self, first: Codes, later: Codes) -> Flags:
        agreed = self._times_agree(first, later)
        for name in _CONTENT:
            agreed &= self._said[name].agree(self._from[name][first], self._from[name][later])
        return agreed

    def _times_agree(self, first: Codes, later: Codes) -> Flags:
        (one, start, end), (other, begin, stop) = (
            [self._when[name][rows] for name in _TIMES[:3]] for rows in (first, later)
        )
        overlap = ~((start > stop) | (begin > end))  # a bound that is not known (NaT) contradicts nothing
        return np.where(~np.isnat(one) & ~np.isnat(other), one == other, overlap)

    def _take(self, first: Codes, later: Codes) -> None:
        for name, rows in self._from.items():
            missing = self._said[name].missing[rows[first]]
            rows[first[missing]] = rows[later[missing]]
        time, start, end = (self._when[name] for name in _TIMES[:3])
        time[first] = _known(time[first], time[later])
        start[first], end[first] = np.fmax(start[first], start[later]), np.fmin(end[first], end[later])
        self._basis[first] = np.minimum(self._basis[first], self._basis[later])


class _Said:
    """One column as far as two of its values can be compared."""

    def __init__(self, table: pa.Table, name: str) -> None:
        column: Any = table[name]
        if name in _LISTS:
            empty = pc.equal(pc.list_value_length(column), 0)
            joined = pc.binary_join(column, pa.scalar("\x1f", pa.large_string()))
            column = pc.if_else(empty, None, joined)
        self._codes = codes(column)
        self.missing: Flags = self._codes == -1

    def agree(self, one: Codes, other: Codes) -> Flags:
        agreed: Flags = self.missing[one] | self.missing[other] | (self._codes[one] == self._codes[other])
        return agreed


def _known(one: Instants, other: Instants) -> Instants:
    return np.where(np.isnat(one), other, one)


def _renumbered(table: pa.Table, identity: Codes) -> pa.Table:
    """Return records with an id of their own for each that contradicts an earlier one."""
    rank, _ = _rank(identity)
    again = np.flatnonzero(rank)
    if not len(again):
        return table
    ids, notes = table["id"].to_pylist(), table["note"].to_pylist()
    for row in again.tolist():
        ids[row] = f"{ids[row]}~{rank[row] + 1}"
        notes[row] = f"{notes[row]}; {DIFFERENT}" if notes[row] else DIFFERENT
    table = table.set_column(table.schema.get_field_index("id"), ACTIONS.field("id"), texts(ids))
    return table.set_column(table.schema.get_field_index("note"), ACTIONS.field("note"), texts(notes))
