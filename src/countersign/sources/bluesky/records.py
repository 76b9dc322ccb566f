"""Says what one record of a repository means, and how its time is known."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from countersign.activity import Activity, NotUnderstood, Parsed, Received, TimeBasis, Verb, activity_id
from countersign.sources.bluesky.car import decoded
from countersign.sources.bluesky.post import Fields, post
from countersign.sources.bluesky.syntax import address, declared_time, tid_time
from countersign.text.atproto import is_did

SOURCE: Final = "bluesky-car"
PLATFORM: Final = "bluesky"
EARLIEST: Final = datetime.fromisoformat("2022-01-01T00:00:00+00:00")
"""Before the protocol existed: a record key that says so was made up by an importer."""
AGREE: Final = timedelta(seconds=60)
"""How far a client's clock and the record key may differ without a word about it."""
_AHEAD: Final = timedelta(minutes=5)
_KEPT: Final = 4_096


def record(received: Received) -> Iterator[Parsed]:
    """Yield the action that a record stands for."""
    try:
        fields = decoded(received.body)
    except ValueError as error:
        yield _not_understood(received, f"not DAG-CBOR: {error}")
        return
    collection, _, key = received.context.get("key", "").partition("/")
    if not isinstance(fields, dict):
        yield _not_understood(received, "not a record: no map of fields")
    elif fields.get("$type") != collection:
        yield _not_understood(received, f"a record of type {fields.get('$type')!r:.100} in {collection}")
    else:
        yield _activity(received, collection, key, fields)


def missing(received: Received) -> NotUnderstood:
    """Return that a record is named by the tree, but not in the file."""
    return _not_understood(received, f"the record {received.context.get('key')} is not in the file")


def _activity(received: Received, collection: str, key: str, fields: Fields) -> Activity:
    account = received.context["account"]
    native = f"at://{account}/{collection}/{key}"
    told = _MEANING.get(collection, _other)(fields)
    when = _when(key, fields.get("createdAt"), declared_time(received.context.get("generated")))
    notes = (told.pop("note", None), _via(fields), when.pop("note", None))
    verb: Verb = told["verb"]
    return Activity(
        id=activity_id(PLATFORM, account, verb, native), native_id=native, platform=PLATFORM, actor=account,
        source=SOURCE, position=_place(received), note="; ".join(note for note in notes if note) or None,
        **told, **when,
    )  # fmt: skip


def _subject(verb: Verb) -> Callable[[Fields], dict[str, Any]]:
    def read(fields: Fields) -> dict[str, Any]:
        subject = fields.get("subject")
        target = subject.get("uri") if isinstance(subject, dict) else subject
        return {"verb": verb, **_target(target)}

    return read


def _target(target: object) -> dict[str, Any]:
    """Return what is acted on, whose it is, and when it was made, as far as its address tells."""
    if not isinstance(target, str):
        return {"note": "it names nothing that it acts on"}
    if is_did(target):
        return {"object": target, "object_author": target}
    found = address(target)
    if found is None:
        return {"object": target, "note": "what it acts on has no valid address"}
    made = tid_time(found.key or "")
    sane = made if made and made >= EARLIEST else None
    return {"object": target, "object_author": found.authority, "object_time": sane}


def _post(fields: Fields) -> dict[str, Any]:
    told = post(fields)
    found = _target(told.pop("target")) if "target" in told else {}
    notes = [note for note in (told.pop("note", None), found.pop("note", None)) if note]
    return {**told, **found, "note": "; ".join(notes) or None}


def _profile(fields: Fields) -> dict[str, Any]:
    about = fields.get("description")
    return {"verb": "update", "content": about if isinstance(about, str) else None,
            "note": "the profile as it is now; its time is that of its first making"}  # fmt: skip


def _other(fields: Fields) -> dict[str, Any]:
    """Anything else that was written in the account's name, whatever application's collection it is in."""
    target = next((fields[name] for name in ("subject", "list", "post") if isinstance(fields.get(name), str)), None)
    return {"verb": "other", **(_target(target) if target else {}), "note": f"a record of {fields.get('$type')}"}


_MEANING: Final[Mapping[str, Callable[[Fields], dict[str, Any]]]] = {
    "app.bsky.feed.like": _subject("like"),
    "app.bsky.feed.repost": _subject("repost"),
    "app.bsky.feed.post": _post,
    "app.bsky.graph.follow": _subject("follow"),
    "app.bsky.graph.block": _subject("block"),
    "app.bsky.graph.listblock": _subject("block"),
    "app.bsky.actor.profile": _profile,
}


def _when(key: str, declared: object, made: datetime | None) -> dict[str, Any]:
    """Return the time to trust: the record key's, since `createdAt` is whatever the client wrote.

    Where both agree, `start_time` and `end_time` keep the two; where they do not, the note keeps `createdAt`.
    """
    named, said = _sane(tid_time(key), made), declared_time(declared)
    if named and said and abs(named - said) <= AGREE:
        return _given(named, min(named, said), max(named, said))
    if named:
        return {**_given(named, named, named), "note": _disagreement(named, said, declared)}
    if trusted := _sane(said, made):
        impossible = tid_time(key)
        note = f"; the record key says {impossible:%Y-%m-%d}, which cannot be" if impossible else ""
        return {
            **_given(trusted, trusted, trusted),
            "note": f"its time is only what the client wrote (createdAt){note}",
        }
    impossible_too = f"createdAt {declared!r:.60} is not a possible time" if declared is not None else None
    return {"end_time": made, "note": impossible_too}


def _given(published: datetime, start: datetime, end: datetime) -> dict[str, Any]:
    basis: TimeBasis = "given"
    return {"published": published, "start_time": start, "end_time": end, "time_basis": basis}


def _sane(time: datetime | None, made: datetime | None) -> datetime | None:
    """Return a time if it lies between the protocol's beginning and the export's last revision."""
    possible = time is not None and time >= EARLIEST and (made is None or time <= made + _AHEAD)
    return time if possible else None


def _disagreement(named: datetime, said: datetime | None, declared: object) -> str | None:
    if said is None:
        return None if declared is None else f"createdAt {declared!r:.60} is not a time"
    side = "before" if said < named else "after"
    return f"createdAt says {said:%Y-%m-%dT%H:%M:%S.%fZ}, {_span(abs(said - named))} {side} the record key"


def _span(length: timedelta) -> str:
    for unit, seconds in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if length.total_seconds() >= 2 * seconds:
            return f"{length.total_seconds() / seconds:.0f} {unit}"
    return f"{length.total_seconds():.0f} s"


def _via(fields: Fields) -> str | None:
    via = fields.get("via")
    uri = via.get("uri") if isinstance(via, dict) else None
    return f"reached through {uri}" if isinstance(uri, str) else None


def _place(received: Received) -> int:
    place = received.context.get("place", "0")
    return int(place) if place.isdecimal() else 0


def _not_understood(received: Received, reason: str) -> NotUnderstood:
    return NotUnderstood(source=SOURCE, ref=received.ref, position=_place(received), reason=reason,
                         body=received.body[:_KEPT])  # fmt: skip
