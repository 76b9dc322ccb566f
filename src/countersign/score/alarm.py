"""Raises the alarm: a CUSUM of bits per account, its threshold from the account's own excursions, a kept promise.

The state of one account's alarm is one row of 64-bit integers: bits in 1/256, times in microseconds. The promise is
kept in three layers: a threshold fitted to the tail of the account's own excursion maxima, a controller that raises
it at each unanswered alert and relaxes it at the promised rate, and a hard cap past which incidents go to the digest.
Source: Page 1954 (CUSUM); Cramer-Lundberg tail of excursions; Gibbs and Candes 2021 (adaptive control of coverage).
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from countersign.profile.closed import Longs

DAY = 86_400_000_000
(SUM, MAXIMUM, SINCE, RAISED, CLOCK, BEGUN, EXCURSIONS, OPEN, LAST_ALARM, FIRST_ALARM, PEAK, ALERTED, RECENT, QUARANTINED,
 INCIDENTS, SPENT) = range(16)  # fmt: skip
BINS_AT, BINS = 16, 40
ALERTS_AT, MOST_ALERTS = BINS_AT + BINS, 8
WORDS = ALERTS_AT + 2 * MOST_ALERTS
"""Words of an alarm's state. SINCE counts the actions since the sum was last 0."""

QUIET, ALARM, FIRST, ALERT, CLOSED, ADOPTED = 0, 1, 2, 4, 8, 16
"""Flags of one action: it raised the alarm; it began an incident; somebody is told at once; before it an incident
ended; before it the shadow habit became the habit."""
NO_MARK, US, NOT_US, NOT_IMPORTANT = 0, 1, 2, 3


class Promise(NamedTuple):
    """What was promised, and how it is kept. Bits are floats here; `period`, `hold`, `adopt`, `longest` in microseconds."""

    alerts: float = 1.0
    period: float = 30.0 * DAY
    cap: int = 2
    hold: float = 1.0 * DAY
    adopt: float = 7.0 * DAY
    longest: float = 14.0 * DAY
    drift: float = 0.5
    gain: float = 2.0
    decoy: float = 2.0
    warm_up: int = 50
    excess: float = 4.0
    tail: float = 0.2
    lowest: float = 6.0


@njit(cache=True)
def begin(alarm: Longs) -> None:
    """Set an alarm's state to that of an account of which nothing is known."""
    alarm[:] = 0
    alarm[CLOCK] = -1
    for k in range(MOST_ALERTS):
        alarm[ALERTS_AT + 2 * k] = -(2**62)


@njit(cache=True)
def bin_of(bits: float) -> int:
    """Return the bin of an excursion's maximum: a quarter of a doubling of (1 + bits)."""
    return min(BINS - 1, np.int64(5.0 * np.log2(1.0 + bits)))


@njit(cache=True)
def lower_edge(index: int) -> float:
    """Return the least bits of a bin."""
    return 2.0 ** (index / 5.0) - 1.0


@njit(cache=True)
def threshold(alarm: Longs, promise: Promise) -> float:
    """Return the bits that the sum must pass: tail of the account's own excursions, plus what the controller added."""
    total = alarm[EXCURSIONS]
    tail_from, above, excess = 0.0, 0, 0.0
    for index in range(BINS - 1, -1, -1):
        if above + alarm[BINS_AT + index] > promise.tail * total and above > 0:
            break
        above += alarm[BINS_AT + index]
        tail_from = lower_edge(index)
    for index in range(BINS):
        middle = 0.5 * (lower_edge(index) + lower_edge(index + 1))
        if lower_edge(index) >= tail_from:
            excess += alarm[BINS_AT + index] * (middle - tail_from)
    mean = mean_excess(excess, above, promise)
    days = max(promise.period / 30.0, np.float64(alarm[CLOCK] - alarm[BEGUN]))
    rate = max(alarm[SPENT], 1) * (above / max(total, 1)) * promise.period / days
    height = tail_from + mean * np.log(max(1.0, rate / promise.alerts))
    return max(promise.lowest, height + alarm[RAISED] / 256.0 * mean)


@njit(cache=True)
def mean_excess(excess: float, count: int, promise: Promise) -> float:
    """Return the mean excess over the tail's beginning, shrunk to the population's with the weight of ten excursions."""
    return (excess + 10.0 * promise.excess) / (count + 10.0)


@njit(cache=True)
def step(alarm: Longs, units: int, clock: int, learned: int, promise: Promise) -> tuple[int, float]:
    """Take in the bits of one action (in 1/256); return its flags and the threshold that held."""
    flags = tick(alarm, clock, promise)
    before = alarm[SUM]
    alarm[SUM] = max(0, before + units - np.int64(promise.drift * 256.0))
    if before == 0:
        alarm[SINCE] = 0
    alarm[SINCE] += 1
    if learned < promise.warm_up:
        alarm[SUM] = 0
        return flags, 0.0
    height = threshold(alarm, promise)
    ceiling = np.int64(3.0 * height * 256.0)
    alarm[PEAK] = max(alarm[PEAK], alarm[SUM])
    alarm[SUM] = min(alarm[SUM], ceiling)
    if alarm[SUM] > height * 256.0 and units > 0:
        return flags | raise_alarm(alarm, clock, height, promise), height
    if alarm[OPEN] == 0:
        count_excursion(alarm, before)
    return flags, height


@njit(cache=True)
def count_excursion(alarm: Longs, before: int) -> None:
    """Follow the highest sum since the last 0; when it returns to 0 that excursion is counted."""
    alarm[MAXIMUM] = max(alarm[MAXIMUM], alarm[SUM])
    if alarm[SUM] > 0 or before == 0:
        return
    settle(alarm)


@njit(cache=True)
def settle(alarm: Longs) -> None:
    """Count the excursion that has ended."""
    alarm[BINS_AT + bin_of(alarm[MAXIMUM] / 256.0)] += 1
    alarm[EXCURSIONS] += 1
    alarm[SPENT] += 1
    alarm[MAXIMUM] = 0
    if alarm[EXCURSIONS] > 4000:
        alarm[EXCURSIONS] = 0
        for index in range(BINS):
            alarm[BINS_AT + index] >>= 1
            alarm[EXCURSIONS] += alarm[BINS_AT + index]


@njit(cache=True)
def tick(alarm: Longs, clock: int, promise: Promise) -> int:
    """Let time pass: relax the threshold, end an incident that is over, adopt a shadow that nobody disputed."""
    flags = QUIET
    if alarm[CLOCK] < 0:
        alarm[BEGUN] = clock
        alarm[CLOCK] = clock
    passed = max(0, clock - alarm[CLOCK])
    alarm[CLOCK] = max(alarm[CLOCK], clock)
    relaxed = np.int64(256.0 * promise.gain * promise.alerts * min(passed / promise.period, 1.0))
    alarm[RAISED] = max(np.int64(-2 * 256), alarm[RAISED] - relaxed)
    if alarm[OPEN] == 1 and clock - alarm[LAST_ALARM] > promise.hold:
        close(alarm)
        flags |= CLOSED
    if alarm[QUARANTINED] == 1 and alarm[OPEN] < 2:
        calm = clock - alarm[LAST_ALARM] > promise.adopt
        if calm or clock - alarm[FIRST_ALARM] > promise.longest:
            alarm[QUARANTINED] = 0
            flags |= ADOPTED
            if alarm[OPEN] == 1:
                close(alarm)
                flags |= CLOSED
    return flags


@njit(cache=True)
def close(alarm: Longs) -> None:
    """End the open incident; the sum begins anew."""
    alarm[OPEN] = 0
    alarm[SUM] = 0
    alarm[MAXIMUM] = 0
    alarm[PEAK] = 0
    alarm[ALERTED] = 0


@njit(cache=True)
def raise_alarm(alarm: Longs, clock: int, height: float, promise: Promise) -> int:
    """Note an alarm: it begins an incident or joins the open one; say whether somebody is told at once."""
    flags = ALARM
    if alarm[OPEN] == 0:
        flags |= FIRST
        alarm[OPEN] = 1
        alarm[INCIDENTS] += 1
        if alarm[QUARANTINED] == 0:
            alarm[FIRST_ALARM] = clock
        alarm[QUARANTINED] = 1
        alarm[PEAK] = alarm[SUM]
        alarm[RAISED] += np.int64(256.0 * promise.gain)
        alarm[BINS_AT + bin_of(alarm[SUM] / 256.0)] += 1
        alarm[EXCURSIONS] += 1
        alarm[SPENT] += 1
    alarm[LAST_ALARM] = clock
    if alarm[ALERTED] == 0 and may_tell(alarm, clock, promise):
        alarm[ALERTED] = 1
        flags |= ALERT
        oldest = ALERTS_AT
        for k in range(promise.cap):
            if alarm[ALERTS_AT + 2 * k] < alarm[oldest]:
                oldest = ALERTS_AT + 2 * k
        alarm[oldest] = clock
        alarm[oldest + 1] = alarm[PEAK]
    return flags


@njit(cache=True)
def may_tell(alarm: Longs, clock: int, promise: Promise) -> bool:
    """Say whether the cap leaves room, or this is far above all that used it up."""
    used, highest = 0, 0
    for k in range(promise.cap):
        if clock - alarm[ALERTS_AT + 2 * k] <= promise.period:
            used += 1
            highest = max(highest, alarm[ALERTS_AT + 2 * k + 1])
    return used < promise.cap or alarm[PEAK] > promise.decoy * highest


@njit(cache=True)
def answer(alarm: Longs, mark: int, promise: Promise) -> bool:
    """Take in what people said of the open incident or quarantine; return whether the shadow becomes the habit."""
    adopt = alarm[QUARANTINED] == 1 and mark in (US, NOT_IMPORTANT)
    if mark == NOT_US:
        alarm[RAISED] -= np.int64(256.0 * promise.gain)
    if mark != NO_MARK:
        alarm[QUARANTINED] = 0
        close(alarm)
    return adopt
