"""Signed notes and the checkpoints in them: the one page that says how large the log is and what its root is."""

import base64
import re

import msgspec

from countersign.errors import EvidenceError
from countersign.evidence.canonical import MOST_INTEGER
from countersign.evidence.keys import (
    LOG,
    SIGNATURE_BYTES,
    WITNESS,
    SigningKey,
    Vkey,
    can_check,
    is_name,
    parse_vkey,
    unbase64,
    verify,
)
from countersign.evidence.tree import HASH_BYTES

__all__ = [
    "Checkpoint", "Line", "Note", "SigningKey", "Vkey", "can_check", "cosign", "cosigned_at", "parse_checkpoint",
    "parse_note", "parse_vkey", "sign_note", "verify_line", "write_note",
]  # fmt: skip

MOST_BYTES = 1 << 20
"""A note of ours with three witnesses has 5 kB; a whole megabyte leaves room for a thousand."""
MOST_LINES = 64
_DASH = "— "
_KEY_ID_BYTES = 4
_TIME_BYTES = 8
_MOST_TIME = 253_402_300_799
"""The end of the year 9999: what readers of every language can show."""
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_LABEL = b"subtree/v1\n\0"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One signature line of a note: who, which of their keys (4 bytes), and the signature."""

    name: str
    key_id: bytes
    signature: bytes

    def of(self, vkey: Vkey) -> bool:
        """Say whether this line claims to be by a key; `verify_line` says whether it is."""
        return self.name == vkey.name and self.key_id == vkey.key_id

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode('ascii')}"


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A text, its last LF included, and the lines of those who signed it."""

    text: str
    lines: tuple[Line, ...]


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """How large a log was and what its root was: `origin` is the log's name, `root` has 32 bytes."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"


def parse_note(data: bytes) -> Note:
    """Return a signed note, read strictly (https://c2sp.org/signed-note); EvidenceError (CS403) for anything else."""
    if len(data) > MOST_BYTES:
        raise _no_note("it is larger than 1 MiB")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as cause:
        raise _no_note("it is not UTF-8") from cause
    if _CONTROL.search(whole):
        raise _no_note("it has control characters")
    before, parted, after = whole.rpartition("\n\n")
    if not parted or not after.endswith("\n"):
        raise _no_note("the empty line before the signatures, or the last line's end, is missing")
    lines = after[:-1].split("\n")
    if len(lines) > MOST_LINES:
        raise _no_note(f"it has more than {MOST_LINES} signature lines")
    return Note(text=before + "\n", lines=tuple(_line(line) for line in lines))


def write_note(note: Note) -> bytes:
    """Return the bytes of a note, which `parse_note` reads."""
    return (note.text + "\n" + "".join(f"{line}\n" for line in note.lines)).encode()


def parse_checkpoint(text: str) -> Checkpoint:
    """Return what the text of a note says of a log; EvidenceError (CS403) unless it is exactly three such lines."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise _no_checkpoint("it has not three lines")
    origin, size, root = lines[:3]
    if not is_name(origin):
        raise _no_checkpoint("its origin is not one word")
    if not _SIZE.fullmatch(size) or int(size) > MOST_INTEGER:
        raise _no_checkpoint("its size is not a number")
    found = Checkpoint(origin=origin, size=int(size), root=unbase64(root))
    if len(found.root) != HASH_BYTES:
        raise _no_checkpoint("its root has not 32 bytes")
    return found


def sign_note(text: str, key: SigningKey) -> bytes:
    """Return the signature line of a log's Ed25519 key over a note's text, with its LF."""
    if key.algorithm != LOG:
        raise EvidenceError("this key cosigns: it does not sign as a log", code="CS404")
    return _written(key, key.sign(text.encode()))


def cosign(text: str, key: SigningKey, time: int) -> bytes:
    """Return the cosignature line of a witness, or of an ML-DSA key, over a checkpoint's text, with its LF.

    `time` is in seconds since 1970. The text is a checkpoint's: EvidenceError (CS403) otherwise.
    """
    if key.algorithm == LOG:
        raise EvidenceError("this is a log's key: it does not cosign", code="CS404")
    if not 1 <= time <= _MOST_TIME:
        raise EvidenceError("a cosignature's time is of the years 1970 to 9999", code="CS403")
    message = _cosigned(text, key.vkey, time)
    return _written(key, time.to_bytes(_TIME_BYTES) + key.sign(message))


def verify_line(line: Line, vkey: Vkey, text: str) -> bool:
    """Say whether a line is a good signature by a key over a note's text.

    EvidenceError (CS404) only where `can_check(vkey.algorithm)` says that it cannot be checked here.
    """
    timed = vkey.algorithm != LOG
    if not line.of(vkey) or len(line.signature) != SIGNATURE_BYTES[vkey.algorithm] + _TIME_BYTES * timed:
        return False
    if not timed:
        return verify(vkey, line.signature, text.encode())
    time = cosigned_at(line)
    if not 1 <= time <= _MOST_TIME:
        return False
    try:
        message = _cosigned(text, vkey, time)
    except EvidenceError:
        return False
    return verify(vkey, line.signature[_TIME_BYTES:], message)


def cosigned_at(line: Line) -> int:
    """Return the time that a cosignature line states, in seconds since 1970: believed only once it is verified."""
    return int.from_bytes(line.signature[:_TIME_BYTES])


def _cosigned(text: str, vkey: Vkey, time: int) -> bytes:
    """Return what a cosignature is over (https://c2sp.org/tlog-cosignature)."""
    checkpoint = parse_checkpoint(text)
    if vkey.algorithm == WITNESS:
        return f"cosignature/v1\ntime {time}\n{text}".encode()
    tree = bytes(8) + checkpoint.size.to_bytes(8) + checkpoint.root
    return _LABEL + _short(vkey.name) + time.to_bytes(8) + _short(checkpoint.origin) + tree


def _short(name: str) -> bytes:
    return bytes([len(name)]) + name.encode()


def _written(key: SigningKey, signature: bytes) -> bytes:
    return f"{Line(name=key.name, key_id=key.vkey.key_id, signature=signature)}\n".encode()


def _line(line: str) -> Line:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not is_name(name):
        raise _no_note("a signature line begins with a dash, a space and a name of one word")
    raw = unbase64(encoded)
    if len(raw) <= _KEY_ID_BYTES:
        raise _no_note("a signature is missing")
    return Line(name=name, key_id=raw[:_KEY_ID_BYTES], signature=raw[_KEY_ID_BYTES:])


def _no_note(why: str) -> EvidenceError:
    return EvidenceError(f"this is not a signed note: {why}", hint="copy the whole file", code="CS403")


def _no_checkpoint(why: str) -> EvidenceError:
    return EvidenceError(f"this is not a checkpoint: {why}", hint="copy the whole file", code="CS403")
