"""Counts how often ordinary posts were deleted, and how soon, where an archive tells it: too few to measure by."""

import gzip
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from countersign.investigate.examinations.undo import AT_ONCE, LONG_ENOUGH

ARCHIVES: Final = "x_archives_likes_open.jsonl.gz"
KEPT: Final = timedelta(days=14)
"""How long X keeps deleted posts: of an older post nobody knows that it was deleted."""


class Post(msgspec.Struct, frozen=True):
    """One action of the archives with its time; likes have none, and are left out."""

    account: str
    time: datetime | None = None
    deleted_at: str | None = None


class Counts(msgspec.Struct, frozen=True):
    """Of so many accounts' ordinary posts of the days for which deletions are kept: how soon they were deleted."""

    accounts: int
    posts: int
    at_once: int
    later: int


def measured(data: Path) -> Counts:
    """Return the counts over accounts of whose deleted posts at least one was made within those days."""
    by_account: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for post in _read(data):
        if post.time is not None:
            gone = datetime.strptime(post.deleted_at, "%a %b %d %H:%M:%S %z %Y") if post.deleted_at else None
            by_account.setdefault(post.account, []).append((post.time, gone))
    windows = [window for rows in by_account.values() if (window := _window(rows))]
    gaps = [gone - made for rows in windows for made, gone in rows if gone is not None]
    return Counts(
        accounts=len(windows), posts=sum(map(len, windows)), at_once=sum(gap <= AT_ONCE for gap in gaps),
        later=sum(AT_ONCE < gap <= LONG_ENOUGH for gap in gaps),
    )  # fmt: skip


def _window(rows: list[tuple[datetime, datetime | None]]) -> list[tuple[datetime, datetime | None]]:
    """Return the posts of the last days before the archive; none where no deletion among them is known."""
    end = max(time for row in rows for time in row if time is not None)
    inside = [(made, gone) for made, gone in rows if made >= end - KEPT]
    return inside if any(gone for _, gone in inside) else []


def _read(data: Path) -> Iterator[Post]:
    decoder = msgspec.json.Decoder(Post)
    with gzip.open(data / ARCHIVES) as lines:
        for line in lines:
            yield decoder.decode(line)
