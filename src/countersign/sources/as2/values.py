"""Reads single values of ActivityStreams 2.0, which may come as a string, an object or a list of either."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

Fields = Mapping[str, object]
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE)


def fields_in(body: bytes) -> Fields | str:
    """Return the JSON object that some bytes hold, or in words why there is none; never raises.

    >>> fields_in(b'{"type": "Like"}'), fields_in(b'[]')
    ({'type': 'Like'}, 'not a JSON object')
    """
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return "not JSON"
    return found if isinstance(found, dict) else "not a JSON object"


def several(value: object) -> tuple[object, ...]:
    """Return the values of a property that may hold none, one or a list.

    >>> several(None), several("a"), several(["a", "b"])
    ((), ('a',), ('a', 'b'))
    """
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)


def id_of(value: object) -> str | None:
    """Return the id of a thing that is given by its id, as a link, or as an object; of a list, the first one's.

    >>> id_of("https://a.example/1"), id_of({"type": "Note", "id": "n"}), id_of([{"href": "h"}]), id_of(7)
    ('https://a.example/1', 'n', 'h', None)
    """
    for one in several(value):
        found = (one.get("id") or one.get("@id") or one.get("href")) if isinstance(one, dict) else one
        return found if isinstance(found, str) and found else None
    return None


def kind(thing: Fields) -> str:
    """Return the type of a thing without its namespace, "" if it has none; of several, the first.

    >>> kind({"type": "as:Like"}), kind({"@type": ["https://www.w3.org/ns/activitystreams#Note"]}), kind({})
    ('Like', 'Note', '')
    """
    for one in several(thing.get("type") or thing.get("@type")):
        if isinstance(one, str):
            return one.removeprefix("as:").removeprefix("https://www.w3.org/ns/activitystreams#")
    return ""


def text(thing: Fields, name: str) -> str | None:
    """Return a text property, or the one that its map of languages holds; None if there is none.

    >>> text({"nameMap": {"de": "Botschaft"}}, "name")
    'Botschaft'
    """
    value = thing.get(name)
    if isinstance(value, str):
        return value
    known = thing.get(f"{name}Map")
    found = next(iter(known.values()), None) if isinstance(known, dict) else None
    return found if isinstance(found, str) else None


def language(thing: Fields) -> str | None:
    """Return the language of a thing's content; None if it is not said, or several are.

    >>> language({"content": "hei", "contentMap": {"nb": "hei"}})
    'nb'
    """
    known = thing.get("contentMap")
    if not isinstance(known, dict):
        return None
    same = [tag for tag, content in known.items() if content == thing.get("content", content)]
    return same[0] if len(same) == 1 and same[0] != "und" else None


def moment(value: object) -> datetime | None:
    """Return a time of ActivityStreams in UTC; None if it is none, or has no zone.

    Source: ActivityStreams 2.0 Core, section 2.3 (RFC 3339, seconds may be left out).

    >>> moment("2026-09-09T04:14:07+02:00").isoformat()
    '2026-09-09T02:14:07+00:00'
    """
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
