"""Reads proofs that a leaf is in a log, each a page of text (C2SP tlog-proof), and lists of hashes."""

import re
from collections.abc import Iterable

import msgspec

from countersign.errors import EvidenceError
from countersign.evidence.canonical import MOST_INTEGER
from countersign.evidence.entry import MOST_BYTES as MOST_ENTRY_BYTES
from countersign.evidence.keys import unbase64
from countersign.evidence.tree import HASH_BYTES

HEADER = b"c2sp.org/tlog-proof@v1\n"
MOST_HASHES = 64
"""A log of 2^53 leaves needs 53."""
MOST_BYTES = 2 << 20
"""An entry, 64 hashes and a checkpoint of at most one MiB."""
_INDEX = re.compile(rb"index (0|[1-9][0-9]{0,15})")


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What leads from an entry, at `index` of the log, to the root that `checkpoint` (a signed note) names."""

    entry: bytes
    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes


def parse_proof(data: bytes) -> Proof:
    """Return a proof with its entry as `extra`; EvidenceError (CS431) unless it is written exactly so."""
    head, parted, checkpoint = data.partition(b"\n\n")
    if len(data) > MOST_BYTES or not data.startswith(HEADER) or not parted:
        raise _wrong("it does not begin as a proof, or has no checkpoint")
    lines = head.split(b"\n")[1:]
    if len(lines) < 2 or not lines[0].startswith(b"extra "):
        raise _wrong("its entry is missing")
    entry = _unbase64(lines[0].removeprefix(b"extra "))
    index = _INDEX.fullmatch(lines[1])
    if index is None or int(index[1]) > MOST_INTEGER or len(entry) > MOST_ENTRY_BYTES:
        raise _wrong("its index, or the length of its entry")
    return Proof(entry=entry, index=int(index[1]), hashes=_hashes(lines[2:]), checkpoint=checkpoint)


def parse_hashes(data: bytes) -> tuple[bytes, ...]:
    """Return the hashes of a consistency proof, one a line; EvidenceError (CS431) for anything else."""
    if not data:
        return ()
    if not data.endswith(b"\n"):
        raise _wrong("its last line does not end")
    return _hashes(data[:-1].split(b"\n"))


def _hashes(lines: Iterable[bytes]) -> tuple[bytes, ...]:
    found = tuple(map(_unbase64, lines))
    if len(found) > MOST_HASHES or any(len(one) != HASH_BYTES for one in found):
        raise _wrong("its hashes")
    return found


def _unbase64(line: bytes) -> bytes:
    try:
        return unbase64(line.decode("ascii"))
    except UnicodeDecodeError as cause:
        raise _wrong("a line that is not base64") from cause


def _wrong(what: str) -> EvidenceError:
    return EvidenceError(f"this proof cannot be read: {what}", hint="copy the whole file", code="CS431")
