"""Reads a whole column of times at once, to the same answers as `times.read_time` gives one at a time."""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from countersign.activity import TimeBasis
from countersign.sources.actions.arrow import Column, pc
from countersign.sources.actions.times import read_time

Instants = npt.NDArray[np.datetime64]
Flags = npt.NDArray[np.bool_]

BASES: Final[tuple[TimeBasis, ...]] = ("given", "minute", "day", "between", "after object", "unknown")
"""How a time is known, by the small number that stands for it in a column."""
GIVEN, MINUTE, DAY, BETWEEN, AFTER_OBJECT, UNKNOWN = range(len(BASES))

NEVER: Final = np.datetime64("NaT", "us")
_UTC: Final = pa.timestamp("us", tz="UTC")
_PLAIN: Final = r"^[12]\d{3}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)$"
"""What Arrow reads as we do; all else goes one at a time."""


class Times(NamedTuple):
    """A column of times: instants in UTC (NaT: none), how finely each was given, and which told no zone or nothing."""

    at: Instants
    basis: npt.NDArray[np.int8]
    naive: Flags
    bad: Flags

    def last(self) -> Instants:
        """Return the last instant that each may mean: "before 4 March" includes that day."""
        return last_of(self.at, self.basis)


def read_times(column: Column | None, rows: int) -> Times:
    """Return what a column of texts, dates or timestamps says; a missing column says nothing."""
    if column is None or column.null_count == rows:
        return _nothing(rows)
    if pa.types.is_timestamp(column.type):
        naive = np.full(rows, column.type.tz is None) & _flags(pc.is_valid(column))
        return _nothing(rows)._replace(at=instants(column), naive=naive)
    if pa.types.is_date(column.type):
        return _nothing(rows)._replace(at=instants(column), basis=np.full(rows, DAY, np.int8))
    return _written(column, rows)


def instants(column: Column) -> Instants:
    """Return a column of dates or timestamps as microseconds in UTC, NaT where it is null."""
    return np.asarray(column.to_numpy(zero_copy_only=False)).astype("datetime64[us]")


def timestamps(at: Instants) -> Column:
    """Return instants as a column of the schema's type.

    >>> timestamps(np.array(["2026-09-09T02:14", "NaT"], "datetime64[us]")).null_count
    1
    """
    return pa.array(at, pa.timestamp("us")).cast(_UTC)


def last_of(first: Instants, basis: npt.NDArray[np.int8]) -> Instants:
    """Return the last instant that each time may mean, as `activity.span` does for one."""
    width = np.zeros(len(first), "timedelta64[us]")
    width[basis == MINUTE] = np.timedelta64(60 * 10**6 - 1, "us")
    width[basis == DAY] = np.timedelta64(86_400 * 10**6 - 1, "us")
    return first + width


def _nothing(rows: int) -> Times:
    no = np.zeros(rows, np.bool_)
    return Times(np.full(rows, NEVER), np.zeros(rows, np.int8), no, no)


def _written(column: Column, rows: int) -> Times:
    written = _flags(pc.fill_null(pc.not_equal(column, ""), fill_value=False))
    plain = pc.match_substring_regex(column, _PLAIN)
    try:
        at = instants(pc.if_else(plain, column, None).cast(_UTC))
    except pa.ArrowInvalid:  # a 30 February among them: the whole column goes one at a time
        return _one_by_one(column, np.flatnonzero(written), _nothing(rows))
    rest = np.flatnonzero(written & ~_flags(pc.fill_null(plain, fill_value=False)))
    return _one_by_one(column, rest, _nothing(rows)._replace(at=at))


def _one_by_one(column: Column, places: npt.NDArray[Any], times: Times) -> Times:
    if not len(places):
        return times
    found = [read_time(text) for text in column.take(pa.array(places)).to_pylist()]
    at, basis, naive, bad = times.at.copy(), times.basis.copy(), times.naive.copy(), times.bad.copy()
    at[places] = np.array([when.at.replace(tzinfo=None) if when else NEVER for when in found], "datetime64[us]")
    basis[places] = [BASES.index(when.basis) if when else GIVEN for when in found]
    naive[places] = [when is not None and not when.zoned for when in found]
    bad[places] = [when is None for when in found]
    return Times(at, basis, naive, bad)


def _flags(column: Column) -> Flags:
    return np.asarray(column.to_numpy(zero_copy_only=False), np.bool_)
