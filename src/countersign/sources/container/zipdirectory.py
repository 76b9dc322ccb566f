"""Reads a zip's directory and believes it only where every part of the file agrees with it.

zipfile of the standard library is not used: it cuts names at NUL, takes twins and overlaps, and forgives leading bytes.
Source: APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress

import msgspec

from countersign.errors import SourceError
from countersign.sources.container.limits import MAX_DIRECTORY, MAX_ENTRIES, MAX_EXTRA, broken
from countersign.sources.container.octets import Octets

END, END64, LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
CENTRAL, LOCAL, DESCRIPTOR = b"PK\x01\x02", b"PK\x03\x04", b"PK\x07\x08"
BIG16, BIG32 = 0xFFFF, 0xFFFFFFFF
_END, _END64, _LOCATOR = struct.Struct("<4s4H2IH"), struct.Struct("<4sQ2H2I4Q"), struct.Struct("<4sIQI")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_EXTRA = struct.Struct("<HH")
_ZIP64 = 0x0001
Extras = tuple[tuple[int, bytes], ...]
"""The extra fields of a header: kind and bytes of each."""


class Directory(msgspec.Struct, frozen=True):
    """Where a zip's central directory lies and how many entries it claims to hold."""

    entries: int
    start: int
    size: int


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the central directory, as it stands, not yet believed."""

    name: bytes
    made_by: int
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    disk: int
    attributes: int
    offset: int
    extra: Extras


def directory(octets: Octets) -> Directory:
    """Return where the directory lies; raise HostileArchive where the end of the file leaves a doubt."""
    end = _only_end(octets)
    _, disk, first, here, entries, size, start, _ = _END.unpack(octets.at(end, _END.size))
    found, border = Directory(entries, start, size), end
    if end >= _LOCATOR.size and octets.at(end - _LOCATOR.size, 4) == LOCATOR:
        found, border = _directory64(octets, end, Directory(entries, start, size))
    elif disk or first or here != entries:
        raise broken("volumes", "the archive is one part of several", octets.path)
    _check_place(octets, found, border)
    return found


def rows(octets: Octets, where: Directory) -> Iterator[Row]:
    """Yield the rows of the central directory; raise HostileArchive where they are not what was claimed."""
    table = octets.at(where.start, where.size)
    place = 0
    for _ in range(where.entries):
        row, place = _row(table, place, octets.path)
        yield row
    if place != len(table):
        raise broken("hidden bytes", "the directory holds more than the entries it counts", octets.path)


def has_end_record(octets: Octets) -> bool:
    """Say whether something at the end of the file looks like the end of a zip."""
    return END in octets.tail(_END.size + BIG16)


def raw_names(octets: Octets) -> tuple[str, ...]:
    """Return the names in a zip's directory as they stand, as far as they can be read; never raises."""
    names: list[str] = []
    with suppress(SourceError):
        table, place = _claimed(octets), 0
        while len(names) < MAX_ENTRIES:
            row, place = _row(table, place, octets.path)
            names.append(row.name.decode("utf-8", "replace"))
    return tuple(names)


def extras(extra: bytes, path: str) -> Extras:
    """Return the extra fields of a header; raise HostileArchive if they do not add up."""
    if len(extra) > MAX_EXTRA:
        text = f"a header has {len(extra):,} bytes of extra fields (at most {MAX_EXTRA:,})"
        raise broken("extra length", text, path)
    found: list[tuple[int, bytes]] = []
    place = 0
    while place < len(extra):
        kind, length = _EXTRA.unpack_from(extra, place) if place + _EXTRA.size <= len(extra) else (0, len(extra))
        after = place + _EXTRA.size + length
        if after > len(extra):
            raise broken("damaged", "an extra field of a header is cut off", path)
        found.append((kind, extra[place + _EXTRA.size : after]))
        place = after
    return tuple(found)


def wide(extra: Extras, values: tuple[int, ...], path: str) -> tuple[int, ...]:
    """Return values with those that did not fit in 32 bits taken from the zip64 extra field, in its order."""
    fields = [body for kind, body in extra if kind == _ZIP64]
    if len(fields) > 1:
        raise broken("ambiguous", "a header holds two zip64 fields", path)
    missing = sum(value == BIG32 for value in values)
    if not missing:
        return values
    if not fields or len(fields[0]) < 8 * missing:
        raise broken("damaged", "a size needs a zip64 field that is not there", path)
    longs = iter(struct.unpack_from(f"<{missing}Q", fields[0]))
    return tuple(next(longs) if value == BIG32 else value for value in values)


def _claimed(octets: Octets) -> bytes:
    with suppress(SourceError):
        where = directory(octets)
        return octets.at(where.start, where.size)
    tail = octets.tail(_END.size + BIG16)
    end = octets.size - len(tail) + tail.rfind(END)
    *_, size, _, _ = _END.unpack(octets.at(end, _END.size))
    return octets.at(max(0, end - size), min(size, end, MAX_DIRECTORY))


def _only_end(octets: Octets) -> int:
    """Return the place of the one end record; whatever else looks like one makes the archive ambiguous."""
    tail = octets.tail(_END.size + BIG16)
    base = octets.size - len(tail)
    places = list(_places(tail))
    surplus = [len(tail) - at - _END.size - _comment(tail, at) for at in places if at + _END.size <= len(tail)]
    if not surplus:
        raise broken("truncated", "the archive has no end: its directory is missing", octets.path)
    if 0 not in surplus:
        if surplus[-1] > 0:
            raise broken("trailing", "there are bytes after the end of the archive", octets.path)
        raise broken("truncated", "the archive's last comment is cut off", octets.path)
    end = places[len(surplus) - 1 - surplus[::-1].index(0)]
    start = _END.unpack_from(tail, end)[6] - base
    if any(at != end and at >= min(start, end) for at in places):
        raise broken("ambiguous", "the archive has several end records", octets.path)
    return base + end


def _places(tail: bytes) -> Iterator[int]:
    at = tail.find(END)
    while at >= 0:
        yield at
        at = tail.find(END, at + 1)


def _comment(tail: bytes, at: int) -> int:
    return int.from_bytes(tail[at + 20 : at + 22], "little")


def _directory64(octets: Octets, end: int, narrow: Directory) -> tuple[Directory, int]:
    _, disk, place, disks = _LOCATOR.unpack(octets.at(end - _LOCATOR.size, _LOCATOR.size))
    border = end - _LOCATOR.size - _END64.size
    if disk or disks > 1:
        raise broken("volumes", "the archive is one part of several", octets.path)
    if place != border or octets.at(border, 4) != END64:
        raise broken("ambiguous", "the zip64 end record is not where it is said to be", octets.path)
    _, length, _, _, disk, first, here, entries, size, start = _END64.unpack(octets.at(border, _END64.size))
    if length != _END64.size - 12 or disk or first or here != entries:
        raise broken("damaged", "the zip64 end record is not a plain one", octets.path)
    pairs = ((narrow.entries, entries, BIG16), (narrow.size, size, BIG32), (narrow.start, start, BIG32))
    if any(short not in (full, big) for short, full, big in pairs):
        raise broken("ambiguous", "the two end records disagree", octets.path)
    return Directory(entries, start, size), border


def _check_place(octets: Octets, found: Directory, border: int) -> None:
    if found.entries > MAX_ENTRIES:
        text = f"the archive has {found.entries:,} entries (at most {MAX_ENTRIES:,})"
        raise broken("too many entries", text, octets.path)
    if found.size > MAX_DIRECTORY:
        text = f"the directory has {found.size:,} bytes (at most {MAX_DIRECTORY:,})"
        raise broken("directory size", text, octets.path)
    if found.start + found.size < border:
        raise broken("leading", "there are bytes before the archive, or between its directory and its end", octets.path)
    if found.start + found.size > border:
        raise broken("overlap", "the directory overlaps the end of the archive", octets.path)


def _row(table: bytes, place: int, path: str) -> tuple[Row, int]:
    if place + _CENTRAL.size > len(table) or table[place : place + 4] != CENTRAL:
        raise broken("damaged", "the directory holds fewer entries than it counts", path)
    (_, made_by, _, flags, method, _, _, crc, packed, size, name, extra, comment, disk, _, attributes, offset
     ) = _CENTRAL.unpack_from(table, place)  # fmt: skip
    at = place + _CENTRAL.size
    after = at + name + extra + comment
    if after > len(table):
        raise broken("damaged", "an entry of the directory is cut off", path)
    more = extras(table[at + name : at + name + extra], path)
    size, packed, offset = wide(more, (size, packed, offset), path)
    row = Row(name=table[at : at + name], made_by=made_by, flags=flags, method=method, crc=crc, packed=packed,
              size=size, disk=disk, attributes=attributes, offset=offset, extra=more)  # fmt: skip
    return row, after
