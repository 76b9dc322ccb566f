"""What was said in public, as something that a record can be asked: its kind, its time, and the words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args

import msgspec

from countersign.activity import Verb
from countersign.errors import UsageError
from countersign.investigate.proposition import KEYS

ClaimKind = Literal[
    "did", "did-not", "undone-within", "nothing-else", "access-outside", "no-access-outside", "not-our-client", "cause",
    "other",
]  # fmt: skip
"""What can be checked; `other` is anything else that was said: kept as words, and answered "cannot tell"."""
CLAIM_KINDS: tuple[ClaimKind, ...] = get_args(ClaimKind)

KIND_MEANS: Mapping[ClaimKind, str] = {
    "did": "the account did such an action in that time (VERB)",
    "did-not": "the account did no such action in that time (VERB)",
    "undone-within": "what the account did was taken back within that many minutes (MINUTES)",
    "nothing-else": "the account did nothing else than the incident in that time",
    "access-outside": "the account was reached from outside in that time",
    "no-access-outside": "the account was not reached from outside in that time",
    "not-our-client": "what was done came from an application that the team does not use (APPLICATION)",
    "cause": f"who or what did it: one of the explanations that are weighed ({', '.join(KEYS)})",
    "other": "anything else: it is kept, and no record can answer it",
}

Answer = Literal["supports", "contradicts", "cannot tell"]
"""What the record does to a claim: never that it is true or false."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody said, as it can be checked: about what time (UTC), and with which detail."""

    text: str
    kind: ClaimKind
    start: datetime
    end: datetime
    detail: str = ""
    by: str = ""
    source: str = ""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What the record says to a claim: the answer, the reason, and ids of the actions (or references) that show it."""

    claim: Claim
    answer: Answer
    because: str
    exhibits: tuple[str, ...] = ()


def claim(
    text: str, kind: str, start: datetime, end: datetime, *, detail: str = "", by: str = "", source: str = ""
) -> Claim:  # fmt: skip
    """Return a claim that can be checked; UsageError where it lacks what its kind needs."""
    if kind not in CLAIM_KINDS:
        raise UsageError(f"there is no kind of claim {kind}", hint=f"one of: {', '.join(CLAIM_KINDS)}")
    if start > end:
        raise UsageError("the time of the claim ends before it begins", hint="--at START/END, or one time")
    if kind in ("did", "did-not") and detail not in get_args(Verb):
        raise UsageError(f"a claim of this kind needs the action, not {detail or 'nothing'}", hint="--what like")
    if kind == "undone-within" and not (detail.isdecimal() and len(detail) < 7):
        raise UsageError("a claim of this kind needs the minutes", hint="--what 30")
    if kind == "not-our-client" and not detail:
        raise UsageError("a claim of this kind needs the application", hint='--what "Name of it"')
    if kind == "cause" and detail not in KEYS:
        raise UsageError(
            f"a claim of this kind needs an explanation, not {detail or 'nothing'}",
            hint=f"--what, one of: {', '.join(KEYS)}",
        )
    return Claim(text=text, kind=kind, start=start, end=end, detail=detail, by=by, source=source)
