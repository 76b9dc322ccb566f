"""The forms that a report can take; each is a function from the report to bytes, the same for the same report."""

from collections.abc import Callable, Mapping
from typing import Literal

from countersign.report.as_html import as_html
from countersign.report.as_json import as_json
from countersign.report.as_markdown import as_markdown
from countersign.report.document import Report

Form = Literal["html", "md", "json"]
FORMATS: Mapping[Form, Callable[[Report], bytes]] = {"html": as_html, "md": as_markdown, "json": as_json}
"""The forms that need nothing installed; `countersign.report.as_pdf` makes the fourth out of the first."""


def render(report: Report, form: Form) -> bytes:
    """Return a report in one form."""
    return FORMATS[form](report)
