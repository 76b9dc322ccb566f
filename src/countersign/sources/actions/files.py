"""Opens a file of records, packed or not, or the standard input, and gives its lines, whatever their length."""

import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import pyarrow as pa

from countersign.errors import SourceError

STDIN: Final = "-"
LONGEST_LINE: Final = 8 * 1024 * 1024
"""Bytes of one record: a post with everything around it has some kilobytes; beyond, it is an attack on memory."""
TOO_LONG: Final = f"longer than {LONGEST_LINE:,} bytes; only its beginning is kept"
PEEK: Final = 64 * 1024
"""Bytes that `detect` looks at: the first dozens of records."""
BLOCK: Final = 256 * 1024
"""Bytes that are decoded at once: their values fit the processor's cache, and the memory of the last block serves
the next one. With 4 MB it takes half as long again."""
_PIECE: Final = 256 * 1024
_SPOOL: Final = 8 * 1024
"""What one look ahead at the standard input can give without taking it away."""

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


class Stream(io.BufferedReader):
    """The unpacked bytes of a file. `damage` says in words why they ended early, "" if they did not."""

    @property
    def damage(self) -> str:
        """Return why the bytes ended before the file was read, "" if nothing was wrong."""
        return getattr(self.raw, "damage", "")


@contextmanager
def opened(ref: str) -> Iterator[Stream]:
    """Give the unpacked bytes of a file (plain, gzip or zstd, told by their first bytes) or of the standard input.

    Raises SourceError if there is no such file. A damaged packed file gives what could be unpacked, then ends;
    `damage` says so.
    """
    if ref == STDIN:
        source = cast(io.BufferedReader, sys.stdin.buffer)
        yield _stream(source, source.peek(_SPOOL)[:4])
        return
    with _opened(ref) as file:
        yield _stream(file, file.peek(4)[:4])


def _opened(ref: str) -> io.BufferedReader:
    try:
        return Path(ref).open("rb")
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        hint = "Check its name and whether you may read it."
        raise SourceError(f"it cannot be opened: {said}", where=ref, hint=hint, code="CS161") from None


def _stream(file: io.BufferedReader, head: bytes) -> Stream:
    if head.startswith(_GZIP):
        return Stream(_Gzip(file), _PIECE)
    if head.startswith(_ZSTD):
        return Stream(_Zstd(file), _PIECE)
    return Stream(_Plain(file), _PIECE)


class _Plain(io.RawIOBase):
    damage = ""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        piece = self._next(len(target))
        target[: len(piece)] = piece
        return len(piece)

    def _next(self, size: int) -> bytes:
        return self._file.read(size)


class _Gzip(_Plain):
    """Gzip streams one after the other; the checksum at the end of each is checked."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self._packed = b""
        self._unpack = zlib.decompressobj(wbits=31)

    def _next(self, size: int) -> bytes:
        while not self.damage:
            self._packed = self._packed or self._file.read(_PIECE)
            if self._unpack.eof:
                self._packed = self._packed.lstrip(b"\0") or self._file.read(_PIECE).lstrip(b"\0")
                if not self._packed:
                    return b""
                self._unpack = zlib.decompressobj(wbits=31)
            if piece := self._unpacked(size):
                return piece
        return b""

    def _unpacked(self, size: int) -> bytes:
        if not self._packed:
            self.damage = "the gzip stream ends early"
            return b""
        before = self._unpack.copy()
        try:
            piece = self._unpack.decompress(self._packed, size)
        except zlib.error:
            self.damage = "the gzip stream is damaged"
            return _salvaged(before, self._packed, size)
        self._packed = self._unpack.unused_data if self._unpack.eof else self._unpack.unconsumed_tail
        return piece


def _salvaged(unpack: "zlib._Decompress", packed: bytes, size: int) -> bytes:
    """Return what comes out, byte after byte, before a stream turns out to be damaged."""
    found = bytearray()
    for at in range(len(packed)):
        try:
            found += unpack.decompress(packed[at : at + 1], size)
        except zlib.error:
            break
    return bytes(found[:size])


class _Zstd(_Plain):
    def __init__(self, file: BinaryIO) -> None:
        super().__init__(cast(BinaryIO, pa.CompressedInputStream(cast(io.IOBase, file), "zstd")))

    def _next(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except (OSError, pa.ArrowException):
            self.damage = "the zstd stream is damaged or ends early"
            return b""


def first_bytes(ref: str) -> bytes:
    """Return the first unpacked bytes of a file, b"" if there are none to be had; leaves the standard input unread."""
    if ref != STDIN:
        with opened(ref) as file:
            return file.read(PEEK)
    head = cast(io.BufferedReader, sys.stdin.buffer).peek(_SPOOL)
    return _stream(cast(io.BufferedReader, io.BytesIO(head)), head[:4]).read(PEEK)


def lines(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Yield every line with its end, and whether it is whole; of one that is too long, the beginning."""
    while line := file.readline(LONGEST_LINE + 1):
        whole = len(line) <= LONGEST_LINE
        yield line[:LONGEST_LINE], whole
        if not whole:
            _skip(file, line)


def blocks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Yield whole lines, some hundred at once, and the beginning of a line behind them that is too long, or b""."""
    while block := file.read(BLOCK):
        block += file.readline(LONGEST_LINE + 1)
        start = block.rfind(b"\n", 0, -1) + 1
        if len(block) - start <= LONGEST_LINE:
            yield block, b""
        else:
            _skip(file, block)
            yield block[:start], block[start : start + LONGEST_LINE]


def _skip(file: BinaryIO, begun: bytes) -> None:
    while begun and not begun.endswith(b"\n"):
        begun = file.readline(LONGEST_LINE)
