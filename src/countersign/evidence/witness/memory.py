"""What a witness remembers of every log that it was told to know: the largest tree that it ever countersigned."""

import time
from pathlib import Path

import msgspec

from countersign.evidence.durable import KeptBadly, database, make_database
from countersign.evidence.keys import Vkey, parse_vkey
from countersign.evidence.note import write_note
from countersign.evidence.tree import EMPTY_ROOT, verify_consistency
from countersign.evidence.witness.submission import Submission

MOST_SUSPECTS = 100
"""Contradicting checkpoints that are kept of one log: one is a proof, more are only more."""

_APPLICATION = 0x43535754
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE trusted (vkey TEXT PRIMARY KEY, origin TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE log (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, at INTEGER NOT NULL) STRICT,
    WITHOUT ROWID;
CREATE TABLE suspect (origin TEXT NOT NULL, at INTEGER NOT NULL, note BLOB NOT NULL) STRICT
"""


class KnownLog(msgspec.Struct, frozen=True, kw_only=True):
    """A log as a witness knows it; `at` is when it last countersigned (seconds since 1970), 0 for never."""

    origin: str
    vkeys: tuple[Vkey, ...]
    size: int
    root: bytes
    at: int
    suspects: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a checkpoint may be countersigned now; if not, by which status, and the size that is remembered."""

    status: int
    size: int


class Memory:
    """The memory of one witness, in one file. Many threads and processes may use it at once."""

    def __init__(self, path: Path) -> None:
        make_database(path, _TABLES, _APPLICATION)
        self.path = path

    def owner(self) -> str | None:
        """Return the vkey of the witness whose memory this is; None if it was made just now."""
        with database(self.path) as db:
            found = db.execute("SELECT value FROM meta WHERE name = 'vkey'").fetchone()
        return str(found[0]) if found else None

    def belong_to(self, vkey: Vkey) -> None:
        """Make this the memory of a witness; raises KeptBadly if it is another's."""
        with database(self.path, change=True) as db:
            db.execute("INSERT OR IGNORE INTO meta VALUES ('vkey', ?)", (str(vkey),))
        owner = self.owner()
        if owner != str(vkey):
            raise KeptBadly("this is the memory of another witness", where=str(self.path), hint=f"of {owner}")

    def allow(self, vkey: Vkey) -> None:
        """Know a log from now on, or another key of it."""
        with database(self.path, change=True) as db:
            db.execute("INSERT OR IGNORE INTO trusted VALUES (?, ?)", (str(vkey), vkey.name))

    def disallow(self, vkey: Vkey) -> bool:
        """Trust a log's key no more; say whether it was trusted. What was seen of the log is never forgotten."""
        with database(self.path, change=True) as db:
            return db.execute("DELETE FROM trusted WHERE vkey = ?", (str(vkey),)).rowcount > 0

    def keys(self, origin: str) -> tuple[Vkey, ...]:
        """Return the keys that are trusted for a log; none for one that is not known."""
        with database(self.path) as db:
            rows = db.execute("SELECT vkey FROM trusted WHERE origin = ? ORDER BY vkey", (origin,)).fetchall()
        return tuple(parse_vkey(vkey) for (vkey,) in rows)

    def logs(self) -> tuple[KnownLog, ...]:
        """Return every log that is known or was, by origin."""
        with database(self.path) as db:
            trusted = db.execute("SELECT origin, vkey FROM trusted ORDER BY origin, vkey").fetchall()
            seen = {row[0]: row[1:] for row in db.execute("SELECT origin, size, root, at FROM log")}
            suspects = dict(db.execute("SELECT origin, count(*) FROM suspect GROUP BY origin").fetchall())
        found = []
        for origin in sorted({*seen, *(origin for origin, _ in trusted)}):
            size, root, at = seen.get(origin, (0, EMPTY_ROOT, 0))
            vkeys = tuple(parse_vkey(vkey) for name, vkey in trusted if name == origin)
            found.append(
                KnownLog(origin=origin, vkeys=vkeys, size=size, root=root, at=at, suspects=suspects.get(origin, 0))
            )
        return tuple(found)

    def advance(self, submission: Submission) -> Outcome:
        """Compare a checkpoint, whose signature was checked, with what is remembered, and remember it if it goes on.

        Comparing and remembering are one transaction, on disk before this returns: of two that race, one waits, and is
        then compared with the other (https://c2sp.org/tlog-witness tells what happens otherwise).
        """
        checkpoint = submission.checkpoint
        with database(self.path, change=True) as db:
            row = db.execute("SELECT size, root FROM log WHERE origin = ?", (checkpoint.origin,)).fetchone()
            size, root = row or (0, EMPTY_ROOT)
            outcome = judged(submission, size, root)
            if outcome.status == 200:
                db.execute(
                    "REPLACE INTO log VALUES (?, ?, ?, ?)",
                    (checkpoint.origin, checkpoint.size, checkpoint.root, int(time.time())),
                )
            elif _contradicts(submission, outcome):
                db.execute(
                    "INSERT INTO suspect SELECT ?, ?, ? WHERE (SELECT count(*) FROM suspect WHERE origin = ?) < ?",
                    (
                        checkpoint.origin,
                        int(time.time()),
                        write_note(submission.note),
                        checkpoint.origin,
                        MOST_SUSPECTS,
                    ),
                )
        return outcome


def judged(submission: Submission, size: int, root: bytes) -> Outcome:
    """Return whether a checkpoint goes on from a tree of this size and root. Pure; statuses by tlog-witness."""
    checkpoint = submission.checkpoint
    if submission.old_size != size:
        return Outcome(status=409, size=size)
    if checkpoint.size == size and checkpoint.root != root:
        return Outcome(status=409, size=size)
    goes_on = verify_consistency(size, checkpoint.size, submission.proof, root, checkpoint.root)
    return Outcome(status=200 if goes_on else 422, size=size)


def _contradicts(submission: Submission, outcome: Outcome) -> bool:
    """Say whether a refused checkpoint, signed by the log, may show that the log tells two stories."""
    return outcome.status == 422 or submission.old_size == outcome.size == submission.checkpoint.size
