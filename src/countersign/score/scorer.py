"""Puts signals, tables and settings together into what scores a table of actions, account by account."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from countersign.plugins import load
from countersign.profile.layout import Plan, Preset, plan
from countersign.score import tables
from countersign.score.alarm import Promise
from countersign.score.background import from_table
from countersign.score.kernel import Background, scratch
from countersign.score.observe import WORKERS, observe
from countersign.score.signals.signal import Signal
from countersign.score.walk import CEILINGS, Outcome, blank, fresh, walk

LEAST, MOST = 20_000, 100_000
"""Rows that are scored at once: starting on them takes as long as some hundred, and what is looked at takes memory."""


class Scorer(msgspec.Struct, frozen=True, kw_only=True):
    """Signals with their plan, background, weights and promise: everything that a score depends on."""

    signals: tuple[Signal, ...]
    plan: Plan
    back: Background
    weights: npt.NDArray[np.float64]
    promise: Promise
    zones: Mapping[str, str]


@cache
def signals() -> tuple[Signal, ...]:
    """Return every registered signal, by name."""
    return tuple(load("countersign.signals"))


def scorer(preset: Preset, promise: Mapping[str, float], zones: Mapping[str, str]) -> Scorer:
    """Return the scorer of a preset.

    `promise` overrides numbers of the published alarm, `zones` maps accounts ("": any) to their zones.
    """
    published = tables.weights(preset)
    chosen = tuple(s for s in signals() if published.signals.get(s.name, s.weight) > 0.0)
    layout = plan([s.name for s in chosen], [s.habit for s in chosen], preset)
    limits = {
        s.name: (
            published.imitation.get(s.name, published.imitation[""]),
            published.slack.get(s.name, published.slack[""]),
        )
        for s in chosen
    }
    alarm = {**published.alarm, **promise}
    return Scorer(
        signals=chosen,
        plan=layout,
        back=from_table(layout, tables.background(), limits),
        weights=np.array([published.signals.get(s.name, s.weight) for s in chosen], dtype=np.float64),
        promise=Promise(**{name: type(getattr(Promise(), name))(value) for name, value in alarm.items()}),
        zones=zones,
    )


def score(
    actions: pa.Table, bounds: Sequence[int], with_: Scorer, marks: npt.NDArray[np.int8] | None = None
) -> Outcome:
    """Return the outcome of actions that are ordered by account and time.

    Rows bounds[i] to bounds[i + 1] are one account. `marks` holds what people said, at the row of the alarm that they
    answered.
    """
    marks = np.zeros(actions.num_rows, dtype=np.int8) if marks is None else marks
    out = blank(actions.num_rows, len(with_.signals))
    slots = np.repeat(np.arange(len(bounds) - 1, dtype=np.int32), np.diff(bounds))

    def run(start: int, stop: int) -> None:
        here = slice(start, stop)
        own: Any = (column[here] for column in out)
        _walk(actions.slice(start, stop - start), slots[here], marks[here], with_, Outcome(*own))

    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(run, *piece) for piece in _pieces(bounds)]:
            done.result()
    return out


def _walk(
    actions: pa.Table, slots: npt.NDArray[np.int32], marks: npt.NDArray[np.int8], with_: Scorer, out: Outcome
) -> None:
    """Write the outcome of some accounts' actions; one state serves them all in turn."""
    layout, seen = with_.plan.layout, observe(actions, with_.signals, with_.zones)
    walk(np.arange(actions.num_rows), slots, 1, clocks(actions), marks, seen, layout, fresh(with_.plan, 1, shadows=1),
         with_.back, with_.weights, with_.promise, CEILINGS[with_.plan.preset],
         scratch(layout, len(with_.signals)), out)  # fmt: skip


def _pieces(bounds: Sequence[int]) -> list[tuple[int, int]]:
    """Return runs of whole accounts to look at and walk at once, the longest first: no long one is left for the end."""
    least = max(LEAST, min(MOST, bounds[-1] // (8 * WORKERS)))
    pieces, start = [], 0
    for stop in bounds[1:]:
        if stop - start >= least:
            pieces.append((start, stop))
            start = stop
    return sorted([*pieces, (start, bounds[-1])], key=lambda piece: piece[0] - piece[1])


def clocks(actions: pa.Table) -> npt.NDArray[np.int64]:
    """Return for each row when it happened at the earliest, in microseconds since 1970 (0 where nothing is known)."""
    earliest = pc.coalesce(actions["time"], actions["start_time"], actions["end_time"])
    return np.asarray(pc.fill_null(pc.cast(earliest, pa.int64()), 0).combine_chunks())
