"""Reads CSV: one record a row, columns named by the first one."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Final

from countersign.sources.actions.files import LONGEST_LINE, TOO_LONG, lines
from countersign.sources.actions.row import whole_text

LONGEST_CELL: Final = 1024 * 1024
"""Characters of one cell: no post has more; a quote that never closes swallows so much of the file and no more."""
_GUARD: Final = "'"
_GUARDED: Final = tuple("=+-@\t\r＝＋－＠")
"""Our own export writes `'` before what a spreadsheet would take for a formula; reading takes it away again."""

Record = tuple[int, bytes, list[str] | str]
"""The number of a record's first line, its bytes, and its cells or why it has none."""


def delimiter_of(head: bytes) -> str | None:
    """Return what divides the cells of a CSV file of actions, None if its first record does not name an account.

    >>> delimiter_of(b"id;account;verb\\n"), delimiter_of(b"name,age\\n")
    (';', None)
    """
    first = head.split(b"\n", 1)[0]
    for delimiter in ",;\t":
        if {"account", "verb"} <= set(header_of(first, delimiter)):
            return delimiter
    return None


def header_of(record: bytes, delimiter: str) -> tuple[str, ...]:
    """Return the names of the columns."""
    found = cells(record.removeprefix(codecs.BOM_UTF8), delimiter)
    return tuple(whole_text(name).strip() for name in found) if isinstance(found, list) else ()


def records(file: BinaryIO, delimiter: str) -> Iterator[Record]:
    """Yield the records of a CSV file. Source: RFC 4180."""
    taken: list[bytes] = []
    reader = _reader(_taking(file, taken), delimiter)
    number = 1
    while True:
        cells: list[str] | str
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells = _complaint(error)
        record = b"".join(taken)
        yield number, record, cells if len(record) <= LONGEST_LINE else TOO_LONG
        number += len(taken)
        taken.clear()


def _taking(file: BinaryIO, taken: list[bytes]) -> Iterator[str]:
    for line, whole in lines(file):
        taken.append(line if whole else line + b"\n")
        yield line.decode("utf-8", "surrogateescape")


def cells(record: bytes, delimiter: str) -> list[str] | str:
    """Return the cells of one record, or why there are none.

    >>> cells(b'embassy,"one, two",like', ",")
    ['embassy', 'one, two', 'like']
    """
    text = record.decode("utf-8", "surrogateescape")
    try:
        return next(_reader(io.StringIO(text, newline="\n"), delimiter), [])
    except csv.Error as error:
        return _complaint(error)


def _reader(text: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL)
    return csv.reader(text, delimiter=delimiter, strict=True)


def _complaint(error: csv.Error) -> str:
    if "field limit" in str(error):
        return f"a cell of more than {LONGEST_CELL:,} characters, or a quote that does not close"
    return "not CSV"


def values(header: Sequence[str], cells: list[str] | str) -> dict[str, Any] | str | None:
    """Return what a record says by column, why it says nothing, or None for an empty line. An empty cell says nothing.

    >>> values(("account", "text", "lang"), ["embassy", "'=1+1", ""])
    {'account': 'embassy', 'text': '=1+1'}
    """
    if isinstance(cells, str):
        return cells
    if not any(cells):
        return None
    if len(cells) > len(header):
        return f"{len(cells)} cells under {len(header)} columns"
    return {name: _plain(cell) for name, cell in zip(header, cells, strict=False) if cell}


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith(_GUARD) and cell[1:].lstrip().startswith(_GUARDED) else cell
