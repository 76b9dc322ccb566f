"""The log's name and its keys: made with the first entry, kept encrypted, changed only by an entry that says so."""

import os
import sqlite3
from functools import lru_cache

import msgspec

from countersign.errors import EvidenceError
from countersign.evidence.entry import Entry, encoded_signature, key_statement
from countersign.evidence.keys import HAS_MLDSA, LOG, MLDSA, SEED_BYTES, SigningKey, Vkey, is_name, parse_vkey
from countersign.evidence.log.vault import Vault, damaged, keep_value, value

_ORIGIN = "log origin"
_PLACE = b"log key "


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What a log is called, and the keys that sign for it now: the Ed25519 one, and one of ML-DSA where there is."""

    origin: str
    key: SigningKey
    mldsa: SigningKey | None = None


def origin(db: sqlite3.Connection) -> str | None:
    """Return what the log is called, None if nothing was ever written in it."""
    found = value(db, _ORIGIN)
    return None if found is None else found.decode("ascii")


def identity(db: sqlite3.Connection, vault: Vault, wished: str = "") -> Identity:
    """Return the log's name and keys; a log without any gets them now, inside the caller's transaction."""
    name = origin(db)
    if name is None:
        name = wished or f"countersign.local/{os.urandom(4).hex()}"
        if not is_name(name):
            raise EvidenceError(
                f"a log cannot be called {name!r}", hint="evidence.origin is one word, such as embassy.example/log",
                code="CS412",
            )  # fmt: skip
        keep_value(db, _ORIGIN, name.encode("ascii"))
        _make_keys(db, vault, name)
    key = _newest(db, vault, name, LOG)
    if key is None:
        raise damaged("its key is missing")
    return Identity(origin=name, key=key, mldsa=_newest(db, vault, name, MLDSA) if HAS_MLDSA else None)


def vkeys(db: sqlite3.Connection) -> tuple[Vkey, ...]:
    """Return every key that ever signed for this log, oldest first."""
    return tuple(_parsed(text) for (text,) in db.execute("SELECT vkey FROM log_keys ORDER BY id"))


def rotated(db: sqlite3.Connection, vault: Vault) -> tuple[str, str, str]:
    """Make new keys, forget the old ones, and return old vkey, new vkey and signature for the `key` entry."""
    old = identity(db, vault)
    db.execute("UPDATE log_keys SET seed = NULL")
    _make_keys(db, vault, old.origin)
    new = str(identity(db, vault).key.vkey)
    return str(old.key.vkey), new, encoded_signature(old.key.sign(key_statement(old.origin, new)))


def is_the_present_key(db: sqlite3.Connection, entry: Entry) -> bool:
    """Say whether a `key` entry leads to the key that signs now."""
    found = [vkey for vkey in vkeys(db) if vkey.algorithm == LOG]
    return bool(found) and entry.new == str(found[-1])


def _make_keys(db: sqlite3.Connection, vault: Vault, name: str) -> None:
    for algorithm in (LOG, MLDSA) if HAS_MLDSA else (LOG,):
        seed = os.urandom(SEED_BYTES)
        vkey = str(SigningKey(name, seed, algorithm).vkey)
        db.execute("INSERT INTO log_keys (vkey, seed) VALUES (?, ?)", (vkey, vault.seal(_PLACE + vkey.encode(), seed)))


_parsed = lru_cache(64)(parse_vkey)


def _newest(db: sqlite3.Connection, vault: Vault, name: str, algorithm: int) -> SigningKey | None:
    for text, seed in db.execute("SELECT vkey, seed FROM log_keys WHERE seed IS NOT NULL ORDER BY id DESC"):
        vkey = _parsed(text)
        if vkey.algorithm == algorithm:
            return SigningKey(name, vault.unseal(_PLACE + text.encode(), seed), vkey.algorithm)
    return None
