"""Publishes the log as a folder of files that anyone can copy, serve and check; made from the store at any time."""

import fcntl
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain, islice
from pathlib import Path

from countersign.errors import EvidenceError
from countersign.evidence.durable import sync_folder
from countersign.evidence.keys import LOG
from countersign.evidence.log import bundles, reading, tiles
from countersign.evidence.log.bundles import CHECKPOINT, LOG_KEY, MLDSA_KEY, tile_path
from countersign.evidence.log.identity import vkeys
from countersign.evidence.note import Checkpoint, parse_checkpoint, parse_note

HEIGHTS = 7
"""Levels of tiles of a log of 2**53 entries."""
_DRAFTS = ".drafts"
_AT_ONCE = 128
"""Files that are open at the same time while they are made durable."""

File = tuple[str, bytes]
"""A path in the folder, and what is to stand there."""


def publish(db: sqlite3.Connection, folder: Path) -> Checkpoint | None:
    """Bring the folder to the newest checkpoint of the store and return it, None if the log is empty.

    Tiles first, then the checkpoint, each durable before the next: whatever stands there verifies, also after a
    crash. EvidenceError: CS417 if what stands there is ahead of the store or of another history, CS416 where the disk
    refuses.
    """
    newest = reading.latest(db)
    if newest is None:
        return None
    if not is_behind(db, folder):
        return parse_checkpoint(parse_note(newest[1]).text)
    with _refusals(folder), _alone(folder):
        note = reading.newest_note(db)
        found = parse_checkpoint(parse_note(note).text)
        there = standing(db, folder)
        old = 0 if there is None else there.size
        _write(folder, chain(_new_files(db, old, found.size), _missing_keys(db, folder)), last=(CHECKPOINT, note))
        _write(folder, _former_keys(db, folder))
        _drop_filled(folder, old, found.size)
    return found


def is_behind(db: sqlite3.Connection, folder: Path) -> bool:
    """Say whether the folder is not yet at the store's newest checkpoint, or has not its keys."""
    newest = reading.latest(db)
    if newest is None:
        return False
    if _content(folder / CHECKPOINT) != newest[1]:
        return True
    return any(True for _ in _missing_keys(db, folder)) or any(True for _ in _former_keys(db, folder))


def standing(db: sqlite3.Connection, folder: Path) -> Checkpoint | None:
    """Return the checkpoint in the folder, None if there is none; EvidenceError (CS417) unless the store agrees."""
    content = _content(folder / CHECKPOINT)
    if content is None:
        return None
    try:
        found = parse_checkpoint(parse_note(content).text)
    except EvidenceError as cause:
        raise _disagrees(folder, "its checkpoint cannot be read") from cause
    newest = reading.latest(db)
    if newest is None or found.size > newest[0]:
        raise _disagrees(folder, f"it is ahead of the store: {found.size} entries")
    ours = Checkpoint(
        origin=parse_checkpoint(parse_note(newest[1]).text).origin, size=found.size, root=tiles.root(db, found.size)
    )
    if found != ours:
        raise _disagrees(folder, "it is of another history")
    return found


def _new_files(db: sqlite3.Connection, old: int, new: int) -> Iterator[tuple[str, bytes]]:
    """Yield the files that a tree of `new` leaves has and one of `old` leaves has not, as path and content."""
    level, before, after = 0, old, new
    while after > before:
        for number in range(before // tiles.WIDTH, -(-after // tiles.WIDTH)):
            width = min(tiles.WIDTH, after - number * tiles.WIDTH)
            yield tile_path(level, number, width), tiles.tile(db, level, number, width)
            if level == 0:
                yield tile_path("entries", number, width), bundle(db, number, width)
        level, before, after = level + 1, before // tiles.WIDTH, after // tiles.WIDTH


def bundle(db: sqlite3.Connection, number: int, width: int) -> bytes:
    """Return one bundle of entries as it is published."""
    start = number * tiles.WIDTH
    rows = db.execute("SELECT entry FROM log_leaves WHERE leaf >= ? AND leaf < ? ORDER BY leaf", (start, start + width))
    return bundles.bundled(row[0] for row in rows)


def keys_stand(db: sqlite3.Connection, folder: Path) -> bool:
    """Say whether the folder has the log's present keys, and no other in their place."""
    return all(_content(folder / path) == keys[-1] for path, keys in _keys(db).items())


def _missing_keys(db: sqlite3.Connection, folder: Path) -> Iterator[tuple[str, bytes]]:
    yield from ((path, keys[-1]) for path, keys in _keys(db).items() if _content(folder / path) is None)


def _former_keys(db: sqlite3.Connection, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the new keys of files that have an older one: put there after the checkpoint that names the new one.

    A key that never was the log's is left where somebody put it: whoever checks the folder shall see it.
    """
    yield from ((path, keys[-1]) for path, keys in _keys(db).items() if _content(folder / path) in keys[:-1])


def _keys(db: sqlite3.Connection) -> dict[str, list[bytes]]:
    """Return what each file of a key contained, oldest first."""
    found: dict[str, list[bytes]] = {}
    for vkey in vkeys(db):
        found.setdefault(LOG_KEY if vkey.algorithm == LOG else MLDSA_KEY, []).append(f"{vkey}\n".encode())
    return found


def _write(folder: Path, files: Iterable[File], *, last: File | None = None) -> None:
    """Put files in their places, each whole, and all of them durable before `last` is put in its own."""
    waiting = iter(files)
    while part := list(islice(waiting, _AT_ONCE)):
        drafts = _drafts(folder, part if last is None or len(part) == _AT_ONCE else [*part, last])
        _move(drafts[: len(part)])
        if len(drafts) > len(part):
            _move(drafts[len(part) :])
            return
    if last is not None:
        _move(_drafts(folder, [last]))


def _drafts(folder: Path, files: Iterable[File]) -> list[tuple[Path, Path]]:
    """Write files under other names, all durable; return these, each with the place where it belongs."""
    found: list[tuple[Path, Path]] = []
    with ExitStack() as still_open:
        descriptors = []
        for path, content in files:
            draft = folder / _DRAFTS / secrets.token_hex(8)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            file = still_open.enter_context(open(descriptor, "wb"))
            file.write(content)
            file.flush()
            _begin_writing(descriptor)
            descriptors.append(descriptor)
            found.append((draft, folder / path))
        for descriptor in descriptors:
            os.fsync(descriptor)
    return found


def _begin_writing(descriptor: int) -> None:
    """Have the system write a file out without waiting for it: of several files fsync then waits for one round."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _move(drafts: Iterable[tuple[Path, Path]]) -> None:
    folders: dict[Path, None] = {}
    for draft, place in drafts:
        _make(place.parent)
        draft.replace(place)
        folders[place.parent] = None
    for one in folders:
        sync_folder(one)


def _drop_filled(folder: Path, old: int, new: int) -> None:
    """Drop the part-filled tiles of which the whole tile is there by now."""
    for level in range(HEIGHTS):
        before, after = old >> tiles.HEIGHT * level, new >> tiles.HEIGHT * level
        number, rest = divmod(before, tiles.WIDTH)
        if rest and number < after // tiles.WIDTH:
            kinds: tuple[int | str, ...] = (level, "entries") if level == 0 else (level,)
            for kind in kinds:
                shutil.rmtree(folder / f"{tile_path(kind, number)}.p", ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold off every other process that would write here; drafts that a killed one left are swept away."""
    _make(folder)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        drafts = folder / _DRAFTS
        drafts.mkdir(mode=0o700, exist_ok=True)
        for left in drafts.iterdir():
            left.unlink()
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _refusals(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as cause:
        raise EvidenceError(
            f"the log cannot be published ({cause.strerror or cause})",
            hint="what was kept is safe in the store; make room or mend the disk: the next command publishes it",
            where=str(folder),
            code="CS416",
        ) from cause


def _make(folder: Path) -> None:
    if folder.is_dir():
        return
    _make(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    sync_folder(folder.parent)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _disagrees(folder: Path, why: str) -> EvidenceError:
    return EvidenceError(
        f"the published log and the store do not agree: {why}",
        hint="was the store restored from a backup, or the folder changed? Keep both, and see: countersign log check",
        where=str(folder),
        code="CS417",
    )
