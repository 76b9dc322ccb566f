"""Reads a file by both roads, record by record and in columns, so that tests can hold them against each other."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from countersign.activity import ACTIONS, Activity, NotUnderstood, Remark, from_columns, to_columns
from countersign.sources.actions import source


def slow(path: Path) -> tuple[list[Activity], list[NotUnderstood]]:
    found = [value for received in source.open(str(path)) for value in source.parse(received)]
    return [v for v in found if isinstance(v, Activity)], [v for v in found if isinstance(v, NotUnderstood)]


def fast(path: Path) -> tuple[pa.Table, list[NotUnderstood], list[str]]:
    found = list(source.columns(str(path)))
    tables = [value for value in found if isinstance(value, pa.Table)]
    for table in tables:
        table.validate(full=True)
        assert table.schema.equals(ACTIONS)
    remarks = [value.text for value in found if isinstance(value, Remark)]
    whole = pa.concat_tables([ACTIONS.empty_table(), *tables])
    return whole, [value for value in found if isinstance(value, NotUnderstood)], remarks


def both(path: Path) -> tuple[list[Activity], list[NotUnderstood], list[str]]:
    """Return what a file says, after both roads said the same."""
    actions, failed = slow(path)
    table, failed_too, remarks = fast(path)
    assert list(from_columns(table)) == actions
    assert table.equals(to_columns(actions))
    assert failed_too == failed
    return actions, failed, remarks


def written(folder: Path, lines: Sequence[bytes | dict[str, Any]], name: str = "a.jsonl") -> Path:
    path = folder / name
    path.write_bytes(
        b"".join((line if isinstance(line, bytes) else msgspec.json.encode(line)) + b"\n" for line in lines)
    )
    return path


def only(folder: Path, **values: Any) -> Activity:
    """Return the one action that a record of these values means."""
    (action,) = both(written(folder, [{"account": "embassy", **values}]))[0]
    return action
