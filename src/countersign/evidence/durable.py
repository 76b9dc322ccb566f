"""Keeps small private things on disk so that they survive a power cut: a key, a witness's memory, what was stamped."""

import os
import secrets
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from countersign.errors import EvidenceError

WAIT_SECONDS = 10.0
"""How long one writer waits for another before it gives up."""


_SETTINGS = "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;"
"""TRUNCATE with FULL: a transaction ends when its emptied journal is on the disk, and no folder is written for it. (A
log written ahead would be as safe, but is carried over whenever the last connection ends, which here is each time.)"""


class KeptBadly(EvidenceError):
    """Something of ours on disk cannot be used as it is."""

    code = "CS470"


def place(path: Path, data: bytes) -> bool:
    """Write a new file that only its owner may read, whole or not at all; say whether it was not there before."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike a rename, fails where another process was quicker
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    sync_folder(path.parent)
    return True


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that somebody named, over an earlier one: when it is killed, the old or the new one is there.

    What is no plain file (a pipe, a device) is written to as it is, and a link is followed.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        path.write_bytes(data)
        return
    draft = target.with_name(f".countersign-{secrets.token_hex(8)}")
    try:
        with open(draft, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            draft.chmod(stat.S_IMODE(target.stat().st_mode))
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def read_private(path: Path, most: int) -> bytes:
    """Return a file that is a plain one and that others cannot read; raises KeptBadly."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(most + 1) if stat.S_ISREG(mode) else b""
    except OSError as cause:
        raise KeptBadly(f"this cannot be read ({cause.strerror})", where=str(path)) from cause
    if not stat.S_ISREG(mode) or len(data) > most:
        raise KeptBadly("this is not a file that was written here", where=str(path))
    if stat.S_IMODE(mode) & 0o077:
        raise KeptBadly("others may read this", where=str(path), hint=f"chmod 600 {path}")
    return data


def make_database(path: Path, script: str, application: int) -> None:
    """Make a database with these tables where there is none; raises KeptBadly for a file of another kind."""
    if not path.exists():
        place(path, b"")
    with database(path, change=True) as db:
        (found,) = db.execute("PRAGMA application_id").fetchone()
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and found != application:
            raise KeptBadly("this is a database of something else", where=str(path), hint="name another file")
        if not tables:
            for statement in script.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {application}")


@contextmanager
def database(path: Path, *, change: bool = False) -> Iterator[sqlite3.Connection]:
    """Open a database for one transaction; what it changed is on the disk when this ends, or nothing of it is.

    With `change` no other writer, of any process, comes between its first read and its end. Raises KeptBadly.
    """
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=WAIT_SECONDS, isolation_level=None)
        ) as db:
            db.executescript(_SETTINGS)
            db.execute("BEGIN IMMEDIATE" if change else "BEGIN")
            yield db
            db.execute("COMMIT")
    except sqlite3.Error as cause:
        raise KeptBadly(
            f"this cannot be used: {cause}", where=str(path), hint="is the disk full, or the file damaged?"
        ) from cause


def sync_folder(folder: Path) -> None:
    """Have the names in a folder written to the disk: a file that was moved there stays there when the power fails."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
