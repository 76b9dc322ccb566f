"""Opens a file of records, packed or not, or the standard input, and gives its lines, whatever their length."""

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

import pyarrow as pa

STDIN: Final = "-"
LONGEST_LINE: Final = 8 * 1024 * 1024
"""Bytes of one record: a post with everything around it has some kilobytes; beyond, it is an attack on memory."""
PEEK: Final = 64 * 1024
"""Bytes that `detect` looks at: the first dozens of records."""
BROKEN = (EOFError, OSError, zlib.error, pa.ArrowException)
"""What unpacking raises when a packed file is damaged or ends early."""

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


@contextmanager
def opened(ref: str) -> Iterator[BinaryIO]:
    """Give the unpacked bytes of a file (plain, gzip or zstd, told by their first bytes) or of the standard input."""
    if ref == STDIN:
        yield _unpacked(sys.stdin.buffer, sys.stdin.buffer.peek(4)[:4])  # type: ignore[attr-defined]
        return
    with Path(ref).open("rb") as file:
        head = file.read(4)
        file.seek(0)
        yield _unpacked(file, head)


def _unpacked(file: BinaryIO, head: bytes) -> BinaryIO:
    if head.startswith(_GZIP):
        return cast(BinaryIO, gzip.GzipFile(fileobj=file))
    if head.startswith(_ZSTD):
        return cast(BinaryIO, pa.CompressedInputStream(file, "zstd"))
    return file


def first_bytes(ref: str) -> bytes:
    """Return the first unpacked bytes of a file, b"" if there are none to be had; leaves the standard input unread."""
    try:
        if ref == STDIN:
            return _peeked(sys.stdin.buffer.peek(PEEK))  # type: ignore[attr-defined]
        with opened(ref) as file:
            return file.read(PEEK)
    except BROKEN:
        return b""


def _peeked(head: bytes) -> bytes:
    if head.startswith(_GZIP):
        return zlib.decompressobj(wbits=31).decompress(head, PEEK)
    if head.startswith(_ZSTD):
        return pa.CompressedInputStream(pa.BufferReader(head), "zstd").read(PEEK)
    return head


def lines(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Yield every line with its end, and whether it is whole; of one that is too long, the beginning.

    Raises what unpacking raises (`BROKEN`) after the last line that could be read.
    """
    while line := file.readline(LONGEST_LINE + 1):
        whole = len(line) <= LONGEST_LINE
        yield line[:LONGEST_LINE], whole
        if not whole:
            _skip(file, line)


def _skip(file: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(LONGEST_LINE)
