"""Turns shares ("seen in 6 of 10 such cases") with their ranges into the ratios that a finding holds."""

from collections.abc import Iterable, Mapping
from math import log10
from typing import Final

from countersign.investigate.finding import Ratio
from countersign.investigate.proposition import KEYS, Key

FACTOR: Final = 3.0
"""An estimate without a better range is taken to be right within a factor of three, either way."""

LEAST: Final = 0.0005
"""No share is taken to be smaller: nobody has seen enough cases to say "never"."""

ESTIMATE: Final = "an expert's estimate, right within a factor of three or as its range says"

JOURNEY: Final = 0.3
"""How much of what the account does while somebody is on a declared journey is that person's. An estimate."""

TEAM: Final[tuple[Key, ...]] = ("slip", "insider", "owner")
"""Explanations by which a member of the team acted as usual, with no wish to look like somebody else."""


def expected(shares: Mapping[Key, float], factor: float = FACTOR) -> dict[Key, Ratio]:
    """Return ratios from shares: in how many of such cases this is seen, each right within a factor.

    >>> expected({"slip": 0.1}, factor=10.0)["slip"]
    Ratio(log10=-1.0, low=-2.0, high=0.0)
    """
    return {key: _ratio(shares[key], factor) for key in KEYS if key in shares}


def reach(outcomes: Iterable[Mapping[Key, float]], pair: tuple[Key, Key]) -> tuple[float, float]:
    """Return how far a finding could move log10 of a pair's ratio, from its shares under each possible outcome.

    So what is missing is ranked by the same numbers that it would be weighed with. No move at all is always possible.

    >>> reach([{"outsider": 0.002, "slip": 0.2}, {"outsider": 0.9, "slip": 0.3}], ("outsider", "slip"))
    (-2.0, 0.48)
    """
    first, second = pair
    moves = [log10(max(shares[first], LEAST) / max(shares[second], LEAST)) for shares in outcomes]
    return (round(min(0.0, *moves), 2), round(max(0.0, *moves), 2))


def bounded(shares: Mapping[Key, tuple[float, float, float]]) -> dict[Key, Ratio]:
    """Return ratios from shares that have a range of their own: (share, low, high)."""
    return {
        key: Ratio(log10=log10(max(share, LEAST)), low=log10(max(low, LEAST)), high=log10(min(max(high, LEAST), 1.0)))
        for key, (share, low, high) in shares.items()
    }


def _ratio(share: float, factor: float) -> Ratio:
    low, middle, high = (min(max(share * by, LEAST), 1.0) for by in (1 / factor, 1.0, factor))
    return Ratio(log10=log10(middle), low=log10(low), high=log10(high))
