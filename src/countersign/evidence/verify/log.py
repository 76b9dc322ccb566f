"""Checks that the log says so: its signature, its keys, its witnesses, and that each leaf is in it (stage D)."""

from countersign.evidence.bundle import paths
from countersign.evidence.entry import Entry, key_statement
from countersign.evidence.keys import Vkey, parse_vkey, unbase64, verify
from countersign.evidence.note import verify_line
from countersign.evidence.tree import EMPTY_ROOT, leaf_hash, verify_consistency, verify_inclusion
from countersign.evidence.verify.asked import Older
from countersign.evidence.verify.case import Case
from countersign.evidence.verify.lines import Known, check_lines, check_quorum

TWO_HISTORIES = "the log shows two different histories"


def check_log(case: Case) -> None:
    """Check all that the log and its witnesses vouch for."""
    _check_origin(case)
    _check_signature(case)
    _check_keys(case)
    _check_lines(case)
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
    case.count("signature", int(holds), 1)
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
    known = Known(policy=case.policy, proposed=case.bag.policy, mldsa=case.bag.mldsa_key)
    signed = check_lines(case.bag.note, known)
    case.failures.extend((signed + check_quorum(signed, case.policy, case.requires)).failures)
    case.anchors.extend(signed.anchors)
    case.count("witnesses", len(signed.cosigned), len(case.policy.witnesses))


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
    if then.origin != case.bag.contents.origin or not older.is_signed(case.chain):
        case.tell("E_CHECKPOINT", "--checkpoint", "the older checkpoint is not one of this log")
    elif then.size > now.size:
        case.tell("I_OLDER", "--checkpoint", "the checkpoint that was given is newer than the bundle")
    elif then.size in (0, now.size):
        if then.root != (now.root if then.size else EMPTY_ROOT):
            case.tell("E_SPLIT", "--checkpoint", TWO_HISTORIES)
    elif then.size not in case.bag.consistency:
        case.tell("I_CONSISTENCY", "--checkpoint", f"the bundle has no proof that the log only grew since {then.size}")
    elif not verify_consistency(then.size, now.size, case.bag.consistency[then.size], then.root, now.root):
        case.tell("E_SPLIT", "--checkpoint", TWO_HISTORIES)
