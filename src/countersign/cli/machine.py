"""Writes a check, incidents or an explanation in the machine formats, and `--all` as a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from countersign.cli.check_text import COLUMNS, table_row, why
from countersign.cli.console import Console
from countersign.cli.lines import ActionLine, action_line, encoded_lines, incident_record
from countersign.cli.rows import BLOCK, machine_records, records
from countersign.cli.tables import SCHEMA, Column, aligned, as_csv, labelled, markdown
from countersign.engine.verdict import AccountVerdict, Reading, Verdict
from countersign.incident.incident import Incident
from countersign.score.surprise import Surprise
from countersign.text import json_ascii

Rows = npt.NDArray[np.int64]

_CSV = tuple(
    Column(key=key, title=key)
    for key in ("id", "native_id", "account", "platform", "verb", "time", "start_time", "end_time", "object_author",
                "object", "client", "bits", "usual", "state", "incident", "why")
)  # fmt: skip


def write_check(console: Console, verdict: Verdict, incidents: Sequence[Incident], rows: Rows) -> None:
    """Write the actions of these rows, in order, in the format asked for."""
    match console.look.format:
        case "jsonl":
            for piece in encoded_lines(action_lines(verdict, rows)):
                console.write_data(piece)
        case "json":
            _write_document(console, verdict, incidents, rows)
        case "csv":
            _write_csv(console, verdict, rows)
        case _:
            _write_table(console, verdict, rows)


def action_lines(verdict: Verdict, rows: Rows) -> Iterator[ActionLine]:
    """Yield the actions of these rows as machine formats show them."""
    from countersign.engine.embedded import surprises

    found = machine_records(verdict.reading.actions, rows)
    for record, surprise in zip(found, surprises(verdict, rows.tolist()), strict=True):
        yield action_line(record, surprise)


def incident_records(verdict: Verdict, incidents: Iterable[Incident]) -> Iterator[dict[str, Any]]:
    """Yield incidents as machine formats show them."""
    native = verdict.reading.actions["native_id"]
    for incident in incidents:
        named = {row for pair in incident.undone for row in pair}
        yield incident_record(incident, {row: native[row].as_py() for row in named})


def account_record(account: AccountVerdict) -> dict[str, Any]:
    """Return the verdict on one account as machine formats show it."""
    return {**msgspec.structs.asdict(account), "actions": account.stop - account.start}


def reading_record(reading: Reading) -> dict[str, Any]:
    """Return how the files were read as machine formats show it."""
    return {
        "sources": [{"path": path, "source": source} for path, source in reading.sources],
        "actions": reading.actions.num_rows,
        "sessions": len(reading.sessions),
        "not_understood": reading.not_understood_count,
        "duplicates": reading.duplicates,
        "out_of_order": reading.out_of_order,
        "remarks": list(reading.remarks),
    }


def document_head(verdict: Verdict, incidents: Sequence[Incident]) -> dict[str, Any]:
    """Return all of a JSON document but its actions."""
    return {
        "schema": SCHEMA,
        "preset": verdict.preset,
        "alerts_per_period": verdict.alerts_per_period,
        "period_days": verdict.period_days,
        "reading": reading_record(verdict.reading),
        "accounts": [account_record(account) for account in verdict.accounts],
        "incidents": list(incident_records(verdict, incidents)),
    }


def _write_document(console: Console, verdict: Verdict, incidents: Sequence[Incident], rows: Rows) -> None:
    """Write one JSON document piece by piece: with `--all` it may be larger than memory."""
    head = json_ascii(msgspec.json.encode(document_head(verdict, incidents)))
    console.write_data(head[:-1] + b',"actions":[\n')
    first = True
    for piece in encoded_lines(action_lines(verdict, rows)):
        # No string holds a raw line end in JSON: every one stands between two actions.
        console.write_data((b"" if first else b",\n") + piece[:-1].replace(b"\n", b",\n"))
        first = False
    console.write_data(b"]}\n")


def _write_csv(console: Console, verdict: Verdict, rows: Rows) -> None:
    titles = True
    lines = action_lines(verdict, rows)
    while block := [_csv_row(line) for line in islice(lines, BLOCK)]:
        console.write_data(as_csv(block, _CSV, titles=titles))
        titles = False
    if titles:
        console.write_data(as_csv([], _CSV))


def _csv_row(line: ActionLine) -> Mapping[str, Any]:
    return {**msgspec.structs.asdict(line), "why": why(line.shares)}


def _write_table(console: Console, verdict: Verdict, rows: Rows) -> None:
    for start in range(0, max(1, len(rows)), BLOCK):
        table = _table_rows(verdict, rows[start : start + BLOCK])
        if console.look.format == "md":
            lines = markdown(table, COLUMNS)
            console.write(*(lines if start == 0 else lines[2:]))
        elif console.look.plain:
            console.write(*labelled(table, COLUMNS))
        else:
            lines = aligned(table, COLUMNS)
            console.write(*(lines if start == 0 else lines[1:]))


def _table_rows(verdict: Verdict, rows: Rows) -> list[dict[str, Any]]:
    from countersign.engine.embedded import surprises

    found: Iterator[Surprise] = iter(surprises(verdict, rows.tolist()))
    shown = records(verdict.reading.actions, rows.tolist())
    return [table_row(record, surprise, surprise.incident) for record, surprise in zip(shown, found, strict=True)]
