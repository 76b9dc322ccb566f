"""Reads JSON lines: one record a line."""

import codecs
import json
from typing import Any

from countersign.errors import HostileArchive
from countersign.sources.actions.row import Number, Row, row_of
from countersign.sources.container.depth import check_depth


def row_in(line: bytes) -> Row | str | None:
    """Return the row that a line holds, why it holds none, or None for an empty line.

    Tolerant where writers are careless: NaN is "not given", stray bytes and half surrogate pairs become U+FFFD with
    a note, of a key written twice the last counts.

    >>> row_in(b'{"account": "embassy", "id": 12345678901234567890.0}').id
    '12345678901234567890.0'
    """
    line = line.removeprefix(codecs.BOM_UTF8).strip()
    if not line:
        return None
    try:
        values = decoded(line)
    except HostileArchive as deep:
        return deep.message
    except (ValueError, RecursionError):
        return "not JSON"
    return row_of(values) if isinstance(values, dict) else "not a JSON object"


def decoded(line: bytes) -> Any:
    """Return the values of a line of JSON, its numbers as they are written."""
    check_depth(line)
    text = line.decode("utf-8", "surrogateescape")
    return json.loads(text, strict=False, parse_int=_whole, parse_float=Number, parse_constant=lambda _: None)


def _whole(written: str) -> Number:
    return Number("0" if written == "-0" else written)
