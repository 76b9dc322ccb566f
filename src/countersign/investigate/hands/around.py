"""What stands around an action: how its neighbours in time were done, as one hand works in sittings."""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

NEIGHBOURS = 4
"""How many actions on either side are looked at."""
FADES_AFTER = 1800.0
"""Seconds: half an hour away, a neighbour counts 1/e. Best of 900, 1800, 3600 and 7200 on earlier data."""
NOTHING = 0.3
"""What "no neighbour" weighs in the mean, so that a far neighbour alone says little."""


def around(rows: Matrix, seconds: Matrix) -> Matrix:
    """Return for each action the mean of its neighbours' rows, near ones counting more, drawn to zero.

    `seconds` are the times of the actions in order, NaN where one is not known: such an action has no neighbours.

    >>> around(np.array([[1.0], [3.0]]), np.array([0.0, 0.0])).round(2).tolist()
    [[2.31], [0.77]]
    """
    summed = np.zeros_like(rows)
    weight = np.full(len(rows), NOTHING)
    for away in range(1, min(NEIGHBOURS, len(rows) - 1) + 1):
        near = np.nan_to_num(np.exp(-np.abs(seconds[away:] - seconds[:-away]) / FADES_AFTER), nan=0.0)
        summed[away:] += rows[:-away] * near[:, None]
        summed[:-away] += rows[away:] * near[:, None]
        weight[away:] += near
        weight[:-away] += near
    return np.asarray(summed / weight[:, None], dtype=np.float64)
