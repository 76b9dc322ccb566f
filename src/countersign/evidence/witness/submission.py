"""What is sent to a witness: where it stood, how the log goes on from there, and the checkpoint (C2SP tlog-witness)."""

import base64
import re
from collections.abc import Sequence

import msgspec

from countersign.errors import EvidenceError
from countersign.evidence.keys import unbase64
from countersign.evidence.note import Checkpoint, Note, parse_checkpoint, parse_note
from countersign.evidence.tree import HASH_BYTES

MOST_PROOF_LINES = 63
"""By https://c2sp.org/tlog-witness: enough for trees of 2**63 leaves."""
MOST_BODY = 160 * 1024
"""Bytes: 63 lines of proof, and a note with 16 signatures, each of up to 5 KB before base64."""

_OLD = re.compile(r"old (0|[1-9][0-9]{0,15})")


class NotASubmission(EvidenceError):
    """What a witness was sent is not an add-checkpoint request."""

    code = "CS471"


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """One request to cosign: `proof` shows that the checkpoint's tree begins with that of `old_size` leaves."""

    old_size: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


def parse_submission(body: bytes) -> Submission:
    """Return the body of an add-checkpoint request. Raises NotASubmission for anything else, and nothing but that."""
    if len(body) > MOST_BODY:
        raise NotASubmission("the request is too long")
    head, parted, rest = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
        proof = tuple(map(unbase64, lines))
        note = parse_note(rest)
        checkpoint = parse_checkpoint(note.text)
    except (UnicodeDecodeError, EvidenceError) as cause:
        raise NotASubmission("the request is not an old size, a proof and a checkpoint") from cause
    old = _OLD.fullmatch(first)
    if not old or not parted or len(proof) > MOST_PROOF_LINES or any(len(one) != HASH_BYTES for one in proof):
        raise NotASubmission("the request is not an old size, a proof and a checkpoint")
    if int(old[1]) > checkpoint.size:
        raise NotASubmission("the old size is larger than the checkpoint's")
    return Submission(old_size=int(old[1]), proof=proof, note=note, checkpoint=checkpoint)


def write_submission(old_size: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """Return the body of an add-checkpoint request.

    >>> write_submission(0, (), b"origin...")
    b'old 0\\n\\norigin...'
    """
    lines = (f"old {old_size}", *(base64.b64encode(one).decode("ascii") for one in proof))
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + note
