"""Reads the lines that Countersign wrote: every field as it was."""

from collections.abc import Mapping
from typing import Any

import msgspec

from countersign.activity import WRITTEN, Activity, Parsed
from countersign.sources import as2
from countersign.sources.activitystreams.names import ADDED, FLAT, FLAT_TYPES, RELATION, TIMES

_KNOWN = ("given", "minute", "day")


class Unreadable(ValueError):
    """Why a line cannot be read."""


def is_own(line: as2.Fields) -> bool:
    """Say whether a line has the fields that only we write."""
    kind = line.get("type")
    # Other tools may write a cs:Login too, in the shorter form of the notes.
    if isinstance(kind, str) and kind in FLAT_TYPES:
        return kind != "cs:Login" or "cs:kind" in line
    return isinstance(line.get("cs:verb"), str)


def own(line: as2.Fields) -> Parsed:
    """Return what a line of ours says; raises Unreadable."""
    kind = FLAT_TYPES.get(str(line.get("type")))
    fields = _activity(line) if kind is None else _named(line, FLAT[kind])
    try:
        found: Parsed = msgspec.convert(_timed(fields), kind or Activity)
    except msgspec.ValidationError as error:
        raise Unreadable(str(error)) from None
    if isinstance(found, Activity):
        _check_times(found)
    return found


def _activity(line: as2.Fields) -> dict[str, Any]:
    verb = str(line["cs:verb"])
    thing = _inner(line.get("object"))
    if verb in WRITTEN:
        said, target = thing, _inner(thing.get(RELATION[verb]))
    else:
        said = target = _inner(thing.get("object")) if line.get("type") == "Undo" else thing
    told = {"id": line.get("id"), "actor": line.get("actor"), "published": line.get("published"),
            "object": target.get("id"), "object_author": target.get("attributedTo"),
            "object_time": target.get("published"), "instrument": _inner(line.get("instrument")).get("name"),
            "content": said.get("content"), "sensitive": said.get("sensitive"), **_tags(said)}  # fmt: skip
    told["time_basis"] = "unknown" if told["published"] is None else "given"
    return told | _named(line, ADDED)


def _check_times(act: Activity) -> None:
    """Raise Unreadable where times contradict each other: no source of ours gives such, so the line was damaged."""
    known = [time for time in (act.start_time, act.published, act.end_time) if time is not None]
    if known != sorted(known) or (act.published is not None and act.time_basis not in _KNOWN):
        raise Unreadable("its times contradict each other")


def _tags(said: as2.Fields) -> dict[str, list[Any]]:
    tags = [_inner(tag) for tag in as2.several(said.get("tag"))]
    return {
        "links": [tag.get("href") for tag in tags if tag.get("type") == "Link"],
        "mentions": [tag.get("href") for tag in tags if tag.get("type") == "Mention"],
        "hashtags": [str(tag.get("name")).removeprefix("#") for tag in tags if tag.get("type") == "Hashtag"],
    }


def _named(line: as2.Fields, names: Mapping[str, str]) -> dict[str, Any]:
    return {field: line[name] for name, field in names.items() if name in line}


def _timed(fields: dict[str, Any]) -> dict[str, Any]:
    for name in (TIMES | {"object_time"}) & fields.keys():
        said, fields[name] = fields[name], as2.moment(fields[name])
        if said is not None and fields[name] is None:
            raise Unreadable(f"{name} is not a time: {said!r:.60}")
    return fields


def _inner(value: object) -> as2.Fields:
    return value if isinstance(value, dict) else {}
