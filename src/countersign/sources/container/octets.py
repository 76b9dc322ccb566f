"""Reads a file at any place, so that no reader depends on where another one stands."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from countersign.errors import SourceError
from countersign.sources.container.limits import MAX_TOTAL, broken

UNREADABLE = "CS101"


class Octets:
    """The bytes of one open file: `size` of them, read by position."""

    def __init__(self, path: str, descriptor: int, size: int) -> None:
        self.path = path
        self.size = size
        self._descriptor = descriptor

    @classmethod
    @contextmanager
    def opened(cls, path: str) -> Iterator["Octets"]:
        """Give the bytes of the regular file at `path`; raise SourceError if it cannot be read."""
        descriptor = _descriptor(path)
        try:
            yield cls(path, descriptor, _size(path, descriptor))
        finally:
            os.close(descriptor)

    def at(self, place: int, length: int) -> bytes:
        """Return exactly `length` bytes at `place`; raise HostileArchive if the file ends before."""
        data = b""
        if place >= 0 and length > 0 and place + length <= self.size:
            data = self._read(place, length)
        if len(data) != length:
            raise broken("truncated", f"the archive ends at byte {self.size:,}, in the middle of something", self.path)
        return data

    def head(self, length: int) -> bytes:
        """Return the first bytes, at most `length`."""
        return self.at(0, min(length, self.size))

    def tail(self, length: int) -> bytes:
        """Return the last bytes, at most `length`."""
        length = min(length, self.size)
        return self.at(self.size - length, length)

    def _read(self, place: int, length: int) -> bytes:
        pieces: list[bytes] = []
        while length > 0 and (piece := self._piece(place, length)):
            pieces.append(piece)
            place += len(piece)
            length -= len(piece)
        return b"".join(pieces)

    def _piece(self, place: int, length: int) -> bytes:
        try:
            return os.pread(self._descriptor, length, place)
        except OSError as error:
            raise _unreadable(self.path, error.strerror or str(error)) from error


def _descriptor(path: str) -> int:
    try:
        # Without O_NONBLOCK opening a named pipe would wait for ever.
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        raise _unreadable(path, str(getattr(error, "strerror", None) or error)) from error


def _size(path: str, descriptor: int) -> int:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise _unreadable(path, "not a regular file")
    if status.st_size > MAX_TOTAL:
        raise broken("total size", f"the file has {status.st_size:,} bytes (at most {MAX_TOTAL:,})", path)
    return status.st_size


def _unreadable(path: str, why: str) -> SourceError:
    return SourceError(f"cannot read the file: {why}", hint="Check the path and its permissions.", where=path,
                       code=UNREADABLE)  # fmt: skip
