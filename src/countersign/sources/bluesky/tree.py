"""Walks the tree in which an account's repository keeps its records, and believes its order only after checking it.

Source: AT Protocol, Repository, "MST Structure".
"""

import hashlib
from collections.abc import Iterator
from typing import Final

import msgspec

from countersign.sources.bluesky.car import Blocks, broken, decoded
from countersign.sources.bluesky.syntax import cid_text, tid_time
from countersign.text.atproto import is_did, is_nsid, is_record_key

MAX_HEIGHT: Final = 128
"""A key's height is half the leading zero bits of a SHA-256, so no honest tree is higher."""
_VERSIONS: Final = (2, 3)


class Commit(msgspec.Struct, frozen=True):
    """What an account signed: whose repository, which tree, which revision."""

    did: str
    version: int
    data: bytes
    rev: str = ""
    sig: bytes = b""
    prev: bytes | None = None


class Entry(msgspec.Struct, frozen=True):
    """One record of the tree: its key (collection and record key) and the identifier of its block."""

    key: str
    cid: bytes


class Node(msgspec.Struct, frozen=True):
    """One node of the tree, which is in the file."""

    cid: bytes


class Gap(msgspec.Struct, frozen=True):
    """A part of the tree that is not in the file."""

    cid: bytes


class _Branch(msgspec.Struct, frozen=True):
    p: int
    k: bytes
    v: bytes
    t: bytes | None


class _Tree(msgspec.Struct, frozen=True):
    l: bytes | None  # noqa: E741
    e: tuple[_Branch, ...]


def commit(block: bytes, path: str) -> Commit:
    """Return what a commit says; raises SourceError if it is none."""
    try:
        found = msgspec.convert(decoded(block), Commit)
    except (ValueError, msgspec.ValidationError):
        raise broken("CS185", "the root of the file is not a commit of an account's repository", path) from None
    if found.version not in _VERSIONS or not is_did(found.did) or (found.rev and tid_time(found.rev) is None):
        raise broken("CS185", "the commit is of an unknown form", path)
    return found


def height(key: str) -> int:
    """Return the layer of the tree on which a key belongs: half its hash's leading zero bits.

    >>> height("2653ae71"), height("blue")
    (0, 1)
    """
    zeros = 256 - int.from_bytes(hashlib.sha256(key.encode()).digest(), "big").bit_length()
    return zeros // 2


class Walk:
    """One walk over a tree. `canonical` says afterwards whether every key stood on its layer."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._last = ""
        self.canonical = True

    def over(self, root: bytes) -> Iterator[Entry | Node | Gap]:
        """Yield the records in the order of their keys, and the nodes and gaps met on the way."""
        yield from self._under(root, MAX_HEIGHT + 1)

    def _under(self, cid: bytes, above: int) -> Iterator[Entry | Node | Gap]:
        block = self._blocks.get(cid)
        if block is None:
            yield Gap(cid)
            return
        yield Node(cid)
        tree = self._tree(cid, block)
        layer = self._layer(tree, above)
        key = ""
        if tree.l is not None:
            yield from self._under(tree.l, layer)
        for branch in tree.e:
            key = self._key(key, branch)
            self.canonical = self.canonical and height(key) == layer
            yield Entry(key, branch.v)
            if branch.t is not None:
                yield from self._under(branch.t, layer)

    def _tree(self, cid: bytes, block: bytes) -> _Tree:
        try:
            return msgspec.convert(decoded(block), _Tree)
        except (ValueError, msgspec.ValidationError):
            raise broken("CS186", f"a node of the tree is damaged: {cid_text(cid)}", self._blocks.path) from None

    def _layer(self, tree: _Tree, above: int) -> int:
        if above <= 0:
            raise broken("CS186", "the tree of records is too high", self._blocks.path)
        if not tree.e:
            return above - 1
        own = height(tree.e[0].k.decode("ascii", "replace"))
        # Only the root may stand on any layer; a child stands right below its parent.
        self.canonical = self.canonical and (above == MAX_HEIGHT + 1 or own == above - 1)
        return min(own, above - 1)

    def _key(self, before: str, branch: _Branch) -> str:
        if not 0 <= branch.p <= len(before):
            raise broken("CS186", "a key of the tree is damaged", self._blocks.path)
        key = before[: branch.p] + branch.k.decode("ascii", "replace")
        collection, _, name = key.partition("/")
        if not is_nsid(collection) or not is_record_key(name):
            raise broken("CS186", f"a key of the tree is not allowed: {key[:100]!a}", self._blocks.path)
        if key <= self._last:
            raise broken("CS186", f"the keys of the tree are not in order at {key[:100]!a}", self._blocks.path)
        self._last = key
        return key
