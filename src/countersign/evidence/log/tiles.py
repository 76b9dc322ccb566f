"""The hashes of the tree in rows of 256, so that appending and proving never read all leaves (C2SP tlog-tiles)."""

import sqlite3
from collections.abc import Iterable, Sequence

from countersign.evidence.log.vault import damaged
from countersign.evidence.tree import HASH_BYTES, Range, consistency_ranges, inclusion_ranges, range_root, root_of

WIDTH = 256
HEIGHT = 8
"""A tile has 2**8 hashes: a level of tiles is eight levels of the tree."""
_LEVEL = 1 << 48


def append(db: sqlite3.Connection, size: int, leaf_hashes: Sequence[bytes]) -> None:
    """Add leaf hashes to a tree of `size` leaves: every tile that they touch is written, up to the top."""
    level, start, new = 0, size, leaf_hashes
    while new:
        number, filled = divmod(start, WIDTH)
        hashes = (tile(db, level, number, filled) if filled else b"") + b"".join(new)
        step = WIDTH * HASH_BYTES
        rows = [
            (level * _LEVEL + number + place, hashes[place * step : (place + 1) * step])
            for place in range(-(-len(hashes) // step))
        ]
        db.executemany("INSERT OR REPLACE INTO log_tiles VALUES (?, ?)", rows)
        new = [root_of(split(row)) for _, row in rows if len(row) == step]
        level, start = level + 1, number


def tile(db: sqlite3.Connection, level: int, number: int, width: int) -> bytes:
    """Return the first `width` hashes of a tile."""
    found = db.execute("SELECT hashes FROM log_tiles WHERE place = ?", (level * _LEVEL + number,)).fetchone()
    if found is None or len(found[0]) < width * HASH_BYTES:
        raise damaged(f"tile {number} of level {level} is not whole")
    return bytes(found[0][: width * HASH_BYTES])


def root(db: sqlite3.Connection, size: int) -> bytes:
    """Return the root of the tree over the first `size` leaves."""
    return range_root(0, size, _Nodes(db))


def inclusion(db: sqlite3.Connection, index: int, size: int) -> tuple[bytes, ...]:
    """Return the proof that leaf `index` is among the first `size`."""
    return _roots(db, inclusion_ranges(index, size))


def consistency(db: sqlite3.Connection, old_size: int, new_size: int) -> tuple[bytes, ...]:
    """Return the proof that the first `old_size` leaves begin the first `new_size`."""
    return _roots(db, consistency_ranges(old_size, new_size))


def split(hashes: bytes) -> list[bytes]:
    """Return the hashes of a tile one by one."""
    return [hashes[place : place + HASH_BYTES] for place in range(0, len(hashes), HASH_BYTES)]


def widths(size: int) -> Iterable[tuple[int, int, int]]:
    """Yield every tile of a tree of `size` leaves: level, number, width.

    >>> list(widths(257))
    [(0, 0, 256), (0, 1, 1), (1, 0, 1)]
    """
    level = 0
    while size:
        full, rest = divmod(size, WIDTH)
        yield from ((level, number, WIDTH) for number in range(full))
        if rest:
            yield (level, full, rest)
        level, size = level + 1, full


class _Nodes:
    """Gives the nodes of the tree out of its tiles; those of one proof lie in few."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __call__(self, level: int, index: int) -> bytes:
        above, below = divmod(level, HEIGHT)
        number, first = divmod(index << below, WIDTH)
        last = first + (1 << below)
        return root_of(split(tile(self._db, above, number, last)[first * HASH_BYTES :]))


def _roots(db: sqlite3.Connection, ranges: Iterable[Range]) -> tuple[bytes, ...]:
    nodes = _Nodes(db)
    return tuple(range_root(start, end, nodes) for start, end in ranges)
