"""Checks what was said in public against the record: each claim supports, contradicts, or cannot be told."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, get_args

import msgspec

from countersign.activity import UNDONE_BY, Activity, Verb
from countersign.errors import UsageError
from countersign.investigate.examining import investigate
from countersign.investigate.facts import Facts, SignIn
from countersign.investigate.proposition import KEYS, PROPOSITIONS
from countersign.investigate.weighing import CANNOT_TELL, alike
from countersign.text import counted

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

TURNED: Mapping[Answer, Answer] = {
    "supports": "contradicts", "contradicts": "supports", "cannot tell": "cannot tell",
}  # fmt: skip
"""What the record does to the opposite of a claim."""

OUTSIDE = frozenset({"hosting", "vpn", "tor"})
"""Networks that are nobody's home or office: a sign-in from one is from outside unless the team is known to use it."""

ENOUGH = 20
"""Earlier sign-ins that must be known before it is known that the team does not use such networks."""


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


def check_claim(facts: Facts, claim: Claim) -> Answered:
    """Return what the record says to a claim: silence of the record is "cannot tell", never an answer."""
    answer, because, exhibits = _CHECKS[claim.kind](facts, claim)
    return Answered(claim=claim, answer=answer, because=because, exhibits=exhibits)


Said = tuple[Answer, str, tuple[str, ...]]


def _did(facts: Facts, claim: Claim) -> Said:
    done = [one for one in _all(facts) if one.verb == claim.detail and _within(one, claim) == "surely"]
    maybe = [one for one in _all(facts) if one.verb == claim.detail and _within(one, claim) == "perhaps"]
    if done:
        return "supports", f"the record has {len(done)} such in that time", _ids(done)
    if maybe:
        return "cannot tell", f"{len(maybe)} such may fall in that time: the platform gives no exact time", _ids(maybe)
    if _covers(facts, claim):
        return "contradicts", "the record covers that time and has none", ()
    return "cannot tell", "the record does not cover that time: what was deleted before it was seen is not in it", ()


def _did_not(facts: Facts, claim: Claim) -> Said:
    answer, because, exhibits = _did(facts, claim)
    return TURNED[answer], because, exhibits


def _undone(facts: Facts, claim: Claim) -> Said:
    allowed = timedelta(minutes=int(claim.detail))
    meant = [one for one in facts.actions if one.verb in UNDONE_BY and _within(one, claim) != "no"]
    if not meant:
        return "cannot tell", "the incident has no action in that time that can be taken back", ()
    longest, shortest = timedelta(), timedelta()
    shown = list(_ids(meant))
    for action in meant:
        undo = facts.undone.get(action.id)
        if undo is None:
            return "cannot tell", "the record does not say that all of it was taken back", tuple(shown)
        least, most = _between(action, undo)
        shown.append(undo.id)
        shortest, longest = max(shortest, least), max(longest, most)
    if longest <= allowed:
        return "supports", f"all of it was taken back within {_minutes(longest)}", tuple(shown)
    if shortest > allowed:
        return "contradicts", f"some of it was public for {_minutes(shortest)} or longer", tuple(shown)
    return "cannot tell", "the times are not known well enough", tuple(shown)


def _nothing_else(facts: Facts, claim: Claim) -> Said:
    inside = {one.id for one in (*facts.actions, *facts.undone.values())}
    others = [one for one in facts.around if one.id not in inside and _within(one, claim) == "surely"]
    if others:
        return "contradicts", f"the record has {len(others)} other actions in that time", _ids(others)
    if _covers(facts, claim):
        return "supports", "the record covers that time and has no other action", ()
    return "cannot tell", "the record does not cover that time", ()


def _access_outside(facts: Facts, claim: Claim) -> Said:
    """A VPN is no outsider: what counts is that neither its address nor its kind of network was the team's before."""
    signed_in = [one for one in facts.sign_ins if _signed_in_within(one, claim)]
    if any(one.start <= claim.end and one.end >= claim.start for one in facts.doubts):
        return "cannot tell", "what is told of sign-ins at that time contradicts itself", _refs(signed_in)
    earlier = [one for one in facts.sign_ins if _signed_in_before(one, claim)]
    new = [one for one in signed_in if not _known_from(one, earlier)]
    outside = [one for one in new if one.network in OUTSIDE]
    if outside:
        return _from_outside(outside, earlier)
    if not _sign_ins_cover(facts, claim):
        return "cannot tell", "no list of sign-ins covers that time", _refs(signed_in)
    if new:
        return "cannot tell", f"{counted(len(new), 'sign-in')} then came from a place that is new to it", _refs(new)
    if not signed_in:
        return "cannot tell", "the list has no sign-in then; a stolen session or an app password leaves none", ()
    return (
        "contradicts",
        "a list covers that time, and all of it came from where the team had been",
        _refs(signed_in),
    )


def _from_outside(outside: Sequence[SignIn], earlier: Sequence[SignIn]) -> Said:
    said = f"{counted(len(outside), 'sign-in')} then came from a hosting, VPN or Tor network new to the account"
    own = sum(one.network in OUTSIDE for one in earlier)
    if own:
        return "cannot tell", f"{said}; but so did {own} of {len(earlier)} before: the team uses such", _refs(outside)
    if len(earlier) < ENOUGH:
        return "cannot tell", f"{said}; but only {counted(len(earlier), 'earlier one')} are known", _refs(outside)
    return "supports", f"{said}, and none of {len(earlier)} before did", _refs(outside)


def _no_access_outside(facts: Facts, claim: Claim) -> Said:
    answer, because, exhibits = _access_outside(facts, claim)
    return TURNED[answer], because, exhibits


def _not_our_client(facts: Facts, claim: Claim) -> Said:
    meant = [one for one in facts.actions if one.instrument == claim.detail and _within(one, claim) != "no"]
    before = facts.clients.get(claim.detail, 0)
    if not facts.clients:
        return "cannot tell", "the record does not say what application anything came from", ()
    if not meant:
        return "cannot tell", "no action of the incident is known to come from that application", ()
    if before:
        return "contradicts", f"{before} earlier actions of this account came from it", _ids(meant)
    return "supports", "no earlier action of this account came from it", _ids(meant)


def _cause(facts: Facts, claim: Claim) -> Said:
    """Answer by the weighing: what it does not single out it does not answer."""
    found = investigate(facts)
    claimed = next(key for key in KEYS if key == claim.detail)
    words = PROPOSITIONS[claimed].words
    if found.answer == claimed:
        return "supports", f"the findings support, against every other explanation: {words}", ()
    if found.answer != CANNOT_TELL:
        other = next(one.words for key, one in PROPOSITIONS.items() if key == found.answer)
        return "contradicts", f"the findings support, against every other explanation: {other}", ()
    among = "among" if claimed in alike(found) else "less well supported than"
    return "cannot tell", f"the findings single out no explanation; this one is {among} those that are left", ()


def _other(facts: Facts, claim: Claim) -> Said:
    return "cannot tell", "no record can answer what was said here", ()


_CHECKS: Mapping[ClaimKind, Callable[[Facts, Claim], Said]] = {
    "did": _did, "did-not": _did_not, "undone-within": _undone, "nothing-else": _nothing_else,
    "access-outside": _access_outside, "no-access-outside": _no_access_outside, "not-our-client": _not_our_client,
    "cause": _cause, "other": _other,
}  # fmt: skip


def _all(facts: Facts) -> tuple[Activity, ...]:
    found = {one.id: one for one in (*facts.around, *facts.actions, *facts.undone.values())}
    return tuple(found.values())


def _within(action: Activity, claim: Claim) -> Literal["surely", "perhaps", "no"]:
    start, end = action.published or action.start_time, action.published or action.end_time
    if start is not None and end is not None and claim.start <= start and end <= claim.end:
        return "surely"
    before = end is not None and end < claim.start
    after = start is not None and start > claim.end
    return "no" if before or after else "perhaps"


def _covers(facts: Facts, claim: Claim) -> bool:
    """Say whether the record has actions with times on both sides of the claim, and was taken after it.

    A record is a list of what was still there: what was taken back before leaves a gap that nobody sees. So this is
    asked only where the platform keeps undone actions too, that is where the record has an undo.
    """
    times = [one.published for one in facts.around if one.published is not None]
    keeps_undone = bool(facts.undone)
    return keeps_undone and bool(times) and min(times) <= claim.start and claim.end <= facts.as_of


def _sign_ins_cover(facts: Facts, claim: Claim) -> bool:
    start, end = facts.sign_ins_from, facts.sign_ins_until
    return start is not None and end is not None and start <= claim.start and claim.end <= end


def _signed_in_before(sign_in: SignIn, claim: Claim) -> bool:
    end = sign_in.session.last_seen or sign_in.session.opened
    return end is not None and end < claim.start


def _known_from(one: SignIn, earlier: Sequence[SignIn]) -> bool:
    """Say whether its address, or its autonomous system, had been used before."""
    return any(
        (one.session.ip and one.session.ip == other.session.ip) or (one.asn and one.asn == other.asn)
        for other in earlier
    )  # fmt: skip


def _signed_in_within(sign_in: SignIn, claim: Claim) -> bool:
    start = sign_in.session.opened or sign_in.session.last_seen
    end = sign_in.session.last_seen or sign_in.session.opened
    return start is not None and end is not None and start <= claim.end and end >= claim.start


def _between(action: Activity, undo: Activity) -> tuple[timedelta, timedelta]:
    """Return the shortest and the longest time that an action can have stood."""
    done = (action.published or action.start_time, action.published or action.end_time)
    gone = (undo.published or undo.start_time, undo.published or undo.end_time)
    least = gone[0] - done[1] if gone[0] and done[1] else timedelta()
    most = gone[1] - done[0] if gone[1] and done[0] else timedelta.max
    return max(timedelta(), least), most


def _minutes(span: timedelta) -> str:
    minutes = -(-span // timedelta(minutes=1))
    return f"{minutes} minute" if minutes == 1 else f"{minutes:,} minutes"


def _ids(actions: Iterable[Activity]) -> tuple[str, ...]:
    return tuple(one.id for one in actions)


def _refs(sign_ins: Iterable[SignIn]) -> tuple[str, ...]:
    return tuple(one.ref for one in sign_ins if one.ref)
