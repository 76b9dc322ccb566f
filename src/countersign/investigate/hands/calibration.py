"""Makes scores of hands into probabilities that hold, for one action and for several by one hand."""

from collections.abc import Mapping, Sequence
from math import log, log10

import msgspec
import numpy as np
from numpy.typing import NDArray

from countersign.investigate.hands.regression import centred, fitted

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]

SIZES = (1, 2, 3, 5)
"""For how many actions by one hand a calibration of its own is kept: what depends on each other is not summed."""
PENALTY = 0.5
"""Keeps the ratios finite where the calibration cases are told apart without a mistake."""
LEAST_CAP = log10(2)


class Calibration(msgspec.Struct, frozen=True, eq=False):
    """What turns the summed scores of `size` actions by one hand into log10 P; `cases` such groups stand behind it."""

    size: int
    weights: Matrix
    cases: int

    def log10(self, scores: Matrix) -> Matrix:
        """Return log10 P(seen | hand) for rows of scores, shape (rows, hands), against their mean over the hands.

        No two differ by more than log10 of the cases: what so few cases have shown can support no more.
        """
        natural = centred(_with_one(scores) @ self.weights)
        return within(natural / log(10), max(LEAST_CAP, log10(max(1, self.cases))))


def within(values: Matrix, cap: float) -> Matrix:
    """Return rows scaled down, where needed, such that no two values of a row differ by more than `cap`.

    >>> within(np.array([[2.0, -2.0]]), 3.0).tolist()
    [[1.5, -1.5]]
    """
    spread = values.max(axis=1, keepdims=True) - values.min(axis=1, keepdims=True)
    return np.asarray(values * np.minimum(1.0, cap / np.maximum(spread, 1e-12)), dtype=np.float64)


def calibrated(scores: Matrix, labels: Labels, hands: int) -> tuple[Calibration, ...]:
    """Return a calibration for each of `SIZES` that cases in order of time allow, from what was not learned from."""
    found = (_of_size(scores, labels, hands, size) for size in SIZES)
    return tuple(one for one in found if one is not None)


def _of_size(scores: Matrix, labels: Labels, hands: int, size: int) -> Calibration | None:
    parts = [summed(scores[labels == hand], size) for hand in range(hands)]
    if min(map(len, parts)) < 1:
        return None
    rows = np.vstack(parts)
    whose = np.repeat(np.arange(hands), [len(part) for part in parts])
    each = np.full(len(rows), 1 / size)  # groups that overlap are not so many cases
    weights = fitted(_with_one(rows), whose, hands, penalty=PENALTY, weights=each)
    return Calibration(size, weights, sum(int((labels == hand).sum()) // size for hand in range(hands)))


def summed(scores: Matrix, size: int) -> Matrix:
    """Return the sums of `size` rows in a row, at every place (moving sums).

    >>> summed(np.array([[1.0], [2.0], [4.0]]), 2).tolist()
    [[3.0], [6.0]]
    """
    if len(scores) < size:
        return np.zeros((0, scores.shape[1]))
    run = np.cumsum(np.vstack([np.zeros((1, scores.shape[1])), scores]), axis=0)
    return np.asarray(run[size:] - run[:-size], dtype=np.float64)


def for_size(calibrations: Sequence[Calibration], size: int) -> Calibration:
    """Return the calibration for so many actions, or that for the next fewer."""
    by_size: Mapping[int, Calibration] = {one.size: one for one in calibrations}
    return by_size[max(known for known in by_size if known <= max(1, size))]


def _with_one(scores: Matrix) -> Matrix:
    return np.hstack([scores, np.ones((len(scores), 1))])
