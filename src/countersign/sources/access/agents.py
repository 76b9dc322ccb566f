"""Tells operating system and browser from what a client says of itself (its user agent), coarsely and without doubt."""

import re
from typing import Final

# The first that matches is said: those that carry the names of others come before them.
_SYSTEMS: Final = (
    (r"iphone|ipad|ios\b|\bcfnetwork", "iOS"),
    (r"android", "Android"),
    (r"windows", "Windows"),
    (r"cros\b|chrome ?os", "ChromeOS"),
    (r"mac ?os|macintosh|\bmac\b|darwin", "macOS"),
    (r"linux|x11|ubuntu|fedora", "Linux"),
)
_BROWSERS: Final = (
    (r"edg(e|a|ios)?\b|edg/", "Edge"),
    (r"opr/|opera", "Opera"),
    (r"samsungbrowser", "Samsung Internet"),
    (r"firefox|fxios", "Firefox"),
    (r"twitter[ -]?(for )?(iphone|ipad|android)|bluesky/|mastodon/", "app"),
    (r"crios|chrom(e|ium)\b|chrom(e|ium)/", "Chrome"),
    (r"safari", "Safari"),
)
LOOKED_AT: Final = 1_000
"""Characters of a user agent that are looked at; no true one is longer."""


def operating_system(agent: str | None) -> str:
    """Return the operating system that a client names, "" if none.

    >>> operating_system("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/143.0"), operating_system("x")
    ('Windows', '')
    """
    return _first(_SYSTEMS, agent)


def browser(agent: str | None) -> str:
    """Return the browser that a client names, "app" for a platform's own application, "" if none.

    >>> browser("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36")
    'Chrome'
    """
    return _first(_BROWSERS, agent)


def _first(patterns: tuple[tuple[str, str], ...], agent: str | None) -> str:
    text = (agent or "")[:LOOKED_AT].lower()
    return next((name for pattern, name in patterns if re.search(pattern, text)), "")
