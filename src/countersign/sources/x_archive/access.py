"""Reads traces of access: addresses, devices, applications and keys, each with what X's record truly means."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any, Final

from countersign.activity import Parsed, Received, Session, span
from countersign.sources.x_archive.changes import permissions
from countersign.sources.x_archive.names import PLATFORM, SOURCE
from countersign.sources.x_archive.records import Fields, each, inner, needed, objects, text
from countersign.sources.x_archive.times import is_day, when

LAST_USE: Final = "last use of this address on that day (UTC); not a log of sign-ins"
SIGN_UP: Final = "address at which the account was made"
TOKEN: Final = "device or browser that signed in within 18 months; first and last seen"
PUSH: Final = "device that gets notifications; dates only"
PHONE: Final = "phone used for notifications or second factor; dates only"
APPLICATION: Final = "application that may act for the account, since it was approved"
KEY: Final = "device registered for encrypted direct messages"
KEY_GONE: Final = "device once registered for encrypted direct messages, and removed"


def addresses(received: Received) -> Iterator[Parsed]:
    """Yield one session for each day and address of ip-audit.js (60 days).

    Each row is the *last* use of an address on one UTC day, measured on three archives; X calls it "a login". So
    `opened` is the beginning of nothing known and stays None. The port (2026 on), which a provider needs to find one
    subscriber among many, stands in `client` as `port 51234`.
    """
    return each(received, partial(_address, received))


def _address(received: Received, record: Fields, place: int) -> Iterator[Session]:
    entry = inner(record, "ipAudit")
    port = text(entry, "loginPortNumber")
    yield _session(
        received, "ip use", place, last_seen=when(needed(entry, "createdAt")), ip=needed(entry, "loginIp"),
        client=f"port {port}" if port else None, meaning=LAST_USE,
    )  # fmt: skip


def first_address(received: Received) -> Iterator[Parsed]:
    """Yield the address at which the account was made, with the account's birthday where it is known."""
    return each(received, partial(_first_address, received))


def _first_address(received: Received, record: Fields, place: int) -> Iterator[Session]:
    born = when(received.context.get("created"))
    ip = needed(inner(record, "accountCreationIp"), "userCreationIp")
    yield _session(received, "ip use", place, opened=born, last_seen=born, ip=ip, meaning=SIGN_UP)


def tokens(received: Received) -> Iterator[Parsed]:
    """Yield the devices and browsers that signed in; a token is a secret, so only a short digest of it is kept."""
    return each(received, partial(_token, received))


def _token(received: Received, record: Fields, place: int) -> Iterator[Session]:
    entry = inner(record, "deviceToken")
    token = text(entry, "token")
    yield _session(
        received, "device", place, opened=when(entry.get("createdAt")), last_seen=when(entry.get("lastSeenAt")),
        device=f"token {digest(token)}" if token else None,
        client=text(entry, "clientApplicationName", "clientApplicationId"), meaning=TOKEN,
    )  # fmt: skip


def applications(received: Received) -> Iterator[Parsed]:
    """Yield the applications that may act for the account."""
    return each(received, partial(_application, received))


def _application(received: Received, record: Fields, place: int) -> Iterator[Session]:
    entry = inner(record, "connectedApplication")
    yield _session(
        received, "application", place, opened=when(entry.get("approvedAt") or entry.get("approvedAtMsec")),
        client=needed(entry, "name", "id"), permissions=permissions(entry), meaning=APPLICATION,
    )  # fmt: skip


def notified(received: Received) -> Iterator[Parsed]:
    """Yield the devices and phones that get notifications or codes."""
    return each(received, partial(_notified, received))


def _notified(received: Received, record: Fields, place: int) -> Iterator[Session]:
    entry = inner(record, "niDeviceResponse")
    push, phone = inner(entry, "pushDevice"), inner(entry, "messagingDevice")
    found = push if push is not entry else phone
    if found is entry:
        raise KeyError("pushDevice or messagingDevice")
    about = (text(found, "deviceType"), text(found, "deviceVersion"), _ending(text(found, "phoneNumber")))
    yield _session(
        received, "device", place, opened=when(found.get("createdDate")), last_seen=_end(found.get("updatedDate")),
        device=" ".join(one for one in about if one) or None, client=text(found, "carrier"),
        meaning=PUSH if found is push else PHONE,
    )  # fmt: skip


def _ending(number: str | None) -> str | None:
    return f"ending in {number[-2:]}" if number else None


def _end(value: object) -> datetime | None:
    found = when(value)
    return span(found, "day")[1] if found and is_day(value) else found


def keys(received: Received) -> Iterator[Parsed]:
    """Yield the devices registered for encrypted messages, in the form of 2023 and in that of 2026."""
    return each(received, partial(_keys, received))


def _keys(received: Received, record: Fields, place: int) -> Iterator[Session]:
    registry = inner(record, "keyRegistryData")
    here = inner(registry, "registeredDevices").get("deviceMetadataList")
    gone = inner(registry, "deregisteredDevices").get("deRegisteredDeviceMetadataList")
    if here is None and gone is None:
        raise KeyError("deviceMetadataList")
    for meaning, devices in ((KEY, here), (KEY_GONE, gone)):
        for device in objects(devices):
            yield _key(received, device, meaning, place)


def _key(received: Received, device: Fields, meaning: str, place: int) -> Session:
    about = text(device, "userAgent") or f"device {text(device, 'deviceId') or 'unknown'}"
    return _session(received, "key", place, opened=when(device.get("createdAt")), device=about, meaning=meaning)


def digest(secret: str) -> str:
    """Return twelve letters that stand for a secret without giving it away.

    >>> digest("a token")
    'e3316e2bafeb'
    """
    return sha256(secret.encode("utf-8", "replace")).hexdigest()[:12]


def _session(received: Received, kind: str, place: int, **told: Any) -> Session:
    return Session(
        account=received.context["account"], platform=PLATFORM, kind=kind, source=SOURCE, position=place, **told
    )
