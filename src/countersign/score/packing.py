"""Packs an account's state into bytes to keep, and back: integers only, the same on every machine, with a hash."""

import hashlib
import struct

import numpy as np
import numpy.typing as npt

from countersign.errors import ScoreError
from countersign.profile.layout import Plan
from countersign.score.alarm import (
    ALERTS_AT,
    BINS,
    BINS_AT,
    CLOCK,
    FIRST_ALARM,
    GRACE,
    LAST_ALARM,
    MOST_ALERTS,
    WORDS,
)
from countersign.score.kernel import TOTALS
from countersign.score.walk import States

KEPT_ALERTS = 2
"""Alerts whose time and height are kept: as many as the default cap needs; a greater cap forgets the older ones."""
TIMES = (CLOCK, LAST_ALARM, FIRST_ALARM, GRACE)
_NEVER = -(2**31)
_SECOND = 1_000_000
_LIFE = struct.Struct("<qIBb")


def packed(states: States, account: int) -> bytes:
    """Return the state of one account: habit, then its life's totals, then its alarm. Little-endian integers.

    Times of the alarm are kept to the second, its excursions as 16-bit counts. What is held back and shadows are not
    part of it: they belong to a walk.
    """
    totals, alarm = states.totals[account], states.alarm[account]
    life = _LIFE.pack(int(totals[0]), int(totals[1]), int(totals[2]), int(totals[3]))
    texts: bytes = totals[TOTALS:].astype("<u4").tobytes()
    habit: bytes = states.wide[account].astype("<u2").tobytes()
    runs: bytes = np.ascontiguousarray(states.counters[account]).tobytes()
    return habit + runs + life + texts + _alarm_bytes(alarm)


def unpacked(states: States, account: int, data: bytes) -> None:
    """Put packed bytes back into a row of states; raises ScoreError if they are not of this plan."""
    wide, counters, totals = states.wide[account], states.counters[account], states.totals[account]
    texts = len(totals) - TOTALS
    sizes = (wide.nbytes, counters.nbytes, _LIFE.size, 4 * texts, _ALARM_SIZE)
    if len(data) != sum(sizes):
        raise ScoreError("a kept habit does not fit this program", hint="check the account anew from its actions")
    parts, at = [], 0
    for size in sizes:
        parts.append(data[at : at + size])
        at += size
    wide[:] = np.frombuffer(parts[0], dtype="<u2")
    counters[:] = np.frombuffer(parts[1], dtype=counters.dtype)
    totals[:TOTALS] = _LIFE.unpack(parts[2])
    totals[TOTALS:] = np.frombuffer(parts[3], dtype="<u4")
    states.alarm[account] = _alarm_words(parts[4])


def state_hash(states: States, account: int) -> str:
    """Return the SHA-256 of an account's packed state, in hexadecimal: equal states, equal hashes, on any machine."""
    return hashlib.sha256(packed(states, account)).hexdigest()


def state_bytes(plan: Plan, states: States) -> int:
    """Return how many bytes the state of one account takes when it is kept."""
    if plan.layout.grams != states.counters.shape[1]:
        raise ScoreError("these states are of another plan", hint="this is a defect; please report it")
    return len(packed(states, 0))


_ALARM_SIZE = 4 * BINS_AT + 2 * BINS + 8 * KEPT_ALERTS


def _alarm_bytes(alarm: npt.NDArray[np.int64]) -> bytes:
    words = alarm[:BINS_AT].copy()
    for at in TIMES:
        words[at] = _seconds(int(words[at]))
    alerts = _newest(alarm)
    alerts[:, 0] = [_seconds(int(when)) for when in alerts[:, 0]]
    bins = np.minimum(alarm[BINS_AT : BINS_AT + BINS], 65535)
    return words.astype("<i4").tobytes() + bins.astype("<u2").tobytes() + alerts.astype("<i4").tobytes()


def _newest(alarm: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    alerts = alarm[ALERTS_AT : ALERTS_AT + 2 * MOST_ALERTS].reshape(-1, 2)
    return alerts[np.argsort(-alerts[:, 0], kind="stable")[:KEPT_ALERTS]].copy()


def _alarm_words(data: bytes) -> npt.NDArray[np.int64]:
    out = np.zeros(WORDS, dtype=np.int64)
    out[:BINS_AT] = np.frombuffer(data[: 4 * BINS_AT], dtype="<i4")
    for at in TIMES:
        out[at] = _micros(int(out[at]))
    out[BINS_AT : BINS_AT + BINS] = np.frombuffer(data[4 * BINS_AT : 4 * BINS_AT + 2 * BINS], dtype="<u2")
    alerts = np.frombuffer(data[4 * BINS_AT + 2 * BINS :], dtype="<i4").astype(np.int64).reshape(-1, 2).copy()
    alerts[:, 0] = [_micros(int(when)) for when in alerts[:, 0]]
    out[ALERTS_AT::2] = -(2**62)
    out[ALERTS_AT : ALERTS_AT + 2 * KEPT_ALERTS] = alerts.reshape(-1)
    return out


def _seconds(when: int) -> int:
    return _NEVER if when < _NEVER * _SECOND else min(2**31 - 1, when // _SECOND)


def _micros(when: int) -> int:
    return -(2**62) if when == _NEVER else when * _SECOND
