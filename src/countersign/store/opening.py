"""Opens the store's file, or makes it: only a file that is ours, whole, readable by its owner alone."""

import os
import sqlite3
import stat
from pathlib import Path

from countersign.errors import StoreError
from countersign.store import schema
from countersign.store.cipher import Cipher
from countersign.store.faults import told
from countersign.store.placing import place

OLDEST_SQLITE = (3, 37, 0)
"""The first with STRICT tables (https://www.sqlite.org/stricttables.html)."""
_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
_APPLICATION_ID_AT = 68  # https://www.sqlite.org/fileformat2.html#the_database_header
_KEY_CHECK = "the key of this store"

_SETTINGS = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 8000;
PRAGMA cache_size = -32000;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
"""
"""FULL: what was acknowledged survives a power cut. secure_delete: what was erased is overwritten. 8,000 pages (32 MB):
rows that come in their thousands are not written twice at once. 32 MB of cache: the index of what was received is
touched everywhere by every import."""


def opened(path: Path, key: bytes, *, wait: float) -> sqlite3.Connection:
    """Return a connection to the store at `path`, made if there is none; waits up to `wait` seconds for another writer.

    Raises StoreError for a link, a file of another program, a newer version, a wrong key, damage.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old", hint="3.37 or newer is needed", code="CS207")
    if not os.path.lexists(path):
        place(path, schema.blank())
    _is_ours(path)
    with told(path):
        db = sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)
    try:
        with told(path):
            _prepare(db, path, key)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, path: Path, key: bytes) -> None:
    db.executescript(_SETTINGS)
    if schema.version(db) > len(schema.MIGRATIONS):
        raise StoreError(
            f"the store was written by a newer countersign (version {schema.version(db)} of its tables)",
            hint="update countersign; an older program must not write into it",
            where=str(path),
            code="CS202",
        )
    schema.migrate(db)
    _is_the_key(db, path, Cipher(key).hash(_KEY_CHECK))


def _is_the_key(db: sqlite3.Connection, path: Path, check: bytes) -> None:
    """Compare with the key that first opened the store, before a row is read or written with a wrong one."""
    if _unkeyed(db):
        db.execute("INSERT OR IGNORE INTO meta VALUES ('key check', ?)", (check,))
    if db.execute("SELECT value FROM meta WHERE name = 'key check'").fetchone()[0] != check:
        raise StoreError(
            "this is not the key of this store",
            hint="give the key that was made with it (by default the file NAME.key beside it)",
            where=str(path),
            code="CS204",
        )


def _unkeyed(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM meta WHERE name = 'key check'").fetchone() is None


def _is_ours(path: Path) -> None:
    """Refuse whatever is not a plain file of ours before SQLite touches it: it would replay a foreign journal."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            found, header = os.fstat(descriptor), b""
            if stat.S_ISREG(found.st_mode):
                header = file.read(_HEADER_BYTES)
    except OSError as cause:
        raise _not_ours(path, f"cannot be opened as a plain file ({cause.strerror})") from cause
    if not stat.S_ISREG(found.st_mode):
        raise _not_ours(path, "is not a plain file")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise _not_ours(path, "can be read by others", hint=f"chmod 600 {path}")
    if not header.startswith(_MAGIC):
        raise _not_ours(path, "is not a store, or its beginning is damaged")
    if int.from_bytes(header[_APPLICATION_ID_AT : _APPLICATION_ID_AT + 4]) != schema.APPLICATION_ID:
        raise _not_ours(path, "is a database of another program")


def _not_ours(path: Path, why: str, *, hint: str = "name another file for the store") -> StoreError:
    return StoreError(f"{path.name} {why}", hint=hint, where=str(path), code="CS208")
