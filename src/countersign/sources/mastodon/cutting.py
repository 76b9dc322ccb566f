"""Cuts a long OrderedCollection into pieces of whole items, so that a list of any length needs little memory."""

import re
from collections.abc import Iterator
from typing import BinaryIO, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from countersign.errors import SourceError
from countersign.sources.container import Depth

_PIECE = 1 << 20
_LARGEST = 64 << 20
"""Bytes of one item; past it a piece is handed on as it is, to be counted as damaged."""
_LIST = re.compile(rb'"(?:orderedItems|items)"\s*:\s*\[')
_COMMA = ord(",")
_IN_COLLECTION, _IN_LIST = 1, 2
Marks = npt.NDArray[np.int64]


class Cut(msgspec.Struct, frozen=True):
    """A piece of a collection: what stands before its list, items of it, or what follows; together they are all."""

    kind: Literal["head", "items", "tail"]
    body: bytes
    first: int
    count: int


def cuts(stream: BinaryIO, where: str) -> Iterator[Cut]:
    """Yield a collection in pieces of about a megabyte; raises SourceError if it does not begin like one.

    A list that never ends is yielded up to its last byte, without a tail.
    """
    depth = Depth(where)
    head = stream.read(_PIECE)
    marks = depth.levels(head)
    start = _start(head, marks, where)
    yield Cut("head", head[:start], 0, 0)
    yield from _items(stream, depth, head[start:], marks[start:])


def items(body: bytes) -> Iterator[tuple[object, bytes]]:
    """Yield each item of a piece with its bytes; an item that is not JSON is yielded as UNSET. Never raises.

    >>> list(items(b' "a", {"b": 1},'))
    [('a', b'"a"'), ({'b': 1}, b'{"b": 1}')]
    >>> list(items(b'"a", {b}'))
    [('a', b'"a"'), (UNSET, b'{b}')]
    """
    for raw in _split(body):
        try:
            yield msgspec.json.decode(raw), raw
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            yield msgspec.UNSET, raw


def _items(stream: BinaryIO, depth: Depth, piece: bytes, marks: Marks) -> Iterator[Cut]:
    held, first = b"", 0
    while piece:
        ends = np.flatnonzero(marks == _IN_COLLECTION)
        if ends.size:
            end = int(ends[0])
            count = len(_commas(piece[:end], marks[:end])) + bool(_bare(held + piece[:end]))
            yield Cut("items", held + piece[:end], first, count)
            yield from _tail(stream, depth, piece[end:])
            return
        commas = _commas(piece, marks)
        if commas or len(held) > _LARGEST:
            end = commas[-1] + 1 if commas else len(piece)
            yield Cut("items", held + piece[:end], first, len(commas))
            held, piece, first = b"", piece[end:], first + len(commas)
        held += piece
        piece = stream.read(_PIECE)
        marks = depth.levels(piece)
    if held:
        yield Cut("items", held, first, 1)


def _tail(stream: BinaryIO, depth: Depth, piece: bytes) -> Iterator[Cut]:
    while piece:
        yield Cut("tail", piece, 0, 0)
        piece = stream.read(_PIECE)
        depth.feed(piece)


def _start(head: bytes, marks: Marks, where: str) -> int:
    for found in _LIST.finditer(head):
        if marks[found.end() - 1] == _IN_LIST:
            return found.end()
    raise SourceError("this is not an ordered collection of ActivityStreams: its list of items is not there",
                      where=where, code="CS171", hint="Give the archive as the server made it.")  # fmt: skip


def _commas(piece: bytes, marks: Marks) -> list[int]:
    signs = np.frombuffer(piece, dtype=np.uint8)
    found: list[int] = np.flatnonzero((signs == _COMMA) & (marks == _IN_LIST)).tolist()
    return found


def _split(body: bytes) -> Iterator[bytes]:
    signs = np.frombuffer(body, dtype=np.uint8)
    marks = Depth(limit=len(body)).levels(body)
    start = 0
    for end in [*np.flatnonzero((signs == _COMMA) & (marks <= 0) & (marks != -1)).tolist(), len(body)]:
        if raw := _bare(body[start:end]):
            yield raw
        start = end + 1


def _bare(text: bytes) -> bytes:
    return text.strip(b" \t\r\n")
