"""Two years in the life of an invented account, from its habit and a seed: the same seed gives the same bytes."""

from datetime import UTC, datetime, timedelta

import msgspec

from countersign.activity import Activity, Identity, Session
from countersign.testing.acts import SOURCE, acts
from countersign.testing.habit import Habit
from countersign.testing.runs import Run, runs

STAY = timedelta(minutes=6)
"""How long an operator is taken to look on after the beginning of a run."""


class World(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an invented account did, and the sign-ins that it did it from."""

    habit: Habit
    seed: int
    identity: Identity
    activities: tuple[Activity, ...]
    sessions: tuple[Session, ...]


def build(habit: Habit, *, seed: int = 7) -> World:
    """Return the life of an account of this habit: activities in the order of their times, and sessions."""
    planned = runs(habit, seed)
    return World(
        habit=habit,
        seed=seed,
        identity=identity(habit),
        activities=tuple(acts(habit, planned)),
        sessions=tuple(_sessions(habit, planned)),
    )


def identity(habit: Habit) -> Identity:
    """Return whose account it is."""
    first, last = habit.first, habit.last
    return Identity(
        account=habit.account,
        platform=habit.platform,
        handle=habit.handle,
        name=habit.name,
        time_zone=habit.zone,
        created=datetime(first.year - 9, 5, 14, 10, 0, tzinfo=UTC),
        as_of=datetime(last.year, last.month, last.day, 12, 0, tzinfo=UTC),
    )


def _sessions(habit: Habit, planned: list[Run]) -> list[Session]:
    spans: dict[tuple[str, str, str, str], list[Run]] = {}
    for run in planned:
        spans.setdefault((str(run.day), run.operator.name, run.device.name, run.address), []).append(run)
    used = [_session(habit, found[0], found[-1]) for found in spans.values()]
    found = [*used, *_devices(habit, planned)]
    found.sort(key=lambda session: (session.opened or session.last_seen, session.kind, session.device))
    return [msgspec.structs.replace(session, position=number) for number, session in enumerate(found)]


def _session(habit: Habit, first: Run, last: Run) -> Session:
    return Session(
        account=habit.account,
        platform=habit.platform,
        kind="ip use",
        opened=first.start,
        last_seen=last.start + STAY,
        ip=first.address,
        asn=first.network.asn,
        network=first.network.name,
        device=first.device.name,
        client=first.device.client,
        meaning="this device used the account from this address, between these times",
        source=SOURCE,
    )


def _devices(habit: Habit, planned: list[Run]) -> list[Session]:
    first: dict[str, Run] = {}
    last: dict[str, Run] = {}
    for run in planned:
        first.setdefault(run.device.name, run)
        last[run.device.name] = run
    return [
        Session(
            account=habit.account,
            platform=habit.platform,
            kind="device",
            opened=first[name].start,
            last_seen=last[name].start + STAY,
            device=name,
            client=first[name].device.client,
            meaning="this device has held a key to the account since then, and used it last then",
            source=SOURCE,
        )
        for name in first
    ]
