"""Writes what was read as ActivityStreams 2.0, one thing a line, without losing a field."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec

from countersign.activity import AS2_TYPE, UNDONE_BY, WRITTEN, Activity, Identity, Parsed, Session
from countersign.sources.activitystreams.names import (
    ADDED,
    CONTEXT,
    FLAT,
    OTHER_SESSION,
    PREFIX,
    RELATION,
    SESSION_TYPES,
)  # fmt: skip

Line = dict[str, object]
_DONE = {undo: AS2_TYPE[verb] for verb, undo in UNDONE_BY.items() if undo != "delete"}


def write(values: Iterable[Parsed]) -> Iterator[bytes]:
    """Yield each value as one line of JSON, newline included; `source.parse` of a line gives the value again.

    Only an Activity whose times contradict each other is not given back: it is read as `NotUnderstood`.

    >>> like = Activity(id="x:1:like:2", native_id="2", platform="x", verb="like", actor="1", object="2")
    >>> line = next(write([like]))
    >>> msgspec.json.decode(line)["type"], msgspec.json.decode(line)["object"]
    ('Like', {'id': '2'})
    """
    for value in values:
        line = _activity(value) if isinstance(value, Activity) else _flat(value)
        yield msgspec.json.encode({"@context": CONTEXT, **line}) + b"\n"


def _activity(act: Activity) -> Line:
    line: Line = {"id": act.id, "type": act.type, "actor": act.actor, "published": _time(act.published)}
    line["object"] = _object(act) or None
    line["instrument"] = None if act.instrument is None else {"type": "Application", "name": act.instrument}
    return _told(line) | _added(act)


def _added(act: Activity) -> Line:
    defaults = {field.name: field.default for field in msgspec.structs.fields(Activity)}
    values = {name: getattr(act, field) for name, field in ADDED.items()}
    return {name: _plain(value) for name, value in values.items() if value != defaults[ADDED[name]]}


def _object(act: Activity) -> Line:
    target = _told({"id": act.object, "attributedTo": act.object_author, "published": _time(act.object_time)})
    if act.verb in WRITTEN:
        note = {"type": "Note", "id": act.native_id, **_said(act)}
        return note | ({RELATION[act.verb]: target} if target else {})
    thing = target | _said(act)
    return {"type": _DONE[act.verb], "actor": act.actor, "object": thing} if act.verb in _DONE else thing


def _said(act: Activity) -> Line:
    tags = [{"type": "Link", "href": link} for link in act.links]
    tags += [{"type": "Mention", "href": who} for who in act.mentions]
    tags += [{"type": "Hashtag", "name": f"#{name}"} for name in act.hashtags]
    media_type = None if act.content is None else "text/plain"
    return _told({"content": act.content, "mediaType": media_type, "tag": tags or None, "sensitive": act.sensitive})


def _flat(value: Parsed) -> Line:
    kind = type(value)
    defaults = {field.name: field.default for field in msgspec.structs.fields(kind)}
    fields = {name: getattr(value, field) for name, field in FLAT[kind].items()}
    return {"type": _flat_type(value)} | {
        name: _plain(found) for name, found in fields.items() if found != defaults[FLAT[kind][name]]
    }


def _flat_type(value: Parsed) -> str:
    if isinstance(value, Session):
        return SESSION_TYPES.get(value.kind, OTHER_SESSION)
    # A Person to everybody else; the prefixed name says that the other fields are ours.
    return PREFIX + type(value).__name__ if not isinstance(value, Identity) else "cs:Identity"


def _told(fields: Line) -> Line:
    return {name: value for name, value in fields.items() if value is not None}


def _plain(value: object) -> object:
    return _time(value) if isinstance(value, datetime) else value


def _time(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")
