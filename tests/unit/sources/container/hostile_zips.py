"""Zips that break one rule each: name of the case, the code that must answer, the bytes."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping

from tests.unit.sources.container import bombs
from tests.unit.sources.container.bombs import GOOD, OTHER
from tests.unit.sources.container.forge import Part, descriptor, field, forged, forged64

Case = tuple[str, bytes]
_BIG = 0xFFFFFFFF


def _name(raw: bytes) -> Callable[[], bytes]:
    return lambda: forged(Part(name=raw))


def _pair(one: bytes, two: bytes) -> Callable[[], bytes]:
    return lambda: forged(Part(name=one, data=b"" if one.endswith(b"/") else b"x", method=0),
                          Part(name=two, data=b"" if two.endswith(b"/") else b"y", method=0))  # fmt: skip


def _mode(mode: int) -> Callable[[], bytes]:
    return lambda: forged(Part(attributes=mode << 16))


def _local(**fields: int) -> Callable[[], bytes]:
    return lambda: forged(Part(local=fields))


def _central(**fields: int) -> Callable[[], bytes]:
    return lambda: forged(Part(central=fields))


def _end(**fields: int) -> Callable[[], bytes]:
    return lambda: forged(GOOD, OTHER, end=fields)


def _zeros(size: int) -> Part:
    return Part(data=bytes(size))


def _two_archives() -> bytes:
    return forged(GOOD) + forged(OTHER)


def _archive_in_comment() -> bytes:
    return forged(GOOD, comment=forged(OTHER))


def _end_in_comment() -> bytes:
    return forged(GOOD, comment=b"PK\x05\x06" + bytes(18))


def _end_in_directory() -> bytes:
    return forged(Part(comment=b"PK\x05\x06" + bytes(18)))


def _many(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(count):
            archive.writestr(f"f{number}", b"")
    return out.getvalue()


def _wide(size: int, packed: int) -> bytes:
    return field(1, struct.pack("<2Q", size, packed))


def _aes() -> bytes:
    return forged(Part(extra=field(0x9901, b"\x02\x00AE\x03\x08\x00")))


def _unicode_path(name: bytes) -> bytes:
    return field(0x7075, b"\x01" + struct.pack("<I", zlib.crc32(GOOD.name)) + name)


def _undescribed() -> bytes:
    return forged(Part(flags=8, local={"crc": 0, "packed": 0, "size": 0}), OTHER)


def _wrong_descriptor(*, signed: bool) -> bytes:
    return forged(Part(flags=8, local={"crc": 0, "packed": 0, "size": 0},
                       after=descriptor(GOOD, signed=signed, crc=7)))  # fmt: skip


def _long_descriptor() -> bytes:
    part = Part(flags=8, local={"crc": 0, "packed": 0, "size": 0}, after=descriptor(GOOD) + b"mor")
    return forged(part, OTHER)


_CASES: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "an empty file": ("CS111", lambda: b""),
    "a text": ("CS111", lambda: b"window.YTD.like.part0 = []"),
    "a 7z": ("CS111", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(64)),
    "a rar": ("CS111", lambda: b"Rar!\x1a\x07\x01\x00" + bytes(64)),
    "a program": ("CS111", lambda: b"\x7fELF" + bytes(64)),
    "only the first letters": ("CS111", lambda: b"PK"),
    "only a local header": ("CS112", lambda: forged(GOOD)[:60]),
    "no directory": ("CS112", lambda: forged(GOOD)[:-80]),
    "end record cut": ("CS112", lambda: forged(GOOD)[:-1]),
    "end record cut before its sizes": ("CS112", lambda: forged(GOOD)[:-12]),
    "comment cut": ("CS112", lambda: forged(GOOD, comment=b"abcdef")[:-2]),
    "comment length lies upward": ("CS112", _end(comment=5)),
    "letters after the end": ("CS113", lambda: forged(GOOD) + b"x"),
    "a newline after the end": ("CS113", lambda: forged(GOOD) + b"\n"),
    "zeros after the end": ("CS113", lambda: forged(GOOD) + bytes(70_000)[:60_000]),
    "a script after the end": ("CS113", lambda: forged(GOOD) + b"#!/bin/sh\nrm -rf /\n"),
    "comment length lies downward": ("CS113", lambda: forged(GOOD, comment=b"abcdef", end={"comment": 2})),
    "more zeros after the end than a comment can have": ("CS112", lambda: forged(GOOD) + bytes(70_000)),
    "a program before the archive": ("CS114", lambda: b"\x7fELF" + bytes(60) + forged(GOOD)),
    "a text before the archive": ("CS114", lambda: b"hello" + forged(GOOD)),
    "an archive before the archive": ("CS116", _two_archives),
    "bytes before the first entry": ("CS114", lambda: forged(Part(before=b"PK\x03\x04 hidden"), OTHER)),
    "bytes between directory and end": ("CS114", lambda: forged(GOOD, before_end=b"hidden")),
    "directory said to start too early": ("CS114", lambda: forged(GOOD, end={"start": 3})),
    "bytes between two entries": ("CS115", lambda: forged(GOOD, Part(name=b"b", before=b"hidden"))),
    "an unlisted entry between two": ("CS115", lambda: forged(GOOD, Part(name=b"b", before=forged(OTHER)[:72]))),
    "bytes before the directory": ("CS115", lambda: forged(GOOD, before_directory=b"hidden")),
    "an entry left out of the directory": ("CS115", lambda: forged(GOOD, before_directory=forged(OTHER)[:72])),
    "more rows than the directory counts": ("CS115", _end(here=1, entries=1)),
    "no rows counted at all": ("CS115", _end(here=0, entries=0)),
    "sizes to come that never come": ("CS115", _undescribed),
    "a descriptor of the wrong length": ("CS115", _long_descriptor),
    "a whole archive as comment": ("CS116", _archive_in_comment),
    "an end record in the comment": ("CS116", _end_in_comment),
    "an end record in an entry's comment": ("CS116", _end_in_directory),
    "two end records": ("CS116", lambda: forged(GOOD, before_end=forged(GOOD)[-22:])),
    "two end records with other directories": ("CS116", lambda: forged(GOOD, before_end=forged(OTHER)[-22:])),
    "zip64 end elsewhere": ("CS116", lambda: forged64(GOOD, locator={"place": 0})),
    "zip64 end beyond the file": ("CS116", lambda: forged64(GOOD, locator={"place": 1 << 60})),
    "zip64 end not adjacent": ("CS116", lambda: forged64(GOOD, after_record=b"hidden")),
    "zip64 counts other entries": ("CS116", lambda: forged64(GOOD, OTHER, end={"entries": 1})),
    "zip64 gives another size": ("CS116", lambda: forged64(GOOD, end={"size": 46})),
    "zip64 gives another place": ("CS116", lambda: forged64(GOOD, end={"start": 5})),
    "two zip64 fields": ("CS116", lambda: forged(Part(extra=_wide(26, 26) * 2))),
    "a second name in the directory": ("CS116", lambda: forged(Part(extra=_unicode_path(b"evil.js")))),
    "a second name in the header": ("CS116", lambda: forged(Part(local_extra=_unicode_path(b"evil.js")))),
    "50,001 entries": ("CS117", lambda: _many(50_001)),
    "65,535 entries claimed": ("CS117", _end(here=0xFFFF, entries=0xFFFF)),
    "a thousand million entries claimed": ("CS117", lambda: forged64(GOOD, long={"here": 10**9, "entries": 10**9})),
    "a name in Latin-1": ("CS118", _name("größe.js".encode("latin-1"))),
    "a name in code page 437": ("CS118", _name("größe.js".encode("cp437"))),
    "a name in decomposed Unicode": ("CS118", _name("gro\u0308sse.js".encode())),
    "a name with a lone surrogate": ("CS118", _name(b"a\xed\xa0\x80.js")),
    "a name with an overlong slash": ("CS118", _name(b"a\xc0\xaf.js")),
    "a name with a newline": ("CS119", _name(b"a\nb.js")),
    "a name with an escape": ("CS119", _name(b"a\x1b[2J.js")),
    "a name with a delete": ("CS119", _name(b"a\x7f.js")),
    "a name with a line separator": ("CS119", _name("a\u2028b.js".encode())),
    "a name with a C1 control": ("CS119", _name("a\u009bb.js".encode())),
    "a very long name": ("CS120", _name(b"a" * 1_025)),
    "a long path": ("CS120", _name(b"a/" * 600 + b"x")),
    "a name a hundred folders deep": ("CS120", _name(b"a/" * 100 + b"x")),
    "NUL cuts a name": ("CS121", _name(b"data/like.js\x00.exe")),
    "NUL at the start": ("CS121", _name(b"\x00data/like.js")),
    "NUL at the end": ("CS121", _name(b"data/like.js\x00")),
    "NUL in one of two names": ("CS121", lambda: forged(GOOD, Part(name=b"data/like.js\x00x"))),
    "slip": ("CS122", _name(b"../../etc/passwd")),
    "slip in the middle": ("CS122", _name(b"data/../../x")),
    "slip at the end": ("CS122", _name(b"data/..")),
    "slip in a folder": ("CS122", lambda: forged(Part(name=b"data/../", data=b"", method=0))),
    "only two dots": ("CS122", _name(b"..")),
    "an absolute name": ("CS123", _name(b"/etc/passwd")),
    "a name with two slashes first": ("CS123", _name(b"//server/share")),
    "only a slash": ("CS123", lambda: forged(Part(name=b"/", data=b"", method=0))),
    "a backslash": ("CS124", _name(b"data\\like.js")),
    "slip by backslash": ("CS124", _name(b"..\\..\\windows\\x")),
    "a network path": ("CS124", _name(b"\\\\server\\share")),
    "a drive letter": ("CS125", _name(b"C:/windows/x")),
    "a drive letter without slash": ("CS125", _name(b"c:x")),
    "an empty name": ("CS126", _name(b"")),
    "an empty part": ("CS126", _name(b"data//like.js")),
    "a dot part": ("CS126", _name(b"data/./like.js")),
    "a dot first": ("CS126", _name(b"./like.js")),
    "the same name twice": ("CS127", _pair(b"like.js", b"like.js")),
    "twins in case": ("CS127", _pair(b"like.js", b"LIKE.JS")),
    "twins in folded case": ("CS127", _pair("straße.js".encode(), b"STRASSE.js")),
    "twins in a folder's case": ("CS127", _pair(b"Data/like.js", b"data/like.js")),
    "twins by the Kelvin sign": ("CS118", _pair("\u212a.js".encode(), b"k.js")),
    "twins by long s": ("CS127", _pair("\u017f.js".encode(), b"s.js")),
    "a file and a folder": ("CS127", _pair(b"like.js", b"like.js/")),
    "a folder twice": ("CS127", _pair(b"data/", b"DATA/")),
    "a file that is a folder elsewhere": ("CS128", _pair(b"data", b"data/like.js")),
    "a file that is a folder in another case": ("CS128", _pair(b"a/b/c", b"A/B")),
    "shrunk": ("CS129", lambda: forged(Part(method=1, packed=b"xxxx"))),
    "imploded": ("CS129", lambda: forged(Part(method=6, packed=b"xxxx"))),
    "deflate64": ("CS129", lambda: forged(Part(method=9, packed=b"xxxx"))),
    "bzip2": ("CS129", lambda: forged(Part(method=12, packed=b"xxxx"))),
    "lzma": ("CS129", lambda: forged(Part(method=14, packed=b"xxxx"))),
    "zstandard": ("CS129", lambda: forged(Part(method=93, packed=b"xxxx"))),
    "an unheard method": ("CS129", lambda: forged(Part(method=0xFFFF, packed=b"xxxx"))),
    "a patch": ("CS129", lambda: forged(Part(flags=1 << 5))),
    "encrypted": ("CS130", lambda: forged(Part(flags=1))),
    "strongly encrypted": ("CS130", lambda: forged(Part(flags=1 | 1 << 6))),
    "masked headers": ("CS130", lambda: forged(Part(flags=1 << 13))),
    "AES by its field": ("CS130", _aes),
    "AES by its method": ("CS130", lambda: forged(Part(method=99, packed=b"x", flags=1))),
    "a symbolic link": ("CS131", _mode(0o120777)),
    "a symbolic link from a Mac": ("CS131", lambda: forged(Part(attributes=0o120777 << 16, central={"made": 0x1314}))),
    "a symbolic link that calls itself DOS": ("CS131", lambda: forged(
        Part(attributes=0o120777 << 16, central={"made": 20}))),
    "a character device": ("CS132", _mode(0o020644)),
    "a block device": ("CS132", _mode(0o060644)),
    "a pipe": ("CS132", _mode(0o010644)),
    "a socket": ("CS132", _mode(0o140644)),
    "a folder with a file's name": ("CS134", _mode(0o040755)),
    "a folder with content": ("CS134", lambda: forged(Part(name=b"data/", data=b"x", method=0))),
    "one header for two entries": ("CS135", bombs.shared_bytes),
    "quoted headers": ("CS135", bombs.quoted_headers),
    "an entry that holds the archive": ("CS135", bombs.quine_like),
    "an entry inside the directory": ("CS135", bombs.entry_in_directory),
    "an entry beyond the end": ("CS135", _central(offset=_BIG - 1)),
    "a directory over its end": ("CS135", _end(size=0x7000)),
    "a directory beyond the file": ("CS135", _end(start=0x70000000)),
    "a zip64 directory beyond the file": ("CS135", lambda: forged64(GOOD, long={"start": 1 << 62})),
    "packed bytes over the next entry": ("CS135", lambda: forged(
        Part(central={"packed": 40}, local={"packed": 40}), OTHER)),
    "a local name that reaches into the directory": ("CS135", _local(name=60_000)),
    "another name inside": ("CS136", lambda: forged(Part(local_name=b"data/evil.js"))),
    "another name of another length inside": ("CS136", lambda: forged(Part(local_name=b"x"))),
    "another case inside": ("CS136", lambda: forged(Part(local_name=b"DATA/LIKE.JS"))),
    "NUL and more inside": ("CS136", lambda: forged(Part(local_name=b"data/like.js\x00.exe"))),
    "another method inside": ("CS136", _local(method=0)),
    "another checksum inside": ("CS136", _local(crc=1)),
    "another size inside": ("CS136", _local(size=7)),
    "another packed size inside": ("CS136", _local(packed=7)),
    "encrypted inside only": ("CS136", _local(flags=1)),
    "no signature inside": ("CS136", lambda: forged(OTHER, Part(local={"sign": 0x04034B51}))),
    "zero sizes inside without the flag": ("CS136", _local(crc=0, size=0, packed=0)),
    "half the sizes inside": ("CS136", lambda: forged(Part(flags=8, local={"size": 0}))),
    "a descriptor with another checksum": ("CS136", lambda: _wrong_descriptor(signed=True)),
    "an unsigned descriptor with another checksum": ("CS136", lambda: _wrong_descriptor(signed=False)),
    "a zip64 size inside that differs": ("CS136", lambda: forged(
        Part(local={"size": _BIG, "packed": _BIG}, local_extra=_wide(999, 999)))),
    "packed 1,000 to 1": ("CS137", lambda: forged(_zeros(10_000_000))),
    "packed 250 to 1": ("CS137", lambda: forged(Part(data=bytes(250), packed=b"x"))),
    "something from nothing": ("CS137", lambda: forged(Part(data=b"abc", packed=b""))),
    "a bomb beside good files": ("CS137", lambda: forged(GOOD, OTHER, Part(name=b"b", data=bytes(5_000_000)))),
    "all of it 150 to 1": ("CS138", lambda: forged(Part(data=bytes(3_000), packed=bytes(20)))),
    "many at 180 to 1": ("CS138", lambda: forged(
        *(Part(name=b"f%d" % n, data=bytes(1_800), packed=bytes(10)) for n in range(50)))),
    "2 GB claimed": ("CS139", _central(size=2_000_000_001)),
    "an exabyte claimed": ("CS139", lambda: forged(
        Part(extra=field(1, struct.pack("<Q", 1 << 60)), central={"size": _BIG}))),
    "20 GB in all": ("CS140", lambda: forged(*(
        Part(name=b"f%d" % n, central={"size": 1_999_999_999, "packed": 19_999_999}) for n in range(11)))),
    "stored with two sizes": ("CS141", lambda: forged(Part(method=0, central={"size": 5}))),
    "a row cut off": ("CS143", lambda: forged(Part(central={"comment": 9}))),
    "a row with too long a name": ("CS143", _central(name=60_000)),
    "a row without signature": ("CS143", _central(sign=0x02014B51)),
    "fewer rows than counted": ("CS143", _end(here=3, entries=3)),
    "an extra field cut off": ("CS143", lambda: forged(Part(extra=b"\x01\x00\x20\x00xx"))),
    "an extra field without length": ("CS143", lambda: forged(Part(extra=b"\x01"))),
    "no zip64 field for a long size": ("CS143", _central(size=_BIG)),
    "a short zip64 field": ("CS143", lambda: forged(Part(extra=field(1, b"abc"), central={"size": _BIG}))),
    "no zip64 field inside": ("CS143", lambda: forged(Part(local={"size": _BIG}))),
    "a zip64 end of another form": ("CS143", lambda: forged64(GOOD, long={"length": 60})),
    "a zip64 end that counts twice": ("CS143", lambda: forged64(GOOD, long={"here": 9})),
    "a page of extra fields": ("CS148", lambda: forged(Part(extra=field(9, b"") * 300))),
    "a page of extra fields inside": ("CS148", lambda: forged(Part(local_extra=field(9, b"") * 300))),
    "part two of several": ("CS144", _end(disk=1)),
    "directory on another disk": ("CS144", _end(first=1)),
    "entries on other disks": ("CS144", _end(here=1)),
    "an entry on another disk": ("CS144", _central(disk=3)),
    "a spanned archive's first part": ("CS144", lambda: b"PK\x07\x08" + forged(GOOD)),
    "zip64 on another disk": ("CS144", lambda: forged64(GOOD, locator={"disk": 2})),
    "zip64 of several disks": ("CS144", lambda: forged64(GOOD, locator={"disks": 2})),
}  # fmt: skip


def refused_at_once() -> Iterator[tuple[str, str, Callable[[], bytes]]]:
    """Yield the zips that must be refused before anything is read."""
    for name, (code, made) in _CASES.items():
        yield name, code, made


def nested_bomb() -> bytes:
    """Return a zip that holds a bomb as a plain member, which must stay unopened."""
    return forged(Part(name=b"inner.zip", data=forged(_zeros(10_000_000)), method=0))
