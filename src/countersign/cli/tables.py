"""Lays records out as what was asked for: aligned text, label and value, CSV, Markdown, JSON or JSON lines."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from countersign.cli.console import Console
from countersign.text import code_span, csv_cell, cut, json_ascii, pad, visible, width

SCHEMA = "countersign/1"
GAP = "  "
NARROWEST_COLUMN = 12
"""Cells below which a cut text says nothing any more."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column: its key in a record, its title, its side, and the most cells that it may take.

    `ours` says that this program made its words; all else is quoted in Markdown. `whole` columns are never cut.
    """

    key: str
    title: str
    side: Literal["left", "right"] = "left"
    most: int = 60
    ours: bool = False
    whole: bool = False


def show(console: Console, kind: str, records: Iterable[Mapping[str, Any]], columns: Sequence[Column]) -> None:
    """Write records in the format asked for; `kind` names them in JSON. Only text leaves anything out."""
    rows = list(records)
    match console.look.format:
        case "json":
            write_json(console, {kind: rows})
        case "jsonl":
            for row in rows:
                write_line(console, row)
        case "csv":
            console.write_data(as_csv(rows, columns))
        case "md":
            console.write(*markdown(rows, columns))
        case "text":
            console.write(*laid_out(console, rows, columns))


def laid_out(
    console: Console, rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], *, indent: str = ""
) -> list[str]:
    """Return rows as text the way the user wants it: straight columns that fit the terminal, or labelled values."""
    if console.look.plain:
        return labelled(rows, columns)
    return aligned(rows, columns, indent=indent, room=console.look.width)


def write_json(console: Console, document: Mapping[str, Any]) -> None:
    """Write one JSON document with its schema."""
    encoded = msgspec.json.format(msgspec.json.encode({"schema": SCHEMA, **document}), indent=2)
    console.write_data(json_ascii(encoded) + b"\n")


def write_line(console: Console, record: Mapping[str, Any]) -> None:
    """Write one JSON line with its schema."""
    console.write_data(json_ascii(msgspec.json.encode({"schema": SCHEMA, **record})) + b"\n")


def aligned(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], *, indent: str = "", room: int | None = None
) -> list[str]:
    """Return rows as lines with straight columns, titles first; the widest texts are cut where there is little room.

    >>> aligned([{"a": "真相", "n": 7}], [Column(key="a", title="to"), Column(key="n", title="bits", side="right")])
    ['to    bits', '真相     7']
    """
    cells = [[column.title for column in columns]] + [[cell(row, column) for column in columns] for row in rows]
    widths = [max(width(line[at]) for line in cells) for at in range(len(columns))]
    if room is not None:
        widths = _fitted(widths, columns, room - len(indent) - len(GAP) * (len(columns) - 1))
    return [
        (indent + GAP.join(pad(cut(text, widths[at]), widths[at], columns[at].side) for at, text in enumerate(line)))
        .rstrip()
        for line in cells
    ]  # fmt: skip


def _fitted(widths: Sequence[int], columns: Sequence[Column], room: int) -> list[int]:
    """Return widths that fit, taken from the widest text columns as long as these stay readable."""
    fitted = list(widths)
    elastic = [at for at, column in enumerate(columns) if column.side == "left" and not column.whole]
    while sum(fitted) > room and elastic:
        widest = max(elastic, key=lambda at: fitted[at])
        if fitted[widest] <= NARROWEST_COLUMN:
            break
        fitted[widest] -= 1
    return fitted


def labelled(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> list[str]:
    """Return rows for a screen reader: a line a row, each value after its label.

    >>> labelled([{"a": "x", "n": 7}], [Column(key="a", title="to"), Column(key="n", title="bits")])
    ['to: x; bits: 7']
    """
    return ["; ".join(f"{column.title}: {cell(row, column)}" for column in columns) for row in rows]


def markdown(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> list[str]:
    """Return rows as a Markdown table; every value from outside is a code span, so nothing in it takes effect."""
    head = "| " + " | ".join(column.title for column in columns) + " |"
    rule = "|" + "|".join(" ---: " if column.side == "right" else " --- " for column in columns) + "|"
    return [head, rule, *("| " + " | ".join(_markdown_cell(row, column) for column in columns) + " |" for row in rows)]


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[Column], *, titles: bool = True) -> bytes:
    """Return rows as CSV (RFC 4180) in UTF-8, safe to open in a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    if titles:
        writer.writerow([column.key for column in columns])
    for row in rows:
        writer.writerow([csv_value(row.get(column.key)) for column in columns])
    return text.getvalue().encode("utf-8")


def csv_value(value: object) -> object:
    """Return a value for a CSV cell: numbers as they are, text made safe, nothing as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, (int, float)) else csv_cell(plain_value(value))


def plain_value(value: object) -> str:
    """Return any value as text."""
    if isinstance(value, (list, tuple)):
        return " ".join(plain_value(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def cell(row: Mapping[str, Any], column: Column) -> str:
    """Return a value as a text cell: visible, and cut by grapheme to its column."""
    return cut(visible(plain_value(row.get(column.key))), column.most)


def _markdown_cell(row: Mapping[str, Any], column: Column) -> str:
    value = row.get(column.key)
    plain = plain_value(value)
    return plain if column.ours or isinstance(value, (int, float)) else code_span(plain)
