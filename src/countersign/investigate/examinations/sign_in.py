"""Looks at who was signed in: is the access known to the account, or new to it, or is there none at all?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import log10
from typing import Final

from countersign.investigate.clients import is_own
from countersign.investigate.examinations.expecting import JOURNEY, TEAM, expected, reach
from countersign.investigate.examinations.novelty import HALF, WARM_UP, level, levels, share
from countersign.investigate.examinations.place import ENOUGH, Newness, newness
from countersign.investigate.facts import Facts, SignIn
from countersign.investigate.finding import Examination, Finding, Missing
from countersign.investigate.proposition import Key
from countersign.investigate.requests import Move, access_log, devices
from countersign.investigate.span import first_time, is_timed, last_time
from countersign.investigate.validation import cases_of, validated
from countersign.investigate.weighing import FINDING_CAP

SLACK: Final = timedelta(minutes=15)
"""How long before the first action, or after the last, a sign-in still counts as there: platforms write them late."""

STAYS: Final = timedelta(hours=12)
"""How long a team's own tool goes on acting after it was last seen to sign in: it holds a key for the day."""

LISTED: Final = 50
"""Past sign-ins behind a finding that a platform's list of two months gives, where none was given yet."""

KINDS: Final = 8
"""Ways in which a sign-in can be new: four of the network, two of the device."""

OUTSIDER: Final = (0.04, 0.10, 0.26, 0.60)
"""How new an outsider's sign-in is (address, network, kind of network known; nothing known). Published: of about 87
real takeovers 22 % passed where 3 % of the owner's own sign-ins were challenged (Wiefling et al., ACM TOPS 26(1),
2022); how the rest divides is an estimate."""
OUTSIDER_DEVICE: Final = (0.15, 0.85)
"""How often an outsider's device, as the platform names it, is known, or new. An estimate."""
STAGED: Final = (0.25, 0.15, 0.25, 0.35)
STAGED_DEVICE: Final = (0.35, 0.65)
TRAVELLER_DEVICE: Final = (0.8, 0.2)
"""How often somebody on a journey uses a device that the account knows, or another. An estimate."""
COINCIDENCE: Final = 0.12
"""How often a sign-in of the team's that has nothing to do with it falls into the same minutes."""
COINCIDENCE_OF_DAYS: Final = 0.8
"""The same where a platform lists only the days on which an address was used."""
NO_SIGN_IN: Final = frozenset({"device", "presence", "key", "application"})
"""Traces of access that are no span of it."""
HIDDEN: Final = 0.08
"""How often an access is missing from a platform's list (an app password, a list that is late)."""
_SOURCE: Final = (
    "team: counted on this account's own {:,} sign-ins, each against those before it; outsider: published (Wiefling "
    "et al. 2022) and an estimate; the team against an outsider {}; staged, application, platform: estimates"
)

_OF_JOURNEY: Final = "; while somebody is on a journey three in ten sign-ins are theirs, an estimate"


def examine(facts: Facts) -> Sequence[Finding | Missing]:
    """Return what the sign-ins at the time say, or that the list of them is missing."""
    first, last = first_time(facts), last_time(facts)
    if first is None or last is None:
        return ()
    if not is_timed(facts):
        return (_untimed(), *_missing(facts, 0))
    spans = [(one, span) for one in facts.sign_ins if one.session.kind not in NO_SIGN_IN and (span := _span(one))]
    before = [one for one, (_, ended) in spans if ended < first - SLACK]
    there = [
        one for one, (begun, ended) in spans
        if begun - SLACK <= last and ended + (STAYS if _is_tool_of(one, facts) else SLACK) >= first
    ]  # fmt: skip
    doubts = _doubts(facts, first, last)
    if doubts:
        return (_contradicted(doubts, there), *_missing(facts, len(before)))
    if not there and not _listed(facts, first, last):
        return _missing(facts, len(before))
    if len(before) < ENOUGH:
        return (_too_few(len(before), there), *_missing(facts, len(before)))
    if not there:
        return (_none(facts, first),)
    return (_weighed(facts, before, there),)


examination = Examination("sign-in", examine)


def _missing(facts: Facts, before: int) -> Sequence[Missing]:
    """Return what is to be asked for; of Bluesky the team can read a part itself."""
    move = _move(before)
    return (access_log(facts, move), *((devices(facts, move),) if facts.platform == "bluesky" else ()))


def _move(before: int) -> Move:
    """Return how far a list of sign-ins could move outsider against slip: as far as its finding, which is capped."""
    cases = max(before - WARM_UP, LISTED)
    known: dict[Key, float] = {"outsider": OUTSIDER[0] * OUTSIDER_DEVICE[0], "slip": 1.0}
    new: dict[Key, float] = {"outsider": OUTSIDER[-1] * OUTSIDER_DEVICE[-1], "slip": HALF / (cases + HALF * KINDS)}
    low, high = reach((known, new), ("outsider", "slip"))
    cap = round(min(FINDING_CAP, log10(cases)), 2)
    return (max(low, -cap), min(high, cap))


def _weighed(facts: Facts, before: Sequence[SignIn], there: Sequence[SignIn]) -> Finding:
    devices = [_device(one) for one in before]
    known = {part for chain in devices for part in enumerate(chain)}
    novelties = [(newness(one, before), level(_device(one), known), one) for one in there]
    new_place, device, found = max(novelties, key=lambda one: (one[0].first, one[1]))
    joint = list(zip(new_place.past, levels([devices[row] for row in new_place.rows]), strict=True))
    new = new_place.first
    team, counted = share(joint, (new_place.level, device), KINDS)
    told = bool(_device(found))
    travelled = new > 0 and _is_declared(facts, found)
    if travelled:
        team = (1 - JOURNEY) * team + JOURNEY * (TRAVELLER_DEVICE[device] if told else 1.0)
    usual = len(there) > 1 and new + device > 0
    shares: dict[Key, float] = dict.fromkeys(TEAM, team)
    shares["outsider"] = new_place.share(OUTSIDER) * (OUTSIDER_DEVICE[device] if told else 1.0)
    shares["staged"] = new_place.share(STAGED) * (STAGED_DEVICE[device] if told else 1.0)
    chance = COINCIDENCE_OF_DAYS if found.session.opened is None else COINCIDENCE
    shares["app"] = shares["platform"] = chance * (1.0 if new + device == 0 else max(team, 0.02))
    beside = " (beside a usual one)" if usual else ""
    beside += f", in {found.country}, where a declared journey led" if travelled else ""
    return Finding(
        name="sign-in", group="session", ratios=expected(shares), basis="measured",
        cases=cases_of("sign-in"), history=counted,
        because=f"{_said(found, new_place, device)}{beside}", exhibits=_refs(there),
        source=_SOURCE.format(counted, validated("sign-in")) + (_OF_JOURNEY if travelled else ""),
        vouched=all(one.vouched == "platform-signed" for one in there),
        assumes="the team signs in from access as new as this to the account" if new + device else "",
        assumed=TEAM if new + device else (),
    )  # fmt: skip


def _none(facts: Facts, first: datetime) -> Finding:
    shares: dict[Key, float] = dict.fromkeys((*TEAM, "outsider", "staged"), HIDDEN)
    shares |= {"app": 1 - COINCIDENCE, "platform": 1 - COINCIDENCE}
    return Finding(
        name="sign-in", group="session", ratios=expected(shares), basis="estimate",
        because=f"the list of sign-ins covers {first:%Y-%m-%d %H:%M} UTC, and nobody was signed in",
        exhibits=_refs(facts.sign_ins[-1:]),
        source="estimate: an access is missing from a platform's list in 2 to 25 of 100 cases; applications and the "
        "platform need no sign-in",
        assumes="lists of sign-ins leave out the access that was used", assumed=(*TEAM, "outsider", "staged"),
    )  # fmt: skip


def _untimed() -> Finding:
    return Finding(
        name="sign-in", group="session", ratios={}, basis="direction",
        because="the platform gives these actions no time: no sign-in can be tied to them",
        source="no number without a time",
    )  # fmt: skip


def _doubts(facts: Facts, first: datetime, last: datetime) -> list[str]:
    """Return how what is told of sign-ins at the time contradicts itself."""
    return [one.because for one in facts.doubts if one.start <= last and one.end >= first]


def _contradicted(doubts: Sequence[str], there: Sequence[SignIn]) -> Finding:
    more = f", and {len(doubts) - 1} more such" if len(doubts) > 1 else ""
    return Finding(
        name="sign-in", group="session", ratios={}, basis="direction", exhibits=_refs(there),
        because=f"what is told of sign-ins at the time contradicts itself: {doubts[0]}{more}",
        source="no number while lists contradict each other: the platform's own log would settle it",
    )  # fmt: skip


def _too_few(count: int, there: Sequence[SignIn]) -> Finding:
    return Finding(
        name="sign-in", group="session", ratios={}, basis="direction", exhibits=_refs(there),
        because=f"somebody was signed in, but only {count} earlier sign-ins are known: too few to say what is new",
        source=f"no number below {ENOUGH} earlier sign-ins",
    )  # fmt: skip


def _said(found: SignIn, place: Newness, device: int) -> str:
    where = found.session.network or (f"AS{found.asn}" if found.asn else "network unknown")
    what = ("new device, " if device else "known device, ") if _device(found) else ""
    return f"{what}{place.words} ({where})"


def _device(one: SignIn) -> tuple[object, ...]:
    """Return what is told of the device; nothing where the list holds addresses only."""
    session = one.session
    name = session.device or session.client or (one.operating_system + one.browser)
    return (name,) if name else ()


def _span(one: SignIn) -> tuple[datetime, datetime] | None:
    """Return from when to when somebody was signed in; of a list by days (no beginning), the whole of the day."""
    begun, ended = one.session.opened, one.session.last_seen
    if ended is None or begun is None:
        return (begun, begun) if begun else (_midnight(ended), ended) if ended else None
    return (begun, ended)


def _is_declared(facts: Facts, one: SignIn) -> bool:
    """Say whether somebody had declared to be in the country of a sign-in then."""
    at = one.session.opened or one.session.last_seen
    return at is not None and any(
        journey.country and journey.country == one.country and journey.start <= at <= journey.end
        for journey in facts.travels
    )  # fmt: skip


def _is_tool_of(one: SignIn, facts: Facts) -> bool:
    """Say whether a sign-in is of the third-party client that the incident's actions were done with."""
    client = one.session.client
    return bool(client) and not is_own(client or "") and any(done.instrument == client for done in facts.actions)


def _midnight(time: datetime) -> datetime:
    return time.replace(hour=0, minute=0, second=0, microsecond=0)


def _listed(facts: Facts, first: datetime, last: datetime) -> bool:
    since, until = facts.sign_ins_from, facts.sign_ins_until
    return since is not None and until is not None and since <= first and until >= last


def _refs(there: Sequence[SignIn]) -> tuple[str, ...]:
    return tuple(one.ref for one in there if one.ref)
