"""A closed habit is a probability that forgets: it sums to 1, halves when full, and never gives a context up."""

import numpy as np
import pytest
from numba import njit

from countersign.profile.closed import MIX, STEP, Floats, Ints, Longs, Wide, closed_learn, closed_parts, mixed, reweigh
from countersign.profile.habit import Closed, Spread
from countersign.profile.layout import Layout, plan

SIZE = 7


@njit(cache=True)
def chance(
    wide: Wide, blocks: Ints, weights: int, count: int, size: int, value: int, context: Longs, prior: float
) -> float:
    parts = np.zeros(count)
    closed_parts(wide, blocks, count, size, value, context, prior, parts)
    return mixed(wide, weights, count, parts)


@njit(cache=True)
def learned(
    wide: Wide, blocks: Ints, weights: int, count: int, size: int, spread: int, value: int, context: Longs, prior: float
) -> None:
    parts = np.zeros(count)
    closed_parts(wide, blocks, count, size, value, context, prior, parts)
    reweigh(wide, weights, count, parts)
    closed_learn(wide, blocks, count, size, spread, value, context)


class Habit:
    """One closed habit with its counters."""

    def __init__(self, *, spread: Spread = "none") -> None:
        habit = Closed(size=SIZE, contexts=("lately", "by verb"), spread=spread)
        self.layout: Layout = plan(["shape"], [habit], "rich").layout
        self.wide = self.layout.fresh_wide.copy()
        self.context = np.zeros(8, dtype=np.int64)
        self._fixed = (self.layout.closed_blocks[0], int(self.layout.closed_weights[0]), 3, SIZE)

    def chances(self, prior: Floats) -> Floats:
        return np.array([chance(self.wide, *self._fixed, v, self.context, prior[v]) for v in range(SIZE)])

    def learn(self, value: int, *, verb: int = 0) -> None:
        self.context[2] = verb
        learned(self.wide, *self._fixed, int(self.layout.closed[0, 1]), value, self.context, 1.0 / SIZE)

    def block(self, part: int) -> Wide:
        start = int(self.layout.closed_blocks[0, part, 0])
        return self.wide[start : start + SIZE + 1]

    def limit(self, part: int) -> int:
        return int(self.layout.closed_blocks[0, part, 2])

    def weights(self) -> Wide:
        start = int(self.layout.closed_weights[0])
        return self.wide[start : start + 3]


@pytest.mark.parametrize("spread", ["none", "circle", "line"])
def test_the_chances_of_all_values_sum_to_one(spread: Spread) -> None:
    habit, random = Habit(spread=spread), np.random.default_rng(5)
    prior = np.arange(1.0, SIZE + 1) / np.arange(1.0, SIZE + 1).sum()
    assert habit.chances(prior).sum() == pytest.approx(1.0)
    for _ in range(500):
        habit.learn(int(random.integers(3)), verb=int(random.integers(8)))
    assert habit.chances(prior).sum() == pytest.approx(1.0)


def test_what_was_never_done_keeps_a_chance_and_what_is_usual_has_most() -> None:
    habit = Habit()
    for _ in range(1000):
        habit.learn(2)
    chances = habit.chances(np.full(SIZE, 1.0 / SIZE))
    assert chances[2] > 0.95
    assert chances.min() > 0.0


def test_a_full_block_is_halved_and_its_total_stays_the_sum_of_its_counters() -> None:
    habit = Habit()
    for number in range(20_000):
        habit.learn(number % 5)
        for part in (0, 1):
            assert habit.block(part)[-1] == habit.block(part)[:-1].sum(), number
            assert habit.block(part)[-1] <= habit.limit(part)
    assert habit.block(0)[-1] >= habit.limit(0) // 2 - SIZE


def test_lately_forgets_what_always_remembers() -> None:
    habit = Habit()
    for value in [0] * 400 + [1] * 400:
        habit.learn(value)
    always, lately = (habit.block(part)[:2] / habit.block(part)[-1] for part in (0, 1))
    assert always[0] == pytest.approx(0.5, abs=0.01)
    assert lately[0] < 0.05


def test_no_context_is_ever_given_up_however_wrong_it_was() -> None:
    habit = Habit()
    for number in range(3_000):  # the kind of action foretells it perfectly, the other two hardly
        habit.learn(number % 5, verb=number % 5)
    assert habit.weights().argmax() == 2
    assert habit.weights().min() >= 1
    assert 0.8 * MIX < int(habit.weights().astype(int).sum()) <= MIX  # whole numbers: rounding only loses


def test_a_value_counts_a_little_for_its_neighbours_around_the_circle() -> None:
    habit = Habit(spread="circle")
    habit.learn(0)
    assert habit.block(0)[[5, 6, 0, 1, 2]].tolist() == [1, 3, 8, 3, 1]
    assert habit.block(0)[-1] == STEP
