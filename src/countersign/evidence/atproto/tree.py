"""Reads the tree of a repository, every node checked, and looks a record up in it: found, or proved absent.

A tree has one shape for what it holds. A host that could sign another shape could show different readers different
records, so every rule of the shape is checked in every node that is seen.
Source: AT Protocol specification, Repository ("MST Structure"). Rules 26 to 37.
"""

import hashlib
import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

import msgspec

from countersign.errors import NotProved
from countersign.evidence.atproto import drisl
from countersign.evidence.atproto.cid import is_block_cid
from countersign.evidence.atproto.drisl import Link
from countersign.evidence.atproto.refused import refused

MAX_LAYER: Final = 32
"""A key of layer 33 takes 2^66 tries to find."""
MAX_ENTRIES: Final = 4_096
"""Entries of a node: chance gives four, and who mines keys must not make us work for ever."""
MAX_KEY: Final = 1_024
"""Bytes of a key, as in the protocol's own library."""
EMPTY: Final = bytes.fromhex("a2616580616cf6")
"""The one node of a repository that holds nothing."""
_KEY: Final = re.compile(rb"[A-Za-z0-9_~.:-]+/[A-Za-z0-9_~.:-]+")
_NODE_FIELDS: Final = frozenset({"e", "l"})
_ENTRY_FIELDS: Final = frozenset({"k", "p", "t", "v"})


class Entry(msgspec.Struct, frozen=True):
    """A record's key, its identifier, and the sub-tree between it and the next entry."""

    key: bytes
    value: bytes
    right: bytes | None


class Node(msgspec.Struct, frozen=True):
    """A node: its layer, the sub-tree before its entries, and its entries in order."""

    layer: int
    left: bytes | None
    entries: tuple[Entry, ...]


class Place(msgspec.Struct, frozen=True):
    """Where a node hangs: its layer (None: the root's, its own keys tell), and the keys left and right of it."""

    layer: int | None = None
    low: bytes | None = None
    high: bytes | None = None


class Search(msgspec.Struct, frozen=True):
    """What a search came to: the record's identifier (None: it is not there), and the nodes on the way."""

    value: bytes | None
    way: tuple[bytes, ...]


ROOT: Final = Place()


def search(blocks: Mapping[bytes, bytes], root: bytes, key: bytes) -> Search:
    """Return what a tree holds under a key; raises NotProved (CS446 for a node's shape, CS447 for a missing one)."""
    cid, place, way = root, ROOT, [root]
    while True:
        node = node_of(_block(blocks, cid), place)
        index = bisect_left(node.entries, key, key=_key_of)
        if index < len(node.entries) and node.entries[index].key == key:
            return Search(node.entries[index].value, tuple(way))
        link, place = links(node, place)[index]
        if link is None:
            return Search(None, tuple(way))
        cid = link
        way.append(cid)


def links(node: Node, place: Place) -> tuple[tuple[bytes | None, Place], ...]:
    """Return a node's links from left to right, one more than it has entries, each with its place."""
    keys = [place.low, *(entry.key for entry in node.entries), place.high]
    targets = [node.left, *(entry.right for entry in node.entries)]
    return tuple(
        (target, Place(node.layer - 1, low, high))
        for target, low, high in zip(targets, keys[:-1], keys[1:], strict=True)
    )


def node_of(block: bytes, place: Place) -> Node:
    """Return the node of a block that hangs at a place; raises NotProved (CS442, CS446) if its shape is not allowed."""
    if block == EMPTY and place is ROOT:
        return Node(0, None, ())
    left, entries = _fields(block)
    layer = layer_of(entries[0].key) if entries else place.layer
    if layer is None or (not entries and left is None):
        raise _broken("a node is empty", 32)
    if any(layer_of(entry.key) != layer for entry in entries):
        raise _broken("the keys of a node have different layers", 30)
    if layer > MAX_LAYER:
        raise _broken("a key has a layer that nobody can have found", 30)
    if place.layer is not None and layer != place.layer:
        raise _broken("a node hangs in the wrong layer", 31)
    if layer == 0 and (left is not None or any(entry.right is not None for entry in entries)):
        raise _broken("something hangs under the lowest layer", 31)
    if entries and not _within(entries, place):
        raise _broken("a key lies outside of its sub-tree's range", 33)
    return Node(layer, left, entries)


def layer_of(key: bytes) -> int:
    """Return the layer that a key belongs to: pairs of leading zero bits of its SHA-256.

    >>> layer_of(b"blue"), layer_of(b"app.bsky.feed.post/9adeb165882c")
    (1, 8)
    """
    return (256 - int.from_bytes(hashlib.sha256(key).digest()).bit_length()) // 2


def shared(one: bytes, other: bytes) -> int:
    """Return how many leading bytes two keys have in common.

    >>> shared(b"abcde", b"abb")
    2
    """
    if other.startswith(one) or one.startswith(other):
        return min(len(one), len(other))
    pairs = zip(one, other, strict=False)
    return next(place for place, (left, right) in enumerate(pairs) if left != right)


def _within(entries: tuple[Entry, ...], place: Place) -> bool:
    above_low = place.low is None or place.low < entries[0].key
    return above_low and (place.high is None or entries[-1].key < place.high)


def _fields(block: bytes) -> tuple[bytes | None, tuple[Entry, ...]]:
    fields = drisl.decode(block)
    if not isinstance(fields, dict) or fields.keys() != _NODE_FIELDS:
        raise _broken("a node does not have the fields of a node", 26)
    listed = fields["e"]
    if not isinstance(listed, tuple) or len(listed) > MAX_ENTRIES:
        raise _broken("a node's entries are no list, or too many", 26)
    entries: list[Entry] = []
    for item in listed:
        entries.append(_entry(item, entries[-1].key if entries else b""))
    return _link(fields["l"]), tuple(entries)


def _entry(item: drisl.Value, before: bytes) -> Entry:
    if not isinstance(item, dict) or item.keys() != _ENTRY_FIELDS:
        raise _broken("an entry does not have the fields of an entry", 26)
    suffix, length, value = item["k"], item["p"], item["v"]
    if not isinstance(suffix, bytes) or not isinstance(value, Link) or type(length) is not int or length < 0:
        raise _broken("a field of an entry is of the wrong kind", 26)
    key = before[:length] + suffix
    if length > len(before) or length != shared(before, key):
        raise _broken("a key is not shortened by exactly what it shares with the one before", 27)
    if len(key) > MAX_KEY or not _KEY.fullmatch(key):
        raise _broken("a key is not written as the path of a record", 28)
    if key <= before:
        raise _broken("the keys of a node are not in order", 29)
    return Entry(key, value.cid, _link(item["t"]))


def _link(value: drisl.Value) -> bytes | None:
    if value is None:
        return None
    if not isinstance(value, Link) or not is_block_cid(value.cid):
        raise _broken("a node links to something that is no node", 26)
    return value.cid


def _block(blocks: Mapping[bytes, bytes], cid: bytes) -> bytes:
    block = blocks.get(cid)
    if block is None:
        raise refused("CS447", "a node of the tree is missing from the proof", 37)
    return block


def _key_of(entry: Entry) -> bytes:
    return entry.key


def _broken(message: str, rule: int) -> NotProved:
    return refused("CS446", message, rule)
