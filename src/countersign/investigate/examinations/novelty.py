"""Counts how often an account itself did something new: each past value against only those before it."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Final

WARM_UP: Final = 10
"""The first values are new because nothing was seen before them: they are not counted."""

HALF: Final = 0.5
"""Added to each count, so that what was never seen is not taken to be impossible (Krichevsky and Trofimov 1981)."""


def levels(past: Iterable[Sequence[Hashable]]) -> list[int]:
    """Return of each past value how new it was: the place of its first part that had been seen before.

    A value is a chain from the finest to the coarsest part (address, network, kind): 0 means that the finest was
    known, its length that nothing of it was. Source: the back-off of Freeman et al., NDSS 2016.

    >>> levels([("a", "n"), ("a", "n"), ("b", "n"), ("c", "m")])
    [2, 0, 1, 2]
    """
    seen: set[tuple[int, Hashable]] = set()
    found = []
    for chain in past:
        found.append(level(chain, seen))
        seen.update(enumerate(chain))
    return found


def level(chain: Sequence[Hashable], seen: set[tuple[int, Hashable]]) -> int:
    """Return how new a value is to what was seen."""
    return next((at for at, part in enumerate(chain) if (at, part) in seen), len(chain))


def share(values: Sequence[Hashable], wanted: Hashable, kinds: int) -> tuple[float, int]:
    """Return in what share of past values this one was met, and out of how many; never 0.

    >>> share([2] * 10 + [0] * 19, 2, 4)[1]
    19
    """
    counted = values[WARM_UP:]
    times = sum(value == wanted for value in counted)
    return (times + HALF) / (len(counted) + HALF * kinds), len(counted)
