"""Turns actions into numbers for detectors that take only vectors, with the account's memory in them.

So that such a peer sees what ours sees, each value that has no order (client, language, whom, domain, hashtag, kind,
hour, weekday) enters as how surprising it is by the account's own counts so far: bits / 20, 0 to 1.
"""

import math
from collections.abc import Iterable
from typing import Self

import numpy as np
import numpy.typing as npt

from bench.peers.observed import Observed

COUNTED = ("kind", "hour", "weekday", "client", "language", "whom", "mention", "domain", "hashtag")
PLAIN = ("gap", "length", "mentions", "hashtags", "links", "media", "hour sine", "hour cosine", "capitals")
WIDTH = len(COUNTED) + len(PLAIN)
MOST_BITS = 20.0
MOST_GAP = 24.0
LONGEST = 560.0
"""Twice the longest post of the time, since an emoji may count twice."""
_NOTHING = ""


class Numbers:
    """An account's memory: how often each value was seen."""

    def __init__(self) -> None:
        self.counts: dict[str, dict[str, int]] = {name: {} for name in COUNTED}
        self.seen = dict.fromkeys(COUNTED, 0)

    def fork(self) -> Self:
        """Return a copy that goes its own way."""
        other = type(self)()
        other.counts = {name: dict(values) for name, values in self.counts.items()}
        other.seen = dict(self.seen)
        return other

    def score(self, action: Observed) -> npt.NDArray[np.float64]:
        """Return the action as `WIDTH` numbers from 0 to 1."""
        counted = [self._bits(name, values) for name, values in _values(action)]
        return np.array(counted + _plain(action), dtype=np.float64)

    def _bits(self, name: str, values: Iterable[str]) -> float:
        counts, seen = self.counts[name], self.seen[name]
        least = min((counts.get(value, 0) for value in values), default=None)
        if least is None:
            return 0.0
        return min(1.0, -math.log2((least + 0.5) / (seen + 0.5 * (len(counts) + 1))) / MOST_BITS)

    def learn(self, action: Observed) -> None:
        """Add an action to the memory."""
        for name, values in _values(action):
            counts = self.counts[name]
            for value in values:
                counts[value] = counts.get(value, 0) + 1
            self.seen[name] += len(values)


def _values(action: Observed) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        ("kind", (action.kind,)),
        ("hour", () if action.hour is None else (str(action.hour),)),
        ("weekday", (str(action.weekday),)),
        ("client", _one(action.client)),
        ("language", _one(action.language)),
        ("whom", (action.whom or _NOTHING,)),
        ("mention", action.mentions or (_NOTHING,)),
        ("domain", action.domains or (_NOTHING,)),
        ("hashtag", action.hashtags or (_NOTHING,)),
    )


def _one(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _plain(action: Observed) -> list[float]:
    angle = math.tau * (action.hour or 0) / 24.0
    text = action.text
    return [
        min(1.0, action.gap / MOST_GAP),
        min(1.0, len(text) / LONGEST),
        min(1.0, len(action.mentions) / 10.0),
        min(1.0, len(action.hashtags) / 10.0),
        min(1.0, len(action.domains) / 4.0),
        min(1.0, action.media / 4.0),
        (math.sin(angle) + 1.0) / 2.0,
        (math.cos(angle) + 1.0) / 2.0,
        sum(map(str.isupper, text)) / len(text) if text else 0.0,
    ]
