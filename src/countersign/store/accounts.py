"""Keeps which accounts the store holds, how much of each, and erases one so that nothing of it is left."""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from countersign.errors import ScopeError, StoreError
from countersign.store.scope import Account, AccountKind, admit, still_permitted
from countersign.store.values import Erasure, Holding, micros, moment

_COLUMNS = "id, platform, account, kind, reason, approvers, added, expires"

AccountIds = Mapping[tuple[str, str], int]
"""(platform, account) to the row of table `accounts`."""


def add(db: sqlite3.Connection, asked: Account, now: datetime) -> Account:
    """Keep an account if the scope guard lets it in; of one already there, the permission anew."""
    account = admit(asked, tuple(every(db).values()), now)
    ends = None if account.expires is None else micros(account.expires)
    approvers = msgspec.json.encode(account.approvers).decode()
    db.execute(
        "INSERT INTO accounts (platform, account, kind, reason, approvers, added, expires) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET kind = excluded.kind, reason = excluded.reason, approvers = excluded.approvers,"
        " added = excluded.added, expires = excluded.expires",
        (account.platform, account.account, account.kind, account.reason, approvers, micros(now), ends),
    )
    return account


def permitted(db: sqlite3.Connection, named: frozenset[tuple[str, str]], now: datetime) -> AccountIds:
    """Return the rows of accounts (platform, account) of which more may be taken in now; ScopeError for any other."""
    held = {(one.platform, one.account): (row, one) for row, one in every(db).items()}
    foreign = sorted(named - held.keys())
    if foreign:
        raise ScopeError(
            f"{len(foreign)} of the accounts in it are not in the store, the first is {foreign[0][1]}",
            hint="add each by name, or look at the file without keeping it: countersign check",
            where=foreign[0][1],
        )
    for pair in named:
        still_permitted(held[pair][1], now)
    return {pair: held[pair][0] for pair in sorted(named)}


def every(db: sqlite3.Connection) -> dict[int, Account]:
    """Return the accounts by their row, in the order in which they were added."""
    return dict(_accounts(db))


def row_of(db: sqlite3.Connection, account: str, platform: str | None) -> int:
    """Return the row of an account; StoreError if there is none, or if two platforms have one of that name."""
    found = [row for row, one in _accounts(db) if one.account == account and platform in (None, one.platform)]
    if not found:
        raise StoreError(
            f"the store does not hold {account}", hint="list them with: countersign accounts", code="CS209"
        )
    if len(found) > 1:
        raise StoreError(f"{account} is held on {len(found)} platforms", hint="say which platform", code="CS209")
    return found[0]


def holding(db: sqlite3.Connection, row: int, account: Account) -> Holding:
    """Return how much is held of an account, without decrypting any of it."""
    by_verb = "SELECT verb, count(*) FROM actions WHERE account = ? GROUP BY verb ORDER BY 2 DESC"
    verbs = dict(db.execute(by_verb, (row,)))
    sessions = db.execute("SELECT count(*) FROM sessions WHERE account = ?", (row,)).fetchone()[0]
    first, last = db.execute("SELECT min(at), max(at) FROM actions WHERE account = ?", (row,)).fetchone()
    return Holding(
        account=account.account,
        platform=account.platform,
        verbs=verbs,
        sessions=sessions,
        first=None if first is None else moment(first),
        last=None if last is None else moment(last),
    )


def erase(db: sqlite3.Connection, row: int) -> int:
    """Erase everything of an account and return how many actions that were.

    Records that were not understood may be anybody's: those of every import that held this account go with it.
    """
    actions = int(db.execute("SELECT count(*) FROM actions WHERE account = ?", (row,)).fetchone()[0])
    theirs = "SELECT import FROM imported_accounts WHERE account = ?"
    db.execute(f"DELETE FROM not_understood WHERE import IN ({theirs})", (row,))
    alone = f"{theirs} EXCEPT SELECT import FROM imported_accounts WHERE account <> ?"
    db.execute(f"DELETE FROM imports WHERE id IN ({alone})", (row, row))
    db.execute("DELETE FROM cursors WHERE instr(ref, (SELECT account FROM accounts WHERE id = ?))", (row,))
    db.execute("DELETE FROM accounts WHERE id = ?", (row,))
    return actions


def add_erasure(db: sqlite3.Connection, gone: Erasure) -> None:
    """Keep that something was erased."""
    db.execute(
        "INSERT INTO erasures (at, by, ground, actions) VALUES (?, ?, ?, ?)",
        (micros(gone.at), gone.by, gone.ground, gone.actions),
    )


def erasures(db: sqlite3.Connection) -> tuple[Erasure, ...]:
    """Return what was erased, oldest first."""
    found = db.execute("SELECT at, by, ground, actions FROM erasures ORDER BY id")
    return tuple(Erasure(at=moment(at), by=by, ground=ground, actions=count) for at, by, ground, count in found)


def _accounts(db: sqlite3.Connection) -> Iterator[tuple[int, Account]]:
    for row, *values in db.execute(f"SELECT {_COLUMNS} FROM accounts ORDER BY id"):
        yield row, _account(*values)


def _account(
    platform: str, account: str, kind: AccountKind, reason: str, approvers: str, added: int, expires: int | None
) -> Account:
    return Account(
        account=account,
        platform=platform,
        kind=kind,
        reason=reason,
        approvers=msgspec.json.decode(approvers, type=tuple[str, ...]),
        added=moment(added),
        expires=None if expires is None else moment(expires),
    )
