"""The bytes of one member, counted and checked while they are read, never trusted from a header."""

import io
import zlib
from typing import Any, BinaryIO

import msgspec

from countersign.sources.container.limits import MAX_FILE, MAX_RATIO, broken
from countersign.sources.container.octets import Octets

_PIECE = 64 * 1024


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """Where a zip member's packed bytes lie and what they must turn out to be."""

    octets: Octets
    where: str
    start: int
    packed: int
    size: int
    crc: int
    deflated: bool


def stream(packed: Packed) -> BinaryIO:
    """Return the unpacked bytes as a file; reading raises HostileArchive when they are not what was promised."""
    return io.BufferedReader(_Unpacking(packed), _PIECE)


class _Unpacking(io.RawIOBase):
    def __init__(self, packed: Packed) -> None:
        self._what = packed
        self._at = 0
        self._given = 0
        self._crc = 0
        self._ended = False
        self._inflate: Any = zlib.decompressobj(-15) if packed.deflated else None
        self._pending = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview[int]") -> int:  # type: ignore[override]
        data = self._next(min(len(buffer), _PIECE))
        buffer[: len(data)] = data
        return len(data)

    def _next(self, length: int) -> bytes:
        if self._ended or not length:
            return b""
        data = self._unpacked(min(length, self._what.size - self._given + 1))
        self._given += len(data)
        self._crc = zlib.crc32(data, self._crc)
        self._check_count(len(data))
        return data

    def _check_count(self, got: int) -> None:
        what = self._what
        if self._given > min(what.size, MAX_FILE):
            raise broken("lying size", f"the member holds more than the {what.size:,} bytes it claims", what.where)
        if self._given > MAX_RATIO * what.packed:
            raise broken("entry ratio", f"the member unpacks at more than {MAX_RATIO} to 1", what.where)
        if got and self._given < what.size:
            return
        if self._given < what.size:
            text = f"the member holds {self._given:,} of the {what.size:,} bytes it claims"
            raise broken("lying size", text, what.where)
        self._check_end()

    def _check_end(self) -> None:
        """Hold back the last bytes until the packed form ends where it must and the checksum is right."""
        self._ended = True
        what = self._what
        if self._unpacked(1):
            raise broken("lying size", f"the member holds more than the {what.size:,} bytes it claims", what.where)
        if self._at != what.packed or (self._inflate and (self._pending or not self._inflate.eof)):
            raise broken("hidden bytes", "there are bytes after the end of the packed member", what.where)
        if self._crc != what.crc:
            raise broken("checksum", "the member's checksum is wrong", what.where)

    def _unpacked(self, length: int) -> bytes:
        return self._raw(length) if self._inflate is None else self._inflated(self._inflate, length)

    def _inflated(self, inflate: Any, length: int) -> bytes:
        while not inflate.eof:
            feed = self._pending or self._raw(_PIECE)
            try:
                data: bytes = inflate.decompress(feed, length)
            except zlib.error:
                raise broken("damaged", "the member's packed bytes are damaged", self._what.where) from None
            self._pending = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
            if data:
                return data
            if not feed and not inflate.eof:
                raise broken("truncated", "the member's packed bytes end too early", self._what.where)
        return b""

    def _raw(self, length: int) -> bytes:
        length = min(length, self._what.packed - self._at)
        data = self._what.octets.at(self._what.start + self._at, length)
        self._at += length
        return data
