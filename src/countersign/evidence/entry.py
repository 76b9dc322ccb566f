"""What one leaf of the log says: coarse facts and a salted commitment, never what was done or by whom."""

import base64
import calendar
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal, get_args

import msgspec

from countersign.errors import EvidenceError
from countersign.evidence import canonical
from countersign.evidence.keys import LOG, SIGNATURE_BYTES, parse_vkey, unbase64

MOST_BYTES = 65_535
"""An entry's length has two bytes in a tile (https://c2sp.org/tlog-tiles)."""
SALT_BYTES = 32
LENGTH_STEP = 256
"""An exact length would tell candidates apart."""

LONGEST_NAME = 255
"""Characters of a source's name."""

Kind = Literal[
    "capture", "gap", "clock", "beacon", "key", "custody", "analysis", "alert", "intent", "result", "erasure", "policy"
]
Grade = Literal["A", "B", "C", "D"]
"""How far a capture vouches for itself: platform-signed, corroborated, collector-asserted, human-supplied."""
Clock = Literal["unsynchronised", "ntp ok", "stepped"]

KINDS: tuple[str, ...] = get_args(Kind)
PLAIN = frozenset({"beacon", "erasure", "key"})
"""Kinds without a body: all that they say stands in the entry."""
BY_US = "countersign"
"""The source of what the program itself, or a person with it, did."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the log; which fields it has depends on its kind (docs/reference/evidence-format.md section 1)."""

    v: int = 1
    type: Kind
    seen: str
    clock: Clock
    commit: str | None = None
    len: int | None = None
    src: str | None = None
    acct: str | None = None
    grade: Grade | None = None
    source: str | None = None
    round: int | None = None
    value: str | None = None
    leaf: int | None = None
    ground: str | None = None
    old: str | None = None
    new: str | None = None
    sig: str | None = None


def commitment(salt: bytes, body: bytes) -> str:
    """Return what binds an entry to a body without telling it: SHA-256 of a random salt and the body, hex.

    >>> commitment(bytes(32), b"like")[:16]
    '31264b42c954ae04'
    """
    return hashlib.sha256(salt + body).hexdigest()


def rounded(length: int) -> int:
    """Return a body's length as the entry tells it: rounded up to whole 256 bytes.

    >>> rounded(0), rounded(1), rounded(256), rounded(257)
    (0, 256, 256, 512)
    """
    return -(-length // LENGTH_STEP) * LENGTH_STEP


def write_entry(entry: Entry) -> bytes:
    """Return the bytes of an entry, which `read_entry` reads; EvidenceError (CS402) if it says what it may not."""
    said = {name: value for name in Entry.__struct_fields__ if (value := getattr(entry, name)) is not None}
    data = canonical.write(said)
    read_entry(data)
    return data


def read_entry(data: bytes) -> Entry:
    """Return what an entry says; EvidenceError (CS401, CS402) for bytes that are no entry of version 1."""
    if len(data) > MOST_BYTES:
        raise _no_entry("it is longer than 65,535 bytes")
    said = canonical.read_object(data)
    kind = said.get("type")
    if kind not in KINDS:
        raise _no_entry("its type is unknown")
    needed, allowed = _FIELDS[kind]
    if not needed <= said.keys() or not said.keys() <= allowed:
        raise _no_entry("it has not the fields of its type")
    for name, value in said.items():
        if not _RULES[name](value):
            raise _no_entry(f"its `{name}` is wrong")
    return Entry(**said)


def capture_commitment(data: bytes) -> bytes | None:
    """Return the commitment (32 bytes) of a capture's entry, quickly; None for any that needs `read_entry`."""
    found = _ALIKE.fullmatch(data)
    if found is None or int(found[2]) % LENGTH_STEP or not _is_date(found[3]):
        return None
    return bytes.fromhex(found[1].decode("ascii"))


def is_entry(data: bytes) -> bool:
    """Say whether bytes are an entry of version 1, quickly: most are alike, and a log has many."""
    if capture_commitment(data) is not None:
        return True
    try:
        read_entry(data)
    except EvidenceError:
        return False
    return True


def _no_entry(why: str) -> EvidenceError:
    return EvidenceError(f"this is not an entry of a log: {why}", hint="a newer countersign may know it", code="CS402")


_ALWAYS = frozenset({"v", "type", "seen", "clock"})
_WITH_BODY = _ALWAYS | {"commit", "len", "src"}
_OF_PLAIN = {
    "beacon": _ALWAYS | {"source", "round", "value"},
    "erasure": _ALWAYS | {"leaf", "ground"},
    "key": _ALWAYS | {"old", "new", "sig"},
}


def _fields(kind: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the fields that an entry of a kind has, and those that it may have."""
    if kind in PLAIN:
        return _OF_PLAIN[kind], _OF_PLAIN[kind]
    needed = _WITH_BODY | {"grade"} if kind == "capture" else _WITH_BODY
    return needed, needed | {"acct"}


_FIELDS = {kind: _fields(kind) for kind in KINDS}
_WORD = re.compile(r"[a-z-]{1,32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_ACCOUNT = re.compile(r"[0-9a-f]{16}")
_VALUE = re.compile(r"(?:[0-9a-f]{2}){1,512}")
_SEEN = re.compile(r"(19[7-9][0-9]|[2-9][0-9]{3})-([0-9]{2})-([0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z")


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _one_of(*values: object) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in values


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_short(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= LONGEST_NAME


def _is_seen(value: Any) -> bool:
    found = _SEEN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return False
    year, month, day = (int(found[place]) for place in (1, 2, 3))
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def _is_log_key(value: Any) -> bool:
    try:
        return isinstance(value, str) and parse_vkey(value).algorithm == LOG
    except EvidenceError:
        return False


def _is_signature(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(unbase64(value)) == SIGNATURE_BYTES[LOG]
    except EvidenceError:
        return False


_RULES: dict[str, Callable[[Any], bool]] = {
    "v": lambda value: _is_number(value) and value == 1,
    "type": _one_of(*KINDS),
    "seen": _is_seen,
    "clock": _one_of(*get_args(Clock)),
    "commit": _matches(_HASH),
    "len": lambda value: _is_number(value) and value % LENGTH_STEP == 0,
    "src": _is_short,
    "acct": _matches(_ACCOUNT),
    "grade": _one_of(*get_args(Grade)),
    "source": _is_short,
    "round": _is_number,
    "value": _matches(_VALUE),
    "leaf": _is_number,
    "ground": _matches(_WORD),
    "old": _is_log_key,
    "new": _is_log_key,
    "sig": _is_signature,
}


_ALIKE = re.compile(
    rb'\{(?:"acct":"[0-9a-f]{16}",)?"clock":"(?:ntp ok|unsynchronised|stepped)","commit":"([0-9a-f]{64})",'
    rb'"grade":"[ABCD]","len":(0|[1-9][0-9]{0,12}),"seen":"((?:19[7-9]|[2-9][0-9]{2})[0-9]-[0-9]{2}-[0-9]{2})'
    rb'T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z","src":"[a-z0-9_-]{1,64}","type":"capture","v":1\}'
)
"""The entries of captures, of which a log mostly consists; any other entry is read word by word."""


@lru_cache(4096)
def _is_date(day: bytes) -> bool:
    return _is_seen(f"{day.decode('ascii')}T00:00:00Z")


def key_statement(origin: str, new: str) -> bytes:
    """Return what the old key signs when the log goes on with a new one (`new` is its vkey)."""
    return f"countersign-key/v1\n{origin}\n{new}\n".encode()


def encoded_signature(signature: bytes) -> str:
    """Return a signature as a `key` entry holds it."""
    return base64.b64encode(signature).decode("ascii")
