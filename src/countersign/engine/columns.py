"""Looks at the columns of actions as numbers: who, when, in which order; pyarrow's stubs are loosened here."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from countersign.activity import ACTIONS

pc: Any = pyarrow.compute
array: Any = pa.array
"""Pyarrow's functions, whose stubs (pyarrow-stubs 20) deny much of what they can do."""

Codes = npt.NDArray[np.int64]
Instants = npt.NDArray[np.datetime64]
Flags = npt.NDArray[np.bool_]

WORKERS: Final = 2
"""Columns that are copied at once."""
LAST: Final = np.iinfo(np.int64).max
"""Stands for "no time": after all times."""


EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Between these a time can be that of an action. Clients claim any (`createdAt` on Bluesky): to the last day of year
9999 nothing can be added, so that one such post would stop everything that looks at the days around an incident."""


def possible(actions: pa.Table) -> tuple[pa.Table, int]:
    """Return actions with times that cannot be taken as not known, and how many had one."""
    found = np.zeros(len(actions), np.bool_)
    for name in ("time", "start_time", "end_time", "object_time"):
        column = actions[name]
        low, high = (pa.scalar(one, column.type) for one in (EARLIEST, LATEST))
        beyond = filled(pc.or_(pc.less(column, low), pc.greater(column, high)), "no")
        if not pc.any(beyond).as_py():
            continue
        found |= flags(beyond)
        none = pa.scalar(None, column.type)
        actions = actions.set_column(actions.column_names.index(name), name, pc.if_else(beyond, none, column))
        if name == "time":
            basis = pc.if_else(beyond, pa.scalar("unknown", actions["time_basis"].type), actions["time_basis"])
            actions = actions.set_column(actions.column_names.index("time_basis"), "time_basis", basis)
    return actions, int(found.sum())


def in_one_piece(columns: list[Any], order: npt.NDArray[np.int64] | None) -> pa.Table:
    """Return the columns of actions as a table in one piece, its rows in the given order.

    The list is emptied on the way: if nobody else holds the columns, memory for few of them is needed twice. Two are
    copied at once, since Arrow lets other threads run.
    """
    rows = None if order is None else array(order)

    def whole(place: int) -> Any:
        column, columns[place] = columns[place], None
        piece = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
        return piece if rows is None else piece.take(rows)

    with ThreadPoolExecutor(WORKERS) as pool:
        return pa.Table.from_arrays(list(pool.map(whole, range(len(columns)))), schema=ACTIONS)


def codes(column: Any) -> Codes:
    """Return a number for each value, in order of first appearance, -1 where there is none.

    >>> codes(pa.chunked_array([["b", "a", None, "b"]])).tolist()
    [0, 1, -1, 0]
    """
    encoded = column.combine_chunks().dictionary_encode()
    return np.asarray(pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False), np.int64)


def instants(column: Any) -> Instants:
    """Return times as microseconds in UTC, NaT where there is none."""
    return np.asarray(column.to_numpy(), "datetime64[us]")


def moments(actions: pa.Table) -> npt.NDArray[np.int64]:
    """Return when each action was done, in microseconds since 1970: its time, else its lower bound, else `LAST`."""
    known = pc.coalesce(actions["time"], actions["start_time"]).cast(pa.int64())
    return np.asarray(pc.fill_null(known, LAST).to_numpy(), np.int64)


def flags(column: Any) -> Flags:
    """Return a column of truths as such."""
    return np.asarray(filled(column, "no").to_numpy(), np.bool_)


def filled(column: Any, unknown: Literal["yes", "no"]) -> Any:
    """Return a column of truths with one of them for what is not known."""
    return pc.fill_null(column, fill_value=unknown == "yes")


def texts(values: Any) -> Any:
    """Return texts as a column of the schema's type."""
    return array(values, pa.large_string())
