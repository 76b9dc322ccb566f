"""Checks what the platform itself signed: that a record is in the state of an account, or is not (stage F)."""

import msgspec

from countersign.errors import EvidenceError, NotProved
from countersign.evidence.atproto import State, exclusion, history_of, inclusion, key_in_document
from countersign.evidence.bundle import paths
from countersign.evidence.bundle.documents import PlatformClaim
from countersign.evidence.verify.case import Case


class _Keys(msgspec.Struct, frozen=True):
    """The did:keys of an account, the oldest first; from `settled` seconds on nobody can take a key back."""

    keys: tuple[str, ...]
    settled: dict[str, int]


def check_platform(case: Case) -> None:
    """Check every platform proof, and that each exhibit that is said to be signed has one where that is required."""
    for claim in case.bag.statement.platform:
        _check_claim(case, claim)
    if not case.requires.platform:
        return
    for exhibit in case.bag.statement.exhibits:
        if exhibit.grade == "A" and exhibit.number not in case.holding:
            case.tell("I_PLATFORM", f"exhibit {exhibit.number}", "no proof of the platform's own is here for it")


def _check_claim(case: Case, claim: PlatformClaim) -> None:
    where = paths.car_path(claim.n)
    if where not in case.bag.files or (claim.exhibit is not None and claim.exhibit not in case.by_number):
        case.tell("E_PLATFORM", where, "the proof is missing, or the exhibit that it is of")
        return
    try:
        keys = _keys(case, claim)
        if not keys.keys:
            case.tell("I_PLATFORM", where, f"the key of {claim.did} is not here")
            return
        used = _proved(case, claim, keys.keys)
    except NotProved as error:
        case.tell("E_PLATFORM", where, f"{error.message} (rule {error.rule})")
        return
    except EvidenceError as error:  # this machine lacks a curve: nothing false was found
        case.tell("I_PLATFORM", where, error.message)
        return
    if used is None:
        case.tell("E_PLATFORM", where, f"the platform signed another record than exhibit {claim.exhibit}")
        return
    if claim.kind == "inclusion" and claim.exhibit is not None:
        case.holding.add(claim.exhibit)
    if used in keys.settled and not any(time >= keys.settled[used] for time in case.times):
        case.tell("I_PLATFORM", where, f"the key of {claim.did} could still be taken back when this was stamped")


def _keys(case: Case, claim: PlatformClaim) -> _Keys:
    document = case.bag.files.get(paths.key_path(claim.n, "did"))
    audit = case.bag.files.get(paths.key_path(claim.n, "plc"))
    if document is not None:
        return _Keys((key_in_document(bytes(document), did=claim.did),), {})
    if audit is None:
        return _Keys((), {})
    settled: dict[str, int] = {}
    for period in history_of(bytes(audit), did=claim.did).periods:
        if period.key is not None:
            settled.setdefault(period.key, -int(-period.provisional_until.timestamp() // 1))
    return _Keys(tuple(settled), settled)


def _proved(case: Case, claim: PlatformClaim, keys: tuple[str, ...]) -> str | None:
    """Return the key that signed; None if the record that it signed is not the exhibit."""
    state = State(bytes(case.bag.files[paths.car_path(claim.n)]), keys)
    path = f"{claim.collection}/{claim.rkey}"
    if claim.kind == "exclusion":
        return exclusion(state, did=claim.did, path=path).commit.key
    included = inclusion(state, did=claim.did, path=path)
    exhibit = case.by_number.get(claim.exhibit) if claim.exhibit is not None else None
    if exhibit is not None and exhibit.shown == "whole" and case.bag.body(exhibit.leaf) != included.record:
        return None
    return included.commit.key
