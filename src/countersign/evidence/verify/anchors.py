"""Checks what came from outside and tells the time: stamps of authorities, a beacon, how fresh they are (stage E)."""

from bisect import bisect_left

from countersign.errors import EvidenceError
from countersign.evidence.bundle import paths
from countersign.evidence.entry import Entry
from countersign.evidence.sshsig import allowed_signers, check_sshsig
from countersign.evidence.stamp import Stamp, read_stamp
from countersign.evidence.verify.anchor import Anchor
from countersign.evidence.verify.case import Case
from countersign.evidence.verify.times import LATEST, write_time


def check_anchors(case: Case) -> None:
    """Check tokens, and whether there are as many and as fresh ones as are required."""
    names = case.bag.names("token")
    counted = {pinned for name in names if (pinned := _check_token(case, name)) is not None}
    listed = {pin.name for pin in case.policy.authorities}
    case.count("stamps", len(counted), len(listed))
    if len(counted) < case.requires.tsa:
        case.tell("I_STAMP", "data/anchors", f"stamps of {case.requires.tsa} of the policy's authorities are required")
    _check_ssh(case)
    if case.asked.at is not None and not any(time >= case.asked.at for time in case.times):
        case.tell("I_STALE", "--at", f"nothing that counts is of {write_time(case.asked.at)} or later")
    if case.requires.beacon and _first_beacon(case) is None:
        case.tell("I_BEACON", paths.BUNDLE, "no public beacon was put in the log before the first exhibit")


def _check_ssh(case: Case) -> None:
    """The SSH signature is for machines that have nothing better: it never decides."""
    files = case.bag.files
    if paths.SSHSIG not in files:
        return
    try:
        check_sshsig(bytes(files[paths.SSHSIG]), case.text, case.bag.log_key)
        holds = bytes(files[paths.ALLOWED_SIGNERS]) == allowed_signers(case.bag.log_key).encode("ascii")
    except EvidenceError:
        holds = False
    if not holds:
        case.tell("W_SSHSIG", paths.SSHSIG, "the SSH signature of the checkpoint does not hold")


def beacon_before(case: Case, leaf: int) -> Entry | None:
    """Return the last beacon entry before a leaf: what is after it was not made before the beacon was drawn."""
    earlier = bisect_left(case.beacons, leaf)
    return case.bag.entries[case.beacons[earlier - 1]] if earlier else None


def _first_beacon(case: Case) -> Entry | None:
    leaves = [said.leaf for said in case.bag.statement.exhibits]
    return beacon_before(case, min(leaves)) if leaves else None


def _check_token(case: Case, name: str) -> str | None:
    """Check a token; returns the name under which the policy lists its authority, if it counts."""
    token, root, authority = paths.anchor_paths(name)
    files = case.bag.files
    if root not in files or authority not in files:
        case.tell("E_STAMP", token, "its authority's certificates are missing")
        return None
    try:
        stamp = read_stamp(bytes(files[token]), case.text, root=bytes(files[root]), authority=bytes(files[authority]))
    except EvidenceError as error:
        case.tell("E_STAMP", token, error.message)
        return None
    return _pinned(case, name, stamp)


def _pinned(case: Case, name: str, stamp: Stamp) -> str | None:
    pinned = case.policy.authority(stamp.root_sha256, stamp.authority_sha256)
    if pinned is None:
        case.tell("W_UNPINNED", paths.anchor_paths(name)[0], f"the authority {name} is not one that the policy lists")
    time = min(int(stamp.time.timestamp()), LATEST)
    case.anchors.append(Anchor(kind="tsa", name=pinned or name, time=time, counted=pinned is not None))
    return pinned
