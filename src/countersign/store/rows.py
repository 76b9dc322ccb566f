"""An action as a row of plain values: the order in which they are kept, and the way to columns and back."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import pyarrow as pa

from countersign.activity import ACTIONS

Row = list[Any]
"""The values of one action in the order of `KEPT`; times in microseconds since 1970 (UTC)."""

KEPT: tuple[str, ...] = (
    "id", "native_id", "platform", "account", "verb", "time", "start_time", "end_time", "time_basis",
    "object", "object_author", "object_time", "client", "text", "text_length", "lang",
    "links", "mentions", "hashtags", "sensitive", "media", "source", "position", "note",
)  # fmt: skip
"""The columns of a kept row, in the order in which they are encoded. New ones are added at the end, none ever moves."""

AT = {name: place for place, name in enumerate(KEPT)}
"""Where in a row a column is."""

_decode = msgspec.msgpack.Decoder(Row)


def encode(row: Row) -> bytes:
    """Return a row as bytes (msgpack)."""
    return msgspec.msgpack.encode(row)


def decode(body: bytes) -> Row:
    """Return the row of some bytes; columns that are younger than the row are None."""
    row = _decode.decode(body)
    return row + [None] * (len(KEPT) - len(row))


def rows(actions: pa.RecordBatch) -> Iterator[Row]:
    """Yield the actions of a batch of schema `ACTIONS` as rows."""
    columns = [_plain(actions.column(name)).to_pylist() for name in KEPT]
    return map(list, zip(*columns, strict=True))


def table(rows: Iterable[Row]) -> pa.Table:
    """Return rows as a table of schema `ACTIONS`, in the order given."""
    columns = list(zip(*rows, strict=True)) or [()] * len(KEPT)
    arrays = [_array(columns[AT[field.name]], field.type) for field in ACTIONS]
    return pa.Table.from_arrays(arrays, schema=ACTIONS)


def _plain(column: "pa.Array[Any]") -> "pa.Array[Any]":
    return column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column


def _array(values: Iterable[Any], kind: pa.DataType) -> "pa.Array[Any]":
    if pa.types.is_timestamp(kind):
        return pa.array(values, type=pa.int64()).cast(kind)
    return pa.array(values, type=kind)
