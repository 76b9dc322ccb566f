"""Cuts the one long array of an archive's file into chunks of whole records, without building it in memory."""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

import msgspec

from countersign.sources.x_archive.parts import without_prefix

READ_BYTES: Final = 1 << 20
"""How much is read at a time; a chunk is about as long."""
LARGEST_CHUNK: Final = 64 << 20
"""A record is never longer than this; past it a chunk is handed on as it is, to be counted as damaged."""
_TRIES: Final = 8
_OVERLAP: Final = 4096
"""How much of what was searched is searched again, for a boundary that stands across two readings."""
_FIRST_KEY: Final = re.compile(rb"\[\s*\{\s*(\"[^\"\\]{1,80}\"|[A-Za-z_]\w{0,80})\s*:")
_STRINGS: Final = re.compile(rb'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """Some records of a file, as one JSON array, and the ordinal of the first; `count` of them stand in it."""

    first: int
    count: int
    body: bytes


def chunks(stream: BinaryIO) -> Iterator[Chunk]:
    """Yield the records of one file in pieces of about a megabyte, each a JSON array by itself.

    A cut is made only between two records: where an object ends, a comma stands, and an object begins whose first
    key is that of the file's first record, all brackets being closed. Damage stays in the chunk that it is in.
    """
    buffer = without_prefix(stream.read(READ_BYTES)) or b""
    if buffer.lstrip().startswith(b"{"):
        yield Chunk(first=0, count=1, body=b"[" + _ended(buffer + stream.read(LARGEST_CHUNK), b"") + b"]")
        return
    between = _boundary(buffer)
    buffer = buffer.lstrip()[1:]
    first = 0
    while more := stream.read(READ_BYTES):
        searched = max(0, len(buffer) - _OVERLAP)
        buffer += more
        cut = _last_cut(buffer, between, searched)
        if cut is None and len(buffer) < LARGEST_CHUNK:
            continue
        end, start = cut or (len(buffer), len(buffer))
        piece, buffer = buffer[:end], buffer[start:]
        count = _count(piece, between)
        yield Chunk(first=first, count=count, body=b"[" + piece + b"]")
        first += count
    rest = _ended(buffer, b"]")
    if rest.strip():
        yield Chunk(first=first, count=_count(rest, between), body=b"[" + rest + b"]")


def pieces(body: bytes) -> Iterator[bytes]:
    """Yield the records of a damaged chunk one by one, as well as they can be told apart."""
    inside = body[1:-1]
    start = 0
    for found in _boundary(body).finditer(inside):
        yield inside[start : found.start() + 1].strip()
        start = found.end() - 1 - _key_length(found[0])
    yield inside[start:].strip()


def _key_length(found: bytes) -> int:
    return len(found) - found.rindex(b"{") - 1


def _boundary(beginning: bytes) -> re.Pattern[bytes]:
    first = _FIRST_KEY.match(beginning.lstrip())
    key = re.escape(first[1]) + rb"\s*:" if first else rb""
    return re.compile(rb"\}\s*,\s*\{\s*" + key)


def _last_cut(buffer: bytes, between: re.Pattern[bytes], searched: int) -> tuple[int, int] | None:
    places = [found.span() for found in between.finditer(buffer, searched)]
    for start, end in reversed(places[-_TRIES:]):
        if _closed(buffer[: start + 1]):
            return start + 1, buffer.index(b"{", start, end)
    return None


def _closed(piece: bytes) -> bool:
    if _level(piece):
        return True
    return _level(_STRINGS.sub(b"", piece))


def _level(piece: bytes) -> bool:
    brackets = piece.translate(None, _NOT_BRACKETS)
    return brackets.count(b"{") == brackets.count(b"}") and brackets.count(b"[") == brackets.count(b"]")


def _count(piece: bytes, between: re.Pattern[bytes]) -> int:
    return sum(1 for _ in between.finditer(piece)) + (1 if piece.strip() else 0)


def _ended(rest: bytes, close: bytes) -> bytes:
    """Without what may end a file: a semicolon, blank space and the closing bracket."""
    body = rest.rstrip().rstrip(b";").rstrip()
    return body.removesuffix(close) if close else body
