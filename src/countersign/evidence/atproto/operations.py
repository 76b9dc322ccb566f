"""Reads the operations of a did:plc: who may sign for an account's identity, and which key signs its records.

Source: did:plc 0.3 ("Operation Serialization, Signing, and Validation"). Rules 57 to 60.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from countersign.errors import NotProved
from countersign.evidence.atproto import drisl
from countersign.evidence.atproto.cid import cid_of, cid_text
from countersign.evidence.atproto.keys import SIGNATURE_BYTES, key_from, key_text, signed
from countersign.evidence.atproto.refused import refused

MAX_OPERATION: Final = 7_500
"""Bytes of an operation, a rule of the directory."""
_MAX_ROTATION_KEYS: Final = 10
"""Today's rule is five; older operations have more."""
_TIME: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
_PLC_FIELDS: Final = frozenset(
    {"type", "rotationKeys", "verificationMethods", "alsoKnownAs", "services", "prev", "sig"}
)
_TOMBSTONE_FIELDS: Final = frozenset({"type", "prev", "sig"})
_CREATE_FIELDS: Final = frozenset({"type", "signingKey", "recoveryKey", "handle", "service", "prev", "sig"})
_KINDS: Final[Mapping[str, frozenset[str]]] = {
    "plc_operation": _PLC_FIELDS, "plc_tombstone": _TOMBSTONE_FIELDS, "create": _CREATE_FIELDS,
}  # fmt: skip


class Logged(msgspec.Struct, frozen=True, kw_only=True):
    """One operation of an account's identity, read but not yet held against the others.

    `key` is the did:key that signs records (None: it has none, or not one that the protocol knows).
    """

    kind: Literal["plc_operation", "plc_tombstone", "create"]
    cid: str
    digest: bytes
    prev: str | None
    created: datetime
    nullified: bool
    rotation_keys: tuple[str, ...]
    key: str | None
    message: bytes
    signature: bytes


def logged(item: object, *, did: str) -> Logged:
    """Return one operation of an audit log; raises NotProved (CS451, CS445)."""
    match item:
        case {"did": str(named), "operation": dict(fields), "cid": str(cid), "nullified": bool(nullified),
              "createdAt": str(created)}:  # fmt: skip
            if named != did:
                raise _broken("an operation is of another account", 57)
            return _read(fields, cid, _time(created), _Flag(nullified))
    raise _broken("an entry of the audit log lacks a member", 57)


class _Flag(msgspec.Struct, frozen=True):
    nullified: bool


def signer(operation: Logged, keys: Sequence[str]) -> int:
    """Return the place of the rotation key that signed an operation; raises NotProved (CS451)."""
    for place, key in enumerate(keys):
        if signed(key_from(key), operation.message, operation.signature):
            return place
    raise _broken("no key that was in force signed an operation", 60)


def _read(fields: dict[str, object], cid: str, created: datetime, flag: _Flag) -> Logged:
    kind = fields.get("type")
    match kind:
        case "plc_operation" | "plc_tombstone" | "create" if fields.keys() == _KINDS[kind]:
            value = _checked(fields, kind)
        case _:
            raise _broken("an operation does not have the fields of its type", 58)
    whole = drisl.encode(value)
    if len(whole) > MAX_OPERATION:
        raise _broken("an operation is too large", 59)
    if cid_text(cid_of(whole)) != cid:
        raise _broken("an operation does not have the hash that names it", 59)
    return Logged(
        kind=kind, cid=cid, digest=hashlib.sha256(whole).digest(), prev=_prev(fields["prev"]), created=created,
        nullified=flag.nullified, rotation_keys=_rotation_keys(fields, kind), key=_key(fields, kind),
        message=drisl.encode({name: part for name, part in value.items() if name != "sig"}),
        signature=_signature(fields["sig"]),
    )  # fmt: skip


def _checked(fields: dict[str, object], kind: str) -> dict[str, drisl.Value]:
    """Return an operation's fields as values, each of the kind that it must be."""
    texts = fields.keys() - {"prev", "rotationKeys", "verificationMethods", "alsoKnownAs", "services"}
    right = all(isinstance(fields[name], str) for name in texts)
    if kind == "plc_operation":
        services = fields["services"]
        right = right and all(_texts(fields[name]) for name in ("rotationKeys", "alsoKnownAs"))
        right = right and _named_texts(fields["verificationMethods"])
        right = right and isinstance(services, dict) and all(map(_service, services.values()))
    if not right:
        raise _broken("a field of an operation is of the wrong kind", 58)
    return {name: _value(part) for name, part in fields.items()}


def _value(part: object) -> drisl.Value:
    match part:
        case None:
            return None
        case str():
            if not _is_unicode(part):
                raise _broken("a text of an operation is not Unicode", 58)
            return part
        case list():
            return tuple(map(_value, part))
        case dict():
            return {str(_value(name)): _value(inner) for name, inner in part.items()}
    raise _broken("a field of an operation is of the wrong kind", 58)


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _texts(part: object) -> bool:
    return isinstance(part, list) and all(isinstance(item, str) for item in part)


def _named_texts(part: object) -> bool:
    return isinstance(part, dict) and all(isinstance(item, str) for item in part.values())


def _service(part: object) -> bool:
    return isinstance(part, dict) and part.keys() == {"type", "endpoint"} and _named_texts(part)


def _rotation_keys(fields: dict[str, object], kind: str) -> tuple[str, ...]:
    if kind == "plc_tombstone":
        return ()
    named = fields["rotationKeys"] if kind == "plc_operation" else [fields["recoveryKey"], fields["signingKey"]]
    keys = tuple(key for key in named if isinstance(key, str)) if isinstance(named, list) else ()
    if not 1 <= len(keys) <= _MAX_ROTATION_KEYS:
        raise _broken("an operation has no rotation key, or too many", 58)
    for key in keys:
        key_from(key)
    return keys


def _key(fields: dict[str, object], kind: str) -> str | None:
    methods = fields.get("verificationMethods")
    key = methods.get("atproto") if isinstance(methods, dict) else fields.get("signingKey")
    with suppress(NotProved):
        return key_text(key_from(key)) if isinstance(key, str) else None
    return None


def _prev(prev: object) -> str | None:
    if prev is None or isinstance(prev, str):
        return prev
    raise _broken("an operation does not say what it follows", 58)


def _signature(text: object) -> bytes:
    try:
        held = base64.b64decode(f"{text}==", altchars=b"-_", validate=True)
    except ValueError:
        held = b""
    if len(held) != SIGNATURE_BYTES or base64.urlsafe_b64encode(held).decode().rstrip("=") != text:
        raise _broken("the signature of an operation is not written as it must be", 60)
    return held


def _time(text: str) -> datetime:
    try:
        time = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        time = None
    if time is None or not text.startswith("2") or f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z" != text:
        raise _broken("the time of an operation is not written as it must be", 57)
    return time


def _broken(message: str, rule: int) -> NotProved:
    return refused("CS451", message, rule)
