"""Reads where a link leads, whatever stands in it."""

import re
from typing import Final

_HOST: Final = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/@]*@)?(?:www\.)?(?P<host>[^/:?#]+)", re.IGNORECASE)
"""What the signal `domain` takes for a host, so that a report calls a place what the signal calls it."""


def domain(link: str) -> str:
    """Return the domain that a link leads to, in small letters and without "www."; empty if it has none.

    Who is named before it (`user@`) and the port are no part of it.

    >>> domain("https://www.Example.org:443/a"), domain("no link"), domain("")
    ('example.org', '', '')
    """
    found = _HOST.match(link)
    return found["host"].lower() if found else ""
