"""Reads JSON lines: one record a line."""

import codecs
import json
from typing import Any

from countersign.errors import HostileArchive
from countersign.sources.actions.row import Number
from countersign.sources.container.depth import check_depth
from countersign.sources.container.limits import MAX_DEPTH


def values_in(line: bytes) -> dict[str, Any] | str | None:
    """Return the values that a line holds, why it holds none, or None for an empty line.

    Tolerant where writers are careless: NaN is "not given", stray bytes and half surrogate pairs are kept for
    `row_of` to replace, of a key written twice the last counts. Numbers stay as they are written.

    >>> values_in(b'{"account": "embassy", "id": 12345678901234567890.0}')
    {'account': 'embassy', 'id': '12345678901234567890.0'}
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
    return values if isinstance(values, dict) else "not a JSON object"


def decoded(text: bytes) -> Any:
    """Return what a text of JSON says, its numbers as they are written.

    Raises HostileArchive if it is nested too deep, ValueError if it is not JSON.
    """
    if text.count(b"[") + text.count(b"{") > MAX_DEPTH:
        check_depth(text)
    read = text.decode("utf-8", "surrogateescape")
    return json.loads(read, strict=False, parse_int=_whole, parse_float=Number, parse_constant=lambda _: None)


def _whole(written: str) -> Number:
    return Number("0" if written == "-0" else written)
