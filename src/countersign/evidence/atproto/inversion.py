"""Takes operations back in what is known of a tree, and builds the tree that was there before them.

If the tree so built has the root that an earlier commit signed, then exactly these operations lie between the two
commits. What nobody opened (closed parts) keeps its hash, so that nothing can have changed in it.
Source: AT Protocol specification, Sync 1.1 (inductive firehose). Rules 45 to 50.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

import msgspec

from countersign.errors import NotProved
from countersign.evidence.atproto import drisl
from countersign.evidence.atproto.cid import cid_of, is_cid
from countersign.evidence.atproto.drisl import Link
from countersign.evidence.atproto.refused import refused
from countersign.evidence.atproto.syntax import key_of
from countersign.evidence.atproto.tree import EMPTY, ROOT, Place, layer_of, links, node_of, shared

MAX_OPERATIONS: Final = 200
"""Operations of one commit, as in an event."""
_NAMED: Final = {"create": [True, False], "update": [True, True], "delete": [False, True]}
"""Which versions an operation names: the one after it, the one before."""


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a record: `cid` names the version after it, `prev` the one before (36 bytes each)."""

    action: Literal["create", "update", "delete"]
    path: str
    cid: bytes | None = None
    prev: bytes | None = None


class _Known(NamedTuple):
    """A record of the row: its key, its identifier, its layer."""

    key: bytes
    value: bytes
    layer: int


class _Closed(NamedTuple):
    """A sub-tree that the proof does not open: the node's identifier and layer."""

    cid: bytes
    layer: int


class Row:
    """What is known of a tree, from left to right: keys, and the closed parts in the gaps between them."""

    def __init__(self) -> None:
        self.keys: list[bytes] = []
        self.values: dict[bytes, bytes] = {}
        self.way: list[bytes] = []
        self._closed: dict[bytes, list[_Closed]] = {}

    @classmethod
    def read(cls, blocks: Mapping[bytes, bytes], root: bytes) -> "Row":
        """Walk the nodes that are there; `way` then holds them in order. Raises NotProved (CS446, CS447)."""
        if root not in blocks:
            raise refused("CS447", "the root of the tree is missing from the proof", 48)
        row = cls()
        row._walk(blocks, root, ROOT)
        return row

    @property
    def whole(self) -> bool:
        """Whether every node of the tree was there."""
        return not any(self._closed.values())

    def _walk(self, blocks: Mapping[bytes, bytes], cid: bytes, place: Place) -> None:
        self.way.append(cid)
        node = node_of(blocks[cid], place)
        for index, (link, below) in enumerate(links(node, place)):
            if index:
                entry = node.entries[index - 1]
                self.keys.append(entry.key)
                self.values[entry.key] = entry.value
            if link is not None and link in blocks:
                self._walk(blocks, link, below)
            elif link is not None:
                self._gap(len(self.keys)).append(_Closed(link, node.layer - 1))

    def _gap(self, index: int) -> list[_Closed]:
        """Return the closed parts before the key of this index."""
        return self._closed.setdefault(self.keys[index - 1] if index else b"", [])

    def take_back(self, operation: Operation) -> None:
        """Undo one operation in the row; raises NotProved (CS448, CS449)."""
        key = key_of(operation.path)
        if operation.action == "delete":
            self._put(key, _version(operation.prev))
        elif self.values.get(key) != operation.cid:
            raise _broken("the state does not hold what an operation says it made", 47)
        elif operation.action == "update":
            self.values[key] = _version(operation.prev)
        else:
            self._drop(key)

    def _put(self, key: bytes, value: bytes) -> None:
        index = bisect_left(self.keys, key)
        if key in self.values:
            raise _broken("the state still holds what an operation says it deleted", 47)
        if self._gap(index):
            raise _broken("the proof does not open the place of a deleted record", 47)
        self.keys.insert(index, key)
        self.values[key] = value

    def _drop(self, key: bytes) -> None:
        index = bisect_left(self.keys, key)
        after = self._closed.pop(key, [])
        self.keys.pop(index)
        del self.values[key]
        self._gap(index).extend(after)

    def root(self) -> bytes:
        """Return the root of the tree that holds this row; raises NotProved (CS449) if too little is known."""
        items: list[_Known | _Closed] = list(self._gap(0))
        for index, key in enumerate(self.keys):
            items += [_Known(key, self.values[key], layer_of(key)), *self._gap(index + 1)]
        if not items:
            return cid_of(EMPTY)
        layers = [item.layer for item in items if isinstance(item, _Known)]
        if not layers:
            raise _broken("the proof does not open what is left of the tree", 49)
        return _built(items, max(layers))


def check_operations(operations: Sequence[Operation]) -> None:
    """Raise NotProved (CS448, CS449) unless these can be the operations of one commit."""
    if not 1 <= len(operations) <= MAX_OPERATIONS:
        raise _broken("there are no operations, or too many", 45)
    if len({operation.path for operation in operations}) != len(operations):
        raise _broken("two operations are on one record", 45)
    for operation in operations:
        key_of(operation.path)
        named = [operation.cid is not None, operation.prev is not None]
        if named != _NAMED.get(operation.action) or not all(map(is_cid, _versions(operation))):
            raise _broken("an operation does not say which versions it made and removed", 45)
        if operation.cid == operation.prev:
            raise _broken("an operation that changes nothing leaves nothing to show it by", 45)


def _built(items: Sequence[_Known | _Closed], layer: int) -> bytes:
    """Return the identifier of the node of a layer that holds these items."""
    parts: list[list[_Known | _Closed]] = [[]]
    keys: list[_Known] = []
    for item in items:
        if isinstance(item, _Known) and item.layer == layer:
            keys.append(item)
            parts.append([])
        elif isinstance(item, _Closed) and item.layer >= layer:
            raise _broken("the proof does not open a part that the operations touched", 49)
        else:
            parts[-1].append(item)
    hanging = [_hung(part, layer - 1) for part in parts]
    return cid_of(_encoded(keys, hanging))


def _hung(items: Sequence[_Known | _Closed], layer: int) -> Link | None:
    match items:
        case []:
            return None
        case [_Closed(cid, closed)] if closed == layer:
            return Link(cid)
    return Link(_built(items, layer))


def _encoded(keys: Sequence[_Known], hanging: Sequence[Link | None]) -> bytes:
    entries: list[drisl.Value] = []
    before = b""
    for known, right in zip(keys, hanging[1:], strict=True):
        length = shared(before, known.key)
        entries.append({"k": known.key[length:], "p": length, "t": right, "v": Link(known.value)})
        before = known.key
    return drisl.encode({"e": tuple(entries), "l": hanging[0]})


def _versions(operation: Operation) -> list[bytes]:
    return [cid for cid in (operation.cid, operation.prev) if cid is not None]


def _version(cid: bytes | None) -> bytes:
    if cid is None:
        raise _broken("an operation does not say which version it removed", 45)
    return cid


def _broken(message: str, rule: int) -> NotProved:
    return refused("CS449", message, rule)
