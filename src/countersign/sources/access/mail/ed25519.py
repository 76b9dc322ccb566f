"""Checks mail signatures by Ed25519 (RFC 8463) with the library that checks all others here: dkimpy wants one more."""

import base64
from collections.abc import Mapping
from typing import Any

import dkim
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def holds(body: bytes, place: int, tags: Mapping[str, str]) -> bool:
    """Say whether the signature at a place holds by an Ed25519 key, whose record has these tags.

    Raises ValueError for a key that is none, and what dkimpy raises for a signature that breaks its rules.
    """
    if tags.get("v", "DKIM1") != "DKIM1" or tags.get("s", "*") not in ("*", "email"):
        raise ValueError("its key is of another version, or for another service")
    key = _Key(Ed25519PublicKey.from_public_bytes(base64.b64decode(tags["p"], validate=True)))
    return bool(_Checking(body, key).verify(place)) and key.held


class _Key:
    """A key as dkimpy asks it; `held` is its answer."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key, self.held = key, False

    def verify(self, digest: bytes, signature: bytes) -> None:
        """Check what was signed."""
        try:
            self._key.verify(signature, digest)
            self.held = True
        except InvalidSignature:
            self.held = False


class _Checking(dkim.DKIM):  # type: ignore[misc]  # dkimpy has no types
    """dkimpy's check of one signature with a key that is at hand."""

    def __init__(self, body: bytes, key: _Key) -> None:
        super().__init__(body)
        self._at_hand = key

    def verify_sig(self, sig: Any, include_headers: Any, sig_header: Any, dnsfunc: Any) -> bool:
        """Return whether all but the key's own answer is as it must be."""
        if sig.get(b"a", b"").lower() != b"ed25519-sha256":
            return False
        self.pk, self.ktag, self.keysize, self.seqtlsrpt = self._at_hand, b"ed25519", 256, False
        return bool(self.verify_sig_process(sig, include_headers, sig_header, dnsfunc))
