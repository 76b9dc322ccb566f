"""Randomness that is the same in every process and on every Python: a made-up world is named by its seed."""

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A source of chance named by a seed and labels: the same name gives the same throws, whatever else is thrown.

    Only `Random.random` is used, the one method whose sequence Python promises to keep.

    >>> Dice(7, "a day").between(0, 1) == Dice(7, "a day").between(0, 1)
    True
    """

    def __init__(self, *name: object) -> None:
        self.throw = Random("/".join(map(str, name))).random

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self.throw() < probability

    def below(self, stop: int) -> int:
        """Return a whole number from 0 to `stop` - 1, all equally likely."""
        return int(self.throw() * stop)

    def between(self, low: float, high: float) -> float:
        """Return a number from `low` to `high`, all equally likely."""
        return low + (high - low) * self.throw()

    def pick(self, among: Sequence[T]) -> T:
        """Return one of these, all equally likely."""
        return among[int(self.throw() * len(among))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """Return one of the keys, as likely as its share of the weights."""
        left = self.throw() * sum(weights.values())
        for key, weight in weights.items():
            left -= weight
            if left < 0:
                return key
        return key

    def normal(self) -> float:
        """Return a number from the normal distribution of mean 0 and deviation 1 (Box and Muller 1958)."""
        return math.sqrt(-2.0 * math.log(1.0 - self.throw())) * math.cos(2.0 * math.pi * self.throw())

    def lognormal(self, median: float, sigma: float) -> float:
        """Return a positive number whose logarithm is normal with deviation `sigma`."""
        return median * math.exp(sigma * self.normal())

    def poisson(self, mean: float) -> int:
        """Return how many independent events happen where `mean` are expected (Knuth 1969, 3.4.1)."""
        limit, product, events = math.exp(-mean), self.throw(), 0
        while product > limit:
            product *= self.throw()
            events += 1
        return events

    def geometric(self, mean: float) -> int:
        """Return a whole number of at least 1 with this mean, each further one equally likely."""
        if mean <= 1:
            return 1
        return 1 + int(math.log(1.0 - self.throw()) / math.log(1.0 - 1.0 / mean))
