"""What tells the accounts of a population apart: each trait is computed from the account's number, none is stored."""

import numpy as np
import numpy.typing as npt

from countersign.testing.language import TAGS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DAY_S = 86_400
VERBS = ("post", "reply", "quote", "repost", "like", "follow")
PROFILES, CLIENTS, HANDS = 32, 48, 64

FAITHFUL = (0.72, 0.94)
"""Shares of actions by an account's first, and first or second, client application; the others are at random."""

NOVEL = 0.2
"""Share of actions on somebody whom the account has never dealt with."""

FRIENDS = 120
STRANGERS = 5_000_000
"""How many acquaintances an account has, and how many authors there are to meet."""


def uniform(seed: int, account: Ints, trait: int) -> Floats:
    """Return a number from 0 to 1 for each account and trait (SplitMix64; Steele, Lea and Flood 2014).

    >>> bool((uniform(7, np.arange(3), 1) == uniform(7, np.arange(3), 1)).all())
    True
    """
    x = account.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed * 1000 + trait + 1)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray((x ^ (x >> np.uint64(31))) >> np.uint64(11), dtype=np.float64) / 2.0**53


def hour(seed: int, rng: np.random.Generator, account: Ints) -> Floats:
    """Return at what hour of the day (UTC) a run begins: around one or two hours of the account's own."""
    second = rng.random(len(account)) < 0.5 * uniform(seed, account, 2)
    middle = 24 * uniform(seed, account, 3) + second * (3 + 6 * uniform(seed, account, 4))
    spread = 1.2 + 3.2 * uniform(seed, account, 5)
    return (middle + spread * rng.standard_normal(len(account))) % 24.0


def working_day(seed: int, rng: np.random.Generator, account: Ints, day: Ints, *, first: int) -> Ints:
    """Return the day, moved off the weekend for most runs of the accounts that are run from an office, but not to
    before the `first` day. Days are counted from a Monday."""
    office = uniform(seed, account, 6) < 0.6
    moved = office & (day % 7 >= 5) & (rng.random(len(day)) < 0.85)
    earlier = day - (2 + rng.integers(0, 3, len(day)))
    return np.where(moved & (earlier >= first), earlier, day)


def verb(seed: int, rng: np.random.Generator, account: Ints) -> Ints:
    """Return what is done, as indices into `VERBS`, by one of a few profiles."""
    weights = np.random.Generator(np.random.PCG64([seed, 1])).dirichlet((2, 1.5, 0.3, 2, 4, 0.3), PROFILES)
    cumulative = np.cumsum(weights, axis=1)[:, :-1]
    profile = (uniform(seed, account, 7) * PROFILES).astype(np.int64)
    throw = rng.random(len(account))
    return np.asarray((throw[:, None] > cumulative[profile]).sum(axis=1), dtype=np.int64)


def client(seed: int, rng: np.random.Generator, account: Ints) -> Ints:
    """Return the number of the client application."""
    throw = rng.random(len(account))
    first = (uniform(seed, account, 8) ** 2 * CLIENTS).astype(np.int64)
    second = (uniform(seed, account, 9) ** 2 * CLIENTS).astype(np.int64)
    other = rng.integers(0, CLIENTS, len(account))
    return np.where(throw < FAITHFUL[0], first, np.where(throw < FAITHFUL[1], second, other))


def tongue(seed: int, rng: np.random.Generator, account: Ints) -> Ints:
    """Return the language, as indices into `TAGS`: the account's first, now and then its second."""
    first = (uniform(seed, account, 10) ** 1.7 * len(TAGS)).astype(np.int64)
    second = (uniform(seed, account, 11) * len(TAGS)).astype(np.int64)
    return np.where(rng.random(len(account)) < 0.93, first, second)


def hand(seed: int, account: Ints) -> Ints:
    """Return the number of the hand that the account writes in."""
    return (uniform(seed, account, 12) * HANDS).astype(np.int64)


def acquaintance(seed: int, rng: np.random.Generator, account: Ints, *, among: int, of: int, trait: int) -> Ints:
    """Return a number below `of`: mostly one of the account's own few (`among`), the first of them most, else any."""
    rank = np.exp(rng.random(len(account)) * np.log(among)).astype(np.int64)
    own = (uniform(seed, account * 1009 + rank, trait) * of).astype(np.int64)
    return np.where(rng.random(len(account)) < NOVEL, rng.integers(0, of, len(account)), own)


def share(seed: int, rng: np.random.Generator, account: Ints, trait: int) -> npt.NDArray[np.bool_]:
    """Return whether an action has something (a link, a hashtag, a picture) that accounts use to different degrees."""
    return np.asarray(rng.random(len(account)) < uniform(seed, account, trait) ** 1.5 * 0.8)
