"""Ends an invented account's two years with one truth that is known, so that an answer can be told right or wrong."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal, get_args

import msgspec

from countersign.activity import Activity, Identity, Session
from countersign.errors import UsageError
from countersign.testing import truths
from countersign.testing.acts import numbered
from countersign.testing.benign import CHANGES, SENTENCES, SINCE, Change, changed
from countersign.testing.embassy import EMBASSY
from countersign.testing.offices import office
from countersign.testing.truths import Ending, Truth
from countersign.testing.world import World, build

Name = Literal["morning", "slip", "takeover", "rogue-app", "own-act", "mass-event"]
NAMES: tuple[Name, ...] = get_args(Name)

ACCOUNTS_OF_A_MASS_EVENT = 12
"""Besides the embassy; more would make the demo slow and tell nothing new."""


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """What could be seen of some accounts, and what really happened.

    `activities` are ordered by time over all `identities`; `sessions` are the sign-ins known so far, `unseen` those
    that only a later request would show. `sentence` tells a reader what is about to be looked at.
    """

    name: str
    identities: tuple[Identity, ...]
    activities: tuple[Activity, ...]
    sessions: tuple[Session, ...]
    unseen: tuple[Session, ...] = ()
    truth: Truth
    sentence: str

    @property
    def identity(self) -> Identity:
        """The account that the story is about."""
        return self.identities[0]


def play(name: str, *, seed: int = 7) -> Scenario:
    """Return the scenario of this name, made from a seed.

    `name` is one of `NAMES`, or of `CHANGES` for one in which nothing foreign happens and only the habit changes.
    Raises UsageError for any other.

    >>> scenario = play("morning")
    >>> [action.object_author for action in scenario.activities if action.id in scenario.truth.ids]
    ['kx_clips', 'leaf_of_truth', '真相之叶_daily']
    """
    if name == "mass-event":
        return _mass_event(seed)
    if name in CHANGES:
        return _changed(name, seed)
    if name not in _ENDINGS:
        raise UsageError(f"there is no scenario named {name!r}", hint="one of: " + ", ".join((*NAMES, *CHANGES)))
    return _ended(name, _embassy(seed), _ENDINGS[name](_embassy(seed)))


_ENDINGS: Mapping[str, Callable[[World], Ending]] = {
    "morning": truths.morning,
    "slip": truths.slip,
    "takeover": truths.takeover,
    "rogue-app": truths.rogue_app,
    "own-act": truths.own_act,
}


@cache
def _embassy(seed: int) -> World:
    return build(EMBASSY, seed=seed)


@cache
def _others(seed: int) -> tuple[World, ...]:
    return tuple(build(office(number, seed=seed), seed=seed) for number in range(ACCOUNTS_OF_A_MASS_EVENT))


def _ended(name: str, world: World, ending: Ending) -> Scenario:
    return Scenario(
        name=name,
        identities=(msgspec.structs.replace(world.identity, as_of=ending.as_of),),
        activities=tuple(numbered([*world.activities, *ending.activities])),
        sessions=_until(ending.sessions_until, (*world.sessions, *ending.sessions)),
        unseen=_after(ending.sessions_until, (*world.sessions, *ending.sessions)),
        truth=ending.truth,
        sentence=ending.sentence,
    )


def _mass_event(seed: int) -> Scenario:
    worlds = (_embassy(seed), *_others(seed))
    ending = truths.mass_event(worlds)
    return Scenario(
        name="mass-event",
        identities=tuple(world.identity for world in worlds),
        activities=tuple(numbered([*(action for world in worlds for action in world.activities), *ending.activities])),
        sessions=tuple(session for world in worlds for session in world.sessions),
        unseen=ending.sessions,
        truth=ending.truth,
        sentence=ending.sentence,
    )


def _changed(change: Change, seed: int) -> Scenario:
    world = build(changed(EMBASSY, change), seed=seed)
    truth = Truth(
        cause="benign change",
        ids=(),
        onset=datetime(SINCE.year, SINCE.month, SINCE.day, tzinfo=UTC),
        accounts=(world.habit.account,),
        told=SENTENCES[change],
    )
    return Scenario(
        name=change,
        identities=(world.identity,),
        activities=world.activities,
        sessions=world.sessions,
        truth=truth,
        sentence=SENTENCES[change],
    )


def _until(moment: datetime, sessions: tuple[Session, ...]) -> tuple[Session, ...]:
    return tuple(session for session in sessions if _begun(session) <= moment)


def _after(moment: datetime, sessions: tuple[Session, ...]) -> tuple[Session, ...]:
    return tuple(session for session in sessions if _begun(session) > moment)


def _begun(session: Session) -> datetime:
    return session.opened or session.last_seen or datetime.max.replace(tzinfo=UTC) - timedelta(days=1)
