"""Reads the zip of a bundle so strictly that nothing in it is left unread, and nothing can be read in two ways."""

import re
import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import NoReturn

import msgspec

from countersign.evidence.bundle.archive import CENTRAL, COMMENT, END, FOLDER, LOCAL, Bytes, zip_parts
from countersign.evidence.bundle.paths import MOST_BYTES, MOST_FILES
from countersign.evidence.verify.codes import Stop

_NAME = re.compile(rb"[\x21-\x7e]+")
_END = struct.Struct("<4sHHHHIIH")
_HEADER = struct.Struct("<4sHHHHHIIIHH")
_ENTRY = struct.Struct("<4sHHHHHHIIIHHHHHII")
_DESCRIPTOR = struct.Struct("<III")
_DESCRIPTOR_MARK = b"PK\x07\x08"
_OWN_END = _END.size + len(COMMENT)
_OF_A_FAMILY = re.compile(re.escape(COMMENT[:-1]) + rb"[0-9]")

_STEP = 1 << 20
"""Bytes compared at a time, so that a large file is not held twice."""

STORED, DEFLATED = 0, 8
_DESCRIBED = 1 << 3
_KNOWN_FLAGS = 1 << 1 | 1 << 2 | _DESCRIBED | 1 << 11
_ZIP64, _UNICODE_PATH = 0x0001, 0x7075
_UNIX, _KIND_OF_FILE, _KINDS_ALLOWED = 3, 0o170000, (0, 0o100000, 0o040000)


class Unzipped(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a bundle's zip by their paths in its folder; `repacked` if another program packed it again."""

    folder: str
    files: Mapping[str, Bytes]
    repacked: bool


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What the central directory says of one file; `packed` and `size` in bytes, `start` of its local header."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int


def read_zip(data: bytes) -> Unzipped:
    """Return the files of a bundle's zip; Stop (E_ZIP, E_VERSION) unless it is exactly as the format says.

    A zip of ours is one pure function of its files, and is compared with what that gives. One that was packed again
    by another program has nothing before, between, after or on top of its files.
    """
    end, repacked = _end(data)
    entries = _directory(data, end)
    if sum(entry.size for entry in entries) > MOST_BYTES:
        _refuse("it holds more than 1 GiB")
    read = {entry.name: _content(data, entry) for entry in entries}
    folder, files = _in_one_folder({name: content for name, content in read.items() if not _passed_over(name)})
    if len(files) > MOST_FILES:
        _refuse("it holds more than 20,000 files")
    if not repacked and not _equal(data, zip_parts(folder, files)):
        _refuse("its bytes are not those of a zip of a bundle")
    return Unzipped(folder=folder, files=files, repacked=repacked)


def _end(data: bytes) -> tuple[int, bool]:
    """Return where the end record begins, and whether another program wrote it."""
    own, tail = data[-_OWN_END:], data[-_END.size :]
    if own.startswith(END) and tail[:2] == struct.pack("<H", len(COMMENT)):
        if own[_END.size :] == COMMENT:
            return len(data) - _OWN_END, False
        if _OF_A_FAMILY.fullmatch(own[_END.size :]):
            raise Stop("E_VERSION", "", "it was made by a newer Countersign")
    if tail.startswith(END) and tail.endswith(b"\0\0"):
        return len(data) - _END.size, True
    _refuse("it does not end as a zip ends")


def _directory(data: bytes, end: int) -> list[_Entry]:
    """Return the entries of the central directory, which lie end to end from the first byte to the directory."""
    _, disk, start_disk, here, count, size, start, _ = _END.unpack_from(data, end)
    if disk or start_disk or here != count or start + size != end:
        _refuse("its end record is wrong")
    entries, at = [], start
    while at < end:
        entry, at = _entry(data, at, end)
        entries.append(entry)
    if len(entries) != count or len({entry.name for entry in entries}) != count:
        _refuse("its directory names a file twice, or another number of files than it says")
    _refuse_gaps(data, entries, start)
    return entries


def _entry(data: bytes, at: int, end: int) -> tuple[_Entry, int]:
    if end - at < _ENTRY.size:
        _refuse("its directory is cut off")
    fields: tuple[int, ...] = _ENTRY.unpack_from(data, at)[1:]
    made_by, _, flags, method, _, _, crc, packed, size, name_length, extra, comment, disk, _, attributes, start = fields
    is_entry = data.startswith(CENTRAL, at)
    at += _ENTRY.size
    following = at + name_length + extra + comment
    if not is_entry or following > end or disk:
        _refuse("an entry of its directory is wrong")
    name = data[at : at + name_length]
    if not _NAME.fullmatch(name):
        _refuse("a name in it has characters that no file of a bundle has")
    _refuse_extra(data[at + name_length : at + name_length + extra])
    if flags & ~_KNOWN_FLAGS or method not in (STORED, DEFLATED):
        _refuse("a file in it is encrypted, or packed in a way that bundles are not")
    if made_by >> 8 == _UNIX and (attributes >> 16) & _KIND_OF_FILE not in _KINDS_ALLOWED:
        _refuse("an entry is a link or another thing that is no file")
    if method == STORED and packed != size:
        _refuse("the size of a file is told in two ways")
    entry = _Entry(
        name=name.decode("ascii"), flags=flags, method=method, crc=crc, packed=packed, size=size, start=start
    )
    return entry, following


def _refuse_extra(extra: bytes) -> None:
    """Extra fields are times and owners, which bundles do not use; but two kinds would change a size or a name."""
    at = 0
    while at < len(extra):
        if len(extra) - at < 4:
            _refuse("an extra field is cut off")
        kind, length = struct.unpack_from("<HH", extra, at)
        at += 4 + length
        if at > len(extra) or kind in (_ZIP64, _UNICODE_PATH):
            _refuse("an extra field is cut off, or changes what a file is called or how large it is")


def _refuse_gaps(data: bytes, entries: Iterable[_Entry], directory: int) -> None:
    at = 0
    for entry in sorted(entries, key=lambda entry: entry.start):
        if entry.start != at:
            _refuse("there are bytes between its files, or files lie on top of each other")
        at = _after(data, entry, directory)
    if at != directory:
        _refuse("there are bytes between its files and its directory")


def _after(data: bytes, entry: _Entry, directory: int) -> int:
    """Return where an entry ends: header, data and, if there is one, descriptor."""
    if directory - entry.start < _HEADER.size:
        _refuse("a file is cut off")
    header: tuple[int, ...] = _HEADER.unpack_from(data, entry.start)[1:]
    _, flags, method, _, _, crc, packed, size, name_length, extra = header
    name_at = entry.start + _HEADER.size
    data_at = name_at + name_length + extra
    if (
        not data.startswith(LOCAL, entry.start)
        or (flags, method) != (entry.flags, entry.method)
        or data_at + entry.packed > directory
    ):
        _refuse("a file's header is wrong, or not as the directory has it")
    if data[name_at : name_at + name_length] != entry.name.encode("ascii"):
        _refuse("a file has two names")
    _refuse_extra(data[name_at + name_length : data_at])
    told, right = (crc, packed, size), (entry.crc, entry.packed, entry.size)
    if not flags & _DESCRIBED:
        if told != right:
            _refuse("the size of a file is told in two ways")
        return data_at + entry.packed
    if any(one not in (0, other) for one, other in zip(told, right, strict=True)):
        _refuse("the size of a file is told in two ways")
    return _after_descriptor(data, data_at + entry.packed, _DESCRIPTOR.pack(*right))


def _after_descriptor(data: bytes, at: int, right: bytes) -> int:
    for descriptor in (_DESCRIPTOR_MARK + right, right):
        if data.startswith(descriptor, at):
            return at + len(descriptor)
    _refuse("the size of a file is told in two ways")


def _content(data: bytes, entry: _Entry) -> Bytes:
    name_length, extra = struct.unpack_from("<HH", data, entry.start + _HEADER.size - 4)
    at = entry.start + _HEADER.size + name_length + extra
    packed = memoryview(data)[at : at + entry.packed]
    content = packed if entry.method == STORED else _inflated(packed, entry.size)
    if zlib.crc32(content) != entry.crc:
        _refuse("a file does not match its check sum")
    if entry.name.endswith("/") and entry.size:
        _refuse("a folder in it has bytes")
    return content


def _inflated(packed: memoryview, size: int) -> bytes:
    """Return deflated bytes, never more than they are said to be."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(packed, size + 1)
        if not unpacker.eof:
            content += unpacker.decompress(unpacker.unconsumed_tail, 1)
    except zlib.error as cause:
        raise Stop("E_ZIP", "", "this zip cannot be used: a file in it cannot be unpacked") from cause
    if not unpacker.eof or unpacker.unused_data or len(content) != size:
        _refuse("a file in it does not have the size that it should have")
    return content


def _in_one_folder(files: Mapping[str, Bytes]) -> tuple[str, dict[str, Bytes]]:
    folders = {name.partition("/")[0] for name in files}
    if len(folders) != 1 or any(name.endswith("/") or "/" not in name for name in files):
        _refuse("its files are not in one folder")
    (folder,) = folders
    if not FOLDER.fullmatch(folder):
        _refuse("its folder is not named as a bundle's folder is")
    return folder, {name.partition("/")[2]: content for name, content in files.items()}


def _passed_over(name: str) -> bool:
    """Say whether an entry is what other programs add of themselves: folders, and what macOS leaves behind."""
    return name.endswith("/") or name.startswith("__MACOSX/") or name.rpartition("/")[2] == ".DS_Store"


def _equal(data: bytes, parts: Iterable[Bytes]) -> bool:
    at = 0
    for part in parts:
        for start in range(0, len(part), _STEP):
            piece = bytes(part[start : start + _STEP])
            if not data.startswith(piece, at):
                return False
            at += len(piece)
    return at == len(data)


def _refuse(why: str) -> NoReturn:
    raise Stop("E_ZIP", "", f"this zip cannot be used: {why}")
