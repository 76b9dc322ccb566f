"""What a verifier brings along: a policy, an older checkpoint, a time, and what they require."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from countersign.errors import EvidenceError
from countersign.evidence.keys import Vkey
from countersign.evidence.note import MOST_BYTES as MOST_NOTE_BYTES
from countersign.evidence.note import Checkpoint, Note, parse_checkpoint, parse_note, verify_line
from countersign.evidence.verify.codes import Stop
from countersign.evidence.verify.policy import MOST_BYTES as MOST_POLICY_BYTES
from countersign.evidence.verify.policy import Policy, Requires, parse_policy, parse_requires
from countersign.evidence.verify.reading import read_file
from countersign.evidence.verify.times import parse_time


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed: paths of a policy and of an older checkpoint, a time, and words that require something."""

    policy: Path | None = None
    checkpoint: Path | None = None
    at: str | None = None
    require: str | None = None


class Older(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint that the verifier kept from before."""

    note: Note
    checkpoint: Checkpoint

    def is_signed(self, keys: Iterable[Vkey]) -> bool:
        """Say whether one of these keys of a log signed it; other lines are not looked at."""
        return any(verify_line(self.note.lines[0], key, self.note.text) for key in keys)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The same, read."""

    policy: Policy | None = None
    older: Older | None = None
    at: int | None = None
    requires: Requires = Requires()


def read_options(options: Options) -> Asked:
    """Return what is asked; Stop (E_POLICY, E_USAGE) if it cannot be read."""
    policy = None if options.policy is None else _policy(options.policy)
    older = None if options.checkpoint is None else _older(options.checkpoint)
    at = None if options.at is None else parse_time(options.at)
    if options.at is not None and at is None:
        raise Stop("E_USAGE", "--at", "a time is written like this: 2026-09-09T01:14:22Z")
    return Asked(policy=policy, older=older, at=at, requires=_requires(options.require))


def _policy(path: Path) -> Policy:
    try:
        return parse_policy(read_file(path, most=MOST_POLICY_BYTES, too_large="E_POLICY"))
    except (EvidenceError, OSError, Stop) as error:
        raise Stop("E_POLICY", "--policy", _says(error)) from error


def _older(path: Path) -> Older:
    try:
        note = parse_note(read_file(path, most=MOST_NOTE_BYTES, too_large="E_USAGE"))
        return Older(note=note, checkpoint=parse_checkpoint(note.text))
    except (EvidenceError, OSError, Stop) as error:
        raise Stop("E_USAGE", "--checkpoint", _says(error)) from error


def _requires(words: str | None) -> Requires:
    if words is None:
        return Requires()
    try:
        return parse_requires(words.split(","))
    except EvidenceError as error:
        raise Stop("E_USAGE", "--require", error.message) from error


def _says(error: EvidenceError | OSError | Stop) -> str:
    match error:
        case EvidenceError():
            return error.message
        case OSError():
            return (error.strerror or type(error).__name__).lower()
        case Stop():
            return error.failure.says
