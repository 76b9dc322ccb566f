"""Reads what other tools write in ActivityStreams 2.0, as far as its words go."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from countersign.activity import (
    UNDONE_BY,
    Activity,
    Identity,
    Parsed,
    Session,
    TimeBasis,
    Verb,
    activity_id,
    span,
)  # fmt: skip
from countersign.sources import as2
from countersign.sources.activitystreams.names import SOURCE
from countersign.sources.activitystreams.own import Unreadable

PLATFORM: Final = "activitypub"
_PEOPLE: Final = {"Person", "Service", "Group", "Organization", "Application"}
_THINGS: Final = {"Note", "Article", "Page", "Question", "Image", "Video", "Audio", "Event", "Document"}
_LISTS: Final = {"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"}
_VERBS: Final[Mapping[str, Verb]] = {
    "Create": "post", "Announce": "repost", "Like": "like", "Follow": "follow", "Block": "block", "Ignore": "mute",
    "Delete": "delete", "Update": "update", "Undo": "other",
}  # fmt: skip
_OTHERS: Final = {
    "Accept", "TentativeAccept", "Add", "Arrive", "Invite", "Join", "Leave", "Offer", "Reject", "TentativeReject",
    "Remove", "Travel", "Flag", "Dislike", "Listen", "Read", "Move", "View", "EmojiReact", "Activity", "cs:Grant",
}  # fmt: skip
_ID_OF_DONE: Final = re.compile(r"[:#/](like|repost|announce|follow|block|mute)s?[:/]", re.IGNORECASE)
_SAID: Final = ("object", "object_author", "object_time", "content", "content_length", "lang", "links", "mentions",
                "hashtags", "sensitive", "media", "note")  # fmt: skip


def items(line: as2.Fields) -> tuple[object, ...] | None:
    """Return what a collection holds; None if the line is none."""
    return as2.several(line.get("orderedItems") or line.get("items")) if as2.kind(line) in _LISTS else None


def foreign(line: as2.Fields, position: int, place: str) -> Parsed:
    """Return what a line of another tool says; raises Unreadable where it says nothing that can be used.

    `place` is the id of what has none of its own.
    """
    kind = as2.kind(line)
    if kind in _PEOPLE:
        return _person(line)
    if kind == "cs:Login":
        return _login(line, position)
    if kind in _THINGS:
        made: as2.Fields = {"type": "Create", "object": dict(line), "published": line.get("published")}
        return _act(made, "post", position, place)
    if kind in _VERBS or kind in _OTHERS:
        return _act(line, _VERBS.get(kind, "other"), position, place)
    raise Unreadable(f"nothing that an account does: type {kind[:80]!r}" if kind else "it has no type")


def _person(line: as2.Fields) -> Identity:
    account = as2.id_of(dict(line))
    if account is None:
        raise Unreadable("an account without an id")
    return Identity(account=account, platform=_platform(line), handle=as2.text(line, "preferredUsername"),
                    name=as2.text(line, "name"), created=as2.moment(line.get("published")),
                    as_of=as2.moment(line.get("updated")))  # fmt: skip


def _login(line: as2.Fields, position: int) -> Session:
    account, day = as2.id_of(line.get("actor")), line.get("cs:day")
    start = as2.moment(f"{day}T00:00:00Z") if isinstance(day, str) else None
    if account is None:
        raise Unreadable("it names no actor")
    opened, last = span(start, "day") if start else (None, None)
    return Session(account=account, platform=_platform(line), kind="ip use", opened=opened, last_seen=last,
                   ip=_word(line.get("cs:ip")), client=_word(line.get("cs:client")),
                   meaning=_word(line.get("cs:semantics")) or "", source=SOURCE, position=position)  # fmt: skip


def _act(line: as2.Fields, verb: Verb, position: int, place: str) -> Activity:
    thing = _inner(line.get("object"))
    actor = as2.id_of(line.get("actor")) or as2.id_of(thing.get("attributedTo")) or as2.id_of(thing.get("actor"))
    if actor is None:
        raise Unreadable("it names no actor")
    told = _told(line, verb, thing)
    native = told.pop("native") or place
    act: Verb = told["verb"]
    platform = _platform(line)
    return Activity(
        id=activity_id(platform, actor, act, native), native_id=native, platform=platform, actor=actor,
        instrument=_client(line), source=SOURCE, position=position, **told,
        **_when(line, thing if act in _MADE else {}),
    )  # fmt: skip


_MADE: Final = {"post", "reply", "quote"}


def _told(line: as2.Fields, verb: Verb, thing: as2.Fields) -> dict[str, Any]:
    """Return what a line says of an action, and `native`, its id on its own server."""
    own = as2.id_of(dict(line))
    if verb == "post":
        return {"native": as2.id_of(line.get("object")) or own, **msgspec.structs.asdict(as2.written(thing))}
    if as2.kind(line) == "Undo":
        return _undo(line, thing, own)
    note = None if as2.kind(line) in _VERBS else f"of type {as2.kind(line)}"
    return {"native": own or as2.id_of(line.get("object")), "verb": verb, **_target(line.get("object")), "note": note}


def _undo(line: as2.Fields, thing: as2.Fields, own: str | None) -> dict[str, Any]:
    """Return what is taken back: told by the thing itself, or, where only its id is given, by the id's own words."""
    taken = as2.id_of(line.get("object"))
    found = _ID_OF_DONE.search(taken or "")
    by_id = {"announce": "repost"}.get(found[1].lower(), found[1].lower()) if found else None
    done: Any = _VERBS.get(as2.kind(thing)) or by_id
    verb = UNDONE_BY.get(done, "other")
    target = _target(thing.get("object")) if thing.get("object") else {"object": taken}
    note = None if verb != "other" else f"takes back {taken or 'something'}"
    return {"native": own or taken or target.get("object"), "verb": verb, **target, "note": note}


def _target(value: object) -> dict[str, Any]:
    thing, target = _inner(value), as2.id_of(value)
    found = as2.status(target)
    said = msgspec.structs.asdict(as2.written(thing)) if "content" in thing else {}
    return {
        **{name: said[name] for name in _SAID if name in said and name not in ("note", "media")},
        "object": target,
        "object_author": as2.id_of(thing.get("attributedTo")) or (found.author if found else None),
        "object_time": as2.moment(thing.get("published")) or (found.created if found else None),
    }


def _when(line: as2.Fields, note: as2.Fields) -> dict[str, Any]:
    published = as2.moment(line.get("published")) or as2.moment(note.get("published"))
    if published:
        return {"published": published, "start_time": published, "end_time": published, "time_basis": "given"}
    low = as2.moment(line.get("cs:timeLo")) or as2.moment(line.get("startTime"))
    high = as2.moment(line.get("cs:timeHi")) or as2.moment(line.get("endTime"))
    if low and high and low > high:
        raise Unreadable("its times contradict each other")
    return {"start_time": low, "end_time": high, "time_basis": _basis(low, high)}


def _basis(low: datetime | None, high: datetime | None) -> TimeBasis:
    return "between" if low and high else "unknown"


def _client(line: as2.Fields) -> str | None:
    for value in (line.get("cs:client"), line.get("instrument"), line.get("generator")):
        if found := as2.text(_inner(value), "name") or as2.id_of(value):
            return found
    return None


def _platform(line: as2.Fields) -> str:
    return _word(line.get("cs:platform")) or PLATFORM


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _inner(value: object) -> as2.Fields:
    return value if isinstance(value, dict) else {}
