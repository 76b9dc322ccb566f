"""Tries examinations on the open timelines: an account's own later actions against what others did about then."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import numpy as np
import pyarrow as pa

from bench.protocol.data import Account, Row, to_actions
from countersign.activity import from_columns
from countersign.incident.incident import Incident
from countersign.investigate.facts import Facts
from countersign.investigate.gathering import Subject, gather

LEARNED: Final = 0.7
"""What part of an account's timed actions, the earliest, is history only: the rest is tried."""
BLOCKS: Final = 10
"""So often in the tried part the history is brought up to date, as it is for a real incident."""
IN_BLOCK: Final = 4
"""Own actions a block that are tried, evenly spread; as many of others."""
ABOUT_THEN: Final = timedelta(days=90)
"""How far in time an other account's action may be from the block's first: applications have their years."""
SEED: Final = 1
HOME: Final = "UTC"
"""No account's home is known: hours are UTC's, so that each clock change smears a habit by an hour."""


class Asked(msgspec.Struct, frozen=True, eq=False):
    """One case: the facts of an incident of one action, and whether it was the account's own."""

    account: str
    own: bool
    facts: Facts


class Timeline(msgspec.Struct, frozen=True, eq=False):
    """An account's actions whose time is known to the second, in order."""

    name: str
    rows: tuple[Row, ...]
    times: tuple[datetime, ...]


def asked(accounts: Sequence[Account]) -> Iterator[Asked]:
    """Yield the cases of these accounts, own and others', each side as many; others' are of the same accounts."""
    timelines = [timeline(account) for account in accounts]
    rng = np.random.default_rng(SEED)
    for host in timelines:
        table = to_actions(host.rows)
        first = int(len(host.rows) * LEARNED)
        for places in np.array_split(np.arange(first, len(host.rows)), BLOCKS):
            if len(places) < IN_BLOCK:
                continue
            spread = [int(part[0]) for part in np.array_split(places, IN_BLOCK)]
            base = known_before(host, table, spread[0])
            cases = [(True, host.rows[place]) for place in spread]
            cases += [(False, rows[0]) for rows in about_then(timelines, host, spread[0], rng)]
            yield from (Asked(host.name, own, of_one(base, row)) for own, row in cases)


def timeline(account: Account) -> Timeline:
    """Return an account's actions whose time is known to the second."""
    rows = tuple(row for row in account.rows if row.time_res is None)
    return Timeline(account.name, rows, tuple(row.at for row in rows))


def known_before(host: Timeline, table: pa.Table, place: int) -> Facts:
    """Return what is known of an account just before one of its actions, that action being the incident."""
    ids = (table["id"][place].as_py(),)
    subject = Subject(
        incident=incident_of(host.name, ids[0]), ids=ids, home_zone=HOME, as_of=host.times[place] + timedelta(days=1)
    )
    return gather(subject, table.slice(0, place + 1))


def incident_of(account: str, action: str) -> Incident:
    """Return an incident of one action, of which nothing else is known."""
    return Incident(
        number=1, account=account, platform="unknown", alarm_action=action, alarm_native_id=action, alert=True,
        actions=1, peak=0.0, threshold=0.0,
    )  # fmt: skip


def of_one(base: Facts, row: Row) -> Facts:
    """Return facts with this action, taken to be the account's, in the place of the incident's."""
    (one,) = from_columns(to_actions([row], account=base.account))
    return msgspec.structs.replace(base, actions=(one,), around=())


def about_then(
    timelines: Sequence[Timeline], host: Timeline, place: int, rng: np.random.Generator, *, run: int = 1
) -> list[tuple[Row, ...]]:
    """Return runs of others' actions of about that time, at their own hours: each account and place as likely."""
    near = [(one, span) for one in timelines if one.name != host.name and (span := _near(one, host.times[place], run))]
    if not near:
        return []
    chosen = [near[at] for at in rng.integers(0, len(near), IN_BLOCK)]
    starts = [int(rng.integers(span.start, span.stop)) for _, span in chosen]
    return [one.rows[start : start + run] for (one, _), start in zip(chosen, starts, strict=True)]


def _near(one: Timeline, when: datetime, run: int) -> range:
    first = bisect_left(one.times, when - ABOUT_THEN)
    return range(first, bisect_left(one.times, when + ABOUT_THEN) - run + 1)
