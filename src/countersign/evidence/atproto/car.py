"""Reads and writes CAR files: the blocks of a proof, each checked against the hash that names it.

`read_proof` allows a proof's one form only; `read_repository` takes what hosts and events give, in any order.
Source: CARv1 (IPLD), CAR (DASL); AT Protocol specification, Repository. Rules 1 to 6.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from countersign.errors import NotProved
from countersign.evidence.atproto import drisl
from countersign.evidence.atproto.cid import CID_BYTES, fits, is_block_cid, is_cid
from countersign.evidence.atproto.drisl import Link
from countersign.evidence.atproto.refused import refused

MAX_PROOF: Final = 4 * 1024 * 1024
"""Bytes of one proof: the protocol's largest event holds two million."""
MAX_BLOCK: Final = 2 * 1024 * 1024
"""Bytes of one block: a record may have one million."""
MAX_BLOCKS: Final = 4_096
"""Blocks of one proof: 200 operations, each with some paths."""
MAX_REPOSITORY: Final = 2_000_000_000
"""Bytes of a whole repository from which a proof is cut; the largest known have some hundred megabytes."""
_START: Final = bytes.fromhex("3aa265726f6f747381d82a582500")
_END: Final = b"\x67version\x01"
_HEADER: Final = len(_START) + CID_BYTES + len(_END)
_MAX_HEADER: Final = 64 * 1024
_LENGTH_BYTES: Final = 4
"""Bytes of a block's length: 28 bits are more than any limit here."""


class Block(msgspec.Struct, frozen=True):
    """A block and the identifier that its hash was checked against."""

    cid: bytes
    data: bytes


class Repository(msgspec.Struct, frozen=True):
    """The blocks of a CAR file by identifier, and its first root: the commit."""

    root: bytes
    blocks: Mapping[bytes, bytes]


def read_proof(car: bytes) -> tuple[Block, ...]:
    """Return the blocks of a proof in their order, the commit first; raises NotProved (CS440, CS441)."""
    if len(car) > MAX_PROOF:
        raise _broken("the proof is too large", 1)
    root = car[len(_START) : len(_START) + CID_BYTES]
    if car[:_HEADER] != _START + root + _END or not is_block_cid(root):
        raise _broken("the file does not begin as a proof does: one root, version 1", 1)
    blocks = tuple(_blocks(car, _HEADER))
    if not blocks or blocks[0].cid != root:
        raise _broken("the first block is not the root", 6)
    if len(blocks) > MAX_BLOCKS or len({block.cid for block in blocks}) != len(blocks):
        raise _broken("a block stands twice, or there are too many", 5)
    return blocks


def read_repository(car: bytes) -> Repository:
    """Return the blocks of a repository or of an event, in whatever order; raises NotProved (CS440, CS441)."""
    if len(car) > MAX_REPOSITORY:
        raise _broken("the file is too large", 1)
    length, start = _length(car, 0)
    if not 0 < length <= min(_MAX_HEADER, len(car) - start):
        raise _broken("this is no CAR file", 1)
    root = _root(drisl.decode(car[start : start + length]))
    return Repository(root, {block.cid: block.data for block in _blocks(car, start + length)})


def write(blocks: Iterable[Block]) -> bytes:
    """Return the file of a proof: its first block is the root."""
    blocks = tuple(blocks)
    parts = [_START, blocks[0].cid, _END]
    for block in blocks:
        parts += [_number(CID_BYTES + len(block.data)), block.cid, block.data]
    return b"".join(parts)


def _root(header: drisl.Value) -> bytes:
    match header:
        case {"version": 1 as version, "roots": (Link(root), *_), **others}:
            if version is not True and not others and is_block_cid(root):
                return root
    raise _broken("this is no CAR file of version 1 with a root", 1)


def _blocks(car: bytes, start: int) -> Iterator[Block]:
    while start < len(car):
        length, start = _length(car, start)
        if not CID_BYTES < length <= min(CID_BYTES + MAX_BLOCK, len(car) - start):
            raise _broken("a block is empty, cut off or too long", 2)
        cid, data = car[start : start + CID_BYTES], car[start + CID_BYTES : start + length]
        if not is_cid(cid):
            raise _broken("a block is named in a way that the protocol does not allow", 3)
        if not fits(data, cid):
            raise refused("CS441", "a block does not have the hash that names it: it was changed", 4)
        yield Block(cid, data)
        start += length


def _length(car: bytes, start: int) -> tuple[int, int]:
    """Return an unsigned LEB128 number and the place after it."""
    value = 0
    for count, byte in enumerate(car[start : start + _LENGTH_BYTES]):
        value |= (byte & 0x7F) << 7 * count
        if byte < 0x80:
            if count and not byte:
                break
            return value, start + count + 1
    raise _broken("the length of a block is damaged", 2)


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _broken(message: str, rule: int) -> NotProved:
    return refused("CS440", message, rule)
