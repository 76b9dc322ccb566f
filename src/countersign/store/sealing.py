"""The evidence log of a store: what is imported and done is an entry, written in the same transaction or not at all."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import msgspec

from countersign.errors import EvidenceError, StoreError
from countersign.evidence.entry import Kind
from countersign.evidence.keys import SigningKey, Vkey
from countersign.evidence.log import folder, reading, tiles
from countersign.evidence.log.appending import Appending, size
from countersign.evidence.log.checking import LogReport
from countersign.evidence.log.clock import LogClock
from countersign.evidence.log.examining import examine
from countersign.evidence.log.identity import identity, origin, vkeys
from countersign.evidence.log.reading import Leaf
from countersign.evidence.log.spool import Spool
from countersign.evidence.note import Checkpoint
from countersign.store.faults import told
from countersign.store.values import micros, moment
from countersign.store.vault import LogVault

LARGE = 1000
"""Captures of a batch that is published together with those that follow it at once."""
PAUSE = 1.0
"""Seconds between two publications of large batches: each makes a dozen files durable."""

Owner = tuple[str, str]
"""(platform, account)."""
Writing = Callable[[], AbstractContextManager[None]]


class Sealed(Protocol):
    """What was sealed while reading: of each capture, by number, whose it is; and (action id, capture) pairs."""

    @property
    def owners(self) -> tuple[frozenset[Owner], ...]:
        """Return the accounts that each capture told of."""
        ...

    @property
    def actions(self) -> tuple[tuple[str, int], ...]:
        """Return which capture told of which action."""
        ...


class Captures(msgspec.Struct, frozen=True, kw_only=True):
    """What an import seals: a spool of captures, and what they told of."""

    spool: Spool
    sealed: Any
    """A `Sealed`."""


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """What an outsider gave for the checkpoint of a size: a time stamp, a signature, ..."""

    size: int
    kind: str
    name: str
    at: datetime
    data: bytes


class StoreLog:
    """The log that belongs to a store. `Store.log` gives it.

    Whatever adds to it is one transaction, signs a checkpoint in it, and publishes the folder before it returns; only
    of large batches that come one after the other, the folder is published once a second, and when the store is closed.
    """

    def __init__(
        self, path: Path, db: sqlite3.Connection, vault: LogVault, now: Callable[[], datetime], writing: Writing,
        *, wished_origin: str = "",
    ) -> None:  # fmt: skip
        self._path, self._db, self._vault, self._writing = path, db, vault, writing
        self._clock, self._wished_origin = LogClock(now), wished_origin
        self._published = 0.0

    @property
    def folder(self) -> Path:
        """Return where the log is published: beside the store."""
        return Path(f"{self._path}.log")

    @property
    def size(self) -> int:
        """Return how many entries the log has."""
        with told(self._path):
            return size(self._db)

    @property
    def origin(self) -> str | None:
        """Return what the log is called, None while it has no entry."""
        with told(self._path):
            return origin(self._db)

    def spool(self) -> Spool:
        """Return what takes bytes in before they are parsed, for `Store.import_reading`. Close it afterwards."""
        return Spool(self._path.parent, self._vault, self._clock)

    def seal(self, spool: Spool, *, account: str, platform: str) -> list[int]:
        """Put all that a spool took in into the log, as records of one account of the store; return their leaves."""
        owner = (self.pseudonym(platform, account), f"{platform}\0{account}".encode())
        with self._writing(), self.appending() as log:
            rows = self._rows_of(account, platform)
            if not rows:
                raise StoreError(f"the store does not hold {account}", hint="countersign accounts add", code="CS209")
            leaves = log.capture(spool.captured(range(len(spool)), [owner] * len(spool)))
            self.own(leaves, rows)
        if len(spool) < LARGE or time.monotonic() - self._published > PAUSE:
            self.checkpoint()
        return leaves

    def enter(self, kind: Kind, said: Mapping[str, Any], *, account: str = "", platform: str = "") -> int:
        """Add what the program or a person did, `said` as canonical JSON, and return its leaf."""
        with self._alone() as log:
            leaf = log.enter(kind, said, acct=self.pseudonym(platform, account) if account else None)
            if account:
                self.own([leaf], self._rows_of(account, platform))
        return leaf

    def enter_body(self, kind: Kind, body: bytes) -> int:
        """Add an entry whose body is already written (a statement), and return its leaf."""
        with self._alone() as log:
            return log.enter_body(kind, body)

    def beacon(self, source: str, number: int, value: str) -> int:
        """Add what a public beacon said (`value` in hex), and return its leaf."""
        with self._alone() as log:
            return log.beacon(source, number, value)

    def erase(self, leaves: Sequence[int], ground: str) -> None:
        """Erase salts and bodies of leaves for good, on a ground said in one word; the log stays true."""
        with self._alone() as log:
            log.erase(leaves, ground)
        self.empty()

    def rotate_key(self) -> int:
        """Go on with new keys, vouched for by the old ones, which are forgotten; return the leaf that says so."""
        with self._alone() as log:
            leaf = log.rotate()
        self.empty()
        return leaf

    def checkpoint(self) -> Checkpoint | None:
        """Publish the folder up to the newest checkpoint, and return it; None while the log has no entry."""
        with told(self._path):
            found = folder.publish(self._db, self.folder)
        self._published = time.monotonic()
        self._clock.told()
        return found

    def catch_up(self) -> None:
        """Publish what an earlier process signed and could not publish; trouble is told by whoever writes or checks."""
        with suppress(StoreError, EvidenceError), told(self._path):
            folder.publish(self._db, self.folder)

    def leaf(self, number: int) -> Leaf:
        """Return an entry."""
        with told(self._path):
            return reading.leaf(self._db, number)

    def leaves(self, start: int, end: int) -> tuple[Leaf, ...]:
        """Return the entries from `start` up to, and not with, `end`."""
        with told(self._path):
            return tuple(reading.leaves(self._db, start, end))

    def of_kind(self, kind: Kind) -> tuple[Leaf, ...]:
        """Return the entries of one kind, oldest first."""
        with told(self._path):
            return tuple(reading.of_kind(self._db, kind))

    def body(self, number: int) -> tuple[bytes, bytes] | None:
        """Return salt and body of a leaf; None if it never had one, or it was erased."""
        with told(self._path):
            return reading.body(self._db, self._vault, number)

    def note(self, at: int | None = None) -> bytes | None:
        """Return the signed note of a size, or the newest; None if there is none."""
        with told(self._path):
            if at is not None:
                return reading.checkpoint_at(self._db, at)
            newest = reading.latest(self._db)
            return None if newest is None else newest[1]

    def checkpoints(self) -> tuple[int, ...]:
        """Return the sizes of all checkpoints that were signed."""
        with told(self._path):
            return tuple(at for at, _ in reading.checkpoints(self._db))

    def inclusion(self, index: int, at: int) -> tuple[bytes, ...]:
        """Return the proof that a leaf is in the log of some size."""
        with told(self._path):
            return tiles.inclusion(self._db, index, at)

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the proof that the log of one size begins that of another."""
        with told(self._path):
            return tiles.consistency(self._db, old, new)

    def vkeys(self) -> tuple[Vkey, ...]:
        """Return every public key that ever signed for this log, oldest first."""
        with told(self._path):
            return vkeys(self._db)

    def key(self) -> SigningKey:
        """Return the log's present Ed25519 key, for statements; it is never written anywhere in the clear."""
        with told(self._path):
            if origin(self._db) is None:
                raise StoreError("the log has no entry yet, and so no key", hint="import something first", code="CS209")
            return identity(self._db, self._vault).key

    def countersign(self, at: int, lines: Sequence[bytes]) -> bytes:
        """Add verified signature lines of witnesses to the checkpoint of a size; publish and return its note."""
        with self._writing():
            note = reading.countersigned(self._db, at, lines)
        self.checkpoint()
        return note

    def add_anchor(self, at: int, kind: str, name: str, data: bytes, *, when: datetime) -> None:
        """Keep what an outsider gave for the checkpoint of a size; the first of one kind and name stays."""
        with self._writing():
            self._db.execute(
                "INSERT INTO log_anchors (size, kind, name, at, data) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (at, kind, name, micros(when), data),
            )

    def anchors(self, at: int | None = None) -> tuple[Anchor, ...]:
        """Return what outsiders gave for the checkpoint of a size, or for all."""
        with told(self._path):
            rows = self._db.execute(
                "SELECT size, kind, name, at, data FROM log_anchors WHERE ?1 IS NULL OR size = ?1 ORDER BY id", (at,)
            ).fetchall()
        return tuple(Anchor(size=of, kind=kind, name=name, at=moment(when), data=data)
                     for of, kind, name, when, data in rows)  # fmt: skip

    def check(self) -> LogReport:
        """Check the whole log: the store's tables, every body against its commitment, and the published folder."""
        with told(self._path):
            return examine(self._db, self._vault, self.folder)

    def pseudonym(self, platform: str, account: str) -> str:
        """Return what entries call an account: the same in all, and nobody without the store's key can tell whose."""
        return self._vault.mark(b"account", platform.encode(), account.encode())[:8].hex()

    @contextmanager
    def appending(self) -> Iterator[Appending]:
        """Add entries inside a transaction that the caller holds; refused where the folder is ahead of the store."""
        if folder.is_behind(self._db, self.folder) or reading.latest(self._db) is None:
            folder.standing(self._db, self.folder)
        log = Appending(self._db, self._vault, self._clock, origin=self._wished_origin)
        yield log
        log.finish()

    def enter_within(self, said: Mapping[str, Any], about: Mapping[Owner, int]) -> int:
        """Add what a person did about some accounts (and their rows), inside a transaction that the caller holds."""
        with self.appending() as log:
            leaf = log.enter("custody", said, acct=self.pseudonym(*next(iter(about))) if len(about) == 1 else None)
        self.own([leaf], about.values())
        return leaf

    def erase_within(self, leaves: Sequence[int], ground: str) -> None:
        """Erase salts and bodies inside a transaction that the caller holds."""
        if leaves:
            with self.appending() as log:
                log.erase(leaves, ground)

    def own(self, leaves: Iterable[int], rows: Iterable[int]) -> None:
        """Keep which accounts (rows) leaves are about, inside the caller's transaction."""
        pairs = [(row, leaf) for row in rows for leaf in leaves]
        self._db.executemany("INSERT OR IGNORE INTO log_owners VALUES (?, ?)", pairs)

    def empty(self) -> None:
        """Write SQLite's own log into the file and empty it, so that erased bytes do not live on there."""
        with told(self._path):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def _alone(self) -> Iterator[Appending]:
        with self._writing(), self.appending() as log:
            yield log
        self.checkpoint()

    def _rows_of(self, account: str, platform: str) -> list[int]:
        found = self._db.execute(
            "SELECT id FROM accounts WHERE account = ? AND platform IN (?, CASE ?2 WHEN '' THEN platform ELSE ?2 END)",
            (account, platform),
        )
        return [row for (row,) in found]
