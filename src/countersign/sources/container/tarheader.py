"""Reads one tar header and refuses every kind that is not a plain file or folder.

Source: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Extended Header"; GNU tar manual, "Basic Tar Format".
"""

from collections.abc import Mapping

import msgspec

from countersign.errors import HostileArchive
from countersign.sources.container.limits import MAX_FILE, Rule, broken
from countersign.sources.container.names import shown

BLOCK = 512
_FILE, _FOLDER = b"0\x007", b"5"
_REFUSED: Mapping[bytes, tuple[Rule, str]] = {
    b"1": ("link", "a hard link"), b"2": ("link", "a symbolic link"), b"K": ("link", "a link with a long name"),
    b"3": ("device", "a character device"), b"4": ("device", "a block device"), b"6": ("device", "a named pipe"),
    b"S": ("sparse", "a sparse file"),
}  # fmt: skip
_HARMLESS_GLOBAL = frozenset({"comment"})


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """One header block: the raw name, the size of what follows, and the kind as its one byte."""

    name: bytes
    size: int
    kind: bytes

    @property
    def is_folder(self) -> bool:
        """Whether this is a folder."""
        return self.kind == _FOLDER


def header(block: bytes, path: str) -> Header:
    """Return what a header block says; raise HostileArchive if it is damaged or of a kind that is refused."""
    if _octal(block[148:156], path) != sum(block[:148]) + 8 * 32 + sum(block[156:]):
        raise broken("damaged", "a header of the archive has a wrong checksum", path)
    kind, name = block[156:157], _name(block, path)
    if kind in _REFUSED:
        rule, what = _REFUSED[kind]
        raise broken(rule, f"an entry is {what}: {shown(name)}", path)
    if kind not in _FILE + _FOLDER + b"xgL":
        raise broken("entry type", f"an entry is of the unknown kind {shown(kind)}: {shown(name)}", path)
    return Header(name=name, size=_size(block[124:136], path), kind=kind)


def extended(records: bytes, path: str) -> dict[str, str]:
    """Return the records of a pax header; raise HostileArchive if they are damaged or given twice.

    >>> extended(b"20 path=outbox.json\\n", "a.tar.gz")
    {'path': 'outbox.json'}
    """
    found: dict[str, str] = {}
    place = 0
    while place < len(records):
        key, value, place = _record(records, place, path)
        if key in found:
            raise broken("ambiguous", f"an extended header gives {shown(key.encode())} twice", path)
        found[key] = value
    _check_keys(found, path)
    return found


def check_global(records: Mapping[str, str], path: str) -> None:
    """Raise HostileArchive if a header for the whole archive says more than a comment."""
    if records.keys() - _HARMLESS_GLOBAL:
        raise broken("ambiguous", "a header for the whole archive changes its entries", path)


def decimal(text: str, path: str) -> int:
    """Return a size given in digits; raise HostileArchive if it is anything else or too large."""
    if not (text.isascii() and text.isdigit()) or len(text) > 20:
        raise broken("lying size", f"a size is not a number: {shown(text.encode())}", path)
    return _limited(int(text), path)


def _check_keys(found: Mapping[str, str], path: str) -> None:
    if any(key.startswith("GNU.sparse") for key in found):
        raise broken("sparse", "an entry is a sparse file", path)
    if "linkpath" in found:
        raise broken("link", "an extended header makes an entry a link", path)
    if found.get("hdrcharset", "UTF-8") not in ("UTF-8", "ISO-IR 10646 2000 UTF-8"):
        raise broken("name encoding", "an extended header is not in UTF-8", path)


def _record(records: bytes, place: int, path: str) -> tuple[str, str, int]:
    digits, space, _ = records[place : place + 10].partition(b" ")
    length = int(digits) if space and digits.isdigit() else 0
    record = records[place : place + length]
    key, equals, value = record[len(digits) + 1 : -1].partition(b"=")
    if len(record) != length or not record.endswith(b"\n") or not (key and equals):
        raise _damaged(path)
    try:
        return key.decode(), value.decode(), place + length
    except UnicodeDecodeError:
        raise broken("name encoding", "an extended header is not in UTF-8", path) from None


def _damaged(path: str) -> HostileArchive:
    return broken("damaged", "an extended header of the archive is damaged", path)


def _name(block: bytes, path: str) -> bytes:
    name = _until_nul(block[:100], path)
    # Only POSIX headers have a prefix; GNU's older ones keep times in its place.
    if block[257:263] == b"ustar\x00" and (prefix := _until_nul(block[345:500], path)):
        return prefix + b"/" + name
    return name


def _until_nul(field: bytes, path: str) -> bytes:
    text, _, rest = field.partition(b"\x00")
    if rest.strip(b"\x00"):
        raise broken("NUL", f"a name holds a NUL byte: {shown(field.rstrip(bytes(1)))}", path)
    return text


def _size(field: bytes, path: str) -> int:
    if field[0] & 0x80:
        # GNU's base-256 form, for sizes that octal digits cannot hold; 0xff would mean a negative one.
        return _limited(int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big"), path)
    return _limited(_octal(field, path), path)


def _octal(field: bytes, path: str) -> int:
    digits = field.replace(b"\x00", b" ").strip(b" ")
    if digits and (not digits.isdigit() or b"8" in digits or b"9" in digits):
        raise broken("damaged", "a number in a header of the archive is not octal", path)
    return int(digits or b"0", 8)


def _limited(size: int, path: str) -> int:
    if size > MAX_FILE:
        raise broken("file size", f"an entry has {size:,} bytes (at most {MAX_FILE:,})", path)
    return size
