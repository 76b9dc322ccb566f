"""Reads whom the account follows, blocks and mutes: facts of the day of the archive, without times."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from countersign.activity import Activity, Parsed, Received, Verb, activity_id
from countersign.sources.x_archive.names import PLATFORM, SOURCE
from countersign.sources.x_archive.records import Fields, each, inner, needed
from countersign.sources.x_archive.times import user_since, when

_WRAPPERS: Final = ("following", "blocking", "muting")


def _relations(verb: Verb, received: Received) -> Iterator[Parsed]:
    return each(received, partial(_relation, verb, received))


def _relation(verb: Verb, received: Received, record: Fields, place: int) -> Iterator[Activity]:
    whom = needed(inner(record, *_WRAPPERS), "accountId")
    account = received.context["account"]
    since = user_since(whom)
    yield Activity(
        id=activity_id(PLATFORM, account, verb, whom),
        native_id=whom,
        platform=PLATFORM,
        verb=verb,
        actor=account,
        start_time=since,
        end_time=when(received.context.get("generated")),
        time_basis="after object" if since else "unknown",
        object=whom,
        object_author=whom,
        object_time=since,
        source=SOURCE,
        position=place,
    )


follows: Final[Callable[[Received], Iterator[Parsed]]] = partial(_relations, "follow")
"""Yields the accounts followed; nobody can be followed before his account was made, so its id may bound the time."""
blocks: Final[Callable[[Received], Iterator[Parsed]]] = partial(_relations, "block")
"""Yields the accounts blocked."""
mutes: Final[Callable[[Received], Iterator[Parsed]]] = partial(_relations, "mute")
"""Yields the accounts muted."""
