"""Puts verify.html together from its parts, with the hashes that its content security policy names."""

import base64
import hashlib
import re
import sys
from pathlib import Path

from countersign.evidence.standalone.page.shorten import shorten

PARTS = Path(__file__).parent
PAGE = PARTS.parent / "verify.html"
STYLE = "style.css"
SCRIPTS = (
    "bytes.js", "hash.js", "curves.js", "inflate.js", "zip.js", "json.js", "log.js", "policy.js", "der.js", "token.js",
    "sshsig.js", "blocks.js", "repo.js", "identity.js", "bundle.js", "verify.js", "contents.js", "claims.js",
    "words.js", "screen.js",
)  # fmt: skip
"""In this order: each part uses only what stands before it, but for functions."""


def build(parts: Path = PARTS) -> str:
    """Return the page as text; the same parts always give the same page."""
    style = re.sub(r"\s*([{};:,])\s+", r"\1", (parts / STYLE).read_text("utf-8"))
    script = shorten(script_of(parts))
    page = (parts / "shell.html").read_text("utf-8")
    marks = {
        "{style hash}": source_hash(style), "{script hash}": source_hash(script), "{style}": style, "{script}": script,
    }  # fmt: skip
    for mark, text in marks.items():
        page = page.replace(mark, text, 1)
    return page


def script_of(parts: Path = PARTS) -> str:
    """Return the page's script as it was written."""
    return '"use strict";\n' + "\n".join((parts / name).read_text("utf-8") for name in SCRIPTS)


def source_hash(text: str) -> str:
    """Return a source of a content security policy that allows just this text (CSP 3, section 2.3.1).

    >>> source_hash("alert('Hello, world.');")
    'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


if __name__ == "__main__":
    PAGE.write_text(build(), "utf-8")
    sys.stdout.write(f"{PAGE.name}: {PAGE.stat().st_size:,} bytes\n")
