"""What the log needs of whoever keeps it: bodies made unreadable, and hashes that only the holder of a key can make."""

import sqlite3
from typing import Protocol

from countersign.errors import EvidenceError
from countersign.evidence.entry import SALT_BYTES, rounded

_LENGTH_BYTES = 8


class Vault(Protocol):
    """Encrypts with the key of the store."""

    def seal(self, place: bytes, plain: bytes) -> bytes:
        """Return the bytes unreadable, and bound to a place; as long as the plain ones and 28 more."""
        ...

    def unseal(self, place: bytes, sealed: bytes) -> bytes:
        """Return the bytes again; an error of the caller's if they were altered or moved."""
        ...

    def mark(self, *parts: bytes) -> bytes:
        """Return 16 bytes that only a holder of the key can compute; ("ab", "c") and ("a", "bc") differ."""
        ...


def wrapped(vault: Vault, commit: bytes, salt: bytes, body: bytes) -> bytes:
    """Return salt and body as they are kept: bound to their commitment, of a length that tells no more than `len`."""
    length = len(body)
    padding = bytes(rounded(length) - length)
    return vault.seal(commit, b"".join((salt, length.to_bytes(_LENGTH_BYTES), body, padding)))


def unwrapped(vault: Vault, commit: bytes, kept: bytes) -> tuple[bytes, bytes]:
    """Return the salt and the body again."""
    plain = vault.unseal(commit, kept)
    start = SALT_BYTES + _LENGTH_BYTES
    length = int.from_bytes(plain[SALT_BYTES:start])
    return plain[:SALT_BYTES], plain[start : start + length]


def damaged(what: str) -> EvidenceError:
    """Return the error for a log whose tables do not fit together."""
    return EvidenceError(
        f"the log in the store is damaged: {what}", hint="see: countersign log check; restore the store", code="CS411"
    )


def value(db: sqlite3.Connection, name: str) -> bytes | None:
    """Return a value that the log keeps under a name."""
    found = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if found is None else bytes(found[0])


def keep_value(db: sqlite3.Connection, name: str, kept: bytes) -> None:
    """Keep a value under a name."""
    db.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (name, kept))
