"""What the address of a post on a Mastodon server tells by itself: whose it is, and when it was made."""

import re
from datetime import UTC, datetime, timedelta

import msgspec

_STATUS = re.compile(
    r"(https://[^/?#\s]{1,255}/(?:users/[^/?#\s]{1,100}|ap/users/\d{1,20}))/statuses/(\d{1,19})(?:[/?#]\S*)?"
)
_FIRST = datetime(2017, 1, 1, tzinfo=UTC)
"""Mastodon numbered posts one by one before version 2.0 (October 2017); an earlier time is no time."""
_LAST = datetime(2100, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Status(msgspec.Struct, frozen=True):
    """A post on a Mastodon server: its author's address, and the time that its number holds, if it does."""

    author: str
    created: datetime | None


def status(address: str | None) -> Status | None:
    """Return what a post's address tells; None if it is not of a Mastodon server's form.

    The number of a post is its time in milliseconds, shifted left by 16 bits (Mastodon 2.0 and later).

    >>> found = status("https://a.example/users/emb/statuses/108914327388663283")
    >>> found.author, found.created.isoformat(timespec="milliseconds")
    ('https://a.example/users/emb', '2022-08-30T23:05:47.507+00:00')
    >>> status("https://a.example/notes/9k3f")
    """
    found = _STATUS.fullmatch(address or "")
    if not found:
        return None
    try:
        created = _EPOCH + timedelta(milliseconds=int(found[2]) >> 16)
    except OverflowError:
        return Status(found[1], None)
    return Status(found[1], created if _FIRST <= created < _LAST else None)
