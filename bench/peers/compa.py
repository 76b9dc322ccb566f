"""COMPA, written anew from its paper's rules: seven features of a message, each known or unknown to the account.

Source: Egele, Stringhini, Kruegel, Vigna, "COMPA: Detecting Compromised Accounts on Social Networks", NDSS 2013, and
"Towards Detecting Compromised Accounts on Social Networks", IEEE TDSC 14(4), 2017. Proximity has no data here.
"""

from collections.abc import Iterable
from typing import Self

from bench.peers.observed import Observed

WEIGHTS = {"client": 3.3, "whom": 1.4, "domain": 0.96, "hour": 0.88, "language": 0.58, "hashtag": 0.39}
MANDATORY = ("client", "hour", "language")
OPTIONAL = ("whom", "domain", "hashtag")
SMALLEST_HISTORY = 10
HOURS = 24


class Compa:
    """An account's model: how often each value of each feature was seen."""

    def __init__(self) -> None:
        self.counts: dict[str, dict[str, float]] = {name: {} for name in (*MANDATORY, *OPTIONAL)}
        self.seen: dict[str, int] = dict.fromkeys((*MANDATORY, *OPTIONAL), 0)
        self.empty: dict[str, int] = dict.fromkeys(OPTIONAL, 0)

    def fork(self) -> Self:
        """Return a copy that goes its own way."""
        other = type(self)()
        other.counts = {name: dict(values) for name, values in self.counts.items()}
        other.seen, other.empty = dict(self.seen), dict(self.empty)
        return other

    def score(self, action: Observed) -> float:
        """Return the weighted sum of the features' anomaly scores, 0 to 7.51."""
        mandatory = sum(WEIGHTS[name] * self._mandatory(name, value) for name, value in _given(action))
        optional = sum(WEIGHTS[name] * self._optional(name, values) for name, values in _lists(action))
        return mandatory + optional

    def _mandatory(self, name: str, value: str) -> float:
        counts, seen = self.counts[name], self.seen[name]
        if seen < SMALLEST_HISTORY:
            return 0.0
        count = _smoothed(counts, value) if name == "hour" else counts.get(value, 0.0)
        if count == 0.0:
            return 1.0
        return 0.0 if count >= seen / len(counts) else 1.0 - count / seen

    def _optional(self, name: str, values: Iterable[str]) -> float:
        counts, seen = self.counts[name], self.seen[name]
        if seen < SMALLEST_HISTORY or all(value in counts for value in values):
            return 0.0
        return self.empty[name] / seen

    def learn(self, action: Observed) -> None:
        """Add an action to the model."""
        for name, value in _given(action):
            self._count(name, value)
            self.seen[name] += 1
        for name, values in _lists(action):
            for value in values:
                self._count(name, value)
            self.seen[name] += 1
            self.empty[name] += not values

    def _count(self, name: str, value: str) -> None:
        counts = self.counts[name]
        counts[value] = counts.get(value, 0.0) + 1.0


def _given(action: Observed) -> list[tuple[str, str]]:
    hour = None if action.hour is None else str(action.hour)
    values = (("client", action.client), ("hour", hour), ("language", action.language))
    return [(name, value) for name, value in values if value is not None]


def _lists(action: Observed) -> tuple[tuple[str, tuple[str, ...]], ...]:
    whom = (*action.mentions, action.whom) if action.whom else action.mentions
    return (("whom", whom), ("domain", action.domains), ("hashtag", action.hashtags))


def _smoothed(counts: dict[str, float], hour: str) -> float:
    near = (int(hour) - 1, int(hour), int(hour) + 1)
    return sum(counts.get(str(value % HOURS), 0.0) for value in near) / len(near)
