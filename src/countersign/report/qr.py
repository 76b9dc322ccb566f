"""Draws what binds a printed report to the log as a QR code: the checkpoint and the bundle's hash, and no link."""

from html import escape
from typing import Final

import segno

FAMILY: Final = "countersign/1"
"""The first line of what the code holds, so that a program knows what it reads."""
_QUIET_ZONE: Final = 4
"""Modules of empty paper around it (ISO/IEC 18004)."""


def code_text(checkpoint: str, bundle: str) -> str:
    """Return what the code of a report holds, a line each: its checkpoint and the SHA-256 of its bundle, if it has one.

    Nothing where nothing was sealed.

    >>> code_text("log.example 7 ab", "cd").split("\\n")
    ['countersign/1', 'checkpoint log.example 7 ab', 'bundle sha256 cd']
    """
    if not checkpoint:
        return ""
    lines = [FAMILY, f"checkpoint {checkpoint}", *([f"bundle sha256 {bundle}"] if bundle else [])]
    return "\n".join(lines)


def qr_code(text: str, says: str) -> str:
    """Return a QR code (ISO/IEC 18004, error correction M) as an SVG element: black on white in every theme."""
    made = segno.make(text, error="m", micro=False, boost_error=False)
    drawn: str = made.svg_inline(border=_QUIET_ZONE, light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(says)}" ', 1)
