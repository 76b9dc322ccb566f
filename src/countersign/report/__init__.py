"""The case, said to three readers: inside, the platform, the public; as a page, a print, Markdown or JSON."""

from countersign.report.case import Case
from countersign.report.composing import compose
from countersign.report.document import Report, Signature
from countersign.report.formats import Format, forms, render
from countersign.report.readers import READERS, Reader

__all__ = ["READERS", "Case", "Format", "Reader", "Report", "Signature", "compose", "forms", "render"]
