"""Packs a bundle's files into the one zip that they can make, so that not a bit of it is free to change."""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping

from countersign.errors import EvidenceError
from countersign.evidence.bundle.paths import MOST_BYTES, MOST_FILES

COMMENT = b"countersign-bundle/1"
FOLDER = re.compile(r"(?!\.\.?\Z)[A-Za-z0-9._-]{1,64}")

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_NEEDED, _MADE_BY, _UTF8, _STORED = 20, 0x0314, 0x0800, 0
_TIME, _DATE = 0, 0x0021
_REGULAR_FILE = 0o100644 << 16

Bytes = bytes | memoryview


def write_zip(folder: str, files: Mapping[str, Bytes]) -> bytes:
    """Return the zip of a bundle: the same files give the same bytes (docs/reference/evidence-format.md, "Zip")."""
    return b"".join(zip_parts(folder, files))


def zip_parts(folder: str, files: Mapping[str, Bytes]) -> Iterator[Bytes]:
    """Yield that zip piece by piece, so that it can be compared without being held twice."""
    _refuse_odd(folder, files)
    directory, at = [], 0
    for name, data in sorted((f"{folder}/{path}".encode("ascii"), data) for path, data in files.items()):
        about = struct.pack(
            "<HHHHHIIIHH", _NEEDED, _UTF8, _STORED, _TIME, _DATE, zlib.crc32(data), len(data), len(data), len(name), 0
        )
        directory.append(
            CENTRAL + struct.pack("<H", _MADE_BY) + about + struct.pack("<HHHII", 0, 0, 0, _REGULAR_FILE, at) + name
        )
        header = LOCAL + about + name
        yield header
        yield data
        at += len(header) + len(data)
    central = b"".join(directory)
    yield central
    count = len(directory)
    yield END + struct.pack("<HHHHIIH", 0, 0, count, count, len(central), at, len(COMMENT)) + COMMENT


def _refuse_odd(folder: str, files: Mapping[str, Bytes]) -> None:
    if not FOLDER.fullmatch(folder):
        raise EvidenceError(
            "a bundle's folder is named with 1 to 64 of A-Z a-z 0-9 . _ -", where=folder, code="CS421",
            hint="choose another name for the file",
        )  # fmt: skip
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        raise EvidenceError("a bundle has at most 20,000 files and 1 GiB", hint="seal less at once", code="CS422")
