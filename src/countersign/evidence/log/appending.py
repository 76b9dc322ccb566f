"""Adds entries to the log inside one transaction of its keeper, and signs what the log is after them."""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from countersign.errors import EvidenceError
from countersign.evidence import canonical
from countersign.evidence.entry import BY_US, SALT_BYTES, Entry, Grade, Kind, commitment, rounded, write_entry
from countersign.evidence.log import tiles
from countersign.evidence.log.clock import LogClock, stamp
from countersign.evidence.log.identity import identity, rotated
from countersign.evidence.log.vault import Vault, damaged, keep_value, value, wrapped
from countersign.evidence.note import Checkpoint, SigningKey, cosign, sign_note
from countersign.evidence.tree import leaf_hash

MOST_BODY = 512 * 1024 * 1024
"""Bytes of one body: the database takes rows of up to 10^9 bytes."""
_CLOCK = "log clock"


class Captured(NamedTuple):
    """One sealed body on its way into the log: `received` is its keyed hash, `kept` its salt and bytes encrypted."""

    seen: int
    src: str
    acct: str
    grade: Grade
    length: int
    commit: bytes
    received: bytes
    kept: bytes


class Appending:
    """One transaction's entries. `finish` writes the tree and signs; without it nothing counts."""

    def __init__(self, db: sqlite3.Connection, vault: Vault, clock: LogClock, *, origin: str = "") -> None:
        self._db, self._vault = db, vault
        self._identity = identity(db, vault, origin)
        self._start = self._size = size(db)
        self._hashes: list[bytes] = []
        last_seen, last_wall = _last(db)
        moment = clock.read(last_seen, last_wall)
        self._seen, self._now, self._wall, self._known = last_seen, moment.seen, moment.wall, moment.clock
        for jump in moment.jumps:
            self.enter("clock", {"expected": jump.expected, "found": jump.found, "kind": jump.kind, "v": 1})

    def enter(self, kind: Kind, said: Mapping[str, Any], *, acct: str | None = None) -> int:
        """Add what the program or a person did, `said` as canonical JSON, and return its leaf."""
        return self.enter_body(kind, canonical.write(said), acct=acct)

    def enter_body(
        self, kind: Kind, body: bytes, *, src: str = BY_US, acct: str | None = None, grade: Grade | None = None
    ) -> int:
        """Add an entry with these bytes as its body, and return its leaf."""
        within_limit(body)
        salt = os.urandom(SALT_BYTES)
        commit = commitment(salt, body)
        leaf = self._add(kind, commit=commit, len=rounded(len(body)), src=src, acct=acct, grade=grade)
        self._keep([(leaf, wrapped(self._vault, bytes.fromhex(commit), salt, body))])
        return leaf

    def beacon(self, source: str, number: int, value: str) -> int:
        """Add what a public beacon said: nothing after it was written before it was known."""
        return self._add("beacon", source=source, round=number, value=value)

    def erase(self, leaves: Sequence[int], ground: str) -> None:
        """Erase salts and bodies for good, and say so; EvidenceError (CS413) for a leaf that has none."""
        for leaf in leaves:
            if self._db.execute("DELETE FROM log_bodies WHERE leaf = ?", (leaf,)).rowcount != 1:
                raise EvidenceError(
                    f"leaf {leaf} has no body to erase", hint="see: countersign log show", where=str(leaf), code="CS413"
                )
            self._db.execute("UPDATE log_leaves SET received = NULL WHERE leaf = ?", (leaf,))
            self._add("erasure", leaf=leaf, ground=ground)

    def rotate(self) -> int:
        """Go on with new keys: the old one signs the new one's name and is forgotten. Return the leaf that says so."""
        old, new, sig = rotated(self._db, self._vault)
        self._identity = identity(self._db, self._vault)
        return self._add("key", old=old, new=new, sig=sig)

    def capture(self, rows: Sequence[Captured]) -> list[int]:
        """Add captures in order and return the leaf of each; what the log holds already keeps its leaf."""
        known = self._known_leaves([row.received for row in rows])
        entries: list[tuple[int, bytes, bytes]] = []
        bodies: list[tuple[int, bytes]] = []
        leaves: list[int] = []
        written = _Template(self._known)
        after = self._size
        for seen, src, acct, grade, length, commit, received, kept in rows:
            leaf = known.get(received)
            if leaf is None:
                leaf = known[received] = after
                after += 1
                if seen > self._seen:
                    self._seen = min(seen, self._now)
                entries.append((leaf, written.entry(acct, commit, grade, length, self._seen, src), received))
                bodies.append((leaf, kept))
            leaves.append(leaf)
        self._hashes += [leaf_hash(entry) for _, entry, _ in entries]
        self._size += len(entries)
        self._db.executemany("INSERT INTO log_leaves VALUES (?, ?, ?)", entries)
        self._keep(bodies)
        return leaves

    def finish(self) -> Checkpoint:
        """Write the tree, sign it, and return the checkpoint that holds once the caller's transaction does."""
        tiles.append(self._db, self._start, self._hashes)
        keep_value(self._db, _CLOCK, self._seen.to_bytes(8) + max(self._wall, 0).to_bytes(8))
        found = Checkpoint(origin=self._identity.origin, size=self._size, root=tiles.root(self._db, self._size))
        if self._size > self._start:
            note = signed(found, self._identity.key, self._identity.mldsa, max(self._wall, 1))
            self._db.execute("INSERT INTO log_checkpoints VALUES (?, ?)", (self._size, note))
        return found

    @property
    def size(self) -> int:
        """Return how many leaves the log has by now."""
        return self._size

    def _add(self, kind: Kind, **fields: Any) -> int:
        self._seen = self._now
        data, leaf = write_entry(Entry(type=kind, seen=stamp(self._seen), clock=self._known, **fields)), self._size
        self._db.execute("INSERT INTO log_leaves VALUES (?, ?, NULL)", (leaf, data))
        self._hashes.append(leaf_hash(data))
        self._size += 1
        return leaf

    def _keep(self, bodies: Sequence[tuple[int, bytes]]) -> None:
        self._db.executemany("INSERT INTO log_bodies VALUES (?, ?)", bodies)

    def _known_leaves(self, received: Sequence[bytes]) -> dict[bytes, int]:
        marks = ",".join("?" * len(received))
        found = self._db.execute(f"SELECT received, leaf FROM log_leaves WHERE received IN ({marks})", received)
        return {bytes(mark): int(leaf) for mark, leaf in found}


class _Template:
    """Writes captures as `write_entry` would, but faster: most of an entry is that of the one before."""

    def __init__(self, clock: str) -> None:
        self._clock = clock
        self._heads: dict[str, bytes] = {}
        self._tails: dict[tuple[str, int, int, str], bytes] = {}

    def entry(self, acct: str, commit: bytes, grade: Grade, length: int, seen: int, src: str) -> bytes:
        """Return the entry of one capture."""
        head = self._heads.get(acct)
        if head is None:
            said = f'"acct":"{acct}",' if acct else ""
            head = self._heads[acct] = f'{{{said}"clock":"{self._clock}","commit":"'.encode()
        asked = (grade, rounded(length), seen, src)
        tail = self._tails.get(asked)
        if tail is None:
            tail = self._tails[asked] = (
                f'","grade":"{grade}","len":{asked[1]},"seen":"{stamp(seen)}","src":{canonical.write(src).decode()},'
                '"type":"capture","v":1}'
            ).encode()
        return head + commit.hex().encode() + tail


def signed(found: Checkpoint, key: SigningKey, mldsa: SigningKey | None, time: int) -> bytes:
    """Return a checkpoint as a signed note: the log's line first, then that of its ML-DSA key if it has one."""
    lines = sign_note(found.text, key) + (cosign(found.text, mldsa, time) if mldsa is not None else b"")
    return found.text.encode() + b"\n" + lines


def size(db: sqlite3.Connection) -> int:
    """Return how many leaves the log has."""
    return int(db.execute("SELECT coalesce(max(leaf) + 1, 0) FROM log_leaves").fetchone()[0])


def within_limit(body: bytes) -> None:
    """Refuse a body that the store cannot take whole."""
    if len(body) > MOST_BODY:
        raise EvidenceError(
            f"a record of {len(body)} bytes is too large", hint="at most 512 MiB are kept whole", code="CS414"
        )


def _last(db: sqlite3.Connection) -> tuple[int, int]:
    kept = value(db, _CLOCK)
    if kept is None:
        return 0, 0
    if len(kept) != 16:
        raise damaged("its last time is not one")
    return int.from_bytes(kept[:8]), int.from_bytes(kept[8:])
