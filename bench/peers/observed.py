"""What every peer may see of an action, taken apart once: the same fields for all of them."""

import math
import re
from collections.abc import Sequence

import msgspec

from bench.protocol.data import Row, seconds

_DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?([^/?#\s]+)", re.IGNORECASE)


class Observed(msgspec.Struct, frozen=True, gc=False):
    """One action as a peer sees it; None or () is "not there"."""

    time: float
    kind: str
    hour: int | None
    weekday: int
    gap: float
    """log2 of the seconds since the account's previous action."""
    client: str | None
    language: str | None
    whom: str | None
    mentions: tuple[str, ...]
    domains: tuple[str, ...]
    hashtags: tuple[str, ...]
    media: int
    text: str


def observe(row: Row, previous: Row | None) -> Observed:
    """Return what a peer sees of a row that follows another."""
    gap = (row.at - previous.at).total_seconds() if previous else 0.0
    return Observed(
        time=seconds(row.at),
        kind=row.verb,
        hour=row.at.hour if row.time_res is None else None,
        weekday=row.at.weekday(),
        gap=math.log2(1.0 + max(0.0, gap)),
        client=row.client,
        language=row.lang,
        whom=row.target_author,
        mentions=row.mentions,
        domains=tuple(domain(link) for link in row.links),
        hashtags=tuple(tag.lower() for tag in row.hashtags),
        media=row.media or 0,
        text=row.text or "",
    )


def domain(link: str) -> str:
    """Return the host part of a link, without `www.`.

    >>> domain("https://www.example.org/a?b")
    'example.org'
    """
    found = _DOMAIN.match(link)
    return found.group(1).lower() if found else ""


def observe_all(rows: Sequence[Row], before: Row | None = None) -> list[Observed]:
    """Return what a peer sees of rows that follow each other."""
    previous = [before, *rows[:-1]]
    return [observe(row, last) for row, last in zip(rows, previous, strict=True)]
