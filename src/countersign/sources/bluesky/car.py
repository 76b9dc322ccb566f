"""Reads a CAR file: header and blocks, each block checked against the hash that names it.

Source: CARv1 specification (IPLD); AT Protocol, Repository (blocks are DAG-CBOR or raw, hashed with SHA-256).
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

import libipld
import msgspec

from countersign.errors import SourceError
from countersign.sources.container.octets import Octets

MAX_FILE: Final = 2_000_000_000
"""Bytes of one export: the largest repositories known have some hundred megabytes."""
MAX_BLOCK: Final = 2 * 1024 * 1024
"""Bytes of one block: the protocol allows records of one megabyte."""
MAX_BLOCKS: Final = 8_000_000
"""Each is a hash and a place in memory; an account with as many actions would fill a gigabyte."""
_MAX_HEADER: Final = 64 * 1024
_WINDOW: Final = 1 << 20
_CIDS: Final = (b"\x01\x71\x12\x20", b"\x01\x55\x12\x20")
"""How identifiers begin: version 1, DAG-CBOR or raw, SHA-256 of 32 bytes."""
_CID: Final = 36


class Blocks:
    """The blocks of a CAR file, found by their identifiers, and its roots."""

    def __init__(self, octets: Octets) -> None:
        self.path = octets.path
        self._octets = octets
        if octets.size > MAX_FILE:
            raise broken("CS181", f"the file has {octets.size:,} bytes (at most {MAX_FILE:,})", self.path)
        self.roots, start = _header(octets)
        self._places = self._checked(start)

    @classmethod
    @contextmanager
    def opened(cls, path: str) -> Iterator["Blocks"]:
        """Give the blocks of the CAR file at `path`, all of them checked; raises SourceError."""
        with Octets.opened(path) as octets:
            yield cls(octets)

    def __len__(self) -> int:
        return len(self._places)

    def get(self, cid: bytes) -> bytes | None:
        """Return the bytes of a block; None if it is not in the file."""
        place = self._places.get(cid)
        return None if place is None else self._octets.at(*place)

    def _checked(self, start: int) -> Mapping[bytes, tuple[int, int]]:
        """Return where each block lies; raise SourceError at the first whose hash is wrong."""
        places: dict[bytes, tuple[int, int]] = {}
        window = _Window(self._octets)
        while start < self._octets.size:
            length, data = window.varint(start)
            if not _CID <= length <= MAX_BLOCK + _CID or data + length > self._octets.size:
                raise broken("CS182", "a block is cut off, empty or too long", self.path, start)
            cid = window.at(data, _CID)
            if not cid.startswith(_CIDS):
                raise broken("CS183", "a block is named in a way that the protocol does not allow", self.path, start)
            if hashlib.sha256(window.at(data + _CID, length - _CID)).digest() != cid[4:]:
                raise broken(
                    "CS184", "a block does not fit its hash: the file was changed or damaged", self.path, start
                )
            places[cid] = (data + _CID, length - _CID)
            if len(places) > MAX_BLOCKS:
                raise broken("CS181", f"the file has more than {MAX_BLOCKS:,} blocks", self.path)
            start = data + length
        return places


class _Window:
    """Reads neighbouring places of a file without asking the system for each."""

    def __init__(self, octets: Octets) -> None:
        self._octets = octets
        self._start = 0
        self._held = b""

    def at(self, place: int, length: int) -> bytes:
        offset = place - self._start
        if offset < 0 or offset + length > len(self._held):
            self._start, offset = place, 0
            self._held = self._octets.at(place, max(length, min(_WINDOW, self._octets.size - place)))
        return self._held[offset : offset + length]

    def varint(self, place: int) -> tuple[int, int]:
        """Return an unsigned LEB128 number and the place after it."""
        value = 0
        for count in range(5):
            if place + count >= self._octets.size:
                break
            byte = self.at(place + count, 1)[0]
            value |= (byte & 0x7F) << 7 * count
            if byte < 0x80:
                if count and not byte:
                    break
                return value, place + count + 1
        raise broken("CS182", "a length in the file is damaged", self._octets.path, place)


class _Header(msgspec.Struct, frozen=True):
    version: int
    roots: tuple[bytes, ...]


def looks_like_car(path: str) -> bool:
    """Say whether a file begins like a CAR file of version 1; never raises."""
    with suppress(SourceError), Octets.opened(path) as octets:
        _header(octets)
        return True
    return False


def decoded(block: bytes) -> object:
    """Return the value of a DAG-CBOR block; raises ValueError if it is not one in its one allowed form."""
    try:
        value: object = libipld.decode_dag_cbor(block)
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def broken(code: str, message: str, path: str, place: int | None = None) -> SourceError:
    """Return the error that refuses a file."""
    where = path if place is None else f"{path}, byte {place:,}"
    return SourceError(message, where=where, code=code,
                       hint="Export the repository again (com.atproto.sync.getRepo) and give that file.")  # fmt: skip


def _header(octets: Octets) -> tuple[tuple[bytes, ...], int]:
    length, start = _Window(octets).varint(0) if octets.size else (0, 0)
    if not 0 < length <= min(_MAX_HEADER, octets.size - start):
        raise broken("CS180", "this is not a CAR file", octets.path)
    try:
        header = msgspec.convert(decoded(octets.at(start, length)), _Header)
    except (ValueError, msgspec.ValidationError):
        raise broken("CS180", "this is not a CAR file", octets.path) from None
    if header.version != 1 or not header.roots or not all(_is_cid(root) for root in header.roots):
        raise broken("CS180", "this is not a CAR file of version 1 with a root", octets.path)
    return header.roots, start + length


def _is_cid(link: bytes) -> bool:
    return len(link) == _CID and link.startswith(_CIDS)
