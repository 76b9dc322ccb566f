"""Keeps actions, each once, and gives them back in order with what several snapshots tell together."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from countersign.store import rows
from countersign.store.absence import Change, Keys, Listing, Snapshot, changed, narrowed
from countersign.store.absence import concluded as told_by
from countersign.store.accounts import AccountIds
from countersign.store.cipher import Cipher
from countersign.store.merging import joined
from countersign.store.rows import AT, Row
from countersign.store.values import Progress, micros

BATCH = 2_000
"""Rows looked up and written together: one statement of 2,000 keys is far under SQLite's 32,766 (since 3.32)."""
_SHORT = 8
"""Bytes of a key that a snapshot lists: two of 10^6 actions share them by chance once in 37 million stores."""


class Taken:
    """How many actions of an import were new, already there, or there but now better known."""

    def __init__(self) -> None:
        self.new = self.already = self.better_known = 0


def take(
    db: sqlite3.Connection, cipher: Cipher, actions: pa.Table, ids: AccountIds, *, now: int, progress: Progress | None
) -> Taken:
    """Keep a table of schema `ACTIONS`, inside a transaction that the caller holds."""
    taken, done = Taken(), 0
    for batch in actions.to_batches(max_chunksize=BATCH):
        _take(db, cipher, rows.rows(batch), ids, now, taken)
        done += batch.num_rows
        if progress is not None:
            progress(done, actions.num_rows)
    return taken


def take_snapshot(db: sqlite3.Connection, cipher: Cipher, actions: pa.Table, snapshot: Snapshot, account: int) -> None:
    """Keep which actions a snapshot lists, one list a verb; a second part of the same snapshot adds to it."""
    theirs = (pc.field("account") == snapshot.account) & (pc.field("platform") == snapshot.platform)
    for verb in snapshot.verbs:
        ids = actions.filter(theirs & (pc.field("verb") == verb))["id"].to_pylist()
        found = np.unique(np.array([_short(key_of(cipher, str(one))) for one in ids], dtype=np.uint64))
        place = (account, snapshot.source, verb, micros(snapshot.as_of))
        held = db.execute(
            "SELECT listed FROM snapshots WHERE account = ? AND source = ? AND verb = ? AND as_of = ?", place
        ).fetchone()
        listed = found if held is None else np.union1d(found, _keys(held[0]))
        db.execute(
            "INSERT INTO snapshots (account, source, verb, as_of, listed) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET listed = excluded.listed",
            (*place, listed.tobytes()),
        )


def kept(db: sqlite3.Connection, cipher: Cipher, account: int) -> pa.Table:
    """Return an account's actions, schema `ACTIONS`, in order of time; of those without one, of its lower bound."""
    found = changed(_listings(db, account))
    first = {change.key: change for change in found if change.kind == "first"}
    tables = [rows.table(_told(db, cipher, account, found))]
    for bodies in _batches(db, account):
        known = ((key, _decoded(cipher, key, body)) for key, body in bodies)
        tables.append(rows.table(narrowed(row, first.get(_short(key))) for key, row in known))
    return _ordered(pa.concat_tables(tables))


def concluded(db: sqlite3.Connection, cipher: Cipher, account: int) -> frozenset[str]:
    """Return the ids that the snapshots of an account add: undos and repetitions that no source recorded."""
    return frozenset(row[AT["id"]] for row in _told(db, cipher, account, changed(_listings(db, account))))


def knows(db: sqlite3.Connection, cipher: Cipher, account: int, action: str) -> bool:
    """Say whether an account did the action of this id, as a source recorded or as its snapshots tell."""
    mine = "SELECT 1 FROM actions WHERE key = ? AND account = ?"
    if db.execute(mine, (key_of(cipher, action), account)).fetchone() is not None:
        return True
    return action in concluded(db, cipher, account)


def forget(db: sqlite3.Connection, cipher: Cipher, before: int, needed: frozenset[str]) -> int:
    """Erase the actions received before a moment, but those needed (ids); return how many."""
    keep = {key_of(cipher, one) for one in needed}
    old = db.execute("SELECT id, key FROM actions WHERE received < ?", (before,)).fetchall()
    gone = [(row,) for row, key in old if key not in keep]
    db.executemany("DELETE FROM actions WHERE id = ?", gone)
    return len(gone)


def _take(
    db: sqlite3.Connection, cipher: Cipher, batch: Iterable[Row], ids: AccountIds, now: int, taken: Taken
) -> None:
    incoming: dict[bytes, Row] = {}
    for row in batch:
        key = key_of(cipher, row[AT["id"]])
        taken.already += key in incoming
        incoming[key] = joined(incoming[key], row) if key in incoming else row
    held = _held(db, list(incoming))
    fresh = [(key, row) for key, row in incoming.items() if key not in held]
    db.executemany(
        "INSERT INTO actions (key, account, verb, at, target, received, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (_columns(cipher, key, row, ids, now) for key, row in fresh),
    )
    taken.new += len(fresh)
    for key, body in held.items():
        known = _decoded(cipher, key, body)
        both = joined(known, incoming[key])
        if both == known:
            taken.already += 1
            continue
        taken.better_known += 1
        _rewrite(db, cipher, key, both)


def _held(db: sqlite3.Connection, keys: list[bytes]) -> dict[bytes, bytes]:
    marks = ",".join("?" * len(keys))
    return dict(db.execute(f"SELECT key, body FROM actions WHERE key IN ({marks})", keys))


def _columns(cipher: Cipher, key: bytes, row: Row, ids: AccountIds, now: int) -> tuple[object, ...]:
    account = ids[row[AT["platform"]], row[AT["account"]]]
    body = cipher.encrypt("actions", key, rows.encode(row))
    return (key, account, row[AT["verb"]], row[AT["time"]], _target(cipher, row), now, body)


def _rewrite(db: sqlite3.Connection, cipher: Cipher, key: bytes, row: Row) -> None:
    body = cipher.encrypt("actions", key, rows.encode(row))
    db.execute(
        "UPDATE actions SET at = ?, target = ?, body = ? WHERE key = ?",
        (row[AT["time"]], _target(cipher, row), body, key),
    )


def key_of(cipher: Cipher, action: str) -> bytes:
    """Return the row's key: an action's id names its target (a like's does), so the id itself is not in the index."""
    return cipher.hash("action", action)


def _target(cipher: Cipher, row: Row) -> bytes | None:
    """Return the keyed hash of the target, the account within it: two accounts' hashes of one target do not meet."""
    target = row[AT["object"]]
    return None if target is None else cipher.hash("target", row[AT["platform"]], row[AT["account"]], target)


def _told(db: sqlite3.Connection, cipher: Cipher, account: int, found: Sequence[Change]) -> list[Row]:
    """Return the rows that snapshots add; only the rows that changed are decrypted for it."""
    wanted = {change.key for change in found if change.kind != "first"}
    held: dict[int, Row] = {}
    for bodies in _batches(db, account) if wanted else ():
        held |= {_short(key): _decoded(cipher, key, body) for key, body in bodies if _short(key) in wanted}
    return [row for row in told_by(held, found) if not _is_kept(db, cipher, row[AT["id"]])]


def _batches(db: sqlite3.Connection, account: int) -> Iterator[list[tuple[bytes, bytes]]]:
    found = db.execute("SELECT key, body FROM actions WHERE account = ? ORDER BY id", (account,))
    while batch := found.fetchmany(BATCH):
        yield batch


def _decoded(cipher: Cipher, key: bytes, body: bytes) -> Row:
    return rows.decode(cipher.decrypt("actions", key, body))


def _is_kept(db: sqlite3.Connection, cipher: Cipher, action: str) -> bool:
    return db.execute("SELECT 1 FROM actions WHERE key = ?", (key_of(cipher, action),)).fetchone() is not None


def _listings(db: sqlite3.Connection, account: int) -> list[Listing]:
    found = db.execute("SELECT source, verb, as_of, listed FROM snapshots WHERE account = ?", (account,))
    return [Listing(source=source, verb=verb, as_of=as_of, keys=_keys(listed)) for source, verb, as_of, listed in found]


def _keys(listed: bytes) -> Keys:
    return np.frombuffer(listed, dtype="<u8").astype(np.uint64)


def _short(key: bytes) -> int:
    return int.from_bytes(key[:_SHORT], "little")


def _ordered(actions: pa.Table) -> pa.Table:
    known = pc.coalesce(actions["time"], actions["start_time"], actions["end_time"])
    keys = pa.table({"known": known, "position": actions["position"], "id": actions["id"]})
    order = pc.sort_indices(keys, sort_keys=[("known", "ascending"), ("position", "ascending"), ("id", "ascending")])
    return actions.take(order).combine_chunks()
