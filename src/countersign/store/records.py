"""Keeps what comes beside the actions of an import: sessions, identities, records not understood, the import itself."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from countersign.activity import Identity, NotUnderstood, Session
from countersign.store.accounts import AccountIds
from countersign.store.cipher import Cipher
from countersign.store.values import Cursor, ImportRecord, micros, writable

_AnyStruct = TypeVar("_AnyStruct", bound=msgspec.Struct)


def take_sessions(db: sqlite3.Connection, cipher: Cipher, sessions: Sequence[Session], ids: AccountIds) -> int:
    """Keep sessions, each once whatever archive tells of it; return how many were new."""
    new = 0
    for session in sessions:
        plain = msgspec.structs.replace(session, source="", position=0, meaning="")
        key = cipher.hash("session", _text(plain))
        new += _insert(db, cipher, "sessions", "account", ids[session.platform, session.account], key, session)
    return new


def take_identities(db: sqlite3.Connection, cipher: Cipher, identities: Sequence[Identity], ids: AccountIds) -> None:
    """Keep who an account was, by when."""
    for identity in identities:
        key = cipher.hash("identity", _text(identity))
        _insert(db, cipher, "identities", "account", ids[identity.platform, identity.account], key, identity)


def take_not_understood(db: sqlite3.Connection, cipher: Cipher, records: Sequence[NotUnderstood], number: int) -> int:
    """Keep records that could not be read; the same bytes at the same place of two files are one. Return the new."""
    new = 0
    for record in records:
        record = msgspec.structs.replace(record, ref=writable(record.ref))
        key = cipher.hash("not understood", record.source, str(record.position), record.reason, record.body.hex())
        new += _insert(db, cipher, "not_understood", "import", number, key, record)
    return new


def take_cursors(db: sqlite3.Connection, cursors: Sequence[Cursor]) -> None:
    """Keep how far sources have been read."""
    db.executemany(
        "INSERT INTO cursors VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET cursor = excluded.cursor",
        [(one.source, one.ref, one.cursor) for one in cursors],
    )


def open_import(db: sqlite3.Connection, at: datetime, accounts: Iterable[int]) -> int:
    """Begin the entry of an import and return its number; `close_import` says what became of it."""
    number = db.execute("INSERT INTO imports (at, body) VALUES (?, x'')", (micros(at),)).lastrowid
    assert number is not None  # an INSERT always has one
    db.executemany("INSERT INTO imported_accounts VALUES (?, ?)", [(number, account) for account in accounts])
    return number


def close_import(db: sqlite3.Connection, cipher: Cipher, record: ImportRecord) -> None:
    """Write down what an import was and did."""
    number = record.result.number
    body = cipher.encrypt("imports", _row(number), msgspec.msgpack.encode(record))
    db.execute("UPDATE imports SET body = ? WHERE id = ?", (body, number))


def drop_remarks(db: sqlite3.Connection, cipher: Cipher, account: int) -> None:
    """Erase the remarks of every import that held an account: any of them may be about it."""
    theirs = "SELECT id, body FROM imports WHERE id IN (SELECT import FROM imported_accounts WHERE account = ?)"
    for number, body in db.execute(theirs, (account,)).fetchall():
        record = _decoded(cipher, "imports", _row(number), body, ImportRecord)
        close_import(db, cipher, msgspec.structs.replace(record, remarks=()))


def imports(db: sqlite3.Connection, cipher: Cipher) -> tuple[ImportRecord, ...]:
    """Return every import, oldest first."""
    found = db.execute("SELECT id, body FROM imports ORDER BY id")
    return tuple(_decoded(cipher, "imports", _row(number), body, ImportRecord) for number, body in found)


def sessions(db: sqlite3.Connection, cipher: Cipher, account: int) -> tuple[Session, ...]:
    """Return an account's sessions in order of time."""
    found = db.execute("SELECT key, body FROM sessions WHERE account = ? ORDER BY id", (account,))
    kept = [_decoded(cipher, "sessions", key, body, Session) for key, body in found]
    return tuple(sorted(kept, key=_session_order))


def identities(db: sqlite3.Connection, cipher: Cipher, account: int) -> tuple[Identity, ...]:
    """Return who an account was, oldest statement first."""
    found = db.execute("SELECT key, body FROM identities WHERE account = ? ORDER BY id", (account,))
    kept = [_decoded(cipher, "identities", key, body, Identity) for key, body in found]
    return tuple(sorted(kept, key=lambda identity: _instant(identity.as_of)))


def not_understood(db: sqlite3.Connection, cipher: Cipher) -> tuple[NotUnderstood, ...]:
    """Return the records that could not be read."""
    found = db.execute("SELECT key, body FROM not_understood ORDER BY id")
    return tuple(_decoded(cipher, "not_understood", key, body, NotUnderstood) for key, body in found)


def cursor(db: sqlite3.Connection, source: str, ref: str) -> str | None:
    """Return how far a source has been read."""
    found = db.execute("SELECT cursor FROM cursors WHERE source = ? AND ref = ?", (source, ref)).fetchone()
    return None if found is None else str(found[0])


def _insert(
    db: sqlite3.Connection, cipher: Cipher, table: str, owner: str, number: int, key: bytes, value: msgspec.Struct
) -> int:
    body = cipher.encrypt(table, key, msgspec.msgpack.encode(value))
    sql = f"INSERT INTO {table} (key, {owner}, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    return db.execute(sql, (key, number, body)).rowcount


def _decoded(cipher: Cipher, table: str, row: bytes, body: bytes, kind: type[_AnyStruct]) -> _AnyStruct:
    return msgspec.msgpack.decode(cipher.decrypt(table, row, body), type=kind)


def _row(number: int) -> bytes:
    return str(number).encode()


def _text(value: msgspec.Struct) -> str:
    return msgspec.json.encode(value).decode()


def _session_order(session: Session) -> tuple[float, float, str]:
    return (_instant(session.opened or session.last_seen), _instant(session.last_seen), session.kind)


def _instant(value: datetime | None) -> float:
    return value.timestamp() if value is not None else float("-inf")
