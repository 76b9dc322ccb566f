"""Every proof of every tree up to a size, from the tiles of a real log, is the one that a reading of RFC 6962 gives."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from functools import cache

import pytest

from countersign.evidence import tree
from countersign.evidence.log import tiles

MOST = 513 if os.environ.get("COUNTERSIGN_LONG") else 130
"""513: beyond two whole tiles. The long form takes a minute."""
LEAVES = [hashlib.sha256(b"\0" + str(number).encode()).digest() for number in range(MOST)]


@cache
def mth(start: int, end: int) -> bytes:
    """MTH(D[start:end]) of RFC 6962 section 2.1."""
    if end - start == 1:
        return LEAVES[start]
    middle = start + split(end - start)
    return hashlib.sha256(b"\1" + mth(start, middle) + mth(middle, end)).digest()


def split(size: int) -> int:
    """Return k of RFC 6962: the largest power of two smaller than `size`."""
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def path(m: int, start: int, end: int) -> list[bytes]:
    """PATH(m, D[start:end]) of section 2.1.1."""
    if end - start == 1:
        return []
    k = split(end - start)
    if m < k:
        return [*path(m, start, start + k), mth(start + k, end)]
    return [*path(m - k, start + k, end), mth(start, start + k)]


def subproof(m: int, start: int, end: int, *, whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[start:end], b) of section 2.1.2."""
    if m == end - start:
        return [] if whole else [mth(start, end)]
    k = split(end - start)
    if m <= k:
        return [*subproof(m, start, start + k, whole=whole), mth(start + k, end)]
    return [*subproof(m - k, start + k, end, whole=False), mth(start, start + k)]


@pytest.fixture(scope="module")
def db() -> Iterator[sqlite3.Connection]:
    """A log's table of tiles, filled in steps of odd sizes as imports do."""
    made = sqlite3.connect(":memory:")
    made.execute("CREATE TABLE log_tiles (place INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT")
    start = step = 0
    while start < MOST:
        step += 1
        tiles.append(made, start, LEAVES[start : start + step])
        start += step
    yield made
    made.close()


def test_every_leaf_of_every_size_has_the_proof_of_the_rfc(db: sqlite3.Connection) -> None:
    for size in range(1, MOST + 1):
        root = mth(0, size)
        assert tiles.root(db, size) == root
        for index in range(size) if size % 16 < 2 or MOST > 256 else range(0, size, 7):
            proof = tiles.inclusion(db, index, size)
            assert list(proof) == path(index, 0, size), (index, size)
            assert tree.verify_inclusion(LEAVES[index], index, size, proof, root), (index, size)


def test_every_older_size_of_every_size_has_the_proof_of_the_rfc(db: sqlite3.Connection) -> None:
    for new in range(1, MOST + 1):
        for old in range(1, new + 1) if new % 16 < 2 or MOST > 256 else range(1, new + 1, 7):
            proof = tiles.consistency(db, old, new)
            assert list(proof) == subproof(old, 0, new, whole=True), (old, new)
            assert tree.verify_consistency(old, new, proof, mth(0, old), mth(0, new)), (old, new)
