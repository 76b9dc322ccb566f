"""Keeps what the store holds unreadable, and its targets unguessable, for whoever has the file but not the key."""

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from countersign.errors import StoreError

KEY_BYTES = 32
HASH_BYTES = 16
"""128 bits: no two of 10^9 actions meet by chance (1 in 10^20), and an index of half the size of a 256-bit one."""
BLOCK_BYTES = 256
"""Rows are padded to whole blocks: their length would else tell which of the candidate posts was liked."""
_NONCE_BYTES = 12
_PAD = b"\x80"


class Cipher:
    """Encrypts rows (AES-256-GCM, NIST SP 800-38D) and makes keyed hashes (BLAKE2b, RFC 7693) with one store's key.

    >>> cipher = Cipher(b"k" * 32)
    >>> cipher.decrypt("marks", b"7", cipher.encrypt("marks", b"7", b"it was us"))
    b'it was us'
    >>> len(cipher.encrypt("marks", b"7", b"a")) == len(cipher.encrypt("marks", b"7", b"a" * 200))
    True
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise StoreError(f"a store's key has {KEY_BYTES} bytes, this one {len(key)}", code="CS204")
        self._aes = AESGCM(_derived(key, b"cs-store-body"))
        self._hashing = _derived(key, b"cs-store-index")

    def hash(self, *parts: str) -> bytes:
        """Return a hash that only a holder of the key can compute; ("ab", "c") and ("a", "bc") differ."""
        framed = b"".join(len(part).to_bytes(4) + part for part in map(_bytes, parts))
        return hashlib.blake2b(framed, key=self._hashing, digest_size=HASH_BYTES).digest()

    def encrypt(self, table: str, row: bytes, body: bytes) -> bytes:
        """Return the body unreadable and bound to its table and row, so that it cannot be moved to another."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._aes.encrypt(nonce, _padded(body), _place(table, row))

    def decrypt(self, table: str, row: bytes, kept: bytes) -> bytes:
        """Return the body again; StoreError if it was altered, moved, or written with another key."""
        try:
            plain = self._aes.decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], _place(table, row))
        except (InvalidTag, ValueError) as cause:
            raise StoreError(
                f"a row of {table} was altered, or was not written with this key",
                hint="restore the store and its key from the same backup; nothing of it is guessed",
                code="CS201",
            ) from cause
        return plain.rstrip(b"\0")[: -len(_PAD)]


def _bytes(part: str) -> bytes:
    return part.encode("utf-8", "surrogatepass")


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(b"", key=key, person=purpose, digest_size=KEY_BYTES).digest()


def _padded(body: bytes) -> bytes:
    return body + _PAD + b"\0" * (-(len(body) + len(_PAD)) % BLOCK_BYTES)


def _place(table: str, row: bytes) -> bytes:
    return table.encode() + b"\0" + row
