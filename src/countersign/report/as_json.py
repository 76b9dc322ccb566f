"""The report for programs: every sentence as its pieces, and every number with all its digits."""

from typing import Any

import msgspec

from countersign.report.document import Report
from countersign.text import json_ascii

SCHEMA = "countersign/1"


def as_json(report: Report) -> bytes:
    """Return a report as JSON, indented, ending in a line end; what terminals obey is written as escapes."""
    body: dict[str, Any] = {"schema": SCHEMA, "report": msgspec.to_builtins(report)}
    return json_ascii(msgspec.json.format(msgspec.json.encode(body), indent=1)) + b"\n"
