"""The report as a tagged PDF, printed from its own page, with the bundle attached; the same each time."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from countersign.errors import UsageError
from countersign.report.as_html import as_html
from countersign.report.document import Report

INSTALL = "./run installs it at the first report in PDF; elsewhere: pip install 'weasyprint>=65'"
PANGO = "apt-get install libpango-1.0-0 libpangoft2-1.0-0"


def as_pdf(report: Report, attached: Mapping[str, bytes] | None = None) -> bytes:
    """Return a report as PDF/UA, with files attached by name.

    Raises UsageError (CS060) where WeasyPrint, or the system's Pango that it draws with, is not installed.
    """
    weasyprint = _weasyprint()
    page = as_html(report)
    files = [
        weasyprint.Attachment(string=body, name=name, created=report.made, modified=report.made, relationship="Data")
        for name, body in sorted((attached or {}).items())
    ]
    document = weasyprint.HTML(string=page.decode("utf-8"), url_fetcher=_refused)
    made: bytes = document.write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=sha256(page).hexdigest()[:32].encode(), attachments=files,
        full_fonts=False,
    )  # fmt: skip
    return made


def _weasyprint() -> Any:
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        missing = "a library of the system that WeasyPrint draws with" if isinstance(error, OSError) else "WeasyPrint"
        raise UsageError(
            f"a PDF needs {missing}, which is not installed",
            code="CS060",
            hint=f"{INSTALL}; on Debian and Ubuntu also {PANGO}; or print what --format html writes",
        ) from error
    return weasyprint


def _refused(url: str, *_: object, **__: object) -> Any:
    raise ValueError(f"a report loads nothing: {url[:80]}")
