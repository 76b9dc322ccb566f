"""Says whose archive it is and as of when: from manifest, account and time zone, whichever of them is there."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

import msgspec

from countersign.activity import Identity, Parsed, Received, Remark
from countersign.sources.x_archive.names import PLATFORM, SOURCE
from countersign.sources.x_archive.records import Fields, each, fields, inner, objects, text
from countersign.sources.x_archive.times import when
from countersign.sources.x_archive.zones import zone

_FILE_NAME: Final = re.compile(r"twitter-(\d{4}-\d\d-\d\d)-[0-9a-f]{16,64}(?:[ ._-].*)?\.zip")
_FILE_DATE_SLACK: Final = timedelta(days=2)
"""A file name tells a day in a zone that it does not tell; two days later every zone has left that day."""
_OWNERS: Final = ("accountId", "userId", "user_id")


def about(kind: str, records: Iterable[Fields]) -> Mapping[str, str]:
    """Return what one of the small files says about the account: the context in which all others are read."""
    for record in records:
        found = _READERS[kind](record)
        return {name: value for name, value in found.items() if value}
    return {}


def _manifest(record: Fields) -> dict[str, str | None]:
    user, archive = inner(record, "userInfo"), inner(record, "archiveInfo")
    return {
        "account": text(user, "accountId"),
        "username": text(user, "userName"),
        "name": text(user, "displayName"),
        "generated": _time(archive, "generationDate"),
        "partial": "yes" if str(archive.get("isPartialArchive")).lower() == "true" else None,
        "declared": msgspec.json.encode(dict(_declared(record))).decode(),
    }


def _declared(manifest: Fields) -> Iterator[tuple[str, int]]:
    types = manifest.get("dataTypes")
    for one in types.values() if isinstance(types, dict) else ():
        for file in objects(one.get("files") if isinstance(one, dict) else None):
            name, count = text(file, "fileName"), text(file, "count")
            if name and count and count.isascii() and count.isdigit() and len(count) < 12:
                yield name, int(count)


def _account(record: Fields) -> dict[str, str | None]:
    account = inner(record, "account")
    return {
        "account": text(account, "accountId"),
        "username": text(account, "username"),
        "name": text(account, "accountDisplayName"),
        "created": _time(account, "createdAt"),
    }


def _zone(record: Fields) -> dict[str, str | None]:
    zone = inner(record, "accountTimezone")
    return {"account": text(zone, "accountId"), "zone": text(zone, "timeZone")}


def _owner(record: Fields) -> dict[str, str | None]:
    """Files that repeat the owner's number, for archives that lack the files made for it."""
    wrapped: Any = next(iter(record.values()), None)
    return {"account": text(wrapped if isinstance(wrapped, dict) else record, *_OWNERS)}


_READERS: Final = {
    "manifest": _manifest,
    "account": _account,
    "account-timezone": _zone,
    "account-creation-ip": _owner,
    "ip-audit": _owner,
    "tweet-headers": _owner,
    "deleted-tweet-headers": _owner,
    "email-address-change": _owner,
    "screen-name-change": _owner,
}
TELLING: Final = tuple(_READERS)
"""Kinds of file that can say whose archive it is, the best first."""


def dated(path: str) -> Mapping[str, str]:
    """Return the date in an archive's own file name, for the old ones that tell it nowhere else.

    >>> dated("twitter-2019-05-01-" + "0" * 64 + ".zip")["generated"]
    '2019-05-03T00:00:00+00:00'
    """
    named = _FILE_NAME.fullmatch(re.split(r"[/\\]", path)[-1])
    day = _day(named[1]) if named else None
    return {"generated": day, "generated_by": "file name"} if day else {}


def _day(written: str) -> str | None:
    try:
        day = when(written)
    except ValueError:
        return None
    return (day + _FILE_DATE_SLACK).isoformat() if day else None


def _time(record: Fields, name: str) -> str | None:
    try:
        found = when(record.get(name))
    except (ValueError, OverflowError):
        return None
    return found.isoformat() if found else None


def identity(received: Received) -> Iterator[Parsed]:
    """Yield who the account is, from what its files say together."""
    said = received.context
    yield Identity(
        account=said["account"],
        platform=PLATFORM,
        handle=said.get("username"),
        name=said.get("name"),
        time_zone=zone(said.get("zone")),
        created=when(said.get("created")),
        as_of=when(said.get("generated")),
    )
    if "zone" in said and not zone(said["zone"]):
        yield Remark(source=SOURCE, ref=received.ref, text=f"the time zone that X names is not known: {said['zone']}")


def manager(received: Received) -> Iterator[Parsed]:
    """Yield a remark where the account is labelled as run by another one."""
    return each(received, lambda record, _: _managed(received, record))


def _managed(received: Received, record: Fields) -> Iterator[Parsed]:
    label = inner(record, "accountLabel")
    by = text(label, "managedByScreenName")
    if by:
        kind = text(label, "label") or "automated"
        yield Remark(source=SOURCE, ref=received.ref, text=f"X labels the account as {kind}, managed by @{by}")


def suspension(received: Received) -> Iterator[Parsed]:
    """Yield a remark for each time that X itself suspended the account or lifted that."""
    return each(received, lambda record, _: _suspended(received, record))


def _suspended(received: Received, record: Fields) -> Iterator[Parsed]:
    entry = inner(record, "accountSuspension")
    at = when(entry.get("timeStamp") or entry.get("createdAt"))
    if at or text(entry, "action"):
        said = text(entry, "action") or "suspension"
        when_said = f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "an unknown time"
        yield Remark(source=SOURCE, ref=received.ref, text=f"X took an action on the account at {when_said}: {said}")


def first_fields(records: Iterable[bytes]) -> Iterator[Fields]:
    """Yield those of some records that can be read."""
    for raw in records:
        try:
            yield fields(raw)
        except (ValueError, RecursionError):
            continue
