"""A habit of values without end: known and new values together have all chance, and little-used ones are given up."""

import numpy as np
import pytest
from numba import njit

from countersign.profile.closed import Floats, Ints, Longs, Wide
from countersign.profile.habit import Open
from countersign.profile.layout import SLOW_OPEN, Layout, plan
from countersign.profile.open import UNIT, WAYS, open_learn, open_parts

NEVER_SEEN = 10**15


@njit(cache=True)
def chances(
    wide: Wide, tables: Ints, count: int, value: np.uint64, context: Longs, shape: Floats, prior: float
) -> Floats:
    parts = np.zeros(count)
    open_parts(wide, tables, count, value, context, shape, prior, parts)
    return parts


@njit(cache=True)
def learned(wide: Wide, tables: Ints, count: int, value: np.uint64, context: Longs) -> None:
    open_learn(wide, tables, count, value, context)


class Habit:
    """One open habit with its tables: "always" and "lately"."""

    def __init__(self, slots: int) -> None:
        self.layout: Layout = plan(["whom"], [Open(slots=slots, compact_slots=4)], "rich").layout
        self.wide = self.layout.fresh_wide.copy()
        self.context = np.zeros(8, dtype=np.int64)

    def learn(self, value: int) -> None:
        learned(self.wide, self.layout.open_tables[0], 2, np.uint64(value), self.context)

    def chance(self, value: int, *, prior: float) -> float:
        """Return the chance under "always"."""
        return float(self.chances(value, prior=prior)[0])

    def chances(self, value: int, *, prior: float) -> Floats:
        """Return the chances under "always" and "lately"."""
        shape = self.layout.open_shape[0]
        return chances(self.wide, self.layout.open_tables[0], 2, np.uint64(value), self.context, shape, prior)

    def whole(self, values: range) -> float:
        """Return the chance of the values and of anything new, which should be all."""
        return sum(self.chance(value, prior=0.0) for value in values) + self.chance(NEVER_SEEN, prior=1.0)


def test_known_values_and_new_ones_have_all_chance_together() -> None:
    habit, random = Habit(slots=1024), np.random.default_rng(3)
    assert habit.whole(range(1, 60)) == pytest.approx(1.0)
    for value in random.zipf(1.7, size=900):
        habit.learn(int(min(value, 59)))
    assert habit.whole(range(1, 60)) == pytest.approx(1.0)


def test_many_different_values_make_the_next_new_one_less_surprising() -> None:
    faithful, curious = Habit(slots=1024), Habit(slots=1024)
    for number in range(200):
        faithful.learn(number % 3)
        curious.learn(number)
    assert curious.chance(NEVER_SEEN, prior=1.0) > 10 * faithful.chance(NEVER_SEEN, prior=1.0)


def test_what_was_done_lately_leaves_more_room_for_new_values_the_more_it_brought() -> None:
    faithful, curious = Habit(slots=1024), Habit(slots=1024)
    for number in range(40):
        faithful.learn(number % 3)
        curious.learn(number)
    assert curious.chances(NEVER_SEEN, prior=1.0)[1] > 5 * faithful.chances(NEVER_SEEN, prior=1.0)[1]
    for habit in (faithful, curious):
        known = sum(habit.chances(value, prior=0.0)[1] for value in range(40))
        assert known + habit.chances(NEVER_SEEN, prior=1.0)[1] == pytest.approx(1.0)


def test_a_full_table_gives_up_what_was_used_least_and_still_sums_to_one() -> None:
    habit = Habit(slots=WAYS)
    for value, times in ((1, 9), (2, 1), (3, 7), (4, 5), (5, 2)):
        for _ in range(times):
            habit.learn(value)
    assert habit.chance(2, prior=0.0) == 0.0
    assert [habit.chance(value, prior=0.0) > 0 for value in (1, 3, 4, 5)] == [True] * 4
    assert habit.whole(range(1, 6)) == pytest.approx(1.0)


def test_what_is_not_seen_again_fades_and_what_is_usual_stays() -> None:
    habit = Habit(slots=1024)
    habit.learn(7)
    for _ in range(2 * SLOW_OPEN + 10):
        habit.learn(8)
    assert habit.chance(7, prior=0.0) == 0.0
    assert habit.chance(8, prior=0.0) > 0.99
    assert habit.wide.max() <= 65535 - UNIT
    assert habit.whole(range(7, 9)) == pytest.approx(1.0, abs=0.01)
