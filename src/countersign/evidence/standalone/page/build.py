"""Puts verify.html together from its parts, with the hashes that its content security policy names."""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from pathlib import Path

from shorten import shorten

PARTS = Path(__file__).parent
PAGE = PARTS.parent / "verify.html"
STYLE = "style.css"
# In this order: each part uses only what stands before it, but for functions.
SCRIPTS = (
    "bytes.js", "hash.js", "curves.js", "inflate.js", "zip.js", "json.js", "log.js", "policy.js", "der.js", "token.js",
    "sshsig.js", "blocks.js", "repo.js", "identity.js", "bundle.js", "verify.js", "claims.js", "words.js", "screen.js",
)  # fmt: skip


def build(parts: Path = PARTS) -> str:
    """The page as text; the same parts always give the same page."""
    style = re.sub(r"\s*([{};:,])\s+", r"\1", (parts / STYLE).read_text("utf-8"))
    script = shorten('"use strict";\n' + "\n".join((parts / name).read_text("utf-8") for name in SCRIPTS))
    page = (parts / "shell.html").read_text("utf-8")
    for mark, text in (
        ("{style hash}", _source_hash(style)), ("{script hash}", _source_hash(script)), ("{style}", style), ("{script}", script),
    ):  # fmt: skip
        page = page.replace(mark, text, 1)
    return page


def _source_hash(text: str) -> str:
    """A source of a content security policy (CSP 3, section 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


if __name__ == "__main__":
    PAGE.write_text(build(), "utf-8")
    sys.stdout.write(f"{PAGE}: {PAGE.stat().st_size:,} bytes\n")
