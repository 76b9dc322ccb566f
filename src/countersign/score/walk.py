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
from countersign.score.kernel import TOTALS, UNITS, Background, Moments, Scratch, learn, look, notice, weigh
from countersign.score.observe import NO_TIME, Observed

LAG = 12
"""Actions that must follow before one counts as habit, also in quiet times: an attack may begin quietly."""
Rows = npt.NDArray[Any]
Held = npt.NDArray[np.int32]
HELD = 64
"""Actions held back at most; beyond that the oldest counts as habit."""
CEILINGS = {"rich": 60000, "compact": 250}
"""A gram counter at this value halves them all; below the greatest value that fits, with room for one text."""


class States(NamedTuple):
    """The habits and alarms of accounts, one a row.

    Shadows are further rows of habits, behind those of the accounts; `shadow_of` names an account's own (-1: none) and
    `free` begins with the number of rows that follow: those that are nobody's. `held[account]` begins with the number
    of rows that follow: actions seen while the sum was above 0, which become habit only when it is 0 again, so that a
    stranger's first actions do not make his next ones look familiar.
    """

    wide: Wide
    totals: Longs
    counters: Counters
    alarm: Longs
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
    layout, rows = plan.layout, accounts + shadows
    narrow: Any = np.uint16 if plan.preset == "rich" else np.uint8
    states = States(
        wide=np.tile(layout.fresh_wide, (rows, 1)),
        totals=np.zeros((rows, TOTALS + len(layout.texts)), dtype=np.int64),
        counters=np.zeros((rows, layout.grams), dtype=narrow),
        alarm=np.zeros((accounts, WORDS), dtype=np.int64),
        shadow_of=np.zeros(accounts, dtype=np.int32),
        free=np.zeros(1 + shadows, dtype=np.int32),
        held=np.zeros((accounts, 2 + HELD), dtype=np.int32),
    )
    states.totals[:, 0] = NO_TIME
    if accounts:
        begin(states.alarm[0])
        states.alarm[1:] = states.alarm[0]
    states.shadow_of[:] = -1
    states.free[0] = shadows
    states.free[1:] = np.arange(accounts, rows)
    return states


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
    apart: int,
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
    """Weigh, watch and learn the given rows in order; `slots[k]` is the state of the account of `rows[k]`.

    With `apart` 1 each account's rows follow one another, and all accounts use state 0, made fresh for each.
    """
    for k in range(len(rows)):
        row, slot = rows[k], int(np.int64(slots[k])) if apart == 0 else 0
        if apart != 0 and (k == 0 or slots[k] != slots[k - 1]):
            renew(states, layout)
        totals, alarm = states.totals[slot], states.alarm[slot]
        notice(row, seen, totals, out.moments)
        look(row, seen, layout, out.moments, s)
        weigh(row, seen, layout, states.wide[slot], totals, states.counters[slot], back, s)
        units = record(row, s, weights, totals[1], out)
        flags, height = step(alarm, units, clock[row], totals[1], promise)
        if flags & ADOPTED:
            adopt(slot, states)
        note(row, flags, height, alarm, out)
        if flags & FIRST and states.shadow_of[slot] < 0:
            cast_shadow(slot, states)
        free = hold(row, states.held[slot], alarm)
        into = slot if alarm[QUARANTINED] == 0 else int(np.int64(states.shadow_of[slot]))
        if into >= 0:
            for j in range(free):
                earlier = int(np.int64(states.held[slot, 1 + j]))
                look(earlier, seen, layout, out.moments, s)
                learn(earlier, seen, layout, states.wide[into], states.totals[into], states.counters[into], back, s,
                      ceiling)  # fmt: skip
        let_go(states.held[slot], free)
        if marks[row] != 0 and answer(alarm, marks[row], promise):
            adopt(slot, states)
        if alarm[QUARANTINED] == 0 and states.shadow_of[slot] >= 0:
            drop_shadow(slot, states)


@inner
def renew(states: States, layout: Layout) -> None:
    """Forget all that state 0 knows and take its shadows back."""
    for k in range(len(layout.fresh_wide)):
        states.wide[0, k] = layout.fresh_wide[k]
    for k in range(states.totals.shape[1]):
        states.totals[0, k] = 0
    states.totals[0, 0] = NO_TIME
    for k in range(states.counters.shape[1]):
        states.counters[0, k] = 0
    begin(states.alarm[0])
    states.shadow_of[0] = -1
    states.held[0, 0] = 0
    states.free[0] = len(states.free) - 1
    for k in range(1, len(states.free)):
        states.free[k] = k


@inner
def note(row: int, flags: int, height: float, alarm: Longs, out: Outcome) -> None:
    """Write what became of an action."""
    out.flags[row] = flags
    out.sums[row] = np.int32(alarm[REACHED])
    out.heights[row] = np.int32(height * UNITS)
    out.since[row] = np.int32(alarm[SINCE])
    out.incident[row] = np.int32(alarm[INCIDENTS]) if alarm[OPEN] else 0


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
def hold(row: int, held: Held, alarm: Longs) -> int:
    """Hold an action back; return how many of those that are held, the oldest first, are to be learned now.

    They wait while the sum is above 0, and until LAG more have come. What belongs to an incident is learned at once,
    into the shadow.
    """
    held[0] += 1
    held[held[0]] = row
    if alarm[QUARANTINED] != 0:
        return int(np.int64(held[0]))
    if alarm[SUM] > 0:
        return max(0, int(np.int64(held[0])) - HELD)
    return max(0, int(np.int64(held[0])) - LAG)


@inner
def let_go(held: Held, free: int) -> None:
    """Forget the oldest of the actions that are held."""
    for k in range(1, held[0] - free + 1):
        held[k] = held[k + free]
    held[0] -= free


@inner
def cast_shadow(slot: int, states: States) -> None:
    """Give an account a shadow, a copy of its habit, if there is room for one."""
    if states.free[0] == 0:
        return
    shadow = int(np.int64(states.free[states.free[0]]))
    states.free[0] -= 1
    states.shadow_of[slot] = shadow
    copy(states.wide, slot, shadow, 0)
    copy(states.totals, slot, shadow, 0)
    copy(states.counters, slot, shadow, 0)


@inner
def adopt(slot: int, states: States) -> None:
    """Let the shadow become the habit."""
    shadow = int(np.int64(states.shadow_of[slot]))
    if shadow >= 0:
        copy(states.wide, shadow, slot, 0)
        states.totals[slot, 1] = states.totals[shadow, 1]
        copy(states.totals, shadow, slot, TOTALS)
        copy(states.counters, shadow, slot, 0)


@inner
def copy(rows: Rows, one: int, other: int, start: int) -> None:
    """Copy a row over another, from `start` on; as a loop, since numba compiles a slice for seconds."""
    for k in range(start, rows.shape[1]):
        rows[other, k] = rows[one, k]


@inner
def drop_shadow(slot: int, states: States) -> None:
    """Take an account's shadow back into the pool."""
    states.free[0] += 1
    states.free[states.free[0]] = states.shadow_of[slot]
    states.shadow_of[slot] = -1
