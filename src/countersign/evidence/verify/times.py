"""Times as evidence writes them: UTC, to the second, in one spelling."""

import re
from datetime import UTC, datetime

_TIME = re.compile(r"(19[7-9][0-9]|[2-9][0-9]{3})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
LATEST = 253_402_300_799
"""The last second of the year 9999, after which a time has no spelling."""


def parse_time(text: str) -> int | None:
    """Return a time in seconds since 1970, or None for what is none.

    >>> parse_time("2026-09-09T01:14:22Z"), parse_time("2026-02-30T00:00:00Z")
    (1788916462, None)
    """
    if not _TIME.fullmatch(text):
        return None
    try:
        return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None


def write_time(seconds: int) -> str:
    """Return a time as text.

    >>> write_time(1788916462)
    '2026-09-09T01:14:22Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_time(text: str) -> bool:
    """Say whether a text is a time in this spelling."""
    return parse_time(text) is not None
