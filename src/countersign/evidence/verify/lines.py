"""Reads who signed a checkpoint beside the log: witnesses whose word counts, others, and nobody unknown."""

import msgspec

from countersign.evidence.bundle import paths
from countersign.evidence.keys import Vkey, can_check
from countersign.evidence.note import Line, Note, cosigned_at, verify_line
from countersign.evidence.verify.anchor import Anchor
from countersign.evidence.verify.codes import Failure
from countersign.evidence.verify.policy import Policy, Requires
from countersign.evidence.verify.times import LATEST


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """What the signature lines of a checkpoint come to: `cosigned` are the policy's witnesses whose line holds."""

    failures: tuple[Failure, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    cosigned: frozenset[Vkey] = frozenset()

    def __add__(self, other: "Signed") -> "Signed":
        return Signed(
            failures=self.failures + other.failures,
            anchors=self.anchors + other.anchors,
            cosigned=self.cosigned | other.cosigned,
        )


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Whose signatures are known: the policy in force, the one that the maker proposes, the log's ML-DSA key."""

    policy: Policy
    proposed: Policy | None = None
    mldsa: Vkey | None = None


def check_lines(note: Note, known: Known) -> Signed:
    """Check every signature line but the first: nobody unknown, nobody twice, each good."""
    first, *others = note.lines
    seen = {(first.name, first.key_id)}
    found = Signed()
    for line in others:
        if (line.name, line.key_id) in seen:
            found += _failed("E_UNKNOWN_SIG", f"{line.name} signed twice")
        else:
            found += _check_line(note, line, known)
        seen.add((line.name, line.key_id))
    return found


def check_quorum(signed: Signed, policy: Policy, requires: Requires) -> Signed:
    """Check that enough of the policy's witnesses have cosigned."""
    found = Signed()
    if not policy.is_met(signed.cosigned):
        found += _failed("I_QUORUM", "too few of the policy's witnesses have cosigned")
    if len(signed.cosigned) < requires.witness:
        found += _failed("I_WITNESS", f"{requires.witness} witnesses are required")
    return found


def _check_line(note: Note, line: Line, known: Known) -> Signed:
    listed = known.policy.witness(line.name, line.key_id)
    witness = listed or (known.proposed and known.proposed.witness(line.name, line.key_id))
    if witness:
        return _check_cosignature(note, line, witness, listed)
    if known.mldsa is not None and line.of(known.mldsa):
        return _check_mldsa(note, line, known.mldsa)
    return _failed("E_UNKNOWN_SIG", f"nobody knows who {line.name} is, who signed it too")


def _check_cosignature(note: Note, line: Line, witness: Vkey, listed: Vkey | None) -> Signed:
    time = cosigned_at(line)
    if not 1 <= time <= LATEST or not verify_line(line, witness, note.text):
        return _failed("E_COSIGNATURE", f"the cosignature of {line.name} does not hold")
    anchor = Anchor(kind="witness", name=line.name, time=time, counted=listed is not None)
    return Signed(anchors=(anchor,), cosigned=frozenset({listed}) if listed is not None else frozenset())


def _check_mldsa(note: Note, line: Line, key: Vkey) -> Signed:
    """An ML-DSA line never decides: not every reader's library can check it."""
    if not can_check(key.algorithm):
        return _failed("W_MLDSA", "the log's ML-DSA signature cannot be checked here")
    if not verify_line(line, key, note.text):
        return _failed("W_MLDSA", "the log's ML-DSA signature does not hold")
    return Signed()


def _failed(code: str, says: str) -> Signed:
    return Signed(failures=(Failure(code=code, where=paths.CHECKPOINT, says=says),))
