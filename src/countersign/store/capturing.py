"""Takes the captures of an import into the log: those that may be kept, each once, linked to its actions."""

import sqlite3
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from countersign.evidence.log.appending import Appending
from countersign.evidence.log.spool import Spool
from countersign.store.accounts import AccountIds
from countersign.store.actions import BATCH, key_of
from countersign.store.cipher import Cipher
from countersign.store.sealing import Captures, Owner, Sealed, StoreLog

_NOT_TAKEN = -1


def seal_import(
    db: sqlite3.Connection, cipher: Cipher, store_log: StoreLog, captures: Captures, ids: AccountIds,
    said: Mapping[str, Any],
) -> None:  # fmt: skip
    """Put what an import captured, and that it was imported (`said`), into the log, inside the caller's transaction.

    A capture that told of several accounts belongs to each of those that are kept. One that told of nobody may be
    anybody's: it is kept only if all others are of accounts that are kept.
    """
    sealed: Sealed = captures.sealed
    wanted = list(_wanted(sealed, len(captures.spool), frozenset(ids)))
    with store_log.appending() as log:
        leaves = _taken(db, store_log, log, captures.spool, wanted, ids)
    _link(db, cipher, sealed, leaves)
    store_log.enter_within({**said, "captures": len(wanted)}, ids)


def _taken(
    db: sqlite3.Connection, store_log: StoreLog, log: Appending, spool: Spool,
    wanted: Sequence[tuple[int, tuple[Owner, ...]]], ids: AccountIds,
) -> "array[int]":  # fmt: skip
    """Return the leaf of each capture, by number."""
    leaves = array("q", [_NOT_TAKEN]) * len(spool)
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        found = log.capture(spool.captured([number for number, _ in batch], _owners(store_log, batch)))
        for (number, _), leaf in zip(batch, found, strict=True):
            leaves[number] = leaf
        pairs = [(ids[owner], leaf) for (_, owners), leaf in zip(batch, found, strict=True) for owner in owners]
        db.executemany("INSERT OR IGNORE INTO log_owners VALUES (?, ?)", pairs)
    return leaves


def _wanted(sealed: Sealed, count: int, kept: frozenset[Owner]) -> Iterator[tuple[int, tuple[Owner, ...]]]:
    """Yield the number of each capture that may be kept, with whose it is (everybody's who is kept, if nobody's)."""
    all_kept = all(owners <= kept for owners in sealed.owners)
    for number in range(count):
        owners = sealed.owners[number] if number < len(sealed.owners) else frozenset()
        if owners & kept:
            yield number, tuple(sorted(owners & kept))
        elif not owners and all_kept:
            yield number, tuple(sorted(kept))


def _owners(store_log: StoreLog, batch: Sequence[tuple[int, tuple[Owner, ...]]]) -> list[tuple[str, bytes]]:
    known: dict[tuple[Owner, ...], tuple[str, bytes]] = {}
    for _, owners in batch:
        if owners not in known:
            acct = store_log.pseudonym(*owners[0]) if len(owners) == 1 else ""
            known[owners] = (acct, "\0".join(part for owner in owners for part in owner).encode())
    return [known[owners] for _, owners in batch]


def _link(db: sqlite3.Connection, cipher: Cipher, sealed: Sealed, leaves: "array[int]") -> None:
    db.executemany(
        "INSERT OR IGNORE INTO log_actions SELECT id, ? FROM actions WHERE key = ?",
        ((leaves[number], key_of(cipher, action)) for action, number in sealed.actions if leaves[number] >= 0),
    )


def leaves_of(db: sqlite3.Connection, cipher: Cipher, actions: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the leaves that hold what was received of each action (by its id), ascending; none for one unknown."""
    sql = "SELECT leaf FROM log_actions JOIN actions ON id = action WHERE key = ? ORDER BY leaf"
    return {one: tuple(leaf for (leaf,) in db.execute(sql, (key_of(cipher, one),))) for one in actions}


def leaves_of_account(db: sqlite3.Connection, row: int) -> list[int]:
    """Return the leaves about an account that still have a body."""
    found = db.execute(
        "SELECT leaf FROM log_owners JOIN log_bodies USING (leaf) WHERE account = ? ORDER BY leaf", (row,)
    )
    return [leaf for (leaf,) in found]


def linked_leaves(db: sqlite3.Connection) -> list[int]:
    """Return the leaves that hold what was received of actions."""
    return [leaf for (leaf,) in db.execute("SELECT DISTINCT leaf FROM log_actions ORDER BY leaf")]


def leaves_without_action(db: sqlite3.Connection, leaves: Sequence[int]) -> list[int]:
    """Return those of some leaves that still have a body, and whose actions are all gone."""
    sql = (
        "SELECT 1 FROM log_bodies WHERE leaf = ?1"
        " AND NOT EXISTS (SELECT 1 FROM log_actions WHERE log_actions.leaf = ?1)"
    )
    return [leaf for leaf in leaves if db.execute(sql, (leaf,)).fetchone() is not None]
