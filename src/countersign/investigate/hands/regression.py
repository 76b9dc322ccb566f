"""Learns which of several hands did something: logistic regression whose classes count alike, in plain numpy."""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Rows = NDArray[np.float32] | NDArray[np.float64]
Labels = NDArray[np.int64]

MOST_ROUNDS = 600
CLOSE_ENOUGH = 1e-4
"""The fit ends when no slope, per row, is larger: later rounds change no score in its third digit."""
_POWER_ROUNDS = 30
_SAFETY = 1.1
"""The power method finds the steepest curvature from below."""


def fitted(rows: Rows, labels: Labels, classes: int, *, penalty: float, weights: Matrix | None = None) -> Matrix:
    """Return weights of shape (columns, classes) with the least penalised log loss; every class weighs the same.

    `penalty` is half of what a squared weight costs. The problem is convex, so the start does not matter; the step
    follows from the curvature (Nesterov 1983, with restarts after O'Donoghue and Candès 2015).
    """
    share = balanced(labels, classes, weights)
    target = np.eye(classes)[labels]
    step = 1.0 / (_SAFETY * _curvature(rows, share) / 2 + penalty)
    now = before = np.zeros((rows.shape[1], classes))
    momentum = 1.0
    for _ in range(MOST_ROUNDS):
        further = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = now + (momentum - 1) / further * (now - before)
        slope = _slope(rows, ahead, target, share) + penalty * ahead
        before, now = now, ahead - step * slope
        momentum = 1.0 if np.sum(slope * (now - before)) > 0 else further
        if np.abs(slope).max() < CLOSE_ENOUGH * len(rows) / rows.shape[1] ** 0.5:
            break
    return now


def balanced(labels: Labels, classes: int, weights: Matrix | None = None) -> Matrix:
    """Return a weight a row such that every class has the same sum, and all rows together as many as there are.

    >>> balanced(np.array([0, 0, 0, 1]), 2).round(2).tolist()
    [0.67, 0.67, 0.67, 2.0]
    """
    given = np.ones(len(labels)) if weights is None else weights
    sums = np.bincount(labels, given, minlength=classes)
    present = max(1, int((sums > 0).sum()))
    return np.asarray(given * (given.sum() / present) / np.maximum(sums[labels], 1e-12), dtype=np.float64)


def _curvature(rows: Rows, share: Matrix) -> float:
    along = np.full(rows.shape[1], rows.shape[1] ** -0.5, dtype=rows.dtype)
    size = 1.0
    for _ in range(_POWER_ROUNDS):
        moved = rows.T @ (share.astype(rows.dtype) * (rows @ along))
        size = float(np.linalg.norm(moved))
        along = (moved / max(size, 1e-12)).astype(rows.dtype)
    return size


def _slope(rows: Rows, at: Matrix, target: Matrix, share: Matrix) -> Matrix:
    missed = (softmax(rows @ at.astype(rows.dtype)) - target) * share[:, None]
    return np.asarray(rows.T @ missed.astype(rows.dtype), dtype=np.float64)


def softmax(scores: Rows) -> Matrix:
    """Return the probability of each class for rows of scores.

    >>> softmax(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float64)


def centred(scores: Rows) -> Matrix:
    """Return scores less their mean over the classes: only differences mean anything."""
    return np.asarray(scores - scores.mean(axis=1, keepdims=True), dtype=np.float64)
