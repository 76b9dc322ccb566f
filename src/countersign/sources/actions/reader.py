"""The source `actions`: what happened, from anywhere, as JSON lines, CSV or Parquet with documented columns."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, Literal

import msgspec
import pyarrow as pa

from countersign.activity import NotUnderstood, Parsed, Received, Remark
from countersign.errors import SourceError
from countersign.sources.actions import cells, files, jsonl, parquet
from countersign.sources.actions.columnar import Columns
from countersign.sources.actions.row import row_of
from countersign.sources.actions.single import SOURCE, activities

Form = Literal["jsonl", "csv", "parquet"]
_LOOKED_AT: Final = 50
"""Lines among which one must be an action: the first may be damaged."""


class ActionsSource:
    """Reads flat files of actions; each record names its account."""

    name = SOURCE

    def detect(self, ref: str) -> bool:
        """Say whether a file holds records that name an account and a verb; never raises."""
        return _form_of(ref) is not None

    def open(self, ref: str, cursor: str | None = None) -> Iterator[Received]:
        """Yield the records of a file as they are written; their position is the number of their line, from 1.

        A row of a Parquet file comes as JSON, and its position is the number of the row. Raises
        SourceError if the file cannot be opened.
        """
        passed = int(cursor or 0)
        opened = {"jsonl": _lines, "csv": _cells, "parquet": _rows}[_form_of(ref) or "jsonl"]
        for position, body, context in opened(ref):
            if position > passed:
                yield Received(source=SOURCE, ref=ref, position=position, body=body, context=context)

    def parse(self, received: Received) -> Iterator[Parsed]:
        """Yield the action that a record says, and what undid it."""
        found = received.context.get("damage") or _values(received)
        row = row_of(found) if isinstance(found, dict) else found
        if isinstance(row, str):
            yield _refused(received.ref, received.position, received.body, row)
        elif row is not None:
            place = "row" if received.context.get("form") == "parquet" else "line"
            yield from activities(row, position=received.position, place=f"{place}-{received.position}")

    def columns(self, ref: str) -> Iterator[pa.Table | Remark | NotUnderstood]:
        """Yield the actions of a file as tables of schema `ACTIONS`, what was not understood, and remarks on it all."""
        yield from Columns(ref, _form_of(ref) or "jsonl").read()


source = ActionsSource()

Opened = Iterator[tuple[int, bytes, Mapping[str, str]]]


def _form_of(ref: str) -> Form | None:
    try:
        head = files.first_bytes(ref)
    except (OSError, SourceError):
        return None
    if head.startswith(parquet.MAGIC):
        return "parquet" if _is_ours(ref) else None
    if any(_names_account(line) for line in head.split(b"\n")[:_LOOKED_AT]):
        return "jsonl"
    return "csv" if cells.delimiter_of(head) else None


def _is_ours(ref: str) -> bool:
    if ref == files.STDIN:
        return True
    with suppress(OSError, pa.ArrowException), parquet.opened(ref) as file:
        return "account" in file.schema_arrow.names
    return False


def _names_account(line: bytes) -> bool:
    values = jsonl.values_in(line)
    return isinstance(values, dict) and "account" in values and not values.keys().isdisjoint(("verb", "time"))


def _lines(ref: str) -> Opened:
    position = 0
    with files.opened(ref) as file:
        for position, (line, whole) in enumerate(files.lines(file), 1):
            yield position, line, {} if whole else {"damage": files.TOO_LONG}
        if file.damage:
            yield position + 1, b"", {"damage": file.damage}


def _cells(ref: str) -> Opened:
    with files.opened(ref) as file:
        delimiter = cells.delimiter_of(file.peek(files.PEEK)) or ","
        records = cells.records(file, delimiter)
        number, header, _ = next(records, (0, b"", ""))
        names = msgspec.json.encode(cells.header_of(header, delimiter)).decode()
        context = {"form": "csv", "columns": names, "delimiter": delimiter}
        for number, body, found in records:
            yield number, body, context if found != files.TOO_LONG else {"damage": files.TOO_LONG}
        if file.damage:
            yield number + 1, b"", {"damage": file.damage}


def _rows(ref: str) -> Opened:
    number = 0
    try:
        with parquet.opened(ref) as file:
            for batch in parquet.batches(file):
                for body in parquet.bodies(batch):
                    number += 1
                    yield number, body, {"form": "parquet"}
    except (OSError, pa.ArrowException) as error:
        yield number + 1, b"", {"damage": f"the Parquet file is damaged: {error}"}


def _values(received: Received) -> dict[str, Any] | str | None:
    if received.context.get("form") != "csv":
        return jsonl.values_in(received.body)
    found = cells.cells(received.body, received.context["delimiter"])
    return cells.values(msgspec.json.decode(received.context["columns"], type=list[str]), found)


def _refused(ref: str, position: int, body: bytes, reason: str) -> NotUnderstood:
    return NotUnderstood(source=SOURCE, ref=ref, position=position, reason=reason, body=body)
