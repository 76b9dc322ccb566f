"""Judges likelihood ratios by what was true: their cost (Cllr), what of it is bad calibration, and their curves."""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

Ratios = NDArray[np.float64]

_EDGE: Final = 30.0
"""Natural log of a ratio that stands for "certain" where the best calibration finds no counter-example."""


class Step(msgspec.Struct, frozen=True):
    """One step of a calibration curve: what was said (mean log10 LR), what held (after PAV), how many cases."""

    said: float
    held: float
    cases: int


def cllr(same: Ratios, other: Ratios) -> float:
    """Return the cost of log likelihood ratios: 0 is perfect, 1 is what saying nothing costs.

    `same` are log10 LR of cases where the first proposition was true, `other` of those where the second was.
    Source: Brümmer and du Preez, Computer Speech and Language 20 (2006), 230.

    >>> cllr(np.array([0.0]), np.array([0.0])), round(cllr(np.array([2.0]), np.array([-2.0])), 3)
    (1.0, 0.014)
    """
    ten = np.log(10)
    costs = np.logaddexp(0, -same * ten).mean() + np.logaddexp(0, other * ten).mean()
    return float(costs / (2 * np.log(2)))


def cllr_min(same: Ratios, other: Ratios) -> float:
    """Return what `cllr` would be after the best rising recalibration: what is left is discrimination.

    >>> round(cllr_min(np.array([3.0, 9.0]), np.array([1.0, 2.0])), 6)
    0.0
    """
    best = recalibrated(same, other)
    return cllr(best[: len(same)], best[len(same) :])


def recalibrated(same: Ratios, other: Ratios) -> Ratios:
    """Return log10 LR of all cases (`same`, then `other`) after pooling adjacent violators.

    >>> recalibrated(np.array([0.0, 1.0]), np.array([0.0, 1.0])).tolist()
    [0.0, 0.0, 0.0, 0.0]
    """
    said = np.concatenate([same, other])
    weight = np.repeat([1 / len(same), 1 / len(other)], [len(same), len(other)])
    true = np.repeat([1.0, 0.0], [len(same), len(other)])
    _, place = np.unique(said, return_inverse=True)
    total = np.bincount(place, weight).astype(np.float64)
    share = pooled(np.bincount(place, weight * true) / total, total)[place]
    with np.errstate(divide="ignore"):
        odds = np.log(share) - np.log1p(-share)
    return np.asarray(np.clip(odds, -_EDGE, _EDGE) / np.log(10), dtype=np.float64)


def pooled(values: Ratios, weights: Ratios) -> Ratios:
    """Return the rising values nearest to those given (pool adjacent violators).

    >>> pooled(np.array([1.0, 3.0, 2.0]), np.ones(3)).tolist()
    [1.0, 2.5, 2.5]
    """
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        pools.append((value, weight, 1))
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            (first, heavy, many), (second, light, few) = pools[-2:]
            pools[-2:] = [((first * heavy + second * light) / (heavy + light), heavy + light, many + few)]
    return np.repeat([value for value, _, _ in pools], [size for _, _, size in pools])


def calibration_curve(same: Ratios, other: Ratios) -> tuple[Step, ...]:
    """Return the steps of the calibration curve, for a picture: on the diagonal, what was said held.

    >>> [step.cases for step in calibration_curve(np.array([1.0, 2.0]), np.array([-1.0, -2.0]))]
    [2, 2]
    """
    said, held = np.concatenate([same, other]), recalibrated(same, other)
    return tuple(
        Step(float(said[held == level].mean()), float(level), int((held == level).sum())) for level in np.unique(held)
    )


def tippett(ratios: Ratios, at: Sequence[float]) -> tuple[float, ...]:
    """Return the share of log10 LR that are greater than each of `at`: one curve of a Tippett plot.

    >>> tippett(np.array([-1.0, 0.5, 2.0]), (0.0, 1.0))
    (0.6666666666666666, 0.3333333333333333)
    """
    return tuple(float((ratios > level).mean()) for level in at)


def misleading(same: Ratios, other: Ratios, *, strongly: float = 2.0) -> float:
    """Return the share of cases whose ratio says more than 100 (`strongly`, log10) for the wrong side.

    >>> misleading(np.array([1.0, -3.0]), np.array([-1.0, 0.0]))
    0.25
    """
    return float(((same < -strongly).sum() + (other > strongly).sum()) / (len(same) + len(other)))
