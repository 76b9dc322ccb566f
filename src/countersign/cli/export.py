"""`export`: writes actions or incidents for other programs: ActivityStreams 2.0, JSON lines, CSV or Parquet."""

import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import click
import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from countersign.activity import ACTIONS, Parsed, from_columns
from countersign.cli.asking import about_what, ask, read_files
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.kept import kept_reading, note_export
from countersign.cli.machine import incident_records
from countersign.cli.rows import BLOCK, rfc3339
from countersign.cli.tables import SCHEMA, Column, as_csv
from countersign.engine.verdict import Reading
from countersign.errors import UsageError
from countersign.sources.activitystreams import write
from countersign.text import counted, json_ascii, visible

Write = Callable[[Reading, BinaryIO], None]
STANDARD_OUTPUT = "-"


@make_command(
    "export",
    examples=(
        "countersign export twitter-archive.zip > actions.as2.jsonl",
        "countersign export @ExamplianEmb --format csv -o actions.csv",
        "countersign export twitter-archive.zip --format parquet -o actions.parquet",
        "countersign export --incidents @ExamplianEmb --format jsonl",
    ),
    formats=("activitystreams", "jsonl", "csv", "parquet"),
)
@click.argument("what", nargs=-1, metavar="[PATH...|@ACCOUNT]")
@click.option("--incidents", "of_incidents", is_flag=True, help="Incidents instead of actions (jsonl, csv).")
@click.option("-o", "--output", default=STANDARD_OUTPUT, type=click.Path(dir_okay=False), help="A file; appears whole.")
@about_what
def command(
    console: Console, *, what: tuple[str, ...], of_incidents: bool, output: str, source: str | None, store: str | None
) -> int:
    """Write actions or incidents for other programs. CSV cells cannot run as formulas."""
    if of_incidents:
        return _incidents(console, what, output, source, store)
    form = console.look.format
    if form == "parquet" and output == STANDARD_OUTPUT:
        raise UsageError("Parquet needs a file", hint="add -o FILE.parquet")
    files = [name for name in what if name == "-" or Path(name).exists()]
    reading = read_files(console, what, source) if files else kept_reading(console, what)
    if not files:
        note_export(console, reading, f"actions as {form}")
    with _opened(console, output) as stream:
        WRITERS[form](reading, stream)
    where = "" if output == STANDARD_OUTPUT else f" to {visible(output)}"
    console.say(f"wrote {counted(reading.actions.num_rows, 'action')}{where}")
    return 0


def _incidents(console: Console, what: Sequence[str], output: str, source: str | None, store: str | None) -> int:
    form = console.look.format
    if form not in ("jsonl", "csv"):
        raise UsageError(f"incidents cannot be written as {form}", hint="add --format jsonl or --format csv")
    asked = ask(console, what, source, store)
    verdict = asked.verdict
    if asked.kept:
        note_export(console, verdict.reading, f"incidents as {form}")
    found = list(incident_records(verdict, verdict.incidents))
    with _opened(console, output) as stream:
        if form == "csv":
            stream.write(as_csv(found, [Column(key=key, title=key) for key in INCIDENT_KEYS]))
        else:
            _write_lines([{"schema": SCHEMA, **one} for one in found], stream)
    console.say(f"wrote {counted(len(found), 'incident')}")
    return 0


INCIDENT_KEYS = (
    "number", "account", "platform", "state", "severity", "onset", "alarm_time", "ended", "alarm_action",
    "alarm_native_id", "alert", "actions", "peak", "threshold",
)  # fmt: skip


@contextmanager
def _opened(console: Console, output: str) -> Iterator[BinaryIO]:
    """Give a stream to write to: a file appears only when it is whole."""
    if output == STANDARD_OUTPUT:
        yield io.BytesIO() if console.look.quiet else sys.stdout.buffer
        return
    draft = Path(f"{output}.part")
    try:
        with draft.open("wb") as stream:
            yield stream
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)


def _activitystreams(reading: Reading, stream: BinaryIO) -> None:
    beside: tuple[Parsed, ...] = (*reading.identities, *reading.sessions)
    for line in write(chain(beside, from_columns(reading.actions))):
        stream.write(json_ascii(line))


def _jsonl(reading: Reading, stream: BinaryIO) -> None:
    for block in _blocks(reading.actions):
        _write_lines(block, stream)


def _csv(reading: Reading, stream: BinaryIO) -> None:
    columns = [Column(key=name, title=name) for name in FLAT.values()]
    stream.write(as_csv([], columns))
    for block in _blocks(reading.actions):
        stream.write(as_csv(block, columns, titles=False))


def _parquet(reading: Reading, stream: BinaryIO) -> None:
    pq.write_table(flat(reading.actions), stream, compression="zstd")


WRITERS: Mapping[str, Write] = {
    "activitystreams": _activitystreams,
    "jsonl": _jsonl,
    "csv": _csv,
    "parquet": _parquet,
}
FLAT: Mapping[str, str] = {
    "native_id": "id", "platform": "platform", "account": "account", "time": "time", "time_res": "time_res",
    "start_time": "after", "end_time": "before", "verb": "verb", "object": "target_id",
    "object_author": "target_author", "object_time": "target_time", "client": "client", "text": "text",
    "text_length": "text_length", "lang": "lang", "links": "links", "mentions": "mentions", "hashtags": "hashtags",
    "sensitive": "sensitive", "media": "media", "position": "seq",
}  # fmt: skip
"""What each column is called in a flat file: the documented columns of the source `actions`, which reads it again.

Remarks on single records are in ActivityStreams only."""


def flat(actions: pa.Table) -> pa.Table:
    """Return actions under the names of a flat file; bounds only where the time itself is not given."""
    given = actions["time"].is_valid()
    nothing = pa.scalar(None, ACTIONS.field("time").type)
    resolution = pc.if_else(
        pc.is_in(actions["time_basis"], pa.array(["minute", "day"], pa.large_string())), actions["time_basis"], None
    )
    columns = {name: actions[name] for name in ACTIONS.names} | {
        "time_res": resolution,
        "start_time": pc.if_else(given, nothing, actions["start_time"]),
        "end_time": pc.if_else(given, nothing, actions["end_time"]),
    }
    return pa.table({FLAT[name]: columns[name] for name in FLAT})


def _blocks(actions: pa.Table) -> Iterator[list[dict[str, Any]]]:
    for batch in flat(actions).to_batches(max_chunksize=BLOCK):
        table = pa.Table.from_batches([batch])
        columns = [
            rfc3339(table[name]) if pa.types.is_timestamp(table.schema.field(name).type) else table[name].to_pylist()
            for name in table.column_names
        ]
        yield [dict(zip(FLAT.values(), values, strict=True)) for values in zip(*columns, strict=True)]


def _write_lines(records: Sequence[Mapping[str, Any]], stream: BinaryIO) -> None:
    encode = msgspec.json.Encoder().encode
    given = ({key: value for key, value in record.items() if value not in (None, [])} for record in records)
    stream.write(b"".join(json_ascii(encode(record)) + b"\n" for record in given))
