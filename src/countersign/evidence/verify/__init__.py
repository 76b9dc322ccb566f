"""Decides whether a bundle holds, for people who do not trust us: never the network, never a guess.

The rules are docs/reference/evidence-format.md, section 4. `verify.py` and `verify.html`, which lie in every bundle,
are written apart from this and must come to the same verdict.
"""

from pathlib import Path

from countersign.evidence.verify.anchor import Anchor
from countersign.evidence.verify.anchors import check_anchors
from countersign.evidence.verify.asked import Options, read_options
from countersign.evidence.verify.bag import open_bag
from countersign.evidence.verify.case import Case
from countersign.evidence.verify.codes import DEFECT, EXITS, FALSE, HOLDS, INCOMPLETE, UNREADABLE, Failure, Stop
from countersign.evidence.verify.contents import check_contents, check_custody
from countersign.evidence.verify.log import check_log
from countersign.evidence.verify.platform import check_platform
from countersign.evidence.verify.reading import Taken, take
from countersign.evidence.verify.report import Claim, Report, reported, stopped

__all__ = [
    "DEFECT", "EXITS", "FALSE", "HOLDS", "INCOMPLETE", "UNREADABLE", "Anchor", "Claim", "Failure", "Options", "Report",
    "Taken", "verify_bundle", "verify_taken",
]  # fmt: skip


def verify_bundle(path: Path, options: Options | None = None) -> Report:
    """Return whether a bundle, a zip or an unpacked folder, holds."""
    try:
        return verify_taken(take(path), options)
    except Stop as stop:
        return stopped(stop.failure)


def verify_taken(taken: Taken, options: Options | None = None) -> Report:
    """Return whether a bundle holds whose files are in memory already."""
    try:
        bag = open_bag(taken)
        asked = read_options(options or Options())
    except Stop as stop:
        return stopped(stop.failure)
    case = Case(bag, asked)
    if taken.repacked:
        case.tell("W_REPACKED", "", "another program packed this again; what is in it is unchanged")
    check_log(case)
    check_anchors(case)
    check_contents(case)
    check_platform(case)
    check_custody(case)
    if asked.policy is None or not asked.policy.logs:
        case.tell("I_SIGNER", "--policy", "nobody has said whose key to trust")
    return reported(case)
