"""Makes the owner's own changes out of real actions (T7): a detector must take them for what they are."""

import csv
import random
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from bench.protocol.data import ARCHIVES, DAY, Account, Row
from bench.protocol.takeovers import TRIES, YEAR, disguise, gives_language, moved

Kind = Literal["application", "travel", "campaign", "colleague"]
"""A new application (the owner's real one), a journey, three times the activity, a new member of the team."""
KINDS: tuple[Kind, ...] = ("application", "travel", "campaign", "colleague")

CLIENT_CHANGES = "client_changes_open.csv"
FOLLOWED = 45 * DAY
"""How long an account is followed after a change: a month in which the notice may come, and 14 days after it."""
QUIET = 14 * DAY
JOURNEY = 10 * DAY
CAMPAIGN = 14 * DAY
COLLEAGUE_SHARE = 0.3
LEAST_FOLLOWED = 20
"""An account that does less in those days is asleep, and its silence shows nothing."""


class Change(msgspec.Struct, frozen=True):
    """What follows an account's row `place`, up to 45 days, where the owner changed something at it."""

    host: str
    kind: Kind
    place: int
    rows: tuple[Row, ...]

    def tail(self, rows: Sequence[Row]) -> list[tuple[Row, int]]:
        """Return what follows as pairs (row, -1): every action is the account's own team's."""
        return [(row, -1) for row in self.rows]


def changes(
    accounts: Sequence[Account], kind: Kind, data: Path, *, seed: int = 1, per_account: int = 2
) -> list[Change]:
    """Return changes of one kind in the accounts' test parts; real ones (`application`) as far as there are any."""
    if kind == "application":
        return list(_applications(accounts, data))
    made = [
        _made(host, accounts, kind, random.Random(f"{seed}/{kind}/{host.name}/{ordinal}"))
        for host in accounts
        for ordinal in range(per_account)
    ]
    return [change for change in made if change is not None]


def _applications(accounts: Sequence[Account], data: Path) -> Iterator[Change]:
    by_name = {account.name: account for account in accounts}
    with (data / CLIENT_CHANGES).open(encoding="utf-8", newline="") as lines:
        for record in csv.DictReader(lines):
            host = by_name.get(record["account"])
            if record["file"] != ARCHIVES or host is None:
                continue
            place = _last_before(host, datetime.fromisoformat(record["time"]))
            if place >= host.test_start:
                yield Change(host.name, "application", place, tuple(_next(host, place, FOLLOWED)))


def _last_before(host: Account, when: datetime) -> int:
    return sum(row.at < when for row in host.rows) - 1


def _next(host: Account, place: int, length: timedelta) -> Sequence[Row]:
    end = host.rows[place].at + length
    return host.rows[place + 1 : max(place + 1, bisect_right(host.rows, end, key=lambda row: row.at))]


def _made(host: Account, accounts: Sequence[Account], kind: Kind, rng: random.Random) -> Change | None:
    needed = FOLLOWED + 2 * CAMPAIGN if kind == "campaign" else FOLLOWED
    for _ in range(TRIES):
        place = rng.randrange(host.test_start, len(host.rows) - LEAST_FOLLOWED)
        if host.rows[-1].at - host.rows[place].at < needed:
            continue
        if len(_next(host, place, FOLLOWED)) < LEAST_FOLLOWED or host.rows[place].time_res is not None:
            continue
        rows = _MADE[kind](host, place, accounts, rng)
        if rows is not None:
            ordered = sorted(rows, key=lambda row: row.at)
            return Change(host.name, kind, place, tuple(ordered))
    return None


def _travelling(host: Account, place: int, accounts: Sequence[Account], rng: random.Random) -> list[Row] | None:
    hours = timedelta(hours=rng.choice([-9, -8, -7, -6, 6, 7, 8, 9]))
    start = host.rows[place].at
    rows = _next(host, place, FOLLOWED)
    away = [row.at <= start + JOURNEY for row in rows]
    if sum(away) == 0:
        return None
    times = [max(start, row.at + hours) if gone else row.at for row, gone in zip(rows, away, strict=True)]
    return [msgspec.structs.replace(row, time=time) for row, time in zip(rows, times, strict=True)]


def _campaigning(host: Account, place: int, accounts: Sequence[Account], rng: random.Random) -> list[Row]:
    start = host.rows[place].at
    return [
        msgspec.structs.replace(row, time=row.at - back)
        for row in _next(host, place, FOLLOWED + 2 * CAMPAIGN)
        for back in [min(2, (row.at - start) // CAMPAIGN) * CAMPAIGN]
    ]


def _with_colleague(host: Account, place: int, accounts: Sequence[Account], rng: random.Random) -> list[Row] | None:
    own = _next(host, place, FOLLOWED)
    wanted = round(len(own) * COLLEAGUE_SHARE / (1 - COLLEAGUE_SHARE))
    donor = rng.choice([account for account in accounts if account.name != host.name])
    run = _colleague_run(donor, host, place, rng)
    if len(run) < wanted:
        return None
    chosen = [run[index] for index in sorted(rng.sample(range(len(run)), wanted))]
    return [*own, *(disguise(row, donor.name, host, place) for row in chosen)]


def _colleague_run(donor: Account, host: Account, place: int, rng: random.Random) -> list[Row]:
    when = host.rows[place].at
    near = [row for row in donor.between(when - YEAR, when + YEAR) if row.time_res is None]
    if gives_language(host, place):
        near = [row for row in near if row.lang is not None]
    if not near:
        return []
    later = moved(near[rng.randrange(len(near)) :], host.rows[place])
    return [row for row in later if row.at <= when + FOLLOWED]


_MADE: dict[Kind, Callable[[Account, int, Sequence[Account], random.Random], list[Row] | None]] = {
    "travel": _travelling,
    "campaign": _campaigning,
    "colleague": _with_colleague,
}
