"""Checks the log of a store from end to end: every entry, hash, body, key and signature, and the published folder."""

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from countersign.errors import CountersignError, EvidenceError
from countersign.evidence.entry import Entry, capture_commitment, key_statement, read_entry
from countersign.evidence.keys import HAS_MLDSA, LOG, MLDSA, Vkey, unbase64, verify
from countersign.evidence.log import reading, tiles
from countersign.evidence.log.appending import size
from countersign.evidence.log.bundles import CHECKPOINT
from countersign.evidence.log.checking import LogReport, Problem, verify_folder
from countersign.evidence.log.folder import keys_stand, standing
from countersign.evidence.log.identity import identity, vkeys
from countersign.evidence.log.vault import Vault, unwrapped
from countersign.evidence.note import Checkpoint, Line, parse_checkpoint, parse_note, verify_line
from countersign.evidence.tree import leaf_hash, root_of


def examine(db: sqlite3.Connection, vault: Vault, folder: Path) -> LogReport:
    """Return all that is wrong with the log of a store and with its folder; what it says is told, never raised."""
    newest = reading.latest(db)
    if newest is None:
        missing = Problem(code="I_EMPTY", where="store", says="the log has no entry yet")
        unsigned = _false("E_ROOT", "store", "the log has entries that nobody signed")
        return LogReport(problems=(unsigned if size(db) else missing,))
    try:
        found = parse_checkpoint(parse_note(newest[1]).text)
        keys = vkeys(db)
        signers = tuple(key for key in keys if key.algorithm == LOG)
        problems = (
            *_in_store(db, vault, found, signers), *_secrets(db, vault, keys), *_in_folder(db, folder, signers[-1])
        )  # fmt: skip
    except CountersignError as error:
        problems = (_false("E_STORE", error.where or "store", error.message),)
        return LogReport(problems=problems)
    return LogReport(checkpoint=found, vkey=signers[-1], problems=problems)


def _in_store(db: sqlite3.Connection, vault: Vault, found: Checkpoint, signers: tuple[Vkey, ...]) -> Iterator[Problem]:
    if size(db) != found.size:
        yield _false("E_ROOT", "store", f"the log has {size(db)} entries, {found.size} were signed")
    hashes: list[bytes] = []
    erased: set[int] = set()
    bare: list[int] = []
    rotations: list[Entry] = []
    rows = db.execute("SELECT leaf, entry, body FROM log_leaves LEFT JOIN log_bodies USING (leaf) ORDER BY leaf")
    for number, (leaf, data, kept) in enumerate(rows):
        if leaf != number:
            yield _false("E_ENTRIES", f"leaf {number}", "an entry is missing")
            return
        hashes.append(leaf_hash(data))
        commit = capture_commitment(data)
        if commit is None:
            try:
                entry = read_entry(data)
            except EvidenceError as error:
                yield _false("E_SYNTAX", f"leaf {leaf}", error.message)
                continue
            commit = None if entry.commit is None else bytes.fromhex(entry.commit)
            erased |= {entry.leaf} if entry.leaf is not None else set()
            rotations += [entry] if entry.type == "key" else []
        if commit is not None:
            problem = _body(vault, leaf, commit, kept)
            bare += [leaf] if problem is None else []
            yield from [problem] if isinstance(problem, Problem) else []
    yield from _hashes(db, found, hashes)
    yield from (_false("E_BODY", f"leaf {leaf}", "its body is gone, and no entry says that it was erased")
                for leaf in bare if leaf not in erased)  # fmt: skip
    yield from _keys(found.origin, rotations, signers)
    yield from _signatures(db, hashes, vkeys(db))


def _body(vault: Vault, leaf: int, commit: bytes, kept: bytes | None) -> Problem | bool | None:
    """Return what is wrong with a body, True if nothing is, None if there is none."""
    if kept is None:
        return None
    try:
        salt, body = unwrapped(vault, commit, kept)
    except CountersignError as error:
        return _false("E_COMMIT", f"leaf {leaf}", error.message)
    if hashlib.sha256(salt + body).digest() != commit:
        return _false("E_COMMIT", f"leaf {leaf}", "its body is not the one that the entry commits to")
    return True


def _hashes(db: sqlite3.Connection, found: Checkpoint, hashes: list[bytes]) -> Iterator[Problem]:
    if root_of(hashes[: found.size]) != found.root:
        yield _false("E_ROOT", "store", "the entries do not give the root that was signed")
    level, above = 0, hashes
    while above:
        parts = [above[start : start + tiles.WIDTH] for start in range(0, len(above), tiles.WIDTH)]
        for number, part in enumerate(parts):
            if tiles.tile(db, level, number, len(part)) != b"".join(part):
                yield _false("E_TILE", f"tile {level}/{number}", "the tile is not the one that the entries give")
        level, above = level + 1, [root_of(part) for part in parts if len(part) == tiles.WIDTH]


def _keys(origin: str, rotations: list[Entry], signers: tuple[Vkey, ...]) -> Iterator[Problem]:
    if len(rotations) + 1 != len(signers):
        yield _false("E_KEY", "keys", f"{len(signers)} keys, and {len(rotations)} entries that change them")
        return
    for entry, old, new in zip(rotations, signers, signers[1:], strict=False):
        statement = key_statement(origin, str(new))
        if (entry.old, entry.new) != (str(old), str(new)) or not verify(old, unbase64(str(entry.sig)), statement):
            yield _false("E_KEY", "keys", "an entry that changes the key does not hold")


def _secrets(db: sqlite3.Connection, vault: Vault, keys: tuple[Vkey, ...]) -> Iterator[Problem]:
    """Yield what keeps the log from signing on; a secret that was altered is an error of the vault's."""
    found = identity(db, vault)
    if HAS_MLDSA and found.mldsa is None and any(key.algorithm == MLDSA for key in keys):
        yield _false("E_KEY", "keys", "the secret of the log's second key is gone")


def _signatures(db: sqlite3.Connection, hashes: list[bytes], keys: tuple[Vkey, ...]) -> Iterator[Problem]:
    seconds = {key.key_id for key in keys if key.algorithm == MLDSA}
    for at, data in reading.checkpoints(db):
        where = f"checkpoint of {at}"
        try:
            note = parse_note(data)
            found = parse_checkpoint(note.text)
        except EvidenceError as error:
            yield _false("E_SYNTAX", where, error.message)
            continue
        if at > len(hashes) or found.size != at or tiles.root(db, at) != found.root:
            yield _false("E_ROOT", where, "the entries do not give the root that was signed")
        if not _is_ours(note.lines[0], note.text, LOG, keys):
            yield _false("E_LOG_SIGNATURE", where, "the log's signature does not hold")
        second = [line for line in note.lines[1:] if line.name == found.origin or line.key_id in seconds]
        if HAS_MLDSA and not all(_is_ours(line, note.text, MLDSA, keys) for line in second):
            yield _false("E_LOG_SIGNATURE", where, "the signature of the log's second key does not hold")


def _is_ours(line: Line, text: str, algorithm: int, keys: tuple[Vkey, ...]) -> bool:
    return any(verify_line(line, key, text) for key in keys if key.algorithm == algorithm)


def _in_folder(db: sqlite3.Connection, folder: Path, signer: Vkey) -> Iterator[Problem]:
    try:
        there = standing(db, folder)
    except EvidenceError as error:
        yield _false("E_SPLIT", str(folder), error.message)
        return
    if there is None or there.size != (reading.latest(db) or (0,))[0]:
        yield Problem(code="I_FOLDER", where=str(folder), says="the folder is not yet at the newest checkpoint")
        return
    if (folder / CHECKPOINT).read_bytes() != reading.newest_note(db):
        yield Problem(code="I_FOLDER", where=CHECKPOINT, says="the folder has not all signatures yet")
    if not keys_stand(db, folder):
        yield _false("E_KEY", str(folder / "keys"), "the keys in the folder are not the log's present ones")
    yield from verify_folder(folder, vkey=signer).problems


def _false(code: str, where: str, says: str) -> Problem:
    return Problem(code=code, where=where, says=says)
