"""The alarm keeps what it promises: few false alerts, never past the cap, silent in the cold, deaf to no decoy."""

import numpy as np
import numpy.typing as npt
import pytest
from numba import njit

from countersign.profile.closed import Longs
from countersign.score.alarm import (
    ADOPTED,
    ALARM,
    ALERT,
    CLOSED,
    DAY,
    FIRST,
    INCIDENTS,
    NOT_US,
    QUARANTINED,
    US,
    WORDS,
    Promise,
    answer,
    begin,
    step,
)
from countersign.score.tables import weights

HOUR = DAY // 24
KNOWN = 10_000
"""Actions that the account is known by: no cold start."""
QUIETLY = -3.0


@njit(cache=True)
def _watched(
    alarm: Longs, units: Longs, clocks: Longs, learned: Longs, promise: Promise, flags: Longs, heights: Longs
) -> None:
    for k in range(len(units)):
        flag, height = step(alarm, units[k], clocks[k], learned[k], promise)
        flags[k] = flag
        heights[k] = np.int64(height * 256)


@njit(cache=True)
def _begun(alarm: Longs) -> None:
    begin(alarm)


@njit(cache=True)
def _answered(alarm: Longs, mark: int, promise: Promise) -> bool:
    return answer(alarm, mark, promise)


def published(**changed: float) -> Promise:
    """Return the promise that ships, with some numbers changed."""
    numbers = {**weights("rich").alarm, **changed}
    return Promise(**{name: type(getattr(Promise(), name))(value) for name, value in numbers.items()})


class Account:
    """One account's alarm and its clock, beginning on the first of January 2024."""

    def __init__(self, promise: Promise | None = None) -> None:
        self.promise = promise or published()
        self.state = np.zeros(WORDS, dtype=np.int64)
        _begun(self.state)
        self.clock = 19_723 * DAY
        self.heights: Longs = np.zeros(0, dtype=np.int64)

    def act(self, bits: npt.ArrayLike, *, every: int = HOUR, learned: int = KNOWN) -> Longs:
        """Let actions of these bits come, one after the other; return their flags."""
        units = np.round(np.atleast_1d(bits) * 256.0).astype(np.int64)
        clocks = self.clock + every * np.arange(1, len(units) + 1)
        flags, self.heights = np.zeros_like(units), np.zeros_like(units)
        _watched(self.state, units, clocks, np.full(len(units), learned), self.promise, flags, self.heights)
        self.clock = int(clocks[-1])
        return flags

    def live(self, days: int, *, seed: int = 0, surprising: float = 0.03) -> Longs:
        """Let an ordinary life go by: twelve actions a day, now and then an exponentially surprising one."""
        random = np.random.default_rng(seed)
        often = random.random(12 * days) < surprising
        return self.act(np.where(often, random.exponential(2.0, 12 * days), QUIETLY), every=2 * HOUR)

    def say(self, mark: int) -> bool:
        return bool(_answered(self.state, mark, self.promise))


def times(flags: Longs, flag: int) -> list[int]:
    return [int(at) for at in np.flatnonzero(flags & flag)]


def test_an_ordinary_life_gets_no_more_false_alerts_than_promised() -> None:
    months, alerts = 24, []
    for seed in range(30):
        account = Account()
        account.live(180, seed=seed)
        alerts.append(len(times(account.live(30 * months, seed=1000 + seed), ALERT)) / months)
    assert float(np.mean(alerts)) <= 1.0
    assert float(np.mean(alerts)) > 0.05, "an alarm that never goes off keeps every promise"


def test_no_thirty_days_hold_more_alerts_than_the_cap_however_often_it_is_the_same_again() -> None:
    account = Account(published(gain=0.0, again=0.0))
    account.live(180)
    alerts: list[int] = []
    for _ in range(60):
        before = account.clock
        flags = account.act([QUIETLY] * 5 + [9.0], every=12 * HOUR)
        alerts += [before + 12 * HOUR * (at + 1) for at in times(flags, ALERT)]
    assert len(alerts) > 2
    in_a_period = [sum(0 <= later - first <= account.promise.period for later in alerts) for first in alerts]
    assert max(in_a_period) <= account.promise.cap


def test_past_the_cap_only_what_is_far_above_all_that_used_it_up_is_told() -> None:
    def told(bits: float) -> bool:
        account = Account(published(gain=0.0, again=0.0))
        account.live(180)
        for _ in range(4):
            account.act([QUIETLY] * 30 + [8.0, QUIETLY], every=4 * HOUR)
        flags = account.act([QUIETLY] * 30 + [bits], every=2 * HOUR)
        assert flags[-1] & (ALARM | FIRST), "it is an incident all the same"
        return bool(flags[-1] & ALERT)

    assert not told(9.0)
    assert told(120.0)


def test_an_incident_ends_a_day_after_its_last_alarm() -> None:
    account = Account()
    account.live(180)
    assert account.act(60.0)[0] & FIRST
    assert not account.act(QUIETLY, every=23 * HOUR)[0] & CLOSED
    assert account.act(QUIETLY, every=2 * HOUR)[0] & CLOSED
    assert not account.act(QUIETLY)[0] & CLOSED


def test_what_nobody_disputes_becomes_habit_after_a_week_of_calm() -> None:
    account = Account()
    account.live(180)
    account.act(60.0)
    assert not np.any(account.act([QUIETLY] * 6, every=DAY) & ADOPTED)
    assert times(account.act([QUIETLY] * 3, every=DAY), ADOPTED) == [1]
    assert account.state[QUARANTINED] == 0


def test_what_was_not_us_never_becomes_habit() -> None:
    account = Account()
    account.live(180)
    account.act(60.0)
    assert account.say(NOT_US) is False
    assert account.state[QUARANTINED] == 0
    assert not np.any(account.act([QUIETLY] * 60, every=DAY) & ADOPTED)


def test_what_was_us_becomes_habit_at_once() -> None:
    account = Account()
    account.live(180)
    account.act(60.0)
    assert account.say(US) is True
    assert account.state[QUARANTINED] == 0


def test_an_account_that_is_hardly_known_raises_no_alarm() -> None:
    account = Account()
    assert not np.any(account.act([14.0] * 49, learned=account.promise.warm_up - 1))
    assert account.act([14.0] * 3, learned=account.promise.warm_up)[0] & ALARM


def test_a_clock_that_runs_backwards_ends_nothing_and_adopts_nothing() -> None:
    account = Account()
    account.live(180)
    account.act(60.0)
    flags = account.act([QUIETLY] * 100, every=-DAY)
    assert not np.any(flags & (CLOSED | ADOPTED | ALARM))
    assert account.state[INCIDENTS] >= 1
    assert account.state[QUARANTINED] == 1


@pytest.mark.parametrize("bits", [0.0, -14.0, -0.01])
def test_actions_that_fit_the_habit_never_raise_an_alarm(bits: float) -> None:
    account = Account()
    account.live(180)
    assert not np.any(account.act([bits] * 5_000) & ALARM)


def test_a_wilder_account_has_the_higher_threshold() -> None:
    calm, wild = Account(), Account()
    calm.live(360, surprising=0.003)
    wild.live(360, surprising=0.1)
    assert wild.heights[-1] > calm.heights[-1] > 0
