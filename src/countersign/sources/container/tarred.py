"""A tar.gz, unpacked once to know it whole, and again, from the nearest mark, for each member that is read."""

import io
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

import msgspec

from countersign.errors import SourceError
from countersign.sources.container.gunzip import Gunzip, Mark
from countersign.sources.container.limits import MAX_RATIO, TAR_SLACK, broken, no_member
from countersign.sources.container.names import Member, Names, decoded, shown
from countersign.sources.container.octets import Octets
from countersign.sources.container.tarheader import BLOCK, Header, check_global, decimal, extended, header

_MARK_EVERY = 64 * 1024 * 1024
"""Unpacked bytes between marks: at most 320 of them, 100 kB each, save unpacking all for every member."""
_MAX_EXTENDED = 64 * 1024
_FIRST = 4 * 1024 * 1024
_PIECE = 64 * 1024


class _Entry(msgspec.Struct, frozen=True):
    name: str
    size: int
    place: int


class Tarred:
    """A tar.gz that was read whole once; see `container.opened`."""

    def __init__(self, octets: Octets) -> None:
        self.path = octets.path
        self._octets = octets
        self._marks: list[Mark] = []
        self._entries = {entry.name: entry for entry in self._scanned()}
        self.members = tuple(Member(name=entry.name, size=entry.size) for entry in self._entries.values())

    def open(self, name: str) -> BinaryIO:
        """Return one member's bytes."""
        if name not in self._entries:
            raise no_member(shown(name.encode("utf-8", "replace")), self.path)
        entry = self._entries[name]
        source = Gunzip(self._octets)
        source.back_to(max((mark for mark in self._marks if mark.place <= entry.place), key=lambda mark: mark.place))
        source.skip(entry.place - source.place)
        return io.BufferedReader(_Member(source, entry.size), _PIECE)

    def _scanned(self) -> Iterator[_Entry]:
        source = Gunzip(self._octets)
        names = Names(self.path)
        self._marks.append(source.mark())
        for name, found in _headers(source):
            names.add(name)
            if not name.endswith("/"):
                yield _Entry(name, found.size, source.place)
            self._pass(source, found)
        names.check_folders()
        _check_rest(source)

    def _pass(self, source: Gunzip, found: Header) -> None:
        before, start = source.consumed, source.place
        source.skip(_padded(found.size))
        if source.place - start > MAX_RATIO * (source.consumed - before) + TAR_SLACK:
            text = f"an entry unpacks at more than {MAX_RATIO} to 1: {shown(found.name)}"
            raise broken("entry ratio", text, self.path)
        if source.place - self._marks[-1].place > _MARK_EVERY:
            self._marks.append(source.mark())


class _Member(io.RawIOBase):
    def __init__(self, source: Gunzip, size: int) -> None:
        self._source = source
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview[int]") -> int:  # type: ignore[override]
        length = min(len(buffer), self._left, _PIECE)
        data = self._source.exactly(length) if length else b""
        self._left -= length
        buffer[:length] = data
        return length


def first_names(octets: Octets) -> tuple[str, ...]:
    """Return the names in the first megabytes of a tar.gz, as they stand; never raises."""
    names: list[str] = []
    with suppress(SourceError):
        source = Gunzip(octets)
        while source.place < _FIRST and (block := source.exactly(BLOCK)).strip(b"\x00"):
            found = header(block, octets.path)
            names.append(found.name.decode("utf-8", "replace").removeprefix("./"))
            source.skip(min(_padded(found.size), _FIRST))
    return tuple(names)


def _headers(source: Gunzip) -> Iterator[tuple[str, Header]]:
    """Yield the name and header of each file and folder, with the extended headers before it taken in."""
    records: dict[str, str] = {}
    long_name: bytes | None = None
    while (block := source.exactly(BLOCK)).strip(b"\x00"):
        found = header(block, source.path)
        if found.kind in b"xgL":
            body = _extension(source, found)
            if (found.kind == b"x" and records) or (found.kind == b"L" and long_name is not None):
                raise broken("ambiguous", "an entry has two extended headers of one kind", source.path)
            if found.kind == b"g":
                check_global(extended(body, source.path), source.path)
            records = extended(body, source.path) if found.kind == b"x" else records
            long_name = body.removesuffix(b"\x00") if found.kind == b"L" else long_name
            continue
        yield from _named(found, records, long_name, source.path)
        records, long_name = {}, None
    if records or long_name is not None:
        raise broken("damaged", "an extended header belongs to no entry", source.path)


def _named(found: Header, records: dict[str, str], long_name: bytes | None, path: str) -> Iterator[tuple[str, Header]]:
    if long_name is not None and "path" in records:
        raise broken("ambiguous", "an entry has two long names", path)
    raw = records["path"].encode() if "path" in records else found.name if long_name is None else long_name
    size = decimal(records["size"], path) if "size" in records else found.size
    if found.is_folder and size:
        raise broken("entry type", f"a folder has a content of its own: {shown(raw)}", path)
    # "./" before every name is how many people pack a folder; it means nothing.
    bare = raw.removeprefix(b"./")
    if found.is_folder and bare in (b"", b"."):
        return
    if not found.is_folder and bare.endswith(b"/"):
        raise broken("entry type", f"a file is named like a folder: {shown(raw)}", path)
    bare = bare.removesuffix(b"/") + b"/" if found.is_folder else bare
    yield decoded(bare, path), msgspec.structs.replace(found, name=raw, size=size)


def _extension(source: Gunzip, found: Header) -> bytes:
    if found.size > _MAX_EXTENDED:
        raise broken("name length", f"an extended header has {found.size:,} bytes", source.path)
    return source.exactly(_padded(found.size))[: found.size]


def _check_rest(source: Gunzip) -> None:
    """Raise HostileArchive unless a second empty block and nothing but zeros follow the first."""
    if source.exactly(BLOCK).strip(b"\x00"):
        raise broken("hidden bytes", "entries go on after the end of the archive", source.path)
    while piece := source.read(_PIECE):
        if piece.strip(b"\x00"):
            raise broken("trailing", "there are bytes after the end of the archive", source.path)


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK
