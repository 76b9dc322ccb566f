"""The forms that people read, and the report for programs, as formats: each the report's own sections."""

from countersign.report.as_html import as_html
from countersign.report.as_json import as_json
from countersign.report.as_markdown import as_markdown
from countersign.report.document import Report
from countersign.report.formats import Attached, Format


def _pdf(report: Report, attached: Attached) -> bytes:
    from countersign.report.as_pdf import as_pdf

    return as_pdf(report, attached)


html = Format(
    name="html", says="one page for screen and print", endings=(".html", ".htm"),
    write=lambda report, _: as_html(report),
)  # fmt: skip
md = Format(name="md", says="Markdown", endings=(".md",), write=lambda report, _: as_markdown(report))
json = Format(
    name="json", says="sentences, values and all digits, for programs", endings=(".json",),
    write=lambda report, _: as_json(report),
)  # fmt: skip
pdf = Format(name="pdf", says="a tagged PDF that carries the bundle", endings=(".pdf",), write=_pdf)
