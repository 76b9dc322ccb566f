"""Reads public keys as did:key and checks signatures with them, strictly: one encoding, low S.

Source: AT Protocol specification, Cryptography; did:key; SEC 1. Rules 22 to 25.
"""

from functools import lru_cache
from typing import Final, Literal, TypeAlias

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from countersign.errors import EvidenceError
from countersign.evidence.atproto.refused import refused

CurveName: TypeAlias = Literal["k256", "p256"]
SIGNATURE_BYTES: Final = 64
_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS: Final = {sign: value for value, sign in enumerate(_ALPHABET)}
_MAX_BASE58: Final = 100
"""Signs of a key: 65 bytes have 90 at most; decoding takes time that grows with the square."""
_CODECS: Final[dict[bytes, CurveName]] = {b"\xe7\x01": "k256", b"\x80\x24": "p256"}
_CURVES: Final[dict[CurveName, ec.EllipticCurve]] = {"k256": ec.SECP256K1(), "p256": ec.SECP256R1()}
_ORDERS: Final[dict[CurveName, int]] = {
    "k256": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
    "p256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
}


class Key(msgspec.Struct, frozen=True):
    """A public key: the curve, and the point in its compressed form (33 bytes)."""

    curve: CurveName
    point: bytes


@lru_cache(maxsize=256)
def key_from(text: str) -> Key:
    """Return the key that a did:key holds; raises NotProved (CS445).

    >>> key_from("did:key:zDnaembgSGUhZULN2Caob4HLJPaxBh92N7rtH21TErzqf8HQo").curve
    'p256'
    """
    if not text.startswith("did:key:z"):
        raise refused("CS445", "this is no did:key in base 58", 22)
    held = base58_bytes(text.removeprefix("did:key:z"))
    curve = _CODECS.get(held[:2])
    if curve is None or len(held) != 35:
        raise refused("CS445", "a did:key is not of one of the protocol's two kinds", 22)
    return key_at(curve, held[2:])


def key_at(curve: CurveName, encoded: bytes) -> Key:
    """Return the key at a point, given in 33 or 65 bytes; raises NotProved (CS445)."""
    if (len(encoded), encoded[:1]) not in {(33, b"\x02"), (33, b"\x03"), (65, b"\x04")}:
        raise refused("CS445", "a key's point is not encoded as it must be", 22)
    point = _loaded(curve, encoded).public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
    )
    return Key(curve, point)


def key_text(key: Key) -> str:
    """Return a key as a did:key."""
    codec = next(codec for codec, curve in _CODECS.items() if curve == key.curve)
    return "did:key:z" + base58_text(codec + key.point)


def signed(key: Key, message: bytes, signature: bytes) -> bool:
    """Say whether a signature (r and s, 64 bytes, low S) over the SHA-256 of a message holds for a key."""
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    order = _ORDERS[key.curve]
    if len(signature) != SIGNATURE_BYTES or not 0 < r < order or not 0 < s <= order // 2:
        return False
    try:
        _loaded(key.curve, key.point).verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def base58_bytes(text: str) -> bytes:
    """Return the bytes of a text in base 58 (Bitcoin's alphabet); raises NotProved (CS445).

    >>> base58_bytes("1z")
    b'\\x009'
    """
    if len(text) > _MAX_BASE58 or not all(sign in _DIGITS for sign in text):
        raise refused("CS445", "a key is not in base 58, or too long", 22)
    number = 0
    for sign in text:
        number = number * 58 + _DIGITS[sign]
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def base58_text(held: bytes) -> str:
    """Return bytes in base 58."""
    number, signs = int.from_bytes(held), ""
    while number:
        number, rest = divmod(number, 58)
        signs = _ALPHABET[rest] + signs
    return "1" * (len(held) - len(held.lstrip(b"\0"))) + signs


@lru_cache(maxsize=256)
def _loaded(curve: CurveName, encoded: bytes) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[curve], encoded)
    except ValueError:
        raise refused("CS445", "a key is no point of its curve", 22) from None
    except UnsupportedAlgorithm:
        raise EvidenceError("this machine's cryptography lacks a curve of the protocol", code="CS453",
                            hint="Verify on a machine whose OpenSSL has secp256k1.") from None  # fmt: skip
