"""Very many invented accounts at once, as columns: for background tables and for tests of speed and growth."""

from collections.abc import Iterator
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from countersign.testing import traits
from countersign.testing.columns import table
from countersign.testing.traits import DAY_S

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Order = Literal["account", "time"]

FIRST_S = 1_725_840_000
"""9 September 2024, 00:00 UTC, a Monday: the first day, in seconds since 1970."""

RUN = 2.6
"""Mean number of actions in a run, and below it the median pause within one, in seconds."""
PAUSE_S = 55.0

MIXED_DAYS = 2
"""A table of accounts mixed at random that covers fewer days than this has its actions at any hour: the hours of an
account's habit would put them outside of the table's part of the time."""


class Population(msgspec.Struct, frozen=True, kw_only=True):
    """How many invented accounts there are, what each does on average, and in which order it comes.

    `order` "account": one account after the other, each in the order of its times, `actions` of each exactly;
    "time": all accounts mixed at random, `actions` of each on average. `text_length` is about the mean number of
    characters of a text, 0: no texts.
    """

    accounts: int
    actions: int
    seed: int = 7
    days: int = 730
    text_length: int = 80
    order: Order = "account"
    rows: int = 131_072


def tables(population: Population) -> Iterator[pa.Table]:
    """Yield the actions as tables of schema `ACTIONS`, of about `rows` rows each; the same seed gives the same bytes.

    >>> next(tables(Population(accounts=2, actions=3)))["account"].to_pylist()
    ['3000000000', '3000000000', '3000000000', '3000000001', '3000000001', '3000000001']
    """
    total = population.accounts * population.actions
    whole = max(1, population.rows // population.actions) * population.actions
    step = whole if population.order == "account" else population.rows
    for number, start in enumerate(range(0, total, step)):
        rng = np.random.Generator(np.random.PCG64([population.seed, number]))
        rows = min(step, total - start)
        account, seconds = _one_by_one(population, rng, start, rows)
        if population.order == "time":
            account, seconds = _mixed(population, rng, start / total, rows)
        yield table(population.seed, rng, start, account, seconds, population.text_length)


def _one_by_one(population: Population, rng: np.random.Generator, start: int, rows: int) -> tuple[Ints, Ints]:
    account = (start + np.arange(rows)) // population.actions
    first = np.concatenate(([True], account[1:] != account[:-1]))
    run = _runs(rng, first)
    seconds = _moments(population.seed, rng, account, run, (0, population.days))
    order = np.lexsort((seconds, account))
    return account, seconds[order]


def _mixed(population: Population, rng: np.random.Generator, part: float, rows: int) -> tuple[Ints, Ints]:
    run = _runs(rng, np.zeros(rows, dtype=np.bool_))
    who = rng.integers(0, population.accounts, run[-1] + 1)
    account = who[run]
    end = part + rows / (population.accounts * population.actions)
    days = (round(part * population.days), round(end * population.days))
    if days[1] - days[0] < MIXED_DAYS:
        begin, stop = (FIRST_S + int(share * population.days * DAY_S) for share in (part, end))
        return account, np.sort(rng.integers(begin, max(stop, begin + 1), rows))
    seconds = _moments(population.seed, rng, account, run, days)
    seconds = np.minimum(seconds, FIRST_S + days[1] * DAY_S - 1)
    order = np.argsort(seconds, kind="stable")
    return account[order], seconds[order]


def _runs(rng: np.random.Generator, first: npt.NDArray[np.bool_]) -> Ints:
    begins = first | (rng.random(len(first)) < 1 / RUN)
    begins[0] = True
    return np.cumsum(begins) - 1


def _moments(seed: int, rng: np.random.Generator, account: Ints, run: Ints, days: tuple[int, int]) -> Ints:
    """Return when each action is done: its run's day and hour by the account's habit, then pauses that add up."""
    begins = np.flatnonzero(np.concatenate(([True], run[1:] != run[:-1])))
    whose = account[begins]
    day = rng.integers(days[0], days[1], len(begins))
    day = traits.working_day(seed, rng, whose, day, first=days[0])
    hour = traits.hour(seed, rng, whose)
    pause = np.exp(np.log(PAUSE_S) + rng.standard_normal(len(run)))
    pause[begins] = 0
    passed = np.cumsum(pause)
    since = passed - passed[begins][run]
    seconds: Ints = FIRST_S + (day * DAY_S)[run] + (hour[run] * 3600 + since).astype(np.int64)
    return seconds
