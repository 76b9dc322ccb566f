"""Encrypts what the evidence log keeps, with keys of its own that come from the store's key."""

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from countersign.errors import StoreError
from countersign.store.cipher import HASH_BYTES, KEY_BYTES

_NONCE_BYTES = 12
_NONCES = 512
"""Nonces drawn at once: asking the kernel for each takes longer than encrypting."""

_FORKS: list[None] = []
"""One for every fork that led to this process: cheaper to compare than to ask the system who we are."""
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: _FORKS.append(None))


class LogVault:
    """Seals (AES-256-GCM) and marks (BLAKE2b) what the log keeps; satisfies `evidence.log.vault.Vault`.

    >>> vault = LogVault(b"k" * 32)
    >>> vault.unseal(b"place", vault.seal(b"place", b"body"))
    b'body'
    """

    def __init__(self, key: bytes) -> None:
        self._aes = AESGCM(_derived(key, b"cs-log-body"))
        self._nonces: list[bytes] = []
        self._drawn_by = 0
        self._marking = hashlib.blake2b(key=_derived(key, b"cs-log-mark"), digest_size=HASH_BYTES)

    def seal(self, place: bytes, plain: bytes) -> bytes:
        """Return the bytes unreadable, and bound to a place."""
        nonce = self._nonce()
        return nonce + self._aes.encrypt(nonce, plain, place)

    def _nonce(self) -> bytes:
        """Return a nonce, drawn ahead with others; a forked process draws its own, so that none is used twice."""
        if not self._nonces or self._drawn_by != len(_FORKS):
            drawn = os.urandom(_NONCE_BYTES * _NONCES)
            self._nonces = [drawn[at : at + _NONCE_BYTES] for at in range(0, len(drawn), _NONCE_BYTES)]
            self._drawn_by = len(_FORKS)
        return self._nonces.pop()

    def unseal(self, place: bytes, sealed: bytes) -> bytes:
        """Return the bytes again; StoreError (CS201) if they were altered, moved, or written with another key."""
        try:
            return self._aes.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
        except (InvalidTag, ValueError) as cause:
            raise StoreError(
                "a row of the evidence log was altered, or was not written with this key",
                hint="restore the store and its key from the same backup; nothing of it is guessed",
                code="CS201",
            ) from cause

    def mark(self, *parts: bytes) -> bytes:
        """Return 16 bytes that only a holder of the key can compute."""
        marking = self._marking.copy()
        for part in parts:
            marking.update(b"%b%b" % (len(part).to_bytes(8), part))
        return marking.digest()


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(b"", key=key, person=purpose, digest_size=KEY_BYTES).digest()
