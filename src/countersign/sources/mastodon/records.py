"""Says what the records of a Mastodon export mean: who it is, what it posted and boosted, what it favourited."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from countersign.activity import Activity, Identity, NotUnderstood, Parsed, Received, Remark, TimeBasis, activity_id
from countersign.sources import as2
from countersign.sources.mastodon.cutting import items

SOURCE = "mastodon-export"
PLATFORM = "mastodon"
_KEPT = 4_096
"""Bytes of a record that are shown with what could not be read of it; all of it is sealed."""
_ACTS = {"Create", "Announce"}


class _Refused(ValueError):
    """Why one record cannot be read."""


def owner(received: Received) -> Iterator[Parsed]:
    """Yield whose archive it is."""
    told = as2.fields_in(received.body)
    account = received.context["account"]
    if isinstance(told, str):
        told = {}
        yield _remark(received, "actor.json is missing or damaged: whose archive it is, its list of posts tells")
    name = as2.text(told, "preferredUsername")
    server = account.partition("://")[2].partition("/")[0]
    yield Identity(account=account, platform=PLATFORM, handle=f"{name}@{server}" if name and server else name,
                   name=as2.text(told, "name"), created=as2.moment(told.get("published")),
                   as_of=as2.moment(received.context.get("generated")))  # fmt: skip


def done(received: Received) -> Iterator[Parsed]:
    """Yield the posts, replies, quotes and boosts of a piece of the outbox."""
    for place, (item, raw) in enumerate(items(received.body), start=_first(received)):
        try:
            yield _act(received, item, place)
        except _Refused as error:
            yield _not_understood(received, place, raw, str(error))


def likes(received: Received) -> Iterator[Parsed]:
    """Yield the favourites of a piece: which posts, and of the time only that it lies after the post."""
    for place, (item, raw) in enumerate(items(received.body), start=_first(received)):
        liked = as2.id_of(item)
        if liked is None:
            yield _not_understood(received, place, raw, "not JSON" if item is msgspec.UNSET else "it names no post")
        else:
            yield _like(received, liked, place)


def numbered(received: Received) -> Iterator[tuple[int, bytes]]:
    """Yield each item of a piece as it is written, with its place in its list."""
    for place, (_, raw) in enumerate(items(received.body), start=_first(received)):
        yield place, raw


def remarks(received: Received) -> Iterator[Parsed]:
    """Yield what a reader should know of the whole archive."""
    tally = as2.fields_in(received.body)
    if isinstance(tally, str):
        yield _not_understood(received, received.position, received.body, tally)
        return
    for text in _sentences(tally, dated="generated" in received.context):
        yield _remark(received, text)


def _act(received: Received, item: object, place: int) -> Activity:
    if not isinstance(item, dict):
        raise _Refused("not JSON" if item is msgspec.UNSET else "not an object")
    kind = as2.kind(item)
    if kind not in _ACTS:
        raise _Refused(f"an activity of the unknown type {kind[:80]!r}")
    if (actor := as2.id_of(item.get("actor"))) not in (None, received.context["account"]):
        raise _Refused(f"done by another account, {str(actor)[:200]!r}")
    return _boost(received, item, place) if kind == "Announce" else _post(received, item, place)


def _post(received: Received, item: as2.Fields, place: int) -> Activity:
    thing = item.get("object")
    note: as2.Fields = thing if isinstance(thing, dict) else {}
    native = as2.id_of(thing) or as2.id_of(dict(item))
    if native is None:
        raise _Refused("the post has no id")
    told = as2.written(note)
    published = as2.moment(item.get("published")) or as2.moment(note.get("published"))
    return _activity(received, told, native, published, place)


def _boost(received: Received, item: as2.Fields, place: int) -> Activity:
    native, target = as2.id_of(dict(item)), as2.id_of(item.get("object"))
    if native is None or target is None:
        raise _Refused("the boost has no id" if native is None else "the boost names no post")
    thing = item.get("object")
    told, found = as2.written(thing if isinstance(thing, dict) else {}), as2.status(target)
    content = {} if isinstance(thing, dict) else {"content": None, "sensitive": None, "media": None}
    told = msgspec.structs.replace(
        told, verb="repost", object=target, object_author=found.author if found else _boosted(item),
        object_time=found.created if found else None, note=as2.reach(item), **content,
    )  # fmt: skip
    return _activity(received, told, native, as2.moment(item.get("published")), place)


def _boosted(item: as2.Fields) -> str | None:
    """Return whose post was boosted: beside the followers, Mastodon addresses a boost to its author."""
    told = [as2.id_of(one) for one in as2.several(item.get("cc"))]
    people = [one for one in told if one and not one.endswith(("/followers", "#Public")) and one != "as:Public"]
    return people[0] if len(people) == 1 else None


def _activity(
    received: Received, told: as2.Written, native: str, published: datetime | None, place: int
) -> Activity:  # fmt: skip
    account = received.context["account"]
    made = published or as2.moment(received.context.get("generated"))
    return Activity(
        id=activity_id(PLATFORM, account, told.verb, native), native_id=native, platform=PLATFORM, actor=account,
        published=published, start_time=published, end_time=made, time_basis="given" if published else "unknown",
        source=SOURCE, position=place, **msgspec.structs.asdict(told),
    )  # fmt: skip


def _like(received: Received, liked: str, place: int) -> Activity:
    account, found = received.context["account"], as2.status(liked)
    created = found.created if found else None
    basis: TimeBasis = "after object" if created else "unknown"
    made = as2.moment(received.context.get("generated"))
    # A post liked "after" the archive was made: the file's name lies, so it bounds nothing.
    end = None if made and created and created > made else made
    return Activity(
        id=activity_id(PLATFORM, account, "like", liked), native_id=liked, platform=PLATFORM, verb="like",
        actor=account, start_time=created, end_time=end, time_basis=basis,
        object=liked, object_author=found.author if found else None, object_time=created, source=SOURCE, position=place,
    )  # fmt: skip


def _sentences(tally: Mapping[str, object], *, dated: bool) -> Iterator[str]:
    read, said = _counts(tally.get("read")), _counts(tally.get("said"))
    for name in (one for one in as2.several(tally.get("cut")) if isinstance(one, str)):
        yield f"{name} breaks off: its list never ends"
    for name, count in said.items():
        if read.get(name, 0) < count:
            yield f"{name} says that it holds {count:,} items, {read.get(name, 0):,} were read"
    if "outbox.json" not in read:
        yield "outbox.json is not in the archive: nothing that it posted or boosted is known"
    if read.get("likes.json"):
        yield ("Mastodon does not say when a post was favourited; the list is in the order of the posts' own numbers "
               "on its server, not of the favouriting. A favourite's time lies after the post's, which its number "
               "tells where it is of a Mastodon server")  # fmt: skip
        yield ("when the archive was made is known from its file name only" if dated else
               "nothing in the archive says when it was made, so nothing bounds the favourites from above")  # fmt: skip
    if "likes.json" not in read:
        yield "likes.json is not in the archive: what it favourited is not known"
    if tally.get("bookmarks") is True:
        yield "bookmarks.json is not read: nobody is shown what an account bookmarks"


def _counts(value: object) -> dict[str, int]:
    return {name: count for name, count in value.items() if isinstance(count, int)} if isinstance(value, dict) else {}


def _first(received: Received) -> int:
    first = received.context.get("first", "0")
    return int(first) if first.isdecimal() else 0


def _remark(received: Received, text: str) -> Remark:
    return Remark(source=SOURCE, ref=received.ref, text=text)


def _not_understood(received: Received, place: int, raw: bytes, reason: str) -> NotUnderstood:
    return NotUnderstood(source=SOURCE, ref=received.ref, position=place, reason=reason, body=raw[:_KEPT])
