"""Tampers with a store and its published folder in every way that is known, and counts what `log check` did not tell.

python tests/faults/tampering.py --tries 2000
"""

import argparse
import hashlib
import random
import shutil
import sqlite3
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[2]))

from countersign.errors import CountersignError
from countersign.evidence.keys import HAS_MLDSA
from countersign.evidence.log.bundles import CHECKPOINT, LOG_KEY, MLDSA_KEY, tile_path
from countersign.evidence.log.tiles import widths
from countersign.store import Store
from tests.faults.power_loss import SMALL, of_size
from tests.faults.story import STEPS, now, tell

SEED = 20261123
HALF = 4
"""Steps of the story after which an older copy of everything was made."""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What came out: how often was tried, how each was told, and what was not told, or crashed."""

    tries: int
    told: dict[str, int]
    wrong: tuple[str, ...]


class Grounds:
    """What is tampered with: a store whose story was told, an older copy of it, and one of somebody else."""

    def __init__(self, folder: Path) -> None:
        self.whole, self.older, self.foreign = folder / "whole", folder / "older", folder / "foreign"
        with of_size(SMALL):
            for place in (self.whole, self.foreign):
                tell(place / "store.db", lambda _: None)
            with Store.open(self.older / "store.db", clock=now) as store:
                self._half(store)
        self.place = folder / "tampered"
        self.given = given(self.whole)

    def _half(self, store: Store) -> None:
        """Make the older copy a true one of the whole: the story is told on from it."""
        for step in STEPS[:HALF]:
            step(store)
        store.close()
        shutil.rmtree(self.whole)
        shutil.copytree(self.older, self.whole)
        tell(self.whole / "store.db", lambda _: None, start=HALF)

    @property
    def database(self) -> Path:
        """Return the file of the store that is tampered with."""
        return self.place / "store.db"

    @property
    def log(self) -> Path:
        """Return the published folder that is tampered with."""
        return self.place / "store.db.log"

    def fresh(self) -> None:
        """Begin anew with an untouched store and folder."""
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.whole, self.place)


def given(place: Path) -> str:
    """Return as a digest what a log gives to whoever asks: entries, bodies, signatures, keys, and the folder."""
    digest = hashlib.sha256()
    with Store.open(place / "store.db", clock=now) as store:
        log = store.log
        for leaf in log.leaves(0, log.size):
            digest.update(repr((leaf.data, log.body(leaf.leaf) if leaf.kept else None)).encode())
        digest.update(repr([log.note(size) for size in log.checkpoints()]).encode())
        digest.update(repr([str(key) for key in log.vkeys()]).encode())
        digest.update(repr([(name, (log.folder / name).read_bytes()) for name in _published(log.size)]).encode())
    return digest.hexdigest()


def _published(size: int) -> list[str]:
    """Return the files that a folder must have; tiles of older checkpoints beside them may go."""
    found = [tile_path(level, number, width) for level, number, width in widths(size)]
    found += [tile_path("entries", number, width) for level, number, width in widths(size) if level == 0]
    return [CHECKPOINT, LOG_KEY, MLDSA_KEY, *found] if HAS_MLDSA else [CHECKPOINT, LOG_KEY, *found]


def outcome(grounds: Grounds) -> str:
    """Return how tampering was told; "not told" if the log holds and gives something else than before."""
    try:
        with Store.open(grounds.database, clock=now) as store:
            report = store.log.check()
        if report.holds:
            return "not so that it matters, or mended" if given(grounds.place) == grounds.given else "not told"
    except CountersignError as error:
        return error.code
    except Exception:
        return f"crashed: {traceback.format_exc()}"
    return "false" if report.is_false else "cannot tell"


def changed_file(grounds: Grounds, rng: random.Random) -> str:
    """Flip a bit of a file of the folder, cut it, lengthen it, or remove it."""
    path = rng.choice(sorted(path for path in grounds.log.rglob("*") if path.is_file()))
    content = path.read_bytes()
    at = rng.randrange(len(content))
    match rng.choice(("flip", "cut", "lengthen", "remove")):
        case "flip":
            path.write_bytes(_flipped(content, at, rng))
        case "cut":
            path.write_bytes(content[:at])
        case "lengthen":
            path.write_bytes(content + rng.randbytes(rng.randrange(1, 40)))
        case _:
            path.unlink()
    return f"{path.relative_to(grounds.log)} at {at}"


def swapped_files(grounds: Grounds, rng: random.Random) -> str:
    """Let two files of the folder change places."""
    one, other = rng.sample(sorted(path for path in grounds.log.rglob("*") if path.is_file()), 2)
    contents = one.read_bytes(), other.read_bytes()
    other.write_bytes(contents[0])
    one.write_bytes(contents[1])
    return f"{one.relative_to(grounds.log)} and {other.relative_to(grounds.log)}"


def other_copy(grounds: Grounds, rng: random.Random) -> str:
    """Put something older or foreign in the place of the folder, of its checkpoint, or of the database."""
    source, what = rng.choice((grounds.older, grounds.foreign)), rng.choice(("", "/checkpoint", "/keys", "database"))
    if what == "database":
        source = grounds.older  # a foreign one does not open with this key
        shutil.copyfile(source / "store.db", grounds.database)
        return "an older database"
    target = Path(f"{grounds.log}{what}")
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    copy = Path(f"{source / 'store.db.log'}{what}")
    shutil.copytree(copy, target) if copy.is_dir() else shutil.copyfile(copy, target)
    return f"{source.name} folder{what}"


def changed_row(grounds: Grounds, rng: random.Random) -> str:
    """Flip a bit of, cut, remove or exchange a value in a table of the log, as somebody with a database tool would."""
    table, column = rng.choice(
        (("log_leaves", "entry"), ("log_bodies", "body"), ("log_tiles", "hashes"), ("log_checkpoints", "note"),
         ("log_keys", "vkey"), ("log_keys", "seed"))
    )  # fmt: skip
    db = sqlite3.connect(grounds.database, isolation_level=None)
    for trigger in ("log_entries_are_only_added", "log_entries_stay"):
        db.execute(f"DROP TRIGGER {trigger}")
    found = db.execute(f"SELECT rowid, CAST({column} AS BLOB) FROM {table} WHERE {column} IS NOT NULL")
    rows = list(found)
    row, value = rng.choice(rows)
    at = rng.randrange(len(value))
    # An older checkpoint that is removed takes no entry with it, and nothing says that it was there.
    way = rng.choice(("flip", "cut", "exchange", "remove")[: 3 if table == "log_checkpoints" else 4])
    if way == "remove":
        db.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
    else:
        new = {"flip": _flipped(value, at, rng), "cut": value[:at], "exchange": rng.choice(rows)[1]}[way]
        kind = "CAST(? AS TEXT)" if column == "vkey" else "?"
        db.execute(f"UPDATE {table} SET {column} = {kind} WHERE rowid = ?", (new, row))
    db.close()
    return f"{table}.{column} {way} row {row} at {at}"


def changed_bytes(grounds: Grounds, rng: random.Random) -> str:
    """Flip a bit anywhere in the database, or cut it short."""
    content = grounds.database.read_bytes()
    at = rng.randrange(len(content))
    cut = rng.random() < 0.1
    grounds.database.write_bytes(content[:at] if cut else _flipped(content, at, rng))
    return f"database {'cut' if cut else 'flipped'} at {at}"


WAYS: tuple[Callable[[Grounds, random.Random], str], ...] = (
    changed_file, changed_row, changed_bytes, swapped_files, other_copy, changed_row, changed_file
)  # fmt: skip


def tampered(count: int, folder: Path, *, seed: int = SEED) -> Tally:
    """Tamper so many times, each with an untouched store and folder."""
    grounds, rng = Grounds(folder), random.Random(seed)
    told: Counter[str] = Counter()
    wrong = []
    for number in range(count):
        grounds.fresh()
        what = WAYS[number % len(WAYS)](grounds, rng)
        found = outcome(grounds)
        told[found.split(":")[0]] += 1
        if found == "not told" or found.startswith("crashed"):
            wrong.append(f"try {number}, {what}: {found}")
    return Tally(tries=count, told=dict(told), wrong=tuple(wrong))


def _flipped(content: bytes, at: int, rng: random.Random) -> bytes:
    return content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :]


def main() -> int:
    """Tamper as often as asked; exit 0 only if all was told."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--tries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = tampered(asked.tries, Path(folder), seed=asked.seed)
    sys.stdout.write(f"{tally.tries} tries: {tally.told}\n" + "".join(f"{one}\n" for one in tally.wrong))
    return int(bool(tally.wrong))


if __name__ == "__main__":
    sys.exit(main())
