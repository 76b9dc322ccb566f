"""Says in words, with what to do, why the database could not do what was asked."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from countersign.errors import StoreError

_WRITING = ("CS203", "another countersign is writing to the store", "wait for it to end, then try again")
_DAMAGED = ("CS201", "the store is damaged", "restore it from a backup, or import the archives again into a new store")
# By primary result code (https://www.sqlite.org/rescode.html): our code, what is wrong, what to do.
_MEANING = {
    sqlite3.SQLITE_BUSY: _WRITING,
    sqlite3.SQLITE_LOCKED: _WRITING,
    sqlite3.SQLITE_FULL: ("CS205", "the disk is full", "make room and repeat the command: nothing of it was kept"),
    sqlite3.SQLITE_IOERR: ("CS206", "the disk could not be read or written", "look at the disk, then try again"),
    sqlite3.SQLITE_READONLY: ("CS207", "the store cannot be written", "check who owns the file and its directory"),
    sqlite3.SQLITE_CANTOPEN: ("CS207", "the store cannot be opened", "check who owns the file and its directory"),
    sqlite3.SQLITE_PERM: ("CS207", "the store cannot be opened", "check who owns the file and its directory"),
}  # fmt: skip


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn any failure of the database into a StoreError that names the file and says what to do."""
    try:
        yield
    except sqlite3.Error as cause:
        code, what, hint = _meaning(cause)
        raise StoreError(f"{what} ({cause})", hint=hint, where=str(path), code=code) from cause


@contextmanager
def whole(db: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Do all that is written inside as one transaction: all of it or, on any error, nothing."""
    with told(path):
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # SQLite may have rolled back by itself
                db.execute("ROLLBACK")
            raise


def _meaning(cause: sqlite3.Error) -> tuple[str, str, str]:
    extended = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) or sqlite3.SQLITE_CORRUPT
    return _MEANING.get(extended & 0xFF, _DAMAGED)
