"""Says what is wrong with a published log, reading every file of it; needs neither store nor key."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from countersign.errors import EvidenceError
from countersign.evidence.entry import is_entry, key_statement, read_entry
from countersign.evidence.keys import LOG, Vkey, unbase64, verify
from countersign.evidence.log.bundles import CHECKPOINT, LOG_KEY, bundled, tile_path, unbundled
from countersign.evidence.log.tiles import WIDTH
from countersign.evidence.note import Checkpoint, Note, parse_checkpoint, parse_note, parse_vkey, verify_line
from countersign.evidence.tree import leaf_hash, root_of

_KEY_ENTRY = b'"type":"key"'
"""Within text a quotation mark is escaped, so that these bytes stand in an entry only where its type is said."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong. `code` begins with E_ where something is false, with I_ where something is missing."""

    code: str
    where: str
    says: str


class LogReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a log was found to be: its checkpoint if one could be read, its key, and all that is wrong."""

    checkpoint: Checkpoint | None = None
    vkey: Vkey | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def holds(self) -> bool:
        """Say whether nothing is wrong and nothing is missing."""
        return not self.problems

    @property
    def is_false(self) -> bool:
        """Say whether something that is there is wrong."""
        return any(problem.code.startswith("E_") for problem in self.problems)


def verify_folder(folder: str | Path, *, vkey: Vkey | None = None) -> LogReport:
    """Check a published log: signature, every entry, every tile, the root. Never raises for what it finds.

    Signed must it be by `vkey`; without one, by the key that lies in the folder itself, or by one to which that key
    leads by the log's own entries: when the power fails while a new key is published, the old one still lies there.
    """
    place = Path(folder)
    content = _content(place / CHECKPOINT)
    if content is None:
        return LogReport(problems=(_problem("I_CHECKPOINT", CHECKPOINT, "there is no checkpoint"),))
    try:
        note = parse_note(content)
        found, signer = parse_checkpoint(note.text), _vkey_in(place)
    except EvidenceError as error:
        return LogReport(problems=(_problem("E_SYNTAX", error.where or CHECKPOINT, error.message),))
    rotations: list[bytes] = []
    tree = tuple(_tree_problems(place, found, rotations))
    keys = [signer, *_followers(signer, found.origin, rotations)]
    signed = next(
        (key for key in keys if key.name == found.origin and verify_line(note.lines[0], key, note.text)), None
    )
    return LogReport(
        checkpoint=found, vkey=signed or signer, problems=(*_key_problems(signer, signed, vkey), *tree)
    )  # fmt: skip


def _signs(key: Vkey, found: Checkpoint, note: Note) -> bool:
    return key.algorithm == LOG and key.name == found.origin and verify_line(note.lines[0], key, note.text)


def _key_problems(lying: Vkey, signed: Vkey | None, expected: Vkey | None) -> Iterator[Problem]:
    if expected not in (None, lying, signed):
        yield _problem("E_KEY", LOG_KEY, "the folder's key is not the one that was expected")
    if signed is None:
        yield _problem("E_LOG_SIGNATURE", CHECKPOINT, "the log's signature does not hold")
    elif signed != lying:
        yield _problem("I_KEY", LOG_KEY, "this is the key before the present one, which the log names")


def _followers(first: Vkey, origin: str, rotations: Iterable[bytes]) -> Iterator[Vkey]:
    """Yield the keys that came after `first`, each vouched for by the one before."""
    try:
        for entry in map(read_entry, rotations):
            if entry.old == str(first) and verify(
                first, unbase64(str(entry.sig)), key_statement(origin, str(entry.new))
            ):
                first = parse_vkey(str(entry.new))
                yield first
    except EvidenceError:
        return  # what cannot be read is told as no entry


def _tree_problems(folder: Path, found: Checkpoint, rotations: list[bytes]) -> Iterator[Problem]:
    """Yield what is wrong with entries and tiles; the entries that change the key are put into `rotations`."""
    hashes: list[bytes] = []
    for number in range(-(-found.size // WIDTH)):
        width = min(WIDTH, found.size - number * WIDTH)
        path = tile_path("entries", number, width)
        entries = _entries(folder, path, width)
        if isinstance(entries, Problem):
            yield entries
            return
        wrong = next((place for place, entry in enumerate(entries) if not is_entry(entry)), None)
        if wrong is not None:
            yield _problem("E_SYNTAX", path, f"leaf {number * WIDTH + wrong} is no entry")
        yield from _part_filled(folder, "entries", number, width, bundled, entries)
        rotations += [entry for entry in entries if _KEY_ENTRY in entry]
        hashes += [leaf_hash(entry) for entry in entries]
    if root_of(hashes) != found.root:
        yield _problem("E_ROOT", CHECKPOINT, "the entries do not give the root that was signed")
    yield from _tile_problems(folder, hashes)


def _tile_problems(folder: Path, hashes: list[bytes]) -> Iterator[Problem]:
    level = 0
    while hashes:
        above = []
        for number in range(-(-len(hashes) // WIDTH)):
            part = hashes[number * WIDTH : (number + 1) * WIDTH]
            path = tile_path(level, number, len(part))
            content = _content(folder / path)
            if content is None:
                yield _problem("I_TILE", path, "the tile is missing")
            elif content != b"".join(part):
                yield _problem("E_TILE", path, "the tile is not the one that the entries give")
            yield from _part_filled(folder, level, number, len(part), b"".join, part)
            if len(part) == WIDTH:
                above.append(root_of(part))
        level, hashes = level + 1, above


def _part_filled(
    folder: Path,
    level: int | str,
    number: int,
    width: int,
    joined: Callable[[Iterable[bytes]], bytes],
    parts: list[bytes],
) -> Iterator[Problem]:
    """Yield what is wrong with the tiles that older checkpoints had here: each is how this one begins."""
    place = folder / f"{tile_path(level, number)}.p"
    if not place.is_dir():
        return
    for path in sorted(place.iterdir()):
        where = str(path.relative_to(folder))
        if not path.name.isascii() or not path.name.isdigit() or not 0 < int(path.name) < WIDTH:
            yield _problem("E_EXTRA", where, "this is no file of a log")
        elif int(path.name) < width and _content(path) != joined(parts[: int(path.name)]):
            yield _problem("E_TILE", where, "an older, part-filled tile is not how the present one begins")


def _entries(folder: Path, path: str, width: int) -> list[bytes] | Problem:
    content = _content(folder / path)
    if content is None:
        return _problem("I_ENTRIES", path, "the entries are missing")
    try:
        entries = unbundled(content)
    except EvidenceError as error:
        return _problem("E_ENTRIES", path, error.message)
    if len(entries) != width:
        return _problem("E_ENTRIES", path, f"it has {len(entries)} entries, not {width}")
    return entries


def _vkey_in(folder: Path) -> Vkey:
    content = _content(folder / LOG_KEY) or b""
    try:
        found = parse_vkey(content[:-1].decode("ascii"))
    except UnicodeDecodeError as cause:
        raise EvidenceError("this is not a verifier key", where=LOG_KEY, code="CS404") from cause
    if content[-1:] != b"\n":
        raise EvidenceError("this is not a verifier key: its line has no end", where=LOG_KEY, code="CS404")
    return found


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _problem(code: str, where: str, says: str) -> Problem:
    return Problem(code=code, where=where, says=says)
