"""Makes repository exports, honest and otherwise: DAG-CBOR, tree and CAR file, each part replaceable."""

import hashlib
import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from countersign.sources.bluesky.tree import height

DID = "did:plc:veldoraembassy234567abcd"
_SIGNS = "234567abcdefghijklmnopqrstuvwxyz"
_DAG, _RAW = b"\x01\x71\x12\x20", b"\x01\x55\x12\x20"


class Link(bytes):
    """A link to a block, by its identifier."""


def tid(time: str, clock: int = 7) -> str:
    """Return the record key that holds a time."""
    moment = datetime.fromisoformat(time).astimezone(UTC)
    micros = int(moment.timestamp()) * 1_000_000 + moment.microsecond
    number = micros << 10 | clock
    return "".join(_SIGNS[number >> 5 * place & 31] for place in range(12, -1, -1))


def encoded(value: object) -> bytes:
    """Return a value as DAG-CBOR."""
    match value:
        case None | True | False:
            return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
        case Link():
            return b"\xd8\x2a" + encoded(b"\x00" + bytes(value))
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case list():
            return _head(4, len(value)) + b"".join(encoded(one) for one in value)
        case dict():
            pairs = sorted((encoded(str(name)), encoded(one)) for name, one in value.items())
            return _head(5, len(pairs)) + b"".join(name + one for name, one in pairs)
    raise TypeError(type(value))


def cid(block: bytes, *, raw: bool = False) -> Link:
    """Return the identifier of a block."""
    return Link((_RAW if raw else _DAG) + hashlib.sha256(block).digest())


def section(block: bytes, name: bytes | None = None) -> bytes:
    """Return a block as it stands in a CAR file."""
    body = (cid(block) if name is None else name) + block
    return varint(len(body)) + body


def car(roots: Sequence[bytes], blocks: Sequence[bytes], header: Mapping[str, object] | None = None) -> bytes:
    """Return a CAR file of these blocks; `header` overrules fields of its header."""
    head = encoded({"version": 1, "roots": [Link(root) for root in roots]} | dict(header or {}))
    return varint(len(head)) + head + b"".join(section(block) for block in blocks)


def varint(value: int) -> bytes:
    """Return an unsigned LEB128 number."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def tree(entries: Mapping[str, Link]) -> tuple[Link, list[bytes]]:
    """Return the root of the tree that holds these entries, and the blocks of its nodes."""
    blocks: list[bytes] = []
    keys = sorted(entries)
    top = max((height(key) for key in keys), default=0)
    root = _node(entries, keys, top, blocks) or _kept(encoded({"l": None, "e": []}), blocks)
    return root, blocks


def repository(records: Mapping[str, object], *, rev: str = "2026-03-06T13:15:31+00:00", did: str = DID,
               spare: Sequence[bytes] = (), leave_out: Sequence[str] = ()) -> bytes:  # fmt: skip
    """Return the export of an account that holds these records, by key; a record may be bytes as they stand."""
    bodies = {key: value if isinstance(value, bytes) else encoded(value) for key, value in records.items()}
    root, nodes = tree({key: cid(body) for key, body in bodies.items()})
    commit = signed(root, rev=rev, did=did)
    kept = [body for key, body in bodies.items() if key not in leave_out]
    return car([cid(commit)], [commit, *nodes, *kept, *spare])


def signed(root: Link, *, rev: str = "2026-03-06T13:15:31+00:00", did: str = DID, version: int = 3) -> bytes:
    """Return a commit to a tree; its signature is not one."""
    return encoded({"did": did, "version": version, "data": root, "rev": tid(rev), "prev": None, "sig": bytes(64)})


def _node(entries: Mapping[str, Link], keys: Sequence[str], layer: int, blocks: list[bytes]) -> Link | None:
    if not keys:
        return None
    own = [place for place, key in enumerate(keys) if height(key) == layer]
    bounds = [*own, len(keys)]
    left = _node(entries, keys[: bounds[0]], layer - 1, blocks)
    rows: list[object] = []
    before = ""
    for place, following in zip(own, bounds[1:], strict=True):
        key = keys[place]
        shared = next(
            (n for n, (a, b) in enumerate(zip(before, key, strict=False)) if a != b), min(len(before), len(key))
        )
        under = _node(entries, keys[place + 1 : following], layer - 1, blocks)
        rows.append({"p": shared, "k": key[shared:].encode(), "v": entries[key], "t": under})
        before = key
    return _kept(encoded({"l": left, "e": rows}), blocks)


def _kept(block: bytes, blocks: list[bytes]) -> Link:
    blocks.append(block)
    return cid(block)


def _head(major: int, value: int) -> bytes:
    if value < 24:
        return bytes([major << 5 | value])
    for code, form, limit in ((24, ">B", 1 << 8), (25, ">H", 1 << 16), (26, ">I", 1 << 32), (27, ">Q", 1 << 64)):
        if value < limit:
            return bytes([major << 5 | code]) + struct.pack(form, value)
    raise OverflowError(value)
