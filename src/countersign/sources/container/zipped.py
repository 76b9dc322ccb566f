"""A zip whose every byte is accounted for: each belongs to one entry, its directory or its end."""

import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import msgspec

from countersign.sources.container.limits import (
    MAX_FILE,
    MAX_RATIO,
    MAX_RATIO_ALL,
    MAX_TOTAL,
    broken,
    no_member,
)  # fmt: skip
from countersign.sources.container.names import Member, Names, decoded, shown
from countersign.sources.container.octets import Octets
from countersign.sources.container.streams import Packed, stream
from countersign.sources.container.zipdirectory import (
    BIG16,
    BIG32,
    DESCRIPTOR,
    LOCAL,
    Directory,
    Row,
    directory,
    extras,
    rows,
    wide,
)  # fmt: skip

_LOCAL = struct.Struct("<4s5H3I2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
_PATCHED = 1 << 5
_SIZES_AFTER = 1 << 3
_UNICODE_PATH, _AES = 0x7075, 0x9901
_KIND, _LINK, _FILE, _FOLDER = 0o170000, 0o120000, 0o100000, 0o040000


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    row: Row
    data: int
    sizes_after: bool
    sizes_given: bool


class Zipped:
    """A zip that was checked whole; see `container.opened`."""

    def __init__(self, octets: Octets) -> None:
        self.path = octets.path
        self._octets = octets
        where = directory(octets)
        accepted = list(_accepted(rows(octets, where), octets.path))
        entries = [_entry(octets, row, where) for row in accepted]
        _check_layout(octets, entries, where)
        self._entries = {entry.name: entry for entry in entries if not entry.name.endswith("/")}
        self.members = tuple(Member(name=name, size=entry.row.size) for name, entry in self._entries.items())

    def open(self, name: str) -> BinaryIO:
        """Return one member's bytes, checked while they are read."""
        if name not in self._entries:
            raise no_member(shown(name.encode("utf-8", "replace")), self.path)
        entry = self._entries[name]
        return stream(Packed(
            octets=self._octets, where=f"{self.path}:{name}", start=entry.data, packed=entry.row.packed,
            size=entry.row.size, crc=entry.row.crc, deflated=entry.row.method == _DEFLATED,
        ))  # fmt: skip


def _accepted(found: Iterable[Row], path: str) -> Iterator[Row]:
    """Yield the rows after holding each by itself, and all together, to the rules on names, kinds and sizes."""
    names = Names(path)
    size = packed = 0
    offsets: set[int] = set()
    for row in found:
        names.add(decoded(row.name, path))
        _check_kind(row, path)
        _check_size(row, path)
        if row.offset in offsets:
            raise broken("overlap", f"two entries begin at the same byte: {shown(row.name)}", path)
        offsets.add(row.offset)
        size, packed = size + row.size, packed + row.packed
        if size > MAX_TOTAL:
            raise broken("total size", f"the archive unpacks to more than {MAX_TOTAL:,} bytes", path)
        yield row
    names.check_folders()
    if size > MAX_RATIO_ALL * packed:
        text = f"the archive unpacks to {size:,} bytes from {packed:,} (at most {MAX_RATIO_ALL} to 1)"
        raise broken("whole ratio", text, path)


def _check_kind(row: Row, path: str) -> None:
    name, mode = shown(row.name), row.attributes >> 16 & _KIND
    if row.flags & _ENCRYPTED or any(kind == _AES for kind, _ in row.extra):
        raise broken("encrypted", f"an entry is encrypted: {name}", path)
    if row.method not in (_STORED, _DEFLATED) or row.flags & _PATCHED:
        raise broken("method", f"an entry is packed by method {row.method}, not stored or deflated: {name}", path)
    if mode == _LINK:
        raise broken("link", f"an entry is a symbolic link: {name}", path)
    if mode not in (0, _FILE, _FOLDER):
        raise broken("device", f"an entry is a device, pipe or socket: {name}", path)
    folder = row.name.endswith(b"/")
    if (mode == _FOLDER and not folder) or (folder and row.size):
        raise broken("entry type", f"an entry is neither a plain file nor a plain folder: {name}", path)
    if row.disk not in (0, BIG16):
        raise broken("volumes", f"an entry lies in another part of the archive: {name}", path)
    _check_second_name(row, path)


def _check_second_name(row: Row, path: str) -> None:
    # Info-ZIP's Unicode Path field: readers that honour it would see another name than those that do not.
    for kind, body in row.extra:
        if kind == _UNICODE_PATH and body[5:] != row.name:
            raise broken("ambiguous", f"an entry has two different names: {shown(row.name)}", path)


def _check_size(row: Row, path: str) -> None:
    name = shown(row.name)
    if row.size > MAX_FILE:
        raise broken("file size", f"an entry has {row.size:,} bytes (at most {MAX_FILE:,}): {name}", path)
    if row.method == _STORED and row.size != row.packed:
        raise broken("lying size", f"a stored entry gives two sizes, {row.packed:,} and {row.size:,}: {name}", path)
    if row.size > MAX_RATIO * row.packed:
        text = f"an entry unpacks to {row.size:,} bytes from {row.packed:,} (at most {MAX_RATIO} to 1): {name}"
        raise broken("entry ratio", text, path)


def _entry(octets: Octets, row: Row, where: Directory) -> _Entry:
    """Return an entry whose local header says what the directory says."""
    name, path = shown(row.name), octets.path
    if row.offset + _LOCAL.size > where.start:
        raise broken("overlap", f"an entry begins inside the directory: {name}", path)
    sign, _, flags, method, _, _, crc, packed, size, length, more = _LOCAL.unpack(octets.at(row.offset, _LOCAL.size))
    data = row.offset + _LOCAL.size + length + more
    if data + row.packed > where.start:
        raise broken("overlap", f"an entry overlaps the directory: {name}", path)
    tail = octets.at(row.offset + _LOCAL.size, length + more)
    if sign != LOCAL or tail[:length] != row.name or method != row.method or flags & (_ENCRYPTED | _PATCHED):
        raise broken("headers differ", f"an entry's own header differs from the directory: {name}", path)
    extra = extras(tail[length:], path)
    _check_second_name(msgspec.structs.replace(row, extra=extra), path)
    if BIG32 in (size, packed):
        size, packed = wide(extra, (size, packed), path)
    after = bool(flags & _SIZES_AFTER)
    given = (crc, packed, size) == (row.crc, row.packed, row.size)
    if not given and not (after and (crc, packed, size) == (0, 0, 0)):
        raise broken("headers differ", f"an entry's own header gives another size or checksum: {name}", path)
    return _Entry(name=decoded(row.name, path), row=row, data=data, sizes_after=after, sizes_given=given)


def _check_layout(octets: Octets, entries: list[_Entry], where: Directory) -> None:
    """Raise HostileArchive unless the entries follow one another without overlap or gap, from byte 0 on."""
    ordered = sorted(entries, key=lambda entry: entry.row.offset)
    starts = [entry.row.offset for entry in ordered] + [where.start]
    if starts[0] > 0:
        raise broken("leading", "there are bytes before the first entry", octets.path)
    for entry, following in zip(ordered, starts[1:], strict=True):
        end = entry.data + entry.row.packed
        if following < end:
            raise broken("overlap", f"two entries share the same bytes: {shown(entry.row.name)}", octets.path)
        if not _explained(octets, entry, end, following - end):
            text = f"there are bytes that belong to no entry, after {shown(entry.row.name)}"
            raise broken("hidden bytes", text, octets.path)


def _explained(octets: Octets, entry: _Entry, place: int, gap: int) -> bool:
    """Say whether what follows an entry's data is nothing, or its data descriptor and nothing else."""
    if not entry.sizes_after or gap == 0:
        return gap == 0 and (entry.sizes_given or not entry.sizes_after)
    sizes = [struct.pack(f"<I2{width}", entry.row.crc, entry.row.packed & mask, entry.row.size & mask)
             for width, mask in (("I", BIG32), ("Q", (1 << 64) - 1))]  # fmt: skip
    expected = [*sizes, *(DESCRIPTOR + each for each in sizes)]
    if gap not in {len(each) for each in expected}:
        return False
    if octets.at(place, gap) not in expected:
        raise broken("headers differ", f"an entry's data descriptor differs: {shown(entry.row.name)}", octets.path)
    return True
