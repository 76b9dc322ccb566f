"""The report as a tagged PDF, printed from its own page, with the bundle attached; the same each time."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec

from countersign.errors import UsageError
from countersign.report.as_html import as_html
from countersign.report.document import Report
from countersign.report.words import Held, each_held

INSTALL = "./run installs it at the first report in PDF; elsewhere: pip install 'weasyprint>=65'"
PANGO = "apt-get install libpango-1.0-0 libpangoft2-1.0-0"
LONGEST = 200
"""Letters of a word that a print shows: more than any word or address that people read; page and JSON have all."""
# Scripts that break a line between any two signs need no spaces, and cost no more than other text.
_ENDLESS = re.compile(rf"[^\s\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef]{{{LONGEST + 1},}}")


def as_pdf(report: Report, attached: Mapping[str, bytes] | None = None) -> bytes:
    """Return a report as PDF/UA, with files attached by name.

    Raises UsageError (CS060) where WeasyPrint, or the system's Pango that it draws with, is not installed.
    """
    weasyprint = _weasyprint()
    page = as_html(each_held(report, _breakable))
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


def _breakable(held: Held) -> Held:
    """Return a piece without words that no line holds: laying out one of 2,000 letters takes WeasyPrint 96 seconds."""
    shorter = _ENDLESS.sub(lambda found: f"{found[0][:LONGEST]}… ({len(found[0]) - LONGEST:,} more)", held.value)
    return held if shorter == held.value else msgspec.structs.replace(held, value=shorter)


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
