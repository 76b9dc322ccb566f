"""Makes archives that lie: a zip or tar writer in which every field can be set to anything."""

import gzip
import io
import struct
import tarfile
import zlib
from collections.abc import Mapping
from typing import Literal

import msgspec

ORDINARY = 0o100644 << 16


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a forged zip. `local` and `central` overrule single fields of its two headers."""

    name: bytes = b"data/like.js"
    data: bytes = b"window.YTD.like.part0 = []"
    method: int = 8
    packed: bytes | None = None
    flags: int = 0
    attributes: int = ORDINARY
    extra: bytes = b""
    local_extra: bytes | None = None
    local_name: bytes | None = None
    local: Mapping[str, int] = {}
    central: Mapping[str, int] = {}
    before: bytes = b""
    after: bytes = b""
    comment: bytes = b""


def forged(*parts: Part, before_directory: bytes = b"", end: Mapping[str, int] | None = None, comment: bytes = b"",
           before_end: bytes = b"", after: bytes = b"") -> bytes:  # fmt: skip
    """Return a zip of these parts; `end` overrules fields of the end record."""
    body, directory = b"", b""
    for part in parts:
        body += part.before
        directory += _central(part, len(body))
        body += _local(part) + _packed(part) + part.after
    body += before_directory
    values = {"disk": 0, "first": 0, "here": len(parts), "entries": len(parts), "size": len(directory),
              "start": len(body), "comment": len(comment)} | dict(end or {})  # fmt: skip
    record = b"PK\x05\x06" + struct.pack("<4H2IH", *values.values())
    return body + directory + before_end + record + comment + after


def forged64(*parts: Part, end: Mapping[str, int] | None = None, long: Mapping[str, int] | None = None,
             locator: Mapping[str, int] | None = None, after_record: bytes = b"") -> bytes:  # fmt: skip
    """Return a zip with zip64 end records; `long` and `locator` overrule their fields."""
    plain = forged(*parts)
    *_, size, start, _ = struct.unpack("<4s4H2IH", plain[-22:])
    values = {"length": 44, "made": 45, "needed": 45, "disk": 0, "first": 0, "here": len(parts),
              "entries": len(parts), "size": size, "start": start} | dict(long or {})  # fmt: skip
    places = {"disk": 0, "place": len(plain) - 22, "disks": 1} | dict(locator or {})
    ends = {"here": 0xFFFF, "entries": 0xFFFF, "size": 0xFFFFFFFF, "start": 0xFFFFFFFF} | dict(end or {})
    record = b"PK\x06\x06" + struct.pack("<Q2H2I4Q", *values.values())
    found = b"PK\x06\x07" + struct.pack("<IQI", *places.values())
    last = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, *ends.values(), 0)
    return plain[:-22] + record + after_record + found + last


def deflated(data: bytes, level: int = 9) -> bytes:
    """Return data packed as a zip packs it, without any header."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def field(kind: int, body: bytes) -> bytes:
    """Return one extra field."""
    return struct.pack("<HH", kind, len(body)) + body


def descriptor(part: Part, *, signed: bool = True, wide: bool = False, crc: int | None = None) -> bytes:
    """Return the record that may follow an entry's data."""
    crc = zlib.crc32(part.data) if crc is None else crc
    body = struct.pack("<I2Q" if wide else "<I2I", crc, len(_packed(part)), len(part.data))
    return (b"PK\x07\x08" if signed else b"") + body


def tarred(*blocks: bytes, end: bytes = bytes(1024), level: int = 9) -> bytes:
    """Return a tar.gz of these blocks."""
    return gzip.compress(b"".join(blocks) + end, level, mtime=0)


def entry(name: str = "outbox.json", data: bytes = b"{}", *, kind: bytes = b"0", link: str = "") -> bytes:
    """Return one tar entry as tarfile writes it: header, data and padding."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, len(data)
    return info.tobuf(tarfile.USTAR_FORMAT) + padded(data)


def header(name: bytes = b"outbox.json", *, size: bytes = b"00000000002\0", kind: bytes = b"0",
           magic: bytes = b"ustar\x0000", prefix: bytes = b"", checksum: bytes | None = None) -> bytes:  # fmt: skip
    """Return one tar header block in which every field can be anything."""
    block = bytearray(512)
    block[0 : len(name)] = name
    block[100:108] = b"0000644\0"
    block[124 : 124 + len(size)] = size
    block[156:157] = kind
    block[257 : 257 + len(magic)] = magic
    block[345 : 345 + len(prefix)] = prefix
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block) if checksum is None else checksum
    return bytes(block)


def pax(*records: bytes, kind: bytes = b"x") -> bytes:
    """Return an extended header with these records (each without its length)."""
    body = b"".join(_record(record) for record in records)
    return header(b"PaxHeader", size=b"%011o\0" % len(body), kind=kind) + padded(body)


def padded(data: bytes) -> bytes:
    """Return data filled up to whole blocks."""
    return data + bytes(-len(data) % 512)


def good_tar(members: Mapping[str, bytes], form: Literal[0, 1, 2] = tarfile.PAX_FORMAT) -> bytes:
    """Return an ordinary tar.gz, written by the standard library."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=form) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _record(record: bytes) -> bytes:
    length = len(record) + 2
    while len(b"%d %s\n" % (length, record)) != length:
        length += 1
    return b"%d %s\n" % (length, record)


def _packed(part: Part) -> bytes:
    if part.packed is not None:
        return part.packed
    return deflated(part.data) if part.method == 8 else part.data


def _values(part: Part) -> dict[str, int]:
    return {"needed": 20, "flags": part.flags, "method": part.method, "time": 0, "date": 0,
            "crc": zlib.crc32(part.data), "packed": len(_packed(part)), "size": len(part.data)}  # fmt: skip


def _local(part: Part) -> bytes:
    name = part.name if part.local_name is None else part.local_name
    extra = part.extra if part.local_extra is None else part.local_extra
    lengths = {"name": len(name), "extra": len(extra)}
    values = {"sign": 0x04034B50} | _values(part) | lengths | dict(part.local)
    return struct.pack("<I5H3I2H", *values.values()) + name + extra


def _central(part: Part, offset: int) -> bytes:
    more = {"name": len(part.name), "extra": len(part.extra), "comment": len(part.comment), "disk": 0, "inner": 0,
            "attributes": part.attributes, "offset": offset}  # fmt: skip
    values = {"sign": 0x02014B50, "made": 0x0314} | _values(part) | more | dict(part.central)
    return struct.pack("<I6H3I5H2I", *values.values()) + part.name + part.extra + part.comment
