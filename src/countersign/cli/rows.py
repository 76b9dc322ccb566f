"""Fetches the actions that are to be shown from the columns that were scored, in blocks, with their times as text."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Record = dict[str, Any]

SHOWN = ("id", "native_id", "account", "platform", "verb", "time", "start_time", "end_time", "time_basis",
         "object", "object_author", "client")  # fmt: skip
BLOCK = 4096
"""Rows fetched at once: enough to hide the cost of a call, small in memory."""

_MICROSECONDS = 1_000_000


def records(actions: pa.Table, rows: Sequence[int]) -> list[Record]:
    """Return the given rows of a table of actions, as records with times as datetimes."""
    return list(actions.take(np.asarray(rows, np.int64)).to_pylist())


def whose(actions: pa.Table) -> set[tuple[str, str]]:
    """Return the accounts (platform, account) that a table of actions holds something of."""
    distinct = actions.select(["platform", "account"]).group_by(["platform", "account"]).aggregate([])
    return {(row["platform"], row["account"]) for row in distinct.to_pylist()}


def machine_records(actions: pa.Table, rows: npt.NDArray[np.int64]) -> Iterator[Record]:
    """Yield the given rows, in order, with what machine formats show of them; times are RFC 3339 text in UTC."""
    shown = actions.select(SHOWN)
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        yield from _block(shown.take(block))


def _block(table: pa.Table) -> Iterator[Record]:
    columns: list[list[Any]] = [
        rfc3339(table[name]) if pa.types.is_timestamp(table.schema.field(name).type) else table[name].to_pylist()
        for name in SHOWN
    ]
    for values in zip(*columns, strict=True):
        yield dict(zip(SHOWN, values, strict=True))


def rfc3339(times: "pa.ChunkedArray[Any]") -> list[str | None]:
    """Return a column of times as RFC 3339 in UTC with `Z`; fractions of a second only where there are some.

    >>> import pyarrow as pa
    >>> rfc3339(pa.chunked_array([pa.array([0, 1_500_000, None], pa.timestamp("us", "UTC"))]))
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:01.500000Z', None]
    """
    known = times.is_valid().to_numpy()
    micros: npt.NDArray[np.int64] = times.cast(pa.int64()).combine_chunks().fill_null(0).to_numpy()
    stamps = micros.astype("datetime64[us]")
    texts = np.where(
        micros % _MICROSECONDS == 0,
        np.datetime_as_string(stamps, unit="s"),
        np.datetime_as_string(stamps, unit="us"),
    ).tolist()
    return [f"{text}Z" if valid else None for text, valid in zip(texts, known.tolist(), strict=True)]
