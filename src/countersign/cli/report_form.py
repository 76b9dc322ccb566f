"""Chooses the form in which a report is written, by name or by the file's ending, and writes it."""

from pathlib import Path

from countersign.cli.report_state import HandedBundle
from countersign.report import Report, render
from countersign.report.formats import named_after

USUAL = "html"
"""What is written where a file's ending asks for nothing that is known."""


def form_of(wish: str, output: str) -> str:
    """Return the name of the form that is wished for; "auto" goes by the ending of the file's name."""
    if wish != "auto":
        return wish
    meant = named_after(Path(output).name)
    return meant.name if meant else USUAL


def written(report: Report, form: str, handed: HandedBundle | None) -> bytes:
    """Return a report in its form, with the bundle that goes along."""
    return render(report, form, {handed.bundle.name: handed.data} if handed else {})
