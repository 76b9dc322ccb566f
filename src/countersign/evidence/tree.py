"""The Merkle tree of the log: which root some entries give, and short proofs that an entry is in it (RFC 6962)."""

import hashlib
from collections.abc import Callable, Iterable, Sequence

from countersign.errors import EvidenceError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without entries (RFC 6962 section 2.1)."""

Range = tuple[int, int]
"""The entries from `start` up to, and not with, `end`."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash that stands for an entry in the tree.

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node from those of the two below it."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes, in order; of none, that of the empty tree.

    >>> root_of([]) == EMPTY_ROOT
    True
    """
    level = list(leaf_hashes)
    if not level:
        return EMPTY_ROOT
    sha256 = hashlib.sha256
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(b"\1" + left + right).digest() for left, right in pairs]
        level = above + level[-1:] if len(level) % 2 else above
    return level[0]


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return what shows that the leaf at `index` is in the tree over all these leaves, from the leaf upwards."""
    return _over(leaf_hashes, inclusion_ranges(index, len(leaf_hashes)))


def consistency_proof(leaf_hashes: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """Return what shows that the tree over all these leaves begins with the tree over the first `old_size`."""
    return _over(leaf_hashes, consistency_ranges(old_size, len(leaf_hashes)))


def inclusion_ranges(index: int, size: int) -> tuple[Range, ...]:
    """Return the ranges of entries whose roots are the inclusion proof, from the leaf upwards (RFC 6962 2.1.1).

    >>> inclusion_ranges(0, 7)
    ((1, 2), (2, 4), (4, 7))
    """
    if not 0 <= index < size:
        raise EvidenceError(f"a log of {size} entries has no leaf {index}", code="CS405")
    found: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return tuple(reversed(found))


def consistency_ranges(old_size: int, new_size: int) -> tuple[Range, ...]:
    """Return the ranges of entries whose roots are the consistency proof (RFC 6962 2.1.2); none from 0 or to the same.

    >>> consistency_ranges(3, 7)
    ((2, 3), (3, 4), (0, 2), (4, 7))
    """
    if not 0 <= old_size <= new_size:
        raise EvidenceError(f"a log of {new_size} entries never had {old_size}", code="CS405")
    if old_size in (0, new_size):
        return ()
    found: list[Range] = []
    start, end = 0, new_size
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    first = () if start == 0 else ((start, end),)
    return (*first, *reversed(found))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether a proof shows that the leaf of this hash is at `index` of the tree of this size and root.

    RFC 9162 section 2.1.3.2. Anything misshapen is no proof: never an error.
    """
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    place, last, found = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(part, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, part)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Say whether a proof shows that the older tree is how the newer one began.

    RFC 9162 section 2.1.4.2; of size 0, and of the same size, the proof is empty. Anything misshapen is no proof.
    """
    if not 0 <= old_size <= new_size or not _are_hashes(old_root, new_root, *proof):
        return False
    if old_size == new_size:
        return not proof and old_root == new_root and (old_size > 0 or old_root == EMPTY_ROOT)
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    return _leads_to_both(old_size, new_size, proof, old_root, new_root)


def _leads_to_both(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(part, old), node_hash(part, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, part)
        place, last = place >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def range_root(start: int, end: int, node: Callable[[int, int], bytes]) -> bytes:
    """Return the root over a range that a proof names; `node(level, index)` gives that of 2**level entries.

    The range begins at a multiple of the next power of two, as the ranges of every proof do.
    """
    size = end - start
    found: bytes | None = None
    parts: list[bytes] = []
    while size:
        level = size.bit_length() - 1
        parts.append(node(level, start >> level))
        start, size = start + (1 << level), size - (1 << level)
    for part in reversed(parts):
        found = part if found is None else node_hash(part, found)
    return EMPTY_ROOT if found is None else found


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _over(leaf_hashes: Sequence[bytes], ranges: Iterable[Range]) -> tuple[bytes, ...]:
    return tuple(root_of(leaf_hashes[start:end]) for start, end in ranges)


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
