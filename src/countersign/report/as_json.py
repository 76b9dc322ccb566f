"""The report for programs: every sentence as its pieces, and every number with all its digits."""

import re
from typing import Any

import msgspec

from countersign.report.document import Report
from countersign.text import json_ascii, visible

SCHEMA = "countersign/1"
_NO_TEXT = re.compile("[\ud800-\udfff]")
"""Halves of characters: no JSON has them, so they are written as codes, as on every page."""


def as_json(report: Report) -> bytes:
    """Return a report as JSON, indented, ending in a line end; what terminals obey is written as escapes."""
    body: dict[str, Any] = {"schema": SCHEMA, "report": _text(msgspec.to_builtins(report))}
    return json_ascii(msgspec.json.format(msgspec.json.encode(body), indent=1)) + b"\n"


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return _NO_TEXT.sub(lambda found: visible(found[0]), value)
    if isinstance(value, dict):
        return {key: _text(one) for key, one in value.items()}
    return [_text(one) for one in value] if isinstance(value, list | tuple) else value
