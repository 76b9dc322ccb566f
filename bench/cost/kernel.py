"""How fast the kernel weighs and learns with a platform's accounts in memory, beside an online peer."""

import time
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from river.anomaly import HalfSpaceTrees

from countersign.score import packing
from countersign.score.kernel import scratch
from countersign.score.observe import observe
from countersign.score.scorer import Scorer, clocks, scorer
from countersign.score.walk import CEILINGS, States, blank, fresh, walk
from countersign.testing.population import Population, tables

Slots = npt.NDArray[np.int32]

SHADOWS = 4_096
PEER_ACTIONS = 4_000
PEER_FEATURES = 18
"""As many numbers an action as the quality benchmark gives to the same peer."""
PEER_TREES = 25


def actions_per_second(*, accounts: int, actions: int, times: int) -> float:
    """Return actions a second on one core, the accounts mixed at random, so that memory and not the cache answers.

    The compact preset, after all states were touched once; reading and observing are not in it. Seconds are those of
    the processor: other programs that wait for the same core are no part of it.
    """
    with_ = scorer("compact", {}, {"": "UTC"})
    table = _mixed(accounts, actions)
    run = _prepared(table, with_, accounts)
    run()
    quickest = min(_timed(run) for _ in range(times))
    return float(table.num_rows / quickest)


def _mixed(accounts: int, actions: int) -> pa.Table:
    each = max(1, actions // accounts)
    return pa.concat_tables(tables(Population(accounts=accounts, actions=each, order="time")))


class Run:
    """One walk over a table, ready to be repeated on the same states."""

    def __init__(self, table: pa.Table, slots: Slots, with_: Scorer, states: States) -> None:
        self._seen = observe(table, with_.signals, with_.zones)
        self._slots, self._with, self._states = slots, with_, states
        self._rows, self._times = np.arange(table.num_rows), clocks(table)
        self._marks = np.zeros(table.num_rows, dtype=np.int8)
        self._out = blank(table.num_rows, len(with_.signals))

    def __call__(self) -> None:
        """Walk once."""
        plan = self._with.plan
        walk(self._rows, self._slots, 0, self._times, self._marks, self._seen, plan.layout, self._states,
             self._with.back, self._with.weights, self._with.promise, CEILINGS[plan.preset],
             scratch(plan.layout, len(self._with.signals)), self._out)  # fmt: skip


def _prepared(table: pa.Table, with_: Scorer, accounts: int) -> Run:
    names = table["account"].combine_chunks().dictionary_encode()
    slots = np.asarray(names.indices).astype(np.int32)
    return Run(table, slots, with_, fresh(with_.plan, accounts, shadows=min(accounts, SHADOWS)))


def _timed(run: Run) -> float:
    started = time.thread_time()
    run()
    return time.thread_time() - started


def state_bytes() -> int:
    """Return the bytes that the compact preset keeps of one account between two runs: habit, life and alarm, packed."""
    plan = scorer("compact", {}, {"": "UTC"}).plan
    return packing.state_bytes(plan, fresh(plan, 1, shadows=0))


def peer_actions_per_second() -> float:
    """Return the same for HalfSpaceTrees of the river library, which has one model and numbers already made."""
    rng = np.random.default_rng(1)
    rows = [dict(enumerate(row)) for row in rng.random((PEER_ACTIONS, PEER_FEATURES)).tolist()]
    trees: Any = HalfSpaceTrees(n_trees=PEER_TREES, seed=1)
    started = time.thread_time()
    for row in rows:
        trees.score_one(row)
        trees.learn_one(row)
    return PEER_ACTIONS / (time.thread_time() - started)
