"""Looks at who was signed in: is the access known to the account, or new to it, or is there none at all?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_network
from math import log10
from typing import Final

import msgspec

from countersign.investigate.clients import is_own
from countersign.investigate.examinations.expecting import TEAM, expected, reach
from countersign.investigate.examinations.novelty import HALF, WARM_UP, level, levels, share
from countersign.investigate.facts import Facts, SignIn
from countersign.investigate.finding import Examination, Finding, Missing
from countersign.investigate.proposition import Key
from countersign.investigate.requests import Move, access_log, devices
from countersign.investigate.span import first_time, is_timed, last_time
from countersign.investigate.validation import cases_of, validated
from countersign.investigate.weighing import FINDING_CAP
from countersign.text import listed

SLACK: Final = timedelta(minutes=15)
"""How long before the first action, or after the last, a sign-in still counts as there: platforms write them late."""

STAYS: Final = timedelta(hours=12)
"""How long a team's own tool goes on acting after it was last seen to sign in: it holds a key for the day."""

ENOUGH: Final = 20
"""Sign-ins that must be known before "new to it" means something."""

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
COINCIDENCE: Final = 0.12
"""How often a sign-in of the team's that has nothing to do with it falls into the same minutes."""
COINCIDENCE_OF_DAYS: Final = 0.8
"""The same where a platform lists only the days on which an address was used."""
PLACES: Final = ("an address", "a network", "a kind of network")
WHOLE: Final = (
    "from an address known to it", "from a new address of a known network",
    "from a network new to it, of a known kind", "from a network new to it, of a kind never used",
)  # fmt: skip
"""A place in words where all of it is told, by its level."""
NO_SIGN_IN: Final = frozenset({"device", "presence", "key", "application"})
"""Traces of access that are no span of it."""
HIDDEN: Final = 0.08
"""How often an access is missing from a platform's list (an app password, a list that is late)."""
_SOURCE: Final = (
    "team: counted on this account's own {:,} sign-ins, each against those before it; outsider: published (Wiefling "
    "et al. 2022) and an estimate; the team against an outsider {}; staged, application, platform: estimates"
)


class _Newness(msgspec.Struct, frozen=True, kw_only=True):
    """How new a sign-in's place is: `level` counts among the parts of it that are `told` (0: the address, 1: the
    network, 2: the kind of network); `past` has the level of those before it of which the same is told, `rows` which
    these are."""

    told: tuple[int, ...]
    level: int
    rows: list[int]
    past: list[int]

    @property
    def first(self) -> int:
        """The least level that it can have, were everything told (0 to 3)."""
        return self.told[self.level - 1] + 1 if self.level else 0

    @property
    def last(self) -> int:
        """The greatest level that it can have."""
        return self.told[self.level] if self.level < len(self.told) else len(PLACES)

    @property
    def words(self) -> str:
        """The place in words."""
        if not self.told:
            return "from a place of which nothing is told"
        if self.told == tuple(range(len(PLACES))):
            return WHOLE[self.level]
        new = [PLACES[place] for place in self.told[: self.level]]
        known = [PLACES[place] for place in self.told[self.level : self.level + 1]]
        parts = [f"{listed(new)} new to it"] * bool(new) + [f"{place} known to it" for place in known]
        return f"from {', of '.join(parts)}"

    def share(self, table: Sequence[float]) -> float:
        """Return in what share of cases a place is as new as this, by a table of the four levels."""
        return sum(table[self.first : self.last + 1])


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
    novelties = [(_newness(one, before), level(_device(one), known), one) for one in there]
    newness, device, found = max(novelties, key=lambda one: (one[0].first, one[1]))
    joint = list(zip(newness.past, levels([devices[row] for row in newness.rows]), strict=True))
    new = newness.first
    team, counted = share(joint, (newness.level, device), KINDS)
    told = bool(_device(found))
    usual = len(there) > 1 and new + device > 0
    shares: dict[Key, float] = dict.fromkeys(TEAM, team)
    shares["outsider"] = newness.share(OUTSIDER) * (OUTSIDER_DEVICE[device] if told else 1.0)
    shares["staged"] = newness.share(STAGED) * (STAGED_DEVICE[device] if told else 1.0)
    chance = COINCIDENCE_OF_DAYS if found.session.opened is None else COINCIDENCE
    shares["app"] = shares["platform"] = chance * (1.0 if new + device == 0 else max(team, 0.02))
    beside = " (beside a usual one)" if usual else ""
    return Finding(
        name="sign-in", group="session", ratios=expected(shares), basis="measured",
        cases=cases_of("sign-in"), history=counted,
        because=f"{_said(found, newness, device)}{beside}", exhibits=_refs(there),
        source=_SOURCE.format(counted, validated("sign-in")),
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


def _said(found: SignIn, newness: _Newness, device: int) -> str:
    where = found.session.network or (f"AS{found.asn}" if found.asn else "network unknown")
    what = ("new device, " if device else "known device, ") if _device(found) else ""
    return f"{what}{newness.words} ({where})"


def _newness(found: SignIn, before: Sequence[SignIn]) -> _Newness:
    """Return how new a sign-in's place is, by the parts that are told of it and of enough of those before it."""
    own, past = _network(found), [_network(one) for one in before]
    told: tuple[int, ...] = ()
    for place, part in enumerate(own):
        if part is not None and len(_with(past, (*told, place))) >= ENOUGH:
            told = (*told, place)
    kept = _with(past, told)
    chains = [tuple(past[row][place] for place in told) for row in kept]
    seen = {part for chain in chains for part in enumerate(chain)}
    mine = tuple(own[place] for place in told)
    return _Newness(told=told, level=level(mine, seen), rows=kept, past=levels(chains))


def _with(past: Sequence[tuple[object, ...]], told: Sequence[int]) -> list[int]:
    """Return which of these sign-ins have all of these parts."""
    return [row for row, chain in enumerate(past) if all(chain[place] is not None for place in told)]


def _network(one: SignIn) -> tuple[object, object, object]:
    """Return its address, its network and its kind of network, None for what nobody told."""
    session = one.session
    kind = one.network if one.network != "unknown" else session.network
    coarse = (kind, one.country) if kind or one.country else None
    return (_place(session.ip), one.asn or session.asn or session.network, coarse)


def _place(ip: str | None) -> str | None:
    """Return an address; of IPv6 its /64, for devices change the rest of it by the day (RFC 8981)."""
    try:
        return str(ip_network((ip or "", 64), strict=False)) if ":" in (ip or "") else ip
    except ValueError:
        return ip


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
