"""Walks actions in order: weighs each against the habit, raises alarms, then lets the habit, or its shadow, learn."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from countersign.profile.closed import Longs, Wide
from countersign.profile.compiling import inner, walking
from countersign.profile.layout import Layout, Plan
from countersign.profile.text import Counters
from countersign.score.alarm import (
    ADOPTED,
    FIRST,
    INCIDENTS,
    OPEN,
    QUARANTINED,
    REACHED,
    SINCE,
    SUM,
    WORDS,
    Promise,
    answer,
    begin,
    step,
)
from countersign.score.kernel import TOTALS, UNITS, Background, Moments, Scratch, learn, notice, weigh
from countersign.score.observe import NO_TIME, Observed

LAG = 4
"""Actions that must follow before one counts as habit, also in quiet times: an attack may begin quietly."""
Rows = npt.NDArray[Any]
HELD = 64
"""Actions held back at most; beyond that the oldest counts as habit."""
CEILINGS = {"rich": 60000, "compact": 250}
"""A gram counter at this value halves them all; below the greatest value that fits, with room for one text."""


class States(NamedTuple):
    """The habits and alarms of accounts, one a row, and their shadows, to which `shadow_of` points (-1: none).

    `held[account]` begins with the number of rows that follow: actions seen while the sum was above 0, which become
    habit only when it is 0 again, so that a stranger's first actions do not make his next ones look familiar.
    """

    wide: Wide
    totals: Longs
    counters: Counters
    alarm: Longs
    shadow_wide: Wide
    shadow_totals: Longs
    shadow_counters: Counters
    shadow_of: npt.NDArray[np.int32]
    free: npt.NDArray[np.int32]
    held: npt.NDArray[np.int32]


class Outcome(NamedTuple):
    """What became of n actions: weighted bits in 1/256, the CUSUM and its threshold in 1/256, flags, actions since the
    sum was 0, incident ordinals (0: none open), actions known before it; by signal raw bits, chance and state."""

    units: npt.NDArray[np.int32]
    sums: npt.NDArray[np.int32]
    heights: npt.NDArray[np.int32]
    flags: npt.NDArray[np.uint8]
    since: npt.NDArray[np.int32]
    incident: npt.NDArray[np.int32]
    known: npt.NDArray[np.int32]
    raw: npt.NDArray[np.int16]
    chance: npt.NDArray[np.float32]
    state: npt.NDArray[np.uint8]
    moments: Moments


def fresh(plan: Plan, accounts: int, *, shadows: int) -> States:
    """Return the states of accounts of which nothing is known, with room for some shadows."""
    layout = plan.layout
    narrow: Any = np.uint16 if plan.preset == "rich" else np.uint8
    totals = np.zeros((accounts, TOTALS + len(layout.texts)), dtype=np.int64)
    totals[:, 0] = NO_TIME
    alarm = np.zeros((accounts, WORDS), dtype=np.int64)
    for row in alarm:
        begin(row)
    return States(
        wide=np.tile(layout.fresh_wide, (accounts, 1)),
        totals=totals,
        counters=np.zeros((accounts, layout.grams), dtype=narrow),
        alarm=alarm,
        shadow_wide=np.zeros((shadows, len(layout.fresh_wide)), dtype=np.uint16),
        shadow_totals=np.zeros((shadows, totals.shape[1]), dtype=np.int64),
        shadow_counters=np.zeros((shadows, layout.grams), dtype=narrow),
        shadow_of=np.full(accounts, -1, dtype=np.int32),
        free=np.concatenate([[shadows], np.arange(shadows)]).astype(np.int32),
        held=np.zeros((accounts, 1 + HELD), dtype=np.int32),
    )


def blank(rows: int, signals: int) -> Outcome:
    """Return room for the outcome of that many actions."""
    return Outcome(
        units=np.zeros(rows, dtype=np.int32),
        sums=np.zeros(rows, dtype=np.int32),
        heights=np.zeros(rows, dtype=np.int32),
        flags=np.zeros(rows, dtype=np.uint8),
        since=np.zeros(rows, dtype=np.int32),
        incident=np.zeros(rows, dtype=np.int32),
        known=np.zeros(rows, dtype=np.int32),
        raw=np.zeros((rows, signals), dtype=np.int16),
        chance=np.zeros((rows, signals), dtype=np.float32),
        state=np.zeros((rows, signals), dtype=np.uint8),
        moments=np.zeros((rows, 3), dtype=np.int8),
    )


@walking
def walk(
    rows: Longs,
    slots: npt.NDArray[np.int32],
    clock: Longs,
    marks: npt.NDArray[np.int8],
    seen: Observed,
    layout: Layout,
    states: States,
    back: Background,
    weights: npt.NDArray[np.float64],
    promise: Promise,
    ceiling: int,
    s: Scratch,
    out: Outcome,
) -> None:
    """Weigh, watch and learn the given rows in order; `slots[k]` is the state of the account of `rows[k]`."""
    for k in range(len(rows)):
        row, slot = rows[k], int(np.int64(slots[k]))
        totals, alarm = states.totals[slot], states.alarm[slot]
        notice(row, seen, totals, out.moments)
        weigh(row, seen, layout, states.wide[slot], totals, states.counters[slot], out.moments, back, s)
        units = record(row, s, weights, totals[1], out)
        flags, height = step(alarm, units, clock[row], totals[1], promise)
        if flags & ADOPTED:
            adopt(slot, states)
        out.flags[row] = flags
        out.sums[row] = np.int32(alarm[REACHED])
        out.heights[row] = np.int32(height * UNITS)
        out.since[row] = np.int32(alarm[SINCE])
        out.incident[row] = np.int32(alarm[INCIDENTS]) if alarm[OPEN] else 0
        if flags & FIRST and states.shadow_of[slot] < 0:
            cast_shadow(slot, states)
        hold(row, slot, seen, layout, states, out.moments, back, ceiling, s)
        if marks[row] != 0 and answer(alarm, marks[row], promise):
            adopt(slot, states)
        if alarm[QUARANTINED] == 0 and states.shadow_of[slot] >= 0:
            drop_shadow(slot, states)


@inner
def record(row: int, s: Scratch, weights: npt.NDArray[np.float64], known: int, out: Outcome) -> int:
    """Write the parts of one action's bits; return their sum in 1/256."""
    total = 0
    for signal in range(len(s.raw)):
        raw = np.int64(round(s.raw[signal] * UNITS))
        total += round(weights[signal] * raw)
        out.raw[row, signal] = np.int16(raw)
        out.chance[row, signal] = np.float32(s.chance[signal])
        out.state[row, signal] = s.state[signal]
    out.units[row] = np.int32(total)
    out.known[row] = np.int32(known)
    return total


@inner
def hold(
    row: int,
    slot: int,
    seen: Observed,
    layout: Layout,
    states: States,
    moments: Moments,
    back: Background,
    ceiling: int,
    s: Scratch,
) -> None:
    """Hold an action back while the sum is above 0, and until LAG more have come; then learn what is held.

    What belongs to an incident is learned at once, into the shadow.
    """
    held = states.held[slot]
    if held[0] == HELD:
        learn_somewhere(int(np.int64(held[1])), slot, seen, layout, states, moments, back, ceiling, s)
        for k in range(1, HELD):
            held[k] = held[k + 1]
        held[0] -= 1
    held[0] += 1
    held[held[0]] = row
    if states.alarm[slot, SUM] > 0 and states.alarm[slot, QUARANTINED] == 0:
        return
    free = held[0] if states.alarm[slot, QUARANTINED] else max(0, held[0] - LAG)
    for k in range(free):
        learn_somewhere(int(np.int64(held[1 + k])), slot, seen, layout, states, moments, back, ceiling, s)
    for k in range(held[0] - free):
        held[1 + k] = held[1 + k + free]
    held[0] -= free


@inner
def learn_somewhere(
    row: int,
    slot: int,
    seen: Observed,
    layout: Layout,
    states: States,
    moments: Moments,
    back: Background,
    ceiling: int,
    s: Scratch,
) -> None:
    """Learn into the habit, or into its shadow while an incident is unanswered."""
    shadow = states.shadow_of[slot]
    if states.alarm[slot, QUARANTINED] == 0:
        learn(
            row, seen, layout, states.wide[slot], states.totals[slot], states.counters[slot], moments, back, s, ceiling
        )
    elif shadow >= 0:
        learn(row, seen, layout, states.shadow_wide[shadow], states.shadow_totals[shadow],
              states.shadow_counters[shadow], moments, back, s, ceiling)  # fmt: skip


@inner
def cast_shadow(slot: int, states: States) -> None:
    """Give an account a shadow, a copy of its habit, if there is room for one."""
    if states.free[0] == 0:
        return
    shadow = states.free[states.free[0]]
    states.free[0] -= 1
    states.shadow_of[slot] = shadow
    copy(states.wide, slot, states.shadow_wide, shadow, 0)
    copy(states.totals, slot, states.shadow_totals, shadow, 0)
    copy(states.counters, slot, states.shadow_counters, shadow, 0)


@inner
def adopt(slot: int, states: States) -> None:
    """Let the shadow become the habit."""
    shadow = states.shadow_of[slot]
    if shadow >= 0:
        copy(states.shadow_wide, shadow, states.wide, slot, 0)
        states.totals[slot, 1] = states.shadow_totals[shadow, 1]
        copy(states.shadow_totals, shadow, states.totals, slot, TOTALS)
        copy(states.shadow_counters, shadow, states.counters, slot, 0)


@inner
def copy(source: Rows, one: int, into: Rows, other: int, start: int) -> None:
    """Copy one row of numbers into another, from `start` on; as a loop, since numba compiles a slice for seconds."""
    for k in range(start, source.shape[1]):
        into[other, k] = source[one, k]


@inner
def drop_shadow(slot: int, states: States) -> None:
    """Take an account's shadow back into the pool."""
    states.free[0] += 1
    states.free[states.free[0]] = states.shadow_of[slot]
    states.shadow_of[slot] = -1
