"""Checks that the log says so: its signature, its keys, its witnesses, and that each leaf is in it (stage D)."""

from countersign.evidence.bundle import paths
from countersign.evidence.entry import Entry, key_statement
from countersign.evidence.keys import Vkey, can_check, parse_vkey, unbase64, verify
from countersign.evidence.note import Line, cosigned_at, verify_line
from countersign.evidence.tree import EMPTY_ROOT, leaf_hash, verify_consistency, verify_inclusion
from countersign.evidence.verify.asked import Older
from countersign.evidence.verify.case import Anchor, Case
from countersign.evidence.verify.times import LATEST


def check_log(case: Case) -> None:
    """Check all that the log and its witnesses vouch for."""
    _check_origin(case)
    _check_signature(case)
    _check_keys(case)
    _check_lines(case)
    _check_quorum(case)
    _check_inclusion(case)
    if case.asked.older is not None:
        _check_older(case, case.asked.older)


def _check_origin(case: Case) -> None:
    bag = case.bag
    origins = {bag.contents.origin, bag.checkpoint.origin, bag.statement.origin, bag.log_key.name}
    if bag.mldsa_key is not None:
        origins.add(bag.mldsa_key.name)
    if len(origins) != 1:
        case.tell("E_ORIGIN", paths.BUNDLE, "its parts are of different logs")
    if bag.contents.size != bag.checkpoint.size:
        case.tell("E_ORIGIN", paths.BUNDLE, "its parts are of different sizes of the log")


def _check_signature(case: Case) -> None:
    bag = case.bag
    holds = verify_line(bag.note.lines[0], bag.log_key, bag.note.text)
    case.count("signature", holds, 1)
    if not holds:
        case.tell("E_LOG_SIGNATURE", paths.CHECKPOINT, "the log's signature of the checkpoint does not hold")


def _check_keys(case: Case) -> None:
    """Follow the keys from the oldest to the present one, each named by the one before."""
    bag = case.bag
    entries = [bag.entries[leaf] for leaf in bag.contents.keys]
    changes = [_change(entry) for entry in entries if entry.type == "key"]
    case.chain.extend(old for old, _, _ in changes)
    heirs = [*(old for old, _, _ in changes[1:]), bag.log_key]
    sound = len(changes) == len(entries) and all(
        new == heir and _handed_over(bag.contents.origin, old, new, signature)
        for (old, new, signature), heir in zip(changes, heirs, strict=False)
    )
    if not sound:
        case.tell("E_KEY", paths.LOG_KEY, "the log's keys do not follow from each other")
    if case.policy.logs and not set(case.policy.logs) & set(case.chain):
        case.tell("E_KEY", paths.LOG_KEY, "the log's key is not one that the policy lists")


def _change(entry: Entry) -> tuple[Vkey, Vkey, bytes]:
    return parse_vkey(str(entry.old)), parse_vkey(str(entry.new)), unbase64(str(entry.sig))


def _handed_over(origin: str, old: Vkey, new: Vkey, signature: bytes) -> bool:
    return old.name == new.name == origin and verify(old, signature, key_statement(origin, str(new)))


def _check_lines(case: Case) -> None:
    """Check every other signature line: nobody unknown, nobody twice, each good."""
    first, *others = case.bag.note.lines
    seen = {(first.name, first.key_id)}
    for line in others:
        if (line.name, line.key_id) in seen:
            case.tell("E_UNKNOWN_SIG", paths.CHECKPOINT, f"{line.name} signed twice")
            continue
        seen.add((line.name, line.key_id))
        _check_line(case, line)


def _check_line(case: Case, line: Line) -> None:
    listed = case.policy.witness(line.name, line.key_id)
    proposed = case.bag.policy.witness(line.name, line.key_id) if case.bag.policy else None
    witness = listed or proposed
    if witness is not None:
        _check_cosignature(case, line, witness, listed)
    elif case.bag.mldsa_key is not None and line.of(case.bag.mldsa_key):
        _check_mldsa(case, line, case.bag.mldsa_key)
    else:
        case.tell("E_UNKNOWN_SIG", paths.CHECKPOINT, f"nobody knows who {line.name} is, who signed it too")


def _check_cosignature(case: Case, line: Line, witness: Vkey, listed: Vkey | None) -> None:
    time = cosigned_at(line)
    if not 1 <= time <= LATEST or not verify_line(line, witness, case.bag.note.text):
        case.tell("E_COSIGNATURE", paths.CHECKPOINT, f"the cosignature of {line.name} does not hold")
        return
    if listed is not None:
        case.cosigned.add(listed)
    case.anchors.append(Anchor(kind="witness", name=line.name, time=time, counted=listed is not None))


def _check_mldsa(case: Case, line: Line, key: Vkey) -> None:
    """An ML-DSA line never decides: not every reader's library can check it."""
    if not can_check(key.algorithm):
        case.tell("W_MLDSA", paths.CHECKPOINT, "the log's ML-DSA signature cannot be checked here")
    elif not verify_line(line, key, case.bag.note.text):
        case.tell("W_MLDSA", paths.CHECKPOINT, "the log's ML-DSA signature does not hold")


def _check_quorum(case: Case) -> None:
    case.count("witnesses", len(case.cosigned), len(case.policy.witnesses))
    if not case.policy.is_met(case.cosigned):
        case.tell("I_QUORUM", paths.CHECKPOINT, "too few of the policy's witnesses have cosigned")
    if len(case.cosigned) < case.requires.witness:
        case.tell("I_WITNESS", paths.CHECKPOINT, f"{case.requires.witness} witnesses are required")


def _check_inclusion(case: Case) -> None:
    bag = case.bag
    note = bytes(bag.files[paths.CHECKPOINT])
    held = 0
    for leaf, proof in bag.proofs.items():
        leads = verify_inclusion(
            leaf_hash(proof.entry), proof.index, bag.checkpoint.size, proof.hashes, bag.checkpoint.root
        )
        if proof.index == leaf and proof.checkpoint == note and leads:
            held += 1
        else:
            case.tell("E_INCLUSION", paths.proof_path(leaf), f"leaf {leaf} is not shown to be in the log")
    case.count("leaves", held, len(bag.proofs))


def _check_older(case: Case, older: Older) -> None:
    """Check that the log only grew since a checkpoint that the verifier has kept."""
    now, then = case.bag.checkpoint, older.checkpoint
    first = older.note.lines[0]
    if then.origin != case.bag.contents.origin or not any(
        verify_line(first, key, older.note.text) for key in case.chain
    ):
        case.tell("E_CHECKPOINT", "--checkpoint", "the older checkpoint is not one of this log")
    elif then.size > now.size:
        case.tell("I_OLDER", "--checkpoint", "the checkpoint that was given is newer than the bundle")
    elif then.size in (0, now.size):
        if then.root != (now.root if then.size else EMPTY_ROOT):
            case.tell("E_SPLIT", "--checkpoint", "the log shows two different histories")
    elif then.size not in case.bag.consistency:
        case.tell("I_CONSISTENCY", "--checkpoint", f"the bundle has no proof that the log only grew since {then.size}")
    elif not verify_consistency(then.size, now.size, case.bag.consistency[then.size], then.root, now.root):
        case.tell("E_SPLIT", "--checkpoint", "the log shows two different histories")
