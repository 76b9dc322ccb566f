"""Keeps access evidence: sealed in the log as it came, its meaning in encrypted rows, by account."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from countersign.evidence.log.spool import Spool
from countersign.sources.access.told import Told
from countersign.sources.networks import TableFile, opened
from countersign.store import accounts, records
from countersign.store.access import Access, joined
from countersign.store.cipher import Cipher
from countersign.store.comparing import Piece
from countersign.store.faults import told
from countersign.store.scope import Account
from countersign.store.sealing import StoreLog, Writing
from countersign.store.values import micros, writable


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One file of access evidence as it is to be kept: what it is called, what it told, and its SHA-256.

    `key_from` says where the key of a signed mail came from. A table of networks has `table` instead of `told`.
    """

    name: str
    sha256: str
    size: int = 0
    told: Told | None = None
    table: TableFile | None = None
    key_from: str = ""


class KeptEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """One file of access evidence as it was kept: its number, when, by whom, of which account, and its leaves."""

    number: int = 0
    at: datetime | None = None
    account: str = ""
    platform: str = ""
    by: str = ""
    leaves: tuple[int, ...] = ()
    evidence: Evidence


class StoreEvidence:
    """The access evidence of a store. `Store.evidence` gives it."""

    def __init__(
        self, path: Path, db: sqlite3.Connection, cipher: Cipher, log: StoreLog, now: Callable[[], datetime],
        writing: Writing,
    ) -> None:  # fmt: skip
        self._path, self._db, self._cipher, self._log, self._now, self._writing = path, db, cipher, log, now, writing

    def add(
        self, evidence: Evidence, spool: Spool | None, *, account: str, platform: str, by: str = ""
    ) -> KeptEvidence:
        """Keep a file of an account with what was sealed of it before it was read; the same file again is kept once.

        Raises StoreError for an account that the store does not hold, ScopeError where its permission has ended.
        """
        with self._writing():
            row = accounts.row_of(self._db, account, platform)
            whose = accounts.every(self._db)[row]
            accounts.permitted(self._db, frozenset({(whose.platform, whose.account)}), self._now())
            leaves = self._sealed(spool, whose, row)
            said = {"act": "evidence", "by": writable(by), "name": writable(evidence.name), "sha256": evidence.sha256,
                    "kind": evidence.told.kind if evidence.told else "", "v": 1}  # fmt: skip
            self._log.enter_within(said, {(whose.platform, whose.account): row})
            kept = KeptEvidence(
                at=self._now(), account=whose.account, platform=whose.platform, by=by, leaves=leaves,
                evidence=msgspec.structs.replace(evidence, name=writable(evidence.name)),
            )  # fmt: skip
            kept = self._keep(kept, row)
        self._log.checkpoint()
        return kept

    def add_table(self, table: TableFile, *, by: str = "") -> KeptEvidence:
        """Keep which table of networks is used from now on: its place and SHA-256, not its content."""
        evidence = Evidence(name=writable(Path(table.path).name), sha256=table.sha256, table=table)
        said = {"act": "evidence", "by": writable(by), "kind": "networks", "name": evidence.name,
                "sha256": table.sha256, "v": 1}  # fmt: skip
        with self._writing():
            with self._log.appending() as log:
                leaf = log.enter("custody", said)
            kept = self._keep(KeptEvidence(at=self._now(), by=by, leaves=(leaf,), evidence=evidence), None)
        self._log.checkpoint()
        return kept

    def every(self, account: str | None = None, platform: str | None = None) -> tuple[KeptEvidence, ...]:
        """Return what was added of one account or of all, with the tables, in the order in which it was added."""
        with told(self._path):
            row = None if account is None else accounts.row_of(self._db, account, platform)
            found = self._db.execute(
                "SELECT id, key, body FROM evidence WHERE ?1 IS NULL OR account = ?1 OR account IS NULL ORDER BY id",
                (row,),
            ).fetchall()
            return tuple(self._decoded(number, key, body) for number, key, body in found)

    def access(
        self, account: str, platform: str | None = None, *, tables: Sequence[str] = (), beside: Sequence[Evidence] = ()
    ) -> Access:
        """Return all that is known of how an account was reached, every address looked up.

        `beside` is evidence that is not kept, and is looked at as if it were.
        """
        with told(self._path):
            row = accounts.row_of(self._db, account, platform)
            sessions = records.sessions(self._db, self._cipher, row)
            identities = records.identities(self._db, self._cipher, row)
        held = [one.evidence for one in self.every(account, platform)]
        known = {one.sha256 for one in held}
        kept = [*held, *(one for one in beside if one.sha256 not in known)]
        with opened(_tables(tables, kept)) as networks:
            return joined(_pieces(kept), sessions, identities, networks)

    def _sealed(self, spool: Spool | None, whose: Account, row: int) -> tuple[int, ...]:
        if spool is None or not len(spool):
            return ()
        owner = (
            self._log.pseudonym(whose.platform, whose.account), f"{whose.platform}\0{whose.account}".encode()
        )  # fmt: skip
        with self._log.appending() as log:
            leaves = log.capture(list(spool.captured(range(len(spool)), [owner] * len(spool))))
        self._log.own(leaves, [row])
        return tuple(leaves)

    def _keep(self, kept: KeptEvidence, row: int | None) -> KeptEvidence:
        assert kept.at is not None  # both callers say when
        evidence = kept.evidence
        key = self._cipher.hash("evidence", kept.platform, kept.account, _kind(evidence), evidence.sha256)
        body = self._cipher.encrypt("evidence", key, msgspec.msgpack.encode(kept))
        number = self._db.execute(
            "INSERT INTO evidence (key, account, at, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET at = excluded.at, body = excluded.body RETURNING id",
            (key, row, micros(kept.at), body),
        ).fetchone()[0]
        return msgspec.structs.replace(kept, number=number)

    def _decoded(self, number: int, key: bytes, body: bytes) -> KeptEvidence:
        kept = msgspec.msgpack.decode(self._cipher.decrypt("evidence", key, body), type=KeptEvidence)
        return msgspec.structs.replace(kept, number=number)


def _kind(evidence: Evidence) -> str:
    return evidence.told.kind if evidence.told else "networks"


def _tables(paths: Iterable[str], kept: Iterable[Evidence]) -> list[TableFile]:
    """Return the tables of the settings and those that were added, each path once."""
    added = {one.table.path: one.table for one in kept if one.table is not None}
    configured = {str(Path(path).resolve()): TableFile(path=str(Path(path).resolve())) for path in paths}
    return list((configured | added).values())


def _pieces(kept: Sequence[Evidence]) -> list[Piece]:
    """Return the pieces, each under a name of its own: the file's, with a part of its SHA-256 where two share one."""
    names = [one.name for one in kept]
    return [
        Piece(name=one.name if names.count(one.name) == 1 else f"{one.name} ({one.sha256[:8]})", told=one.told)
        for one in kept
        if one.told is not None
    ]
