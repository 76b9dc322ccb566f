"""Reads back what the log holds: entries, bodies, proofs and the checkpoints that were signed."""

import sqlite3
from collections.abc import Iterator, Sequence

import msgspec

from countersign.errors import EvidenceError
from countersign.evidence.entry import Entry, Kind, read_entry
from countersign.evidence.log.vault import Vault, damaged, unwrapped
from countersign.evidence.note import Note, parse_checkpoint, parse_note, write_note


class Leaf(msgspec.Struct, frozen=True, kw_only=True):
    """One entry at its place. `kept` says whether its body is still there: not if it never had one, or was erased."""

    leaf: int
    data: bytes
    entry: Entry
    kept: bool


def leaves(db: sqlite3.Connection, start: int, end: int) -> Iterator[Leaf]:
    """Yield the entries from `start` up to, and not with, `end`."""
    yield from _leaves(db, "leaf >= ? AND leaf < ?", (start, end))


def of_kind(db: sqlite3.Connection, kind: Kind) -> Iterator[Leaf]:
    """Yield the entries of one kind, oldest first."""
    # Within text a quotation mark is escaped, so that these bytes stand in an entry only where its type is said.
    yield from _leaves(db, "instr(entry, ?)", (b'"type":"%b"' % kind.encode(),))


def _leaves(db: sqlite3.Connection, which: str, values: tuple[int | bytes, ...]) -> Iterator[Leaf]:
    rows = db.execute(
        "SELECT leaf, entry, EXISTS (SELECT 1 FROM log_bodies WHERE log_bodies.leaf = log_leaves.leaf)"
        f" FROM log_leaves WHERE {which} ORDER BY leaf",
        values,
    )
    for number, data, kept in rows:
        yield Leaf(leaf=number, data=bytes(data), entry=_own(data), kept=bool(kept))


def leaf(db: sqlite3.Connection, number: int) -> Leaf:
    """Return the entry at one place; EvidenceError (CS413) if the log is not that long."""
    for found in leaves(db, number, number + 1):
        return found
    raise EvidenceError(f"the log has no leaf {number}", hint="see: countersign log show", code="CS413")


def body(db: sqlite3.Connection, vault: Vault, number: int) -> tuple[bytes, bytes] | None:
    """Return salt and body of a leaf, None if it has none (any more)."""
    found = db.execute(
        "SELECT body, entry FROM log_leaves LEFT JOIN log_bodies USING (leaf) WHERE leaf = ?", (number,)
    ).fetchone()
    if found is None or found[0] is None:
        return None
    commit = _own(found[1]).commit
    if commit is None:
        raise damaged(f"leaf {number} has a body that it does not commit to")
    return unwrapped(vault, bytes.fromhex(commit), found[0])


def checkpoints(db: sqlite3.Connection) -> Iterator[tuple[int, bytes]]:
    """Yield size and signed note of every checkpoint, oldest first."""
    yield from (
        (size, bytes(note)) for size, note in db.execute("SELECT size, note FROM log_checkpoints ORDER BY size")
    )


def latest(db: sqlite3.Connection) -> tuple[int, bytes] | None:
    """Return size and signed note of the newest checkpoint, None if the log is empty."""
    found = db.execute("SELECT size, note FROM log_checkpoints ORDER BY size DESC LIMIT 1").fetchone()
    return None if found is None else (found[0], bytes(found[1]))


def newest_note(db: sqlite3.Connection) -> bytes:
    """Return the newest signed note; EvidenceError (CS411) if the log has none."""
    found = latest(db)
    if found is None:
        raise damaged("it has no checkpoint")
    return found[1]


def checkpoint_at(db: sqlite3.Connection, size: int) -> bytes | None:
    """Return the note that was signed at a size, None if none was."""
    found = db.execute("SELECT note FROM log_checkpoints WHERE size = ?", (size,)).fetchone()
    return None if found is None else bytes(found[0])


def countersigned(db: sqlite3.Connection, size: int, lines: Sequence[bytes]) -> bytes:
    """Add signature lines (of witnesses) to the checkpoint of a size and return its note; one that is there stays.

    They are kept as they are given: whoever hands them in has verified them.
    """
    kept = checkpoint_at(db, size)
    if kept is None:
        raise EvidenceError(f"no checkpoint was signed at size {size}", code="CS413")
    note = parse_note(kept)
    wanted = parse_note(note.text.encode() + b"\n" + b"".join(lines)).lines if lines else ()
    signers = {(line.name, line.key_id) for line in note.lines}
    new = {(line.name, line.key_id): line for line in wanted if (line.name, line.key_id) not in signers}
    data = write_note(Note(text=note.text, lines=(*note.lines, *new.values())))
    parse_checkpoint(parse_note(data).text)
    db.execute("UPDATE log_checkpoints SET note = ? WHERE size = ?", (data, size))
    return data


def _own(data: bytes) -> Entry:
    try:
        return read_entry(bytes(data))
    except EvidenceError as cause:
        raise damaged("an entry cannot be read") from cause
