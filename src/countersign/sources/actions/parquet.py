"""Reads Parquet: columns of any sane type, whatever wrote them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types

from countersign.sources.actions import jsonl
from countersign.sources.actions.arrow import Column, pc
from countersign.sources.actions.decoder import column as checked
from countersign.sources.actions.files import STDIN
from countersign.sources.actions.row import FARTHEST_PLACE, KNOWN, LARGEST_COUNT, value_of
from countersign.sources.actions.rows import Rows

MAGIC: Final = b"PAR1"
BATCH: Final = 32_768
"""Rows that are decoded at once: a third faster than with twice or a quarter as many."""

_STRING: Final = pa.large_string()
_LISTS: Final = ("links", "mentions", "hashtags")
_TIMES: Final = ("time", "target_time", "after", "before", "gone_after", "gone_by", "deleted_at")
_FIRST, _LAST = -62_135_596_800_000_000, 253_402_300_799_999_999
"""Microseconds of the years 1 to 9999, which is what a time can be."""

Plain = dict[str, Column]


@contextmanager
def opened(ref: str) -> Iterator[pq.ParquetFile]:
    """Give a Parquet file; raises pyarrow's errors if it is none."""
    source = pa.BufferReader(sys.stdin.buffer.read()) if ref == STDIN else ref
    with pq.ParquetFile(source, pre_buffer=True) as file:
        yield file


def strange(file: pq.ParquetFile) -> tuple[str, ...]:
    """Return the names of the columns that are not documented."""
    return tuple(name for name in file.schema_arrow.names if name not in KNOWN)


def batches(file: pq.ParquetFile) -> Iterator[Plain]:
    """Yield the documented columns, piece by piece, in types that JSON has too, or that times have."""
    names = [name for name in KNOWN if name in file.schema_arrow.names]
    for batch in file.iter_batches(BATCH, columns=names):
        yield {name: _plain(batch.column(name)) for name in names}


def bodies(batch: Plain) -> Iterator[bytes]:
    """Yield each row as the JSON that `jsonl` would read the same action from."""
    columns = [column.to_pylist() for column in batch.values()]
    for values in zip(*columns, strict=True):
        given = {name: value for name, value in zip(batch, values, strict=True) if value is not None}
        yield msgspec.json.encode(given)


def rows(batch: Plain, first: int) -> tuple[Rows, list[int]]:
    """Return the rows of a batch, the first of which has the number `first`; and which of them name no account."""
    notes: dict[int, list[str]] = {}
    columns = {name: _documented(name, batch[name], notes) for name in KNOWN if name in batch}
    count = len(next(iter(batch.values()), ()))
    account = columns.get("account", pa.nulls(count, _STRING))
    named = pc.fill_null(pc.not_equal(account, ""), fill_value=False)
    positions = np.arange(first, first + count)
    if pc.all(named).as_py():
        return Rows(columns, positions, notes, "row"), []
    kept = np.flatnonzero(named.to_numpy(zero_copy_only=False))
    moved = {int(row): at for at, row in enumerate(kept)}
    columns = {name: column.filter(named) for name, column in columns.items()}
    notes = {moved[row]: found for row, found in notes.items() if row in moved}
    unnamed = np.flatnonzero(~named.to_numpy(zero_copy_only=False)).tolist()
    return Rows(columns, positions[kept], notes, "row"), unnamed


def _plain(column: Column) -> Column:
    """Return a column without what only Parquet knows: dictionaries, views, finer times, bytes that are no text."""
    if isinstance(column.type, pa.BaseExtensionType):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], _STRING)
    if types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if types.is_timestamp(kind):
        return _sane(column)
    if _is_text(kind) or _is_bytes(kind):
        return _valid(column)
    if _is_list(kind) and _is_text(kind.value_type):
        lists = column.cast(pa.large_list(_STRING))
        return lists if _is_valid(lists.values) else _replaced(lists)
    return column


def _sane(column: Column) -> Column:
    """Return times in microseconds; their bare numbers if one of them lies outside all calendars."""
    try:
        times = column.cast(pa.timestamp("us", column.type.tz), safe=column.type.unit != "ns")
    except pa.ArrowInvalid:
        return column.cast(pa.int64())
    numbers = times.cast(pa.int64())
    ends = pc.min_max(numbers).as_py()
    inside = ends["min"] is None or (ends["min"] >= _FIRST and ends["max"] <= _LAST)
    return times if inside else numbers


def _valid(column: Column) -> Column:
    texts = column.cast(pa.large_binary()).view(_STRING)
    return (
        texts if _is_valid(texts) else pa.array([_decoded(value) for value in column.cast(pa.large_binary())], _STRING)
    )


def _replaced(lists: Column) -> Column:
    found = [[_decoded(value) for value in row.values] if row.is_valid else None for row in lists]
    return pa.array(found, pa.large_list(_STRING))


def _is_valid(texts: Column) -> bool:
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _decoded(value: Any) -> str | None:
    found = value.as_buffer() if value.is_valid else None
    return None if found is None else found.to_pybytes().decode("utf-8", "replace")


def _documented(name: str, column: Column, notes: dict[int, list[str]]) -> Column:
    """Return a column as its documentation wants it: at once where its type fits, else value by value."""
    kind, fits = column.type, None
    if name in _LISTS:
        fits = kind.equals(pa.large_list(_STRING)) and column.values.null_count == 0
    elif name in ("sensitive", "deleted"):
        fits = types.is_boolean(kind)
    elif name in ("media", "text_length"):
        fits = types.is_integer(kind) and _within(column, 0, LARGEST_COUNT)
        column = column.cast(pa.int32()) if fits else column
    elif name == "seq":
        fits = (types.is_integer(kind) or types.is_floating(kind)) and _within(column, -FARTHEST_PLACE, FARTHEST_PLACE)
        column = column.cast(pa.float64()) if fits else column
    elif types.is_integer(kind):
        return column.cast(_STRING)
    else:
        fits = kind == _STRING or (name in _TIMES and (types.is_timestamp(kind) or types.is_date(kind)))
    return column if fits or types.is_null(kind) else _one_by_one(name, column, notes)


def _within(column: Column, lowest: float, highest: float) -> bool:
    inside = pc.and_(pc.greater_equal(column, lowest), pc.less_equal(column, highest))
    return bool(pc.all(inside, min_count=0).as_py())


def _one_by_one(name: str, column: Column, notes: dict[int, list[str]]) -> Column:
    values: list[Any] = []
    for row, given in enumerate(column.to_pylist()):
        known, note = value_of(name, jsonl.decoded(msgspec.json.encode(given)))
        values.append(known)
        if note:
            notes.setdefault(row, []).append(note)
    return checked(name, values)


def _is_text(kind: pa.DataType) -> bool:
    return any(test(kind) for test in (types.is_string, types.is_large_string, types.is_string_view))


def _is_bytes(kind: pa.DataType) -> bool:
    sized = any(test(kind) for test in (types.is_binary, types.is_large_binary, types.is_fixed_size_binary))
    return sized or bool(types.is_binary_view(kind))


def _is_list(kind: pa.DataType) -> bool:
    return any(test(kind) for test in (types.is_list, types.is_large_list, types.is_fixed_size_list))
