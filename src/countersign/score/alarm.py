"""Raises the alarm: a CUSUM of bits per account, its threshold from the account's own excursions, a kept promise.

The state of one account's alarm is one row of 64-bit integers: bits in 1/256, times in microseconds. The promise is
kept in three layers: a threshold fitted to the tail of the account's own excursion maxima, a controller that raises
it at each unanswered alert and relaxes it at the promised rate, and a hard cap past which incidents go to the digest.
Source: Page 1954 (CUSUM); Cramer-Lundberg tail of excursions; Gibbs and Candes 2021 (adaptive control of coverage).
"""

from typing import NamedTuple

import numpy as np

from countersign.profile.closed import Longs
from countersign.profile.compiling import inner

DAY = 86_400_000_000
(SUM, MAXIMUM, SINCE, RAISED, CLOCK, REACHED, OPEN, LAST_ALARM, FIRST_ALARM, PEAK, ALERTED, QUARANTINED, INCIDENTS,
 SPENT, AGAIN, GRACE) = range(16)  # fmt: skip
BINS_AT, BINS = 16, 40
ALERTS_AT, MOST_ALERTS = BINS_AT + BINS, 16
WORDS = ALERTS_AT + 2 * MOST_ALERTS
"""Words of an alarm's state. SINCE counts the actions since the sum was last 0; REACHED is the sum before an alarm
emptied it; PEAK is the highest sum of an incident's alarms; SPENT the time that the excursions took, in days x 256."""

EDGES = np.array([2.0 ** (index / 5.0) - 1.0 for index in range(BINS + 1)])
"""Least bits of each bin of excursions, and of one more: a fifth of a doubling of (1 + bits) each."""
UNIT = 16
"""What one excursion counts, so that halving does not lose it."""
QUIET, ALARM, FIRST, ALERT, CLOSED, ADOPTED = 0, 1, 2, 4, 8, 16
"""Flags of one action: it raised the alarm; it began an incident; somebody is told at once; before it an incident
ended; before it the shadow habit became the habit."""
NO_MARK, US, NOT_US, NOT_IMPORTANT = 0, 1, 2, 3


class Promise(NamedTuple):
    """What was promised, and how it is kept; the published values are in score/tables.

    At most `alerts` false alerts in `period`, never more than `cap` in any period but for one that is `decoy` mean
    excesses above all that used it up. `hold`, `adopt`, `longest`: how long an incident waits for its next alarm, how
    long after its last one an undisputed shadow becomes the habit, and at the latest. `drift` bits are taken off every
    action. `gain` mean excesses are put on the threshold by an alert, for `calm` days, less by the day; `again` by each
    further alarm of an incident, until it ends; `grace` while a change settles to which the owner said "it was us", for
    `settling`. `warm_up` actions raise no alarm. The tail is fitted to the `tail` highest excursions, its mean excess
    shrunk to `excess` bits with the weight of `prior` excursions; excursions are half forgotten after `memory` days, of
    which an absence counts at most `absence`. No threshold is below `lowest` bits. `spend` is the part of the promise
    that is aimed at. Times are in microseconds; `calm`, `memory` and `absence` in days.
    """

    alerts: float = 1.0
    period: float = 30.0 * DAY
    cap: int = 2
    hold: float = 1.0 * DAY
    adopt: float = 7.0 * DAY
    longest: float = 14.0 * DAY
    drift: float = 1.0
    gain: float = 2.0
    calm: float = 20.0
    again: float = 2.0
    grace: float = 10.0
    settling: float = 14.0 * DAY
    decoy: float = 16.0
    warm_up: int = 50
    excess: float = 1.5
    tail: float = 12.0
    prior: float = 4.0
    memory: float = 365.0
    absence: float = 30.0
    lowest: float = 0.3
    spend: float = 1.0


@inner
def begin(alarm: Longs) -> None:
    """Set an alarm's state to that of an account of which nothing is known."""
    alarm[:] = 0
    alarm[CLOCK] = -1
    for k in range(MOST_ALERTS):
        alarm[ALERTS_AT + 2 * k] = -(2**62)


@inner
def bin_of(bits: float) -> int:
    """Return the bin of an excursion's maximum."""
    return min(BINS - 1, int(5.0 * np.log2(1.0 + bits)))


@inner
def threshold(alarm: Longs, promise: Promise) -> tuple[float, float]:
    """Return the bits that the sum must pass, and the mean excess of the tail of the account's own excursions.

    They follow from that tail, plus what the controller added.
    """
    tail_from, above, excess = 0.0, 0, 0.0
    for index in range(BINS - 1, -1, -1):
        here = alarm[BINS_AT + index]
        if above >= promise.tail * UNIT:
            break
        excess += above * (tail_from - EDGES[index]) if above > 0 else 0.0
        excess += here * 0.5 * (EDGES[index + 1] - EDGES[index])
        above += here
        tail_from = EDGES[index]
    mean = (excess / UNIT + promise.prior * promise.excess) / (above / UNIT + promise.prior)
    window = max(promise.period / DAY, alarm[SPENT] / 256.0)
    rate = above / UNIT / window * promise.period / DAY
    height = tail_from + mean * np.log(max(0.02, rate / (promise.spend * promise.alerts)))
    raised = (alarm[RAISED] + alarm[AGAIN]) / 256.0 + (promise.grace if alarm[CLOCK] < alarm[GRACE] else 0.0)
    return max(promise.lowest, height + raised * mean), mean


@inner
def step(alarm: Longs, units: int, clock: int, learned: int, promise: Promise) -> tuple[int, float]:
    """Take in the bits of one action (in 1/256); return its flags and the threshold that held."""
    flags = tick(alarm, clock, promise)
    before = alarm[SUM]
    alarm[SUM] = max(0, before + units - np.int64(promise.drift * 256.0))
    if before == 0:
        alarm[SINCE] = 0
    alarm[SINCE] += 1
    alarm[REACHED] = alarm[SUM]
    if learned < promise.warm_up:
        alarm[SUM] = 0
        return flags, 0.0
    height, mean = threshold(alarm, promise)
    if alarm[SUM] > height * 256.0 and units > 0:
        flags |= raise_alarm(alarm, clock, mean, promise)
        if alarm[ALERTED] == 1:
            alarm[SUM] = 0
        return flags, height
    if alarm[OPEN] == 0:
        count_excursion(alarm, before)
    return flags, height


@inner
def count_excursion(alarm: Longs, before: int) -> None:
    """Follow the highest sum since the last 0; when it returns to 0 that excursion is counted."""
    alarm[MAXIMUM] = max(alarm[MAXIMUM], alarm[SUM])
    if alarm[SUM] > 0 or before == 0:
        return
    settle(alarm)


@inner
def settle(alarm: Longs) -> None:
    """Count the excursion that has ended."""
    alarm[BINS_AT + bin_of(alarm[MAXIMUM] / 256.0)] += UNIT
    alarm[MAXIMUM] = 0


@inner
def forget(alarm: Longs, promise: Promise) -> None:
    """Halve what is known of excursions, and of the time in which they came, when that time is long enough."""
    if alarm[SPENT] < np.int64(promise.memory * 256.0):
        return
    alarm[SPENT] >>= 1
    for index in range(BINS):
        alarm[BINS_AT + index] >>= 1


@inner
def tick(alarm: Longs, clock: int, promise: Promise) -> int:
    """Let time pass: relax the threshold, end an incident that is over, adopt a shadow that nobody disputed."""
    flags = QUIET
    if alarm[CLOCK] < 0:
        alarm[CLOCK] = clock
    passed = max(0, clock - alarm[CLOCK])
    alarm[SPENT] += np.int64(min(passed / DAY, promise.absence) * 256.0)
    forget(alarm, promise)
    alarm[CLOCK] = max(alarm[CLOCK], clock)
    relaxed = np.int64(256.0 * promise.gain * min(passed / (promise.calm * DAY), 1.0))
    alarm[RAISED] = max(np.int64(0), alarm[RAISED] - relaxed)
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


@inner
def close(alarm: Longs) -> None:
    """End the open incident; the sum begins anew."""
    alarm[OPEN] = 0
    alarm[AGAIN] = 0
    alarm[SUM] = 0
    alarm[MAXIMUM] = 0
    alarm[PEAK] = 0
    alarm[ALERTED] = 0


@inner
def raise_alarm(alarm: Longs, clock: int, mean: float, promise: Promise) -> int:
    """Note an alarm: it begins an incident or joins the open one; say whether somebody is told at once."""
    flags = ALARM
    if alarm[OPEN] == 0:
        flags |= FIRST
        alarm[OPEN] = 1
        alarm[INCIDENTS] += 1
        if alarm[QUARANTINED] == 0:
            alarm[FIRST_ALARM] = clock
        alarm[QUARANTINED] = 1
        alarm[PEAK] = 0
        alarm[RAISED] += np.int64(256.0 * promise.gain)
        alarm[BINS_AT + bin_of(alarm[SUM] / 256.0)] += UNIT
    else:
        alarm[AGAIN] += np.int64(256.0 * promise.again)
    alarm[LAST_ALARM] = clock
    alarm[PEAK] = max(alarm[PEAK], alarm[SUM])
    if alarm[ALERTED] == 0 and may_tell(alarm, clock, mean, promise):
        alarm[ALERTED] = 1
        flags |= ALERT
        oldest = ALERTS_AT
        for k in range(promise.cap):
            if alarm[ALERTS_AT + 2 * k] < alarm[oldest]:
                oldest = ALERTS_AT + 2 * k
        alarm[oldest] = clock
        alarm[oldest + 1] = alarm[PEAK]
    return flags


@inner
def may_tell(alarm: Longs, clock: int, mean: float, promise: Promise) -> bool:
    """Say whether the cap leaves room, or this is far above all that used it up."""
    used, highest = 0, 0
    for k in range(promise.cap):
        if clock - alarm[ALERTS_AT + 2 * k] <= promise.period:
            used += 1
            highest = max(highest, alarm[ALERTS_AT + 2 * k + 1])
    return used < promise.cap or alarm[PEAK] > highest + promise.decoy * mean * 256.0


@inner
def answer(alarm: Longs, mark: int, promise: Promise) -> bool:
    """Take in what people said of the open incident or quarantine; return whether the shadow becomes the habit."""
    adopt = alarm[QUARANTINED] == 1 and mark in (US, NOT_IMPORTANT)
    if mark == NOT_US:
        alarm[RAISED] = max(np.int64(0), alarm[RAISED] - np.int64(256.0 * promise.gain))
    if adopt:
        alarm[GRACE] = alarm[CLOCK] + np.int64(promise.settling)
    if mark != NO_MARK:
        alarm[QUARANTINED] = 0
        close(alarm)
    return adopt
