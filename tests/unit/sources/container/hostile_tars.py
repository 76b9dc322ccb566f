"""Tar archives that break one rule each: name of the case, the code that must answer, the bytes."""

import gzip
import os
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping

from tests.unit.sources.container.forge import entry, good_tar, header, padded, pax, tarred

_GOOD = entry()
_OTHER = entry("actor.json")


def _name(raw: bytes) -> Callable[[], bytes]:
    return lambda: tarred(header(raw) + padded(b"{}"))


def _kind(kind: bytes) -> Callable[[], bytes]:
    return lambda: tarred(header(kind=kind) + padded(b"{}"))


def _size(size: bytes) -> Callable[[], bytes]:
    return lambda: tarred(header(size=size) + padded(b"{}"))


def _pax(*records: bytes) -> Callable[[], bytes]:
    return lambda: tarred(pax(*records), _GOOD)


def _raw_pax(body: bytes) -> Callable[[], bytes]:
    return lambda: tarred(header(size=b"%011o\0" % len(body), kind=b"x"), padded(body), _GOOD)


def _pair(one: str, two: str) -> Callable[[], bytes]:
    return lambda: tarred(*(entry(name, b"" if name.endswith("/") else b"{}", kind=b"5" if name.endswith("/") else b"0")
                            for name in (one, two)))  # fmt: skip


def _long(name: bytes) -> bytes:
    return header(b"././@LongLink", size=b"%011o\0" % (len(name) + 1), kind=b"L") + padded(name + b"\0")


def _sparse(form: int) -> bytes:
    records = {0: [b"GNU.sparse.size=9", b"GNU.sparse.numblocks=0"], 1: [b"GNU.sparse.major=1", b"GNU.sparse.minor=0"]}
    return tarred(pax(*records[form]), _GOOD)


def _tampered(place: int) -> bytes:
    data = bytearray(tarred(_GOOD))
    data[place] ^= 1
    return bytes(data)


def _noisy_then_zeros() -> bytes:
    return tarred(entry("a.bin", os.urandom(60_000)), entry("b.json", bytes(3_000_000)))


def _joined(*parts: bytes) -> bytes:
    return b"".join(gzip.compress(part, mtime=0) for part in parts)


_CASES: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "only the magic": ("CS112", lambda: b"\x1f\x8b"),
    "gzip header cut": ("CS112", lambda: tarred(_GOOD)[:7]),
    "gzip cut in the data": ("CS112", lambda: tarred(_GOOD)[:-20]),
    "gzip cut in its checksum": ("CS112", lambda: tarred(_GOOD)[:-6]),
    "gzip cut in its length": ("CS112", lambda: tarred(_GOOD)[:-2]),
    "gzip of nothing": ("CS112", lambda: gzip.compress(b"")),
    "gzip of a text": ("CS112", lambda: gzip.compress(b"window.YTD")),
    "gzip of a long text": ("CS143", lambda: gzip.compress(b"window.YTD" * 100)),
    "no end blocks": ("CS112", lambda: tarred(_GOOD, end=b"")),
    "one end block": ("CS112", lambda: tarred(_GOOD, end=bytes(512))),
    "half an end block": ("CS112", lambda: tarred(_GOOD, end=bytes(300))),
    "data cut off": ("CS112", lambda: gzip.compress(header(size=b"00000007777\0") + b"{}")),
    "a larger size than there is": ("CS112", _size(b"00000777777\0")),
    "bytes after the gzip": ("CS113", lambda: tarred(_GOOD) + b"hidden"),
    "zeros after the gzip": ("CS113", lambda: tarred(_GOOD) + bytes(512)),
    "a zip after the gzip": ("CS113", lambda: tarred(_GOOD) + b"PK\x05\x06" + bytes(18)),
    "bytes after the end blocks": ("CS113", lambda: tarred(_GOOD, end=bytes(1024) + b"hidden" * 100)),
    "a second tar after the end": ("CS113", lambda: tarred(_GOOD, end=bytes(1024) + _OTHER + bytes(1024))),
    "a second tar in a second gzip": ("CS113", lambda: tarred(_GOOD) + tarred(_OTHER)),
    "a second tar far behind": ("CS113", lambda: tarred(_GOOD, end=bytes(20_480) + _OTHER + bytes(1024))),
    "an entry after one end block": ("CS115", lambda: tarred(_GOOD, end=bytes(512) + _OTHER + bytes(1024))),
    "two names for one entry": ("CS116", lambda: tarred(_long(b"a.json"), pax(b"path=b.json"), _GOOD)),
    "two extended headers": ("CS116", lambda: tarred(pax(b"path=a.json"), pax(b"path=b.json"), _GOOD)),
    "two long names": ("CS116", lambda: tarred(_long(b"a.json"), _long(b"b.json"), _GOOD)),
    "a path twice in one header": ("CS116", _pax(b"path=a.json", b"path=b.json")),
    "a path for the whole archive": ("CS116", lambda: tarred(pax(b"path=a.json", kind=b"g"), _GOOD)),
    "a size for the whole archive": ("CS116", lambda: tarred(pax(b"size=1", kind=b"g"), _GOOD)),
    "50,001 entries": ("CS117", lambda: tarred(
        *(header(b"f%d" % n, size=b"00000000000\0") for n in range(50_001)), level=1)),
    "a name in Latin-1": ("CS118", _name("größe.json".encode("latin-1"))),
    "a name in decomposed Unicode": ("CS118", _name("gro\u0308sse.json".encode())),
    "a path in Latin-1": ("CS118", _pax(b"path=gr\xf6sse.json")),
    "a path in a binary character set": ("CS118", _pax(b"hdrcharset=BINARY", b"path=x.json")),
    "a newline in a name": ("CS119", _name(b"a\nb.json")),
    "an escape in a path": ("CS119", _pax(b"path=a\x1b[2J.json")),
    "a long path": ("CS120", lambda: tarred(_long(b"a" * 1_025), _GOOD)),
    "a path a hundred folders deep": ("CS120", _pax(b"path=" + b"a/" * 100 + b"x")),
    "an extended header too long": ("CS120", lambda: tarred(_long(b"a" * 70_000), _GOOD)),
    "an extended header claimed enormous": ("CS120", lambda: tarred(header(size=b"00700000000\0", kind=b"x"))),
    "NUL cuts a name": ("CS121", _name(b"outbox.json\x00.exe")),
    "NUL in a prefix": ("CS121", lambda: tarred(header(prefix=b"a\x00b") + padded(b"{}"))),
    "NUL in a path": ("CS121", _pax(b"path=outbox.json\x00.exe")),
    "NUL in a long name": ("CS121", lambda: tarred(_long(b"a\x00b"), _GOOD)),
    "slip": ("CS122", _name(b"../../etc/passwd")),
    "slip after a dot": ("CS122", _name(b"./../x")),
    "slip by prefix": ("CS122", lambda: tarred(header(prefix=b"..") + padded(b"{}"))),
    "slip by path": ("CS122", _pax(b"path=../x")),
    "slip by long name": ("CS122", lambda: tarred(_long(b"../x"), _GOOD)),
    "slip in a folder": ("CS122", lambda: tarred(header(b"../", size=b"0", kind=b"5"))),
    "an absolute name": ("CS123", _name(b"/etc/passwd")),
    "an absolute name after a dot": ("CS123", _name(b".//etc/passwd")),
    "an absolute prefix": ("CS123", lambda: tarred(header(prefix=b"/etc") + padded(b"{}"))),
    "an absolute path": ("CS123", _pax(b"path=/etc/passwd")),
    "a backslash": ("CS124", _name(b"..\\x")),
    "a drive letter": ("CS125", _name(b"C:x")),
    "an empty name": ("CS126", _name(b"")),
    "an empty path": ("CS126", _pax(b"path=")),
    "only a dot": ("CS126", _name(b".")),
    "an empty part": ("CS126", _name(b"a//b")),
    "a dot twice": ("CS126", _name(b"././outbox.json")),
    "the same name twice": ("CS127", _pair("outbox.json", "outbox.json")),
    "the same name with and without a dot": ("CS127", _pair("outbox.json", "./outbox.json")),
    "twins in case": ("CS127", _pair("outbox.json", "OUTBOX.json")),
    "twins in folded case": ("CS127", _pair("straße.json", "STRASSE.json")),
    "a twin by path": ("CS127", lambda: tarred(entry("a.json"), pax(b"path=A.JSON"), _GOOD)),
    "a file and a folder": ("CS127", _pair("outbox.json", "outbox.json/")),
    "a file that is a folder elsewhere": ("CS128", _pair("a", "a/b.json")),
    "a hard link": ("CS131", lambda: tarred(_GOOD, entry("a.json", b"", kind=b"1", link="outbox.json"))),
    "a symbolic link": ("CS131", lambda: tarred(entry("a.json", b"", kind=b"2", link="/etc/passwd"))),
    "a long link": ("CS131", _kind(b"K")),
    "a link by extended header": ("CS131", _pax(b"linkpath=/etc/passwd")),
    "a character device": ("CS132", _kind(b"3")),
    "a block device": ("CS132", _kind(b"4")),
    "a pipe": ("CS132", _kind(b"6")),
    "an old sparse file": ("CS133", _kind(b"S")),
    "a sparse file by extended header": ("CS133", lambda: _sparse(0)),
    "a sparse file of form 1.0": ("CS133", lambda: _sparse(1)),
    "a sparse name": ("CS133", _pax(b"GNU.sparse.name=x")),
    "several volumes": ("CS134", _kind(b"M")),
    "a volume label": ("CS134", _kind(b"V")),
    "a dump folder": ("CS134", _kind(b"D")),
    "a contiguous file": ("CS134", lambda: tarred(header(b"a/", kind=b"7") + padded(b"{}"))),
    "an unheard kind": ("CS134", _kind(b"z")),
    "a Solaris header": ("CS134", _kind(b"X")),
    "a file named like a folder": ("CS134", _name(b"outbox.json/")),
    "a folder with content": ("CS134", lambda: tarred(header(b"a/", kind=b"5") + padded(b"{}"))),
    "an entry packed 1,000 to 1": ("CS138", lambda: tarred(entry("a.json", bytes(5_000_000)))),
    "an entry packed 1,000 to 1 after a large one": ("CS137", _noisy_then_zeros),
    "many small ones packed 400 to 1": ("CS138", lambda: tarred(*(entry(f"f{n}", bytes(10_000)) for n in range(99)))),
    "endless zeros at the end": ("CS138", lambda: tarred(_GOOD, end=bytes(3_000_000))),
    "an empty bomb": ("CS138", lambda: gzip.compress(bytes(10_000_000))),
    "2 GB claimed": ("CS139", _size(b"17777777777\0")),
    "2 GB claimed in base 256": ("CS139", _size(b"\x80" + bytes(6) + struct.pack(">IB", 0x77359401, 0))),
    "an exabyte claimed": ("CS139", _size(b"\x80" + b"\x00" * 3 + b"\x7f" * 8)),
    "less than nothing claimed": ("CS139", _size(b"\xff" * 12)),
    "2 GB claimed by extended header": ("CS139", _pax(b"size=2000000001")),
    "a size that is no number": ("CS141", _pax(b"size=12x")),
    "a size below zero": ("CS141", _pax(b"size=-1")),
    "a size in Arabic digits": ("CS141", _pax("size=١".encode())),
    "a size of a thousand digits": ("CS141", _pax(b"size=" + b"9" * 1_000)),
    "an empty size": ("CS141", _pax(b"size=")),
    "a wrong gzip checksum": ("CS142", lambda: _tampered(-8)),
    "a wrong gzip length": ("CS142", lambda: _tampered(-2)),
    "an unheard gzip method": ("CS143", lambda: b"\x1f\x8b\x07" + tarred(_GOOD)[3:]),
    "reserved gzip flags": ("CS143", lambda: b"\x1f\x8b\x08\xe0" + tarred(_GOOD)[4:]),
    "damaged packed data": ("CS143", lambda: tarred(_GOOD)[:10] + b"\xff" * 60),
    "a wrong header checksum": ("CS143", lambda: tarred(header(checksum=b"0000001\0"))),
    "a header checksum that is no number": ("CS143", lambda: tarred(header(checksum=b"zzzzzzzz"))),
    "a size that is not octal": ("CS143", _size(b"0000000009x\0")),
    "a size with an eight": ("CS143", _size(b"00000000018\0")),
    "a size with a sign": ("CS143", _size(b"-0000000001\0")),
    "a size in the middle of blanks": ("CS143", _size(b"1 1        \0")),
    "an extended record without length": ("CS143", _raw_pax(b"path=x\n")),
    "an extended record of length 0": ("CS143", _raw_pax(b"0 path=x\n")),
    "an extended record too long": ("CS143", _raw_pax(b"99 path=x\n")),
    "an extended record too short": ("CS143", _raw_pax(b"7 path=x\n")),
    "an extended record without value": ("CS143", _raw_pax(b"7 path\n")),
    "an extended record without key": ("CS143", _raw_pax(b"5 =x\n")),
    "an extended record of a huge length": ("CS143", _raw_pax(b"9" * 9 + b" path=x\n")),
    "an extended header of no entry": ("CS143", lambda: tarred(pax(b"path=x"))),
    "a long name of no entry": ("CS143", lambda: tarred(_GOOD, _long(b"x"))),
    "1,001 gzip streams": ("CS147", lambda: _joined(*[b""] * 1_000, _GOOD + bytes(1024))),
}  # fmt: skip


def refused() -> Iterator[tuple[str, str, Callable[[], bytes]]]:
    """Yield the tar archives that must be refused."""
    for name, (code, made) in _CASES.items():
        yield name, code, made


def accepted() -> Iterator[tuple[str, bytes, dict[str, bytes]]]:
    """Yield odd but honest archives, with what they hold."""
    plain = {"outbox.json": b"{}", "media/a.jpg": bytes(range(256)) * 9}
    yield "pax", good_tar(plain), plain
    yield "ustar", good_tar(plain, tarfile.USTAR_FORMAT), plain
    yield "GNU", good_tar(plain, tarfile.GNU_FORMAT), plain
    long = {"a" * 180 + ".json": b"[]", "ü" * 70 + "/x.json": b"{}"}
    yield "long names in pax", good_tar(long), long
    yield "long names in GNU", good_tar(long, tarfile.GNU_FORMAT), long
    split = {"b" * 90 + "/" + "c" * 90 + ".json": b"{}"}
    yield "a name split into prefix and name", good_tar(split, tarfile.USTAR_FORMAT), split
    yield "dots first", good_tar({f"./{name}": data for name, data in plain.items()}), plain
    yield "a dot folder", tarred(header(b"./", size=b"0", kind=b"5"), _GOOD), {"outbox.json": b"{}"}
    yield "a comment for all", tarred(pax(b"comment=made by hand", kind=b"g"), _GOOD), {"outbox.json": b"{}"}
    yield "times in pax", tarred(pax(b"mtime=1.5", b"uname=x"), _GOOD), {"outbox.json": b"{}"}
    yield "a size in pax", tarred(pax(b"size=2"), header(size=b"00000000000\0"), padded(b"{}")), {"outbox.json": b"{}"}
    yield (
        "a size in base 256",
        tarred(header(size=b"\x80" + bytes(10) + b"\x02"), padded(b"{}")),
        {"outbox.json": b"{}"},
    )
    yield "an old header", tarred(header(magic=b""), padded(b"{}")), {"outbox.json": b"{}"}
    yield "an old kind", tarred(header(kind=b"\0"), padded(b"{}")), {"outbox.json": b"{}"}
    yield "nothing", tarred(), {}
    yield "padding to a record", tarred(_GOOD, end=bytes(10_240)), {"outbox.json": b"{}"}
    body = _GOOD + bytes(1024)
    yield "two gzip streams", _joined(body[:700], body[700:]), {"outbox.json": b"{}"}
    yield "empty gzip streams between", _joined(b"", body[:9], b"", body[9:], b""), {"outbox.json": b"{}"}
    yield "stored blocks", gzip.compress(body, 0), {"outbox.json": b"{}"}
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield "flushed blocks", packer.compress(body[:600]) + packer.flush(zlib.Z_FULL_FLUSH) + packer.compress(
        body[600:]) + packer.flush(), {"outbox.json": b"{}"}  # fmt: skip
