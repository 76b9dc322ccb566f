"""Writes actions as the flat files that anybody can make: one action a line, or one a row."""

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from countersign.activity import ACTIONS

BATCH = 65_536
"""Rows turned into Python values at once: enough to be fast, little enough to stay under 200 MB."""

pc: Any = pyarrow.compute
"""Unchecked: pyarrow's stubs do not know most of its calls."""

NAME_OF = {
    "native_id": "id", "platform": "platform", "account": "account", "time": "time", "verb": "verb",
    "object_author": "target_author", "object": "target_id", "object_time": "target_time", "text": "text",
    "text_length": "text_length", "lang": "lang", "client": "client", "links": "links", "mentions": "mentions",
    "hashtags": "hashtags", "sensitive": "sensitive", "media": "media",
}  # fmt: skip
"""The flat name of each column of `ACTIONS` that a flat file has; the id is the platform's own."""

NO_TEXT, NO_TIME = pa.scalar(None, pa.large_string()), pa.scalar(None, ACTIONS.field("time").type)
_TIMES, _LISTS = ("time", "target_time", "after", "before"), ("links", "mentions", "hashtags")
_Line: Any = msgspec.defstruct(
    "_Line", [(name, Any, None) for name in (*NAME_OF.values(), "time_res", "after", "before")], omit_defaults=True
)
_ISO = "%Y-%m-%dT%H:%M:%SZ"


def flat(actions: pa.Table) -> pa.Table:
    """Return the flat columns of a table of schema `ACTIONS`: bounds as `after` and `before` where no time is known,
    and `time_res` where only the day or minute is."""
    table = actions.select(list(NAME_OF)).rename_columns(list(NAME_OF.values()))
    rough = pc.is_in(actions["time_basis"], value_set=pa.array(["day", "minute"], pa.large_string()))
    timeless = pc.is_null(actions["time"])
    table = table.append_column("time_res", pc.if_else(rough, actions["time_basis"], NO_TEXT))
    table = table.append_column("after", pc.if_else(timeless, actions["start_time"], NO_TIME))
    return table.append_column("before", pc.if_else(timeless, actions["end_time"], NO_TIME))


def write_actions_jsonl(path: Path, tables: Iterable[pa.Table] | pa.Table) -> int:
    """Write actions as flat JSON lines (gzip where the name ends in .gz), leaving out what is not known; return how
    many. Times are in UTC, to the millisecond."""
    encode, rows = msgspec.json.Encoder().encode, 0
    with gzip.open(path, "wb", compresslevel=1) if path.suffix == ".gz" else path.open("wb") as out:
        for batch in _batches(tables):
            lines = [encode(line) for line in _lines(batch)]
            out.write(b"\n".join(lines) + b"\n")
            rows += len(lines)
    return rows


def write_actions_parquet(path: Path, tables: Iterable[pa.Table] | pa.Table) -> int:
    """Write actions as a flat Parquet file and return how many."""
    writer, rows = None, 0
    for table in _tables(tables):
        columns = flat(table)
        writer = writer or pq.ParquetWriter(path, columns.schema)
        writer.write_table(columns)
        rows += len(columns)
    if writer:
        writer.close()
    return rows


def _lines(batch: pa.Table) -> Iterator[Any]:
    columns = flat(batch)
    for name in _TIMES:
        millis = pc.cast(columns[name], pa.timestamp("ms", tz="UTC"), safe=False)
        columns = columns.set_column(columns.column_names.index(name), name, pc.strftime(millis, format=_ISO))
    for name in _LISTS:
        some = pc.greater(pc.list_value_length(columns[name]), 0)
        known = pc.if_else(some, columns[name], pa.scalar(None, columns[name].type))
        columns = columns.set_column(columns.column_names.index(name), name, known)
    return map(_Line, *(columns[name].to_pylist() for name in columns.column_names))


def _batches(tables: Iterable[pa.Table] | pa.Table) -> Iterator[pa.Table]:
    for table in _tables(tables):
        for start in range(0, len(table), BATCH):
            yield table.slice(start, BATCH)


def _tables(tables: Iterable[pa.Table] | pa.Table) -> Iterable[pa.Table]:
    return [tables] if isinstance(tables, pa.Table) else tables
