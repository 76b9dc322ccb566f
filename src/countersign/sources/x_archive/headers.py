"""Reads posts of which the archive has only the header: that they were made, and perhaps when they were deleted."""

from collections.abc import Iterator
from functools import partial

from countersign.activity import Activity, Parsed, Received, activity_id
from countersign.sources.x_archive.names import PLATFORM, SOURCE
from countersign.sources.x_archive.records import Fields, each, inner, needed
from countersign.sources.x_archive.times import snowflake, when
from countersign.sources.x_archive.tweets import deletion


def headers(received: Received) -> Iterator[Parsed]:
    """Yield what headers tell: an act of unknown kind at its time, and its deletion; not those told in full before."""
    seen = frozenset(received.context.get("seen", "").split(","))
    return each(received, partial(_header, received, seen))


def _header(received: Received, seen: frozenset[str], record: Fields, place: int) -> Iterator[Activity]:
    header = inner(record, "tweet")
    native_id = needed(header, "tweet_id")
    made, deleted = when(header.get("created_at")), when(header.get("deleted_at"))
    if native_id in seen:
        return
    yield _made(received, native_id, header, place)
    if deleted or received.context["kind"] == "deleted-tweet-headers":
        yield deletion(received, "post", native_id, deleted, earliest=made, place=place)


def _made(received: Received, native_id: str, header: Fields, place: int) -> Activity:
    account = received.context["account"]
    at = when(header.get("created_at")) or snowflake(native_id)
    return Activity(
        id=activity_id(PLATFORM, account, "other", native_id),
        native_id=native_id,
        platform=PLATFORM,
        verb="other",
        actor=account,
        published=at,
        start_time=at,
        end_time=at or when(received.context.get("generated")),
        time_basis="given" if at else "unknown",
        source=SOURCE,
        position=place,
        note="a post of which only the header is in the archive: post, reply, quote or repost is not known",
    )
