"""Reads likes: which posts were liked, and within which bounds of time, since X gives no time of a like."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from html import unescape
from typing import Final

from countersign.activity import Activity, Parsed, Received, TimeBasis, activity_id
from countersign.sources.x_archive.names import PLATFORM, SOURCE
from countersign.sources.x_archive.records import Fields, each, inner, needed, text
from countersign.sources.x_archive.times import from_ms, snowflake, when

_TWEET_ID: Final = re.compile(rb'"?tweetId"?\s*:\s*"?(\d{1,20})')
_AUTHOR: Final = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(\w{1,20})/status(?:es)?/\d", re.I)


def ids_in(body: bytes) -> list[bytes]:
    """Return the ids of the liked posts in a chunk, in its order, without reading the rest of it."""
    return _TWEET_ID.findall(body)


def bounds_said(bounds: Sequence[int]) -> str:
    """Return lower bounds (milliseconds since 1970, 0 for none) as the text that travels beside a chunk."""
    return ",".join(map(str, bounds))


def likes(received: Received) -> Iterator[Parsed]:
    """Yield the likes of a chunk.

    `start_time` is when the liked post was made (a like cannot be older), or later where the order of the archive's
    own pages tells so; `end_time` is when the archive was made.
    """
    return each(received, partial(_like, received, _bounds(received)))


def _bounds(received: Received) -> Mapping[str, int]:
    said = received.context.get("bounds")
    found = ids_in(received.body)
    bounds = said.split(",") if said else []
    if len(bounds) != len(found):
        return {}
    return {native_id.decode(): int(bound) for native_id, bound in zip(found, bounds, strict=True)}


def _like(received: Received, bounds: Mapping[str, int], record: Fields, place: int) -> Iterator[Activity]:
    like = inner(record, "like")
    native_id = needed(like, "tweetId")
    made = snowflake(native_id)
    later = bounds.get(native_id, 0)
    account = received.context["account"]
    basis: TimeBasis = "page order" if later else "after object"
    link = text(like, "expandedUrl") or ""
    author = _AUTHOR.match(link)
    content = like.get("fullText")
    yield Activity(
        id=activity_id(PLATFORM, account, "like", native_id),
        native_id=native_id,
        platform=PLATFORM,
        verb="like",
        actor=account,
        start_time=from_ms(later) if later else made,
        end_time=when(received.context.get("generated")),
        time_basis=basis if later or made else "unknown",
        object=native_id,
        object_author=author[1].lower() if author and author[1].lower() != "i" else None,
        object_time=made,
        content=unescape(content) if isinstance(content, str) else None,
        source=SOURCE,
        position=place,
    )
