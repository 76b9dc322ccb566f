"""Checks what was said in public against the record: each claim supports, contradicts, or cannot be told."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

from countersign.activity import UNDONE_BY, WRITTEN, Activity, Verb
from countersign.investigate.claim import Answer, Answered, Claim, ClaimKind
from countersign.investigate.examining import investigate
from countersign.investigate.facts import Facts, SignIn
from countersign.investigate.gathering import AFTER
from countersign.investigate.proposition import KEYS, PROPOSITIONS
from countersign.investigate.span import last_time
from countersign.investigate.weighing import CANNOT_TELL, alike
from countersign.text import counted

TURNED: Mapping[Answer, Answer] = {
    "supports": "contradicts", "contradicts": "supports", "cannot tell": "cannot tell",
}  # fmt: skip
"""What the record does to the opposite of a claim."""

OUTSIDE = frozenset({"hosting", "vpn", "tor"})
"""Networks that are nobody's home or office: a sign-in from one is from outside unless the team is known to use it."""

ENOUGH = 20
"""Earlier sign-ins that must be known before it is known that the team does not use such networks."""

FRESH: Final = timedelta(days=1)
"""How long before a place must have been used to be the team's: whoever breaks in may come twice in a night."""


def check_claim(facts: Facts, claim: Claim) -> Answered:
    """Return what the record says to a claim: silence of the record is "cannot tell", never an answer."""
    answer, because, exhibits = _CHECKS[claim.kind](facts, claim)
    return Answered(claim=claim, answer=answer, because=because, exhibits=exhibits)


Said = tuple[Answer, str, tuple[str, ...]]


def _did(facts: Facts, claim: Claim) -> Said:
    done = [one for one in _all(facts) if one.verb == claim.detail and _within(one, claim) == "surely"]
    maybe = [one for one in _all(facts) if one.verb == claim.detail and _within(one, claim) == "perhaps"]
    loose = facts.loose.get(claim.detail, 0)
    if done:
        return "supports", f"the record has {len(done)} such in that time", _ids(done)
    if maybe or loose:
        why = f"{len(maybe) + loose:,} such may fall in that time: the platform gives no exact time"
        return "cannot tell", why, _ids(maybe)
    if _covers(facts, claim, (claim.detail,)):
        return "contradicts", "the record covers that time and has none", ()
    return "cannot tell", "the record does not cover that time: what was deleted before it was seen is not in it", ()


def _did_not(facts: Facts, claim: Claim) -> Said:
    answer, because, exhibits = _did(facts, claim)
    return TURNED[answer], because, exhibits


def _undone(facts: Facts, claim: Claim) -> Said:
    allowed = timedelta(minutes=int(claim.detail))
    meant = [one for one in facts.actions if one.verb in UNDONE_BY and _within(one, claim) != "no"]
    back = {one.id: facts.undone[one.id] for one in meant if one.id in facts.undone}
    stood = {one.id: _between(one, back[one.id]) for one in meant if one.id in back}
    shown = tuple(part for one in meant for part in (one.id, *(back[one.id].id for _ in stood.get(one.id, ())[:1])))
    sure = [one.id for one in meant if _within(one, claim) == "surely"]
    longest_sure = max((stood[one][0] for one in sure if one in stood), default=timedelta())
    if not meant:
        return "cannot tell", "the incident has no action in that time that can be taken back", ()
    if any(most < timedelta() for _, most in stood.values()):
        return "cannot tell", "the record has it taken back before it was done: one of these times is wrong", shown
    if longest_sure > allowed:
        return "contradicts", f"some of it stood for longer than that, at least {_whole(longest_sure)}", shown
    if len(stood) < len(meant):
        return "cannot tell", "the record does not say that all of it was taken back", shown
    longest = max(most for _, most in stood.values())
    if sure and longest <= allowed:
        return "supports", f"all of it was taken back within {_minutes(longest)}", shown
    return "cannot tell", "the times are not known well enough", shown


def _nothing_else(facts: Facts, claim: Claim) -> Said:
    inside = {one.id for one in (*facts.actions, *facts.undone.values())}
    others = [one for one in facts.around if one.id not in inside]
    surely = [one for one in others if _within(one, claim) == "surely"]
    perhaps = [one for one in others if _within(one, claim) == "perhaps"]
    if surely:
        return "contradicts", f"the record has {counted(len(surely), 'other action')} in that time", _ids(surely)
    if perhaps or facts.loose:
        many = counted(len(perhaps) + sum(facts.loose.values()), "other action")
        return "cannot tell", f"{many} may fall in that time: the platform gives no exact time", _ids(perhaps)
    if _covers(facts, claim, get_args(Verb)):
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
    then = [one for one in facts.actions if _within(one, claim) != "no"]
    meant = [one for one in then if one.instrument == claim.detail]
    before, known = facts.clients.get(claim.detail, 0), sum(facts.clients.values())
    if not known:
        return "cannot tell", "the record does not say what application anything came from", ()
    if not meant:
        return "cannot tell", "no action of the incident is known to come from that application", ()
    if before:
        came = counted(before, "earlier action")
        return "contradicts", f"{came} of this account came from it", _ids(meant)
    if len(meant) < len(then):
        return (
            "cannot tell",
            f"only {len(meant)} of {len(then)} of these actions are known to come from it",
            _ids(meant),
        )
    if known < ENOUGH:
        return "cannot tell", f"of only {counted(known, 'earlier action')} is the application known", _ids(meant)
    return "supports", f"none of {known:,} earlier actions of this account came from it", _ids(meant)


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
    start, end = _bounds(action)
    if start is not None and end is not None and claim.start <= start and end <= claim.end:
        return "surely"
    before = end is not None and end < claim.start
    after = start is not None and start > claim.end
    return "no" if before or after else "perhaps"


def _bounds(action: Activity) -> tuple[datetime | None, datetime | None]:
    """Return between what an action was done: of a minute that the platform gives, its beginning and its end."""
    if action.published is None or action.time_basis == "minute":
        return action.start_time or action.published, action.end_time or action.published
    return action.published, action.published


def _covers(facts: Facts, claim: Claim, verbs: Iterable[str]) -> bool:
    """Say whether nothing of these kinds can have been done in that time without the record having it.

    A record is a list of what was still there: what was taken back before leaves a gap that nobody sees. So it covers
    only what was watched as it happened: an undo that has its own time shows that. The deletions that an archive lists
    are of what was written, and say nothing of likes. What lies further from the incident was not looked through.
    """
    timed = {one.verb for one in facts.undone.values() if one.published}
    kept = bool(timed - {"delete"}) or bool(timed and set(verbs) <= WRITTEN)
    times = [one.published for one in facts.around if one.published is not None]
    last = last_time(facts)
    if not kept or not times or last is None:
        return False
    return min(times) <= claim.start and claim.end <= min(facts.as_of, last + AFTER)


def _sign_ins_cover(facts: Facts, claim: Claim) -> bool:
    start, end = facts.sign_ins_from, facts.sign_ins_until
    return start is not None and end is not None and start <= claim.start and claim.end <= end


def _signed_in_before(sign_in: SignIn, claim: Claim) -> bool:
    """Say whether it ended a day before: where somebody was first seen within the day may be the intruder's place."""
    end = sign_in.session.last_seen or sign_in.session.opened
    return end is not None and end < claim.start - FRESH


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
    """Return the shortest and the longest time that an action can have stood; below zero if it was undone before."""
    done, gone = _bounds(action), _bounds(undo)
    least = gone[0] - done[1] if gone[0] and done[1] else timedelta()
    most = gone[1] - done[0] if gone[1] and done[0] else timedelta.max
    return max(timedelta(), least), most


def _minutes(span: timedelta) -> str:
    """Return the minutes in which it was over: one that was begun counts."""
    return counted(-(-span // timedelta(minutes=1)), "minute")


def _whole(span: timedelta) -> str:
    """Return the minutes that were full: "at least 412 minutes" would be untrue of 411 and a half."""
    return counted(span // timedelta(minutes=1), "minute")


def _ids(actions: Iterable[Activity]) -> tuple[str, ...]:
    return tuple(one.id for one in actions)


def _refs(sign_ins: Iterable[SignIn]) -> tuple[str, ...]:
    return tuple(one.ref for one in sign_ins if one.ref)
