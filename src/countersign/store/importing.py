"""Takes one import in: the actions and all that came with them, inside one transaction that the caller holds."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import pyarrow as pa

from countersign.activity import Identity, NotUnderstood, Session
from countersign.store import actions, records
from countersign.store.absence import Snapshot
from countersign.store.accounts import AccountIds
from countersign.store.cipher import Cipher
from countersign.store.values import Cursor, ImportedFile, ImportRecord, ImportResult, Progress, micros, writable


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """What one import brings. `actions` has the schema `ACTIONS`; `snapshots` says which of its lists are whole."""

    actions: pa.Table
    files: tuple[ImportedFile, ...]
    sessions: tuple[Session, ...] = ()
    identities: tuple[Identity, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()
    remarks: tuple[str, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    cursors: tuple[Cursor, ...] = ()


def named(intake: Intake) -> frozenset[tuple[str, str]]:
    """Return the accounts (platform, account) that an import would bring something of."""
    pairs = intake.actions.select(["platform", "account"]).group_by(["platform", "account"]).aggregate([])
    beside: Sequence[Session | Identity | Snapshot] = (*intake.sessions, *intake.identities, *intake.snapshots)
    listed = zip(map(str, pairs["platform"].to_pylist()), map(str, pairs["account"].to_pylist()), strict=True)
    return frozenset(listed) | {(one.platform, one.account) for one in beside}


def take(
    db: sqlite3.Connection, cipher: Cipher, intake: Intake, ids: AccountIds, *, at: datetime, progress: Progress | None
) -> ImportResult:
    """Keep an import and return what was new in it."""
    number = records.open_import(db, at, ids.values())
    before = _concluded(db, cipher, intake, ids)
    taken = actions.take(db, cipher, intake.actions, ids, now=micros(at), progress=progress)
    for snapshot in intake.snapshots:
        row = ids[snapshot.platform, snapshot.account]
        actions.take_snapshot(db, cipher, intake.actions, snapshot, row)
    sessions_new = records.take_sessions(db, cipher, intake.sessions, ids)
    records.take_identities(db, cipher, intake.identities, ids)
    not_understood_new = records.take_not_understood(db, cipher, intake.not_understood, number)
    records.take_cursors(db, intake.cursors)
    result = ImportResult(
        number=number,
        new=taken.new,
        already=taken.already,
        better_known=taken.better_known,
        undone=len(_concluded(db, cipher, intake, ids) - before),
        sessions_new=sessions_new,
        sessions_already=len(intake.sessions) - sessions_new,
        not_understood_new=not_understood_new,
        not_understood_already=len(intake.not_understood) - not_understood_new,
    )
    kept = ImportRecord(at=at, files=intake.files, result=result, remarks=intake.remarks)
    records.close_import(db, cipher, kept)
    return result


def told(intake: Intake, result: ImportResult, by: str) -> dict[str, Any]:
    """Return what the evidence log says of an import: which files, by whom, and what was new."""
    files = [{"path": one.path, "sha256": one.sha256, "source": one.source} for one in intake.files]
    return {
        "act": "import", "actions_new": result.new, "by": writable(by), "files": files, "number": result.number, "v": 1,
    }  # fmt: skip


def _concluded(db: sqlite3.Connection, cipher: Cipher, intake: Intake, ids: AccountIds) -> frozenset[str]:
    """Return the ids that the snapshots of the accounts in question tell by now."""
    whose = {ids[one.platform, one.account] for one in intake.snapshots}
    return frozenset().union(*(actions.concluded(db, cipher, row) for row in whose))
