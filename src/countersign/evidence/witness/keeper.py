"""The witness itself: its keys, its memory, and what it answers to a request, without any network."""

import base64
import binascii
import secrets
import time
from pathlib import Path

import msgspec

from countersign.evidence.durable import KeptBadly, place, read_private
from countersign.evidence.keys import HAS_MLDSA, MLDSA, SEED_BYTES, WITNESS, SigningKey, Vkey, can_check
from countersign.evidence.note import Note, cosign, verify_line
from countersign.evidence.witness.memory import Memory
from countersign.evidence.witness.submission import NotASubmission, parse_submission

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"
_HEAD = "countersign-witness-key/1"
_MOST_KEY_FILE = 1024


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What is answered: an HTTP status, the type of the body, and the body."""

    status: int
    kind: str = TEXT
    body: bytes = b""


class Keeper:
    """A witness. Countersigns a checkpoint once it is remembered, and never two that contradict each other."""

    def __init__(self, memory: Memory, keys: tuple[SigningKey, ...]) -> None:
        self.memory, self.keys = memory, keys

    def add_checkpoint(self, body: bytes) -> Reply:
        """Return the answer to an add-checkpoint request (https://c2sp.org/tlog-witness)."""
        try:
            submission = parse_submission(body)
        except NotASubmission as error:
            return _said(400, error.message)
        trusted = self.memory.keys(submission.checkpoint.origin)
        if not trusted:
            return _said(404, "this log is not known here")
        if not is_signed(submission.note, trusted):
            return _said(403, "no key that is trusted for this log signed this")
        outcome = self.memory.advance(submission)
        if outcome.status == 409:
            return Reply(status=409, kind=SIZE, body=f"{outcome.size}\n".encode())
        if outcome.status != 200:
            return _said(outcome.status, "the proof does not show that the log only grew")
        now = int(time.time())
        return Reply(status=200, body=b"".join(cosign(submission.note.text, key, now) for key in self.keys))


def is_signed(note: Note, trusted: tuple[Vkey, ...]) -> bool:
    """Say whether a trusted key signed a note, and no line that claims to be by one is wrong."""
    claims = [(line, vkey) for line in note.lines for vkey in trusted if line.of(vkey) and can_check(vkey.algorithm)]
    return bool(claims) and all(verify_line(line, vkey, note.text) for line, vkey in claims)


def open_keeper(state: Path, name: str | None, *, mldsa: bool = False) -> Keeper:
    """Return the witness whose memory is the file `state` and whose key lies beside it; makes both, or neither.

    `name` is needed for a new one. Raises KeptBadly where only one of the two is there: a witness that has lost its
    memory would countersign a second history, so that it must become another witness.
    """
    key_path = Path(f"{state}.key")
    if key_path.exists() and not state.exists():
        raise _halved(state, key_path)
    if not state.exists() and name is None:
        raise KeptBadly("there is no witness here yet", where=str(state), hint="name it: --name witness.example/1")
    if name is not None:
        SigningKey(name, bytes(SEED_BYTES), WITNESS)  # refuses a bad name before anything is written
    memory = Memory(state)
    if not key_path.exists():
        # The memory is made first and signed last: whatever stops a first start half way, the next one goes on.
        if memory.owner() is not None or name is None:
            raise _halved(key_path, state)
        place(key_path, _key_file(name))
    keys = read_keys(key_path, mldsa=mldsa)
    if name not in (None, keys[0].name):
        hint = "leave --name out, or name another file"
        raise KeptBadly(f"the witness here is {keys[0].name}", where=str(state), hint=hint)
    memory.belong_to(keys[0].vkey)
    return Keeper(memory, keys)


def _halved(gone: Path, left: Path) -> KeptBadly:
    hint = "a witness without its memory, or its key, cannot go on: move this file away and start under a new name"
    return KeptBadly(f"{gone.name} is missing", where=str(left), hint=hint)


def read_keys(path: Path, *, mldsa: bool = False) -> tuple[SigningKey, ...]:
    """Return a witness's keys from its file: Ed25519, and ML-DSA-44 if it is asked for and can be had."""
    lines = read_private(path, _MOST_KEY_FILE).decode("ascii", "replace").split("\n")
    try:
        head, name, first, second, end = lines
        seeds = [base64.b64decode(seed, validate=True) for seed in (first, second)]
    except (ValueError, binascii.Error):
        head, name, end, seeds = "", "", "", []
    if head != _HEAD or end or [len(seed) for seed in seeds] != [SEED_BYTES, SEED_BYTES]:
        raise KeptBadly("this is not a witness's key", where=str(path))
    if mldsa and not HAS_MLDSA:
        raise KeptBadly("ML-DSA needs a newer `cryptography`", where=str(path), hint="pip install -U cryptography")
    keys = SigningKey(name, seeds[0], WITNESS), SigningKey(name, seeds[1], MLDSA) if mldsa else None
    return tuple(key for key in keys if key)


def _key_file(name: str) -> bytes:
    seeds = (base64.b64encode(secrets.token_bytes(SEED_BYTES)).decode("ascii") for _ in range(2))
    return "\n".join((_HEAD, name, *seeds, "")).encode()


def _said(status: int, words: str) -> Reply:
    return Reply(status=status, body=f"{words}\n".encode())
