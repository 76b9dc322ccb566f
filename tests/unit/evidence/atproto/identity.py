"""Makes operations of a did:plc, true and false ones, without the program's own encoder."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.unit.evidence.atproto.forge import Signer, cbor

START = datetime(2026, 1, 1, tzinfo=UTC)
STRONG, WEAK, SIGNING = Signer.made(number=1), Signer.made("p256", 2), Signer.made(number=3)
ROTATION = (STRONG.key, WEAK.key)


def ordered(held: Any) -> Any:
    """Sort the keys of maps as DRISL does."""
    match held:
        case dict():
            return {key: ordered(held[key]) for key in sorted(held, key=lambda key: (len(key.encode()), key.encode()))}
        case list() | tuple():
            return [ordered(part) for part in held]
    return held


def base64url(held: bytes) -> str:
    return base64.urlsafe_b64encode(held).decode().rstrip("=")


def base32(held: bytes) -> str:
    return base64.b32encode(held).decode().lower().rstrip("=")


def signed(fields: dict[str, Any], signer: Signer) -> dict[str, Any]:
    return {**fields, "sig": base64url(signer.sign(cbor(ordered(fields))))}


def operation(prev: str | None, signer: Signer, **changes: Any) -> dict[str, Any]:
    fields = {
        "type": "plc_operation", "rotationKeys": list(ROTATION), "verificationMethods": {"atproto": SIGNING.key},
        "alsoKnownAs": ["at://name.test"],
        "services": {"atproto_pds": {"type": "AtprotoPersonalDataServer", "endpoint": "https://pds.test"}},
        "prev": prev,
    }  # fmt: skip
    return signed(fields | changes, signer)


def tombstone(prev: str | None, signer: Signer) -> dict[str, Any]:
    return signed({"type": "plc_tombstone", "prev": prev}, signer)


def create(signer: Signer = WEAK, **changes: Any) -> dict[str, Any]:
    fields = {"type": "create", "signingKey": WEAK.key, "recoveryKey": STRONG.key, "handle": "name.test",
              "service": "https://pds.test", "prev": None}  # fmt: skip
    return signed(fields | changes, signer)


def digest(held: dict[str, Any]) -> bytes:
    return hashlib.sha256(cbor(ordered(held))).digest()


def cid(held: dict[str, Any]) -> str:
    return "b" + base32(b"\x01\x71\x12\x20" + digest(held))


def did(genesis: dict[str, Any]) -> str:
    return "did:plc:" + base32(digest(genesis))[:24]


def time(hours: float) -> str:
    at = START + timedelta(hours=hours)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def log(
    *operations: dict[str, Any], hours: Sequence[float] = (), nullified: Sequence[int] = ()
) -> list[dict[str, Any]]:
    """Return an audit log; each operation comes an hour after the one before, if nothing else is said."""
    times = hours or range(len(operations))
    name = did(operations[0])
    return [
        {"did": name, "operation": held, "cid": cid(held), "nullified": place in nullified, "createdAt": time(at)}
        for place, (held, at) in enumerate(zip(operations, times, strict=True))
    ]
