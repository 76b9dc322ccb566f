"""The alarm layer that all peers share: a CUSUM an account, with a threshold from the owner's own excursions."""

from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Scale = Literal["z", "rank"]
"""How a peer's scores are made comparable: in standard deviations of its calibration part, or as -log2 of the share
of that part which scores at least as high."""

PROMISE_DAYS = 30.0
"""One alert per account in so many days."""
DAY = 86_400.0
JOIN_SECONDS = DAY
"""Further alarms within 24 hours of an incident's last one belong to it."""
RECOMPUTE_SECONDS = 7 * DAY
TAIL_QUANTILE = 0.8
SHRINK = 10.0
"""How many excursions of its own weigh as much as the population's mean excess (`method.md` 10.3)."""
RATE_DAYS = 180.0
"""The rate of excursions is counted over so many days before."""


class Setting(msgspec.Struct, frozen=True):
    """What is tuned for each peer on development accounts: scale and drift."""

    scale: Scale
    drift: float


class Walked(msgspec.Struct, frozen=True):
    """The CUSUM over an account's own actions: alarm state after each, and which raised an alert."""

    level: Floats
    threshold: Floats
    last_alarm: Floats
    alerts: npt.NDArray[np.bool_]


def scaled(scores: Floats, calibration: Floats, scale: Scale) -> Floats:
    """Return scores on a scale on which the calibration part is typical of the account."""
    if scale == "z":
        spread = float(calibration.std()) or 1.0
        result: Floats = (scores - calibration.mean()) / spread
        return result
    order = np.sort(calibration)
    higher = order.size - np.searchsorted(order, scores, side="left")
    # A uniform rank has mean 1 / ln 2 bits; without it the CUSUM would only climb.
    ranks: Floats = -np.log2((higher + 1.0) / (order.size + 1.0)) - 1.0 / np.log(2.0)
    return ranks


def mean_excess(scores: Floats, drift: float) -> float:
    """Return the mean excess of a stream's excursion maxima over their 80 % quantile; NaN if there are too few."""
    maxima = np.array(_maxima(scores, drift))
    if maxima.size < SHRINK:
        return float("nan")
    over = maxima[maxima > np.quantile(maxima, TAIL_QUANTILE)]
    return float((over - np.quantile(maxima, TAIL_QUANTILE)).mean()) if over.size else float("nan")


def _maxima(scores: Floats, drift: float) -> list[float]:
    level, top, found = 0.0, 0.0, []
    for score in scores:
        level = max(0.0, level + score - drift)
        if level == 0.0 and top > 0.0:
            found.append(top)
            top = 0.0
        top = max(top, level)
    return found


def walk(scores: Floats, times: Floats, drift: float, tested_from: int, population_excess: float) -> Walked:
    """Return alarms over an account's own scores; before `tested_from` excursions are only learned from."""
    level, threshold, last_alarm, alerts = _walk(scores, times, drift, tested_from, population_excess)
    return Walked(level=level, threshold=threshold, last_alarm=last_alarm, alerts=alerts)


def alerts_in(scores: Floats, times: Floats, drift: float, before: tuple[float, float, float]) -> list[int]:
    """Return which of the scores that follow a place raise an alert.

    `before` is the alarm's state at the place: level, threshold, time of the last alarm. The threshold stands still.
    """
    level, threshold, last_alarm = before
    alerts = []
    for index, (score, time) in enumerate(zip(scores, times, strict=True)):
        level = max(0.0, level + score - drift)
        if level < threshold:
            continue
        if time - last_alarm > JOIN_SECONDS:
            alerts.append(index)
        level, last_alarm = 0.0, float(time)
    return alerts


@njit(cache=True)
def _threshold(maxima: Any, ended: Any, count: int, now: float, population_excess: float) -> float:
    tops = np.sort(maxima[:count])
    edge = tops[min(count - 1, int(TAIL_QUANTILE * count))]
    over, excess = 0, 0.0
    for top in tops:
        if top > edge:
            over += 1
            excess += top - edge
    mean = (excess + SHRINK * population_excess) / (over + SHRINK)
    recent = 0
    for index in range(count):
        if ended[index] > now - RATE_DAYS * DAY:
            recent += 1
    days = max(1.0, min(RATE_DAYS, (now - ended[0]) / DAY))
    expected = max(recent, 1) / days * PROMISE_DAYS * (over + 1.0) / (count + 1.0)
    return float(edge + mean * max(0.0, np.log(expected)))


@njit(cache=True)
def _walk(scores: Any, times: Any, drift: float, tested_from: int, population_excess: float) -> Any:
    n = scores.size
    levels, thresholds = np.zeros(n), np.full(n, np.inf)
    last_alarms, alerts = np.full(n, -np.inf), np.zeros(n, np.bool_)
    maxima, ended = np.zeros(n + 1), np.zeros(n + 1)
    count = 0
    level, top, threshold, last_alarm, computed = 0.0, 0.0, np.inf, -np.inf, -np.inf
    for i in range(n):
        if i >= tested_from and count > 0 and times[i] - computed >= RECOMPUTE_SECONDS:
            threshold = _threshold(maxima, ended, count, times[i], population_excess)
            computed = times[i]
        level = max(0.0, level + scores[i] - drift)
        top = max(top, level)
        if level >= threshold:
            alerts[i] = times[i] - last_alarm > JOIN_SECONDS
            last_alarm = times[i]
            level = 0.0
        if level == 0.0 and top > 0.0:
            maxima[count], ended[count] = top, times[i]
            count += 1
            top = 0.0
        levels[i], thresholds[i], last_alarms[i] = level, threshold, last_alarm
    return levels, thresholds, last_alarms, alerts
