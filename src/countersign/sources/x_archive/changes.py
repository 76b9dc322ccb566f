"""Reads changes to the account itself: handle, e-mail, phone, profile, protection, sign-in, and applications let in."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Final

import msgspec

from countersign.activity import Activity, Parsed, Received, TimeBasis, activity_id
from countersign.sources.x_archive.names import PLATFORM, SOURCE
from countersign.sources.x_archive.records import Fields, each, inner, needed, text
from countersign.sources.x_archive.times import from_ms, snowflake, to_ms, when

_PICTURE: Final = re.compile(r"/profile_images/(\d{1,20})/")
_BANNER: Final = re.compile(r"/profile_banners/\d{1,20}/(\d{9,10})(?:/|$)")


def handles(received: Received) -> Iterator[Parsed]:
    """Yield changes of the handle, with their times."""
    return each(received, partial(_change, received, "handle", "screenNameChange", "screenNameChange"))


def addresses(received: Received) -> Iterator[Parsed]:
    """Yield changes of the e-mail address, with their times; the notes show addresses shortened."""
    return each(received, partial(_change, received, "email", "emailAddressChange", "emailChange"))


def _change(received: Received, what: str, outer: str, name: str, record: Fields, place: int) -> Iterator[Activity]:
    change = inner(inner(record, outer), name)
    at = when(needed(change, "changedAt"))
    show = masked if what == "email" else str
    before, after = text(change, "changedFrom"), text(change, "changedTo")
    said = " ".join(f"{word} {show(value)}" for word, value in (("from", before), ("to", after)) if value)
    state = after or ""
    yield _update(received, what, _key(at, state), place, at=at, note=said or None)


def phones(received: Received) -> Iterator[Parsed]:
    """Yield the phone number as it was on the day of the archive; when it was set is not told."""
    return each(received, partial(_phone, received))


def _phone(received: Received, record: Fields, place: int) -> Iterator[Activity]:
    number = needed(inner(record, "device"), "phoneNumber")
    yield _update(received, "phone", _key(None, number), place, note=f"the number ends in {number[-2:]}")


def protections(received: Received) -> Iterator[Parsed]:
    """Yield when the account was made private or public (the last six months)."""
    return each(received, partial(_protection, received))


def _protection(received: Received, record: Fields, place: int) -> Iterator[Activity]:
    entry = inner(record, "protectedHistory")
    at, action = when(needed(entry, "protectedAt")), text(entry, "action") or ""
    yield _update(received, "protected", _key(at, action), place, at=at, note=action or None)


def sign_ins(received: Received) -> Iterator[Parsed]:
    """Yield when an account elsewhere (Google, Apple) was let sign in here."""
    return each(received, partial(_sign_in, received))


def _sign_in(received: Received, record: Fields, place: int) -> Iterator[Activity]:
    entry = inner(record, "sso", "singleSignOnMetaValues")
    at = when(entry.get("createdAt"))
    mail, how = text(entry, "ssoEmail"), text(entry, "associationMethodType") or "unknown way"
    note = f"sign-in by {masked(mail)} ({how})" if mail else f"sign-in from elsewhere ({how})"
    yield _update(received, "sso", _key(at, needed(entry, "ssoId", "ssoEmail", "createdAt")), place, at=at, note=note)


def profiles(received: Received) -> Iterator[Parsed]:
    """Yield the profile as it was on the day of the archive, and when its pictures were uploaded."""
    return each(received, partial(_profile, received))


def _profile(received: Received, record: Fields, place: int) -> Iterator[Activity]:
    profile = inner(record, "profile")
    words = inner(profile, "description")
    said = "\n".join(str(words.get(name) or "") for name in ("bio", "website", "location"))
    yield _update(received, "profile", _key(None, said), place, note="as it was on the day of the archive")
    avatar, header = text(profile, "avatarMediaUrl") or "", text(profile, "headerMediaUrl") or ""
    picture, banner = _PICTURE.search(avatar), _BANNER.search(header)
    if avatar:
        uploaded = snowflake(picture[1]) if picture else None
        yield _update(received, "picture", _key(None, avatar), place, after=uploaded)
    if header:
        uploaded = from_ms(int(banner[1]) * 1000) if banner and int(banner[1]) else None
        yield _update(received, "banner", _key(None, header), place, after=uploaded)


def grants(received: Received) -> Iterator[Parsed]:
    """Yield when each application still connected was allowed in."""
    return each(received, partial(_grant, received))


def _grant(received: Received, record: Fields, place: int) -> Iterator[Activity]:
    entry = inner(record, "connectedApplication")
    at = when(entry.get("approvedAt") or entry.get("approvedAtMsec"))
    name, by = needed(entry, "name", "id"), text(inner(entry, "organization"), "name")
    native_id = f"{text(entry, 'id') or name}@{to_ms(at) if at else 0}"
    allowed = ", ".join(permissions(entry)) or "unknown permissions"
    yield msgspec.structs.replace(
        _update(received, name, native_id, place, at=at, note=f"allowed to: {allowed}"),
        id=activity_id(PLATFORM, received.context["account"], "grant", native_id),
        verb="grant",
        object_author=by,
    )


def permissions(application: Fields) -> tuple[str, ...]:
    """Return what a connected application may do, in X's own words."""
    found = application.get("permissions")
    return tuple(str(one) for one in found) if isinstance(found, list) else ()


def masked(address: str) -> str:
    """Return an e-mail address with all but the first letter of its name hidden.

    >>> masked("press@embassy.example")
    'p…@embassy.example'
    """
    name, _, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"


def _key(at: datetime | None, state: str) -> str:
    """What tells one state from another: its time where there is one, and a digest of what it was."""
    digest = sha256(state.encode("utf-8", "replace")).hexdigest()[:12]
    return f"{to_ms(at)}-{digest}" if at else digest


def _update(
    received: Received, what: str, key: str, place: int, *,
    at: datetime | None = None, after: datetime | None = None, note: str | None = None,
) -> Activity:  # fmt: skip
    account = received.context["account"]
    native_id = key if "@" in key else f"{what}:{key}"
    basis: TimeBasis = "given" if at else "after object" if after else "unknown"
    return Activity(
        id=activity_id(PLATFORM, account, "update", native_id),
        native_id=native_id,
        platform=PLATFORM,
        verb="update",
        actor=account,
        published=at,
        start_time=at or after,
        end_time=at or when(received.context.get("generated")),
        time_basis=basis,
        object=what,
        source=SOURCE,
        position=place,
        note=note,
    )
