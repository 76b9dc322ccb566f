"""Makes up cases whose truth is known, of all seven explanations, with what an investigator would come to know."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final

import msgspec

from countersign.activity import Activity, Session, to_columns
from countersign.incident.incident import Incident
from countersign.investigate.facts import Duty, Elsewhere, Facts, Hand, NetworkKind, SignIn, Statement
from countersign.investigate.gathering import Subject, gather
from countersign.investigate.proposition import KEYS, Key
from countersign.testing import case_stories
from countersign.testing.acts import numbered
from countersign.testing.case_stories import Stage, Story
from countersign.testing.dice import Dice
from countersign.testing.embassy import EMBASSY, NETWORKS
from countersign.testing.world import World, build

FIRST: Final = date(2026, 3, 1)
"""Half a year of the embassy is enough to know its habit, and is made in a tenth of a second."""

LISTED, ROSTERED, ASKED, MODELLED, CROWDED = 0.7, 0.4, 0.6, 0.4, 0.5
"""How often an investigator has the list of sign-ins, a roster, answers, a model of hands, other accounts to watch."""

HAND_SPREAD: Final = 0.7
"""Deviation of a made-up model's log10 ratios of one action; the mean follows from it: so they are calibrated."""
HAND_CASES: Final = 500
_TELLERS: Final[Mapping[Key, Callable[[Stage], Story]]] = {
    "outsider": case_stories.outsider, "slip": case_stories.slip, "insider": case_stories.insider,
    "app": case_stories.app, "platform": case_stories.platform, "owner": case_stories.owner,
    "staged": case_stories.staged,
}  # fmt: skip
_KIND: Final[Mapping[str, NetworkKind]] = {
    network.name: "unknown" if network.kind == "hotel" else network.kind
    for network in (*NETWORKS, *case_stories.FOREIGN)
}


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One made-up case: who it really was, whether what is known holds a trace of that, and what is known."""

    truth: Key
    seed: int
    trace: bool
    facts: Facts


def cases(seed: int) -> tuple[Case, ...]:
    """Return one case of each explanation, of the same account; the same seed gives the same cases.

    >>> [case.truth for case in cases(1)]
    ['outsider', 'slip', 'insider', 'app', 'platform', 'owner', 'staged']
    """
    return tuple(case(truth, seed) for truth in KEYS)


def case(truth: Key, seed: int) -> Case:
    """Return the case of one explanation and seed.

    `trace` is settled by how the story went and what of it became known, before anything is weighed: a break-in whose
    sign-in is on no list and that stole nothing leaves none.
    """
    world, dice = _world(seed), Dice(seed, truth, "case")
    listed = dice.chance(LISTED)
    story = _TELLERS[truth](Stage(world=world, dice=dice, listed=listed, asked=dice.chance(ASKED)))
    facts = _facts(world, story, dice, listed=listed)
    return Case(truth=truth, seed=seed, trace=story.trace, facts=facts)


@cache
def _world(seed: int) -> World:
    return build(msgspec.structs.replace(EMBASSY, first=FIRST), seed=seed)


def _facts(world: World, story: Story, dice: Dice, *, listed: bool) -> Facts:
    done = story.actions
    first = min(one.published for one in done if one.published)
    last = max(one.published for one in done if one.published)
    as_of = last + timedelta(days=2)
    past = [one for one in world.activities if one.published and one.published < as_of]
    everything = numbered([*past, *done, *story.undos])
    subject = Subject(
        incident=_incident(world, done), ids=tuple(one.id for one in done), home_zone=world.habit.zone, as_of=as_of
    )
    known = [*world.sessions, *story.sessions]
    until = as_of if listed else first - timedelta(days=1)
    sign_ins = tuple(sorted((_sign_in(one) for one in known if one.opened and one.opened <= until), key=_begun))
    crowded = dice.chance(CROWDED)
    return msgspec.structs.replace(
        gather(subject, to_columns(everything)),
        sign_ins=sign_ins,
        sign_ins_from=_begun(sign_ins[0]),
        sign_ins_until=until,
        grants=story.grants,
        changes=story.changes,
        duties=_roster(world) if dice.chance(ROSTERED) else (),
        statements=tuple(Statement(who=who, said=said, at=as_of) for who, said in story.answers),
        hands=_hands(dice, done, story) if dice.chance(MODELLED) else (),
        elsewhere=_elsewhere(story, first) if crowded else (),
        watched_accounts=13 if crowded else 1,
    )


def _incident(world: World, done: Sequence[Activity]) -> Incident:
    times = [one.published for one in done]
    return Incident(
        number=1, account=world.habit.account, platform=world.habit.platform, onset=times[0], ended=times[-1],
        alarm_time=times[0], alarm_action=done[0].id, alarm_native_id=done[0].native_id, alert=True,
        actions=len(done), peak=0.0, threshold=0.0,
    )  # fmt: skip


def _sign_in(session: Session) -> SignIn:
    kind = _KIND.get(session.network or "", "unknown")
    return SignIn(session=session, network=kind, ref=f"sign-in {session.position}")


def _begun(one: SignIn) -> datetime:
    assert one.session.opened is not None  # only such are taken
    return one.session.opened


def _roster(world: World) -> tuple[Duty, ...]:
    """Return a roster of half a year: the press office by day, the duty officer in the evenings and at weekends."""
    found, day = [], datetime(2026, 3, 1, tzinfo=UTC)
    while day.date() <= world.habit.last:
        work = day.weekday() < 5
        spans = ((7.5, 16.5, "operator E"), (16.5, 22.0, "operator C")) if work else ((8.0, 21.0, "operator C"),)
        for start, end, who in spans:
            begins, ends = day + timedelta(hours=start), day + timedelta(hours=end)
            found.append(Duty(who=who, start=begins, end=ends, source="rota"))
        day += timedelta(days=1)
    return tuple(found)


def _hands(dice: Dice, done: Sequence[Activity], story: Story) -> tuple[Hand, ...]:
    """Return a made-up model's ratios: calibrated normal ones, of which the mean is the spread squared, halved."""
    mean = 1.1513 * HAND_SPREAD**2 * story.hand  # ln 10 / 2
    return tuple(
        Hand(
            action=one.id, log10={"operator E": mean + HAND_SPREAD * dice.normal(), "unknown": 0.0},
            cases=HAND_CASES, source="a made-up model of hands",
        )
        for one in done[:3]
    )  # fmt: skip


def _elsewhere(story: Story, first: datetime) -> tuple[Elsewhere, ...]:
    return tuple(
        Elsewhere(account=f"office {number}", what=story.crowd_by, at=first + timedelta(minutes=4 * number))
        for number in range(story.crowd)
    )
