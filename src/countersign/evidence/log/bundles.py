"""Where the files of a published log lie, and how entries stand in them (C2SP tlog-tiles)."""

from collections.abc import Iterable

from countersign.errors import EvidenceError
from countersign.evidence.log.tiles import WIDTH

CHECKPOINT = "checkpoint"
LOG_KEY = "keys/log.vkey"
MLDSA_KEY = "keys/mldsa.vkey"
_LENGTH_BYTES = 2


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """Return where a tile lies; `level` is "entries" for a bundle of entries.

    >>> tile_path(0, 1234067), tile_path("entries", 0, 7)
    ('tile/0/x001/x234/067', 'tile/entries/000.p/7')
    """
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(parts)}{partial}"


def bundled(entries: Iterable[bytes]) -> bytes:
    """Return entries as a bundle: each after its length in two bytes.

    >>> bundled([b"a", b""])
    b'\\x00\\x01a\\x00\\x00'
    """
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES) + entry for entry in entries)


def unbundled(data: bytes, most: int = WIDTH) -> list[bytes]:
    """Return the entries of a bundle; EvidenceError (CS406) unless it ends with one and has at most `most`."""
    found: list[bytes] = []
    place, end = 0, len(data)
    while place < end and len(found) < most:
        start = place + _LENGTH_BYTES
        place = start + int.from_bytes(data[place:start])
        found.append(data[start:place])
    if place != end:
        raise EvidenceError("a bundle of entries is cut short or has more than it should", code="CS406")
    return found
