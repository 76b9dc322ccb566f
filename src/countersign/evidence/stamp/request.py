"""Writes a request for a time stamp (RFC 3161, 2.4.1): a hash, a number used once, and that certificates are wanted."""

import hashlib
import secrets

from countersign.evidence.stamp.der import (
    BOOLEAN,
    NULL,
    OCTET_STRING,
    SEQUENCE,
    encode,
    encode_integer,
    encode_oid,
)
from countersign.evidence.stamp.token import SHA256

NONCE_BITS = 63
"""Fits every authority's numbers; some take no more than eight bytes."""


def fresh_nonce() -> int:
    """Return a number that no other request has."""
    return secrets.randbits(NONCE_BITS)


def request(text: bytes, nonce: int) -> bytes:
    """Return a TimeStampReq (DER) over SHA-256 of this text.

    >>> request(b"", 7).hex()[-12:]
    '0201070101ff'
    """
    imprint = encode(
        SEQUENCE,
        encode(SEQUENCE, encode_oid(SHA256), encode(NULL)),
        encode(OCTET_STRING, hashlib.sha256(text).digest()),
    )
    return encode(SEQUENCE, encode_integer(1), imprint, encode_integer(nonce), encode(BOOLEAN, b"\xff"))
