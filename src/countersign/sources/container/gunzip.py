"""Unpacks a gzip file as one counted stream that can be taken up again at places it has passed."""

import zlib
from typing import Any

import msgspec

from countersign.sources.container.limits import (
    MAX_GZIP_MEMBERS,
    MAX_RATIO_ALL,
    MAX_TOTAL,
    TAR_SLACK,
    broken,
)  # fmt: skip
from countersign.sources.container.octets import Octets

_PIECE = 64 * 1024
_MAGIC = b"\x1f\x8b"
_WITH_HEADER = 31
"""zlib's window bits for "gzip, with its header, checksum and length checked"."""


class Mark(msgspec.Struct, frozen=True):
    """A place in the unpacked stream from which reading can go on."""

    place: int
    at: int
    pending: bytes
    ready: bytes
    inflate: Any


class Gunzip:
    """The unpacked bytes of a gzip file, in order. `place` counts them, `consumed` the packed ones."""

    def __init__(self, octets: Octets) -> None:
        self.path = octets.path
        self.place = 0
        self._octets = octets
        self._at = 0
        self._pending = b""
        self._ready = b""
        self._inflate: Any = zlib.decompressobj(_WITH_HEADER)
        self._streams = 1

    @property
    def consumed(self) -> int:
        """How many packed bytes were used up so far."""
        return self._at - len(self._pending)

    def mark(self) -> Mark:
        """Return this place, to come back to."""
        return Mark(self.place, self._at, self._pending, self._ready, self._inflate.copy())

    def back_to(self, mark: Mark) -> None:
        """Go on from a place passed earlier."""
        self.place, self._at, self._pending, self._ready = mark.place, mark.at, mark.pending, mark.ready
        self._inflate = mark.inflate.copy()

    def read(self, length: int) -> bytes:
        """Return the next bytes, at most `length`; none only at the end."""
        if not self._ready:
            self._ready = self._more()
        data, self._ready = self._ready[:length], self._ready[length:]
        self.place += len(data)
        return data

    def exactly(self, length: int) -> bytes:
        """Return the next `length` bytes; raise HostileArchive if there are fewer."""
        pieces: list[bytes] = []
        while length and (piece := self.read(length)):
            pieces.append(piece)
            length -= len(piece)
        if length:
            raise broken("truncated", "the archive ends in the middle of an entry", self.path)
        return b"".join(pieces)

    def skip(self, length: int) -> None:
        """Pass over `length` bytes; raise HostileArchive if there are fewer."""
        while length:
            length -= len(self.exactly(min(length, _PIECE)))

    def _more(self) -> bytes:
        while not self._inflate.eof or self._next_stream():
            feed = self._pending or self._packed()
            try:
                data: bytes = self._inflate.decompress(feed, _PIECE)
            except zlib.error as error:
                rule, text = _why(error)
                raise broken("checksum" if rule else "damaged", text, self.path) from None
            self._pending = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
            if data:
                self._check_ratio(self.place + len(data))
                return data
            if not feed and not self._inflate.eof:
                raise broken("truncated", "the archive is cut off", self.path)
        return b""

    def _packed(self) -> bytes:
        data = self._octets.at(self._at, min(_PIECE, self._octets.size - self._at))
        self._at += len(data)
        return data

    def _next_stream(self) -> bool:
        """Go on with a further gzip stream (RFC 1952 allows several); anything else after the end is refused."""
        self._pending += self._packed() if len(self._pending) < len(_MAGIC) else b""
        if not self._pending:
            return False
        if not self._pending.startswith(_MAGIC):
            raise broken("trailing", "there are bytes after the end of the archive", self.path)
        self._streams += 1
        if self._streams > MAX_GZIP_MEMBERS:
            raise broken("gzip members", f"the file joins more than {MAX_GZIP_MEMBERS:,} gzip streams", self.path)
        self._inflate = zlib.decompressobj(_WITH_HEADER)
        return True

    def _check_ratio(self, place: int) -> None:
        if place > MAX_TOTAL:
            raise broken("total size", f"the archive unpacks to more than {MAX_TOTAL:,} bytes", self.path)
        if place > MAX_RATIO_ALL * self.consumed + TAR_SLACK:
            raise broken("whole ratio", f"the archive unpacks at more than {MAX_RATIO_ALL} to 1", self.path)


def _why(error: zlib.error) -> tuple[bool, str]:
    wrong = "incorrect data check" in str(error) or "incorrect length check" in str(error)
    return wrong, "the archive's checksum is wrong" if wrong else "the archive's packed bytes are damaged"
