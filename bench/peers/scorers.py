"""The online and batch peers: COMPA, HalfSpaceTrees, ECOD and IsolationForest."""

import warnings
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Self

import numpy as np
from pyod.models.ecod import ECOD
from pyod.models.iforest import IForest
from river.anomaly import HalfSpaceTrees

from bench.peers.compa import Compa
from bench.peers.numbers import Numbers
from bench.peers.observed import Observed
from bench.peers.peer import Floats, Scored
from bench.peers.replay import Streams, replay
from bench.protocol.takeovers import Variant

TREES = 25
SEED = 1
BLOCK = 200
"""ECOD ranks what it is shown among what it was fitted on; shown in small blocks, a block hardly moves the ranks."""


class CompaScorer:
    """COMPA's score of one message, without its grouping over accounts (as its paper does for single accounts)."""

    name = "COMPA"

    def scores(self, streams: Streams, variant: Variant) -> Scored:
        """Return weighted sums of anomaly scores."""
        tails = [(tail.place, tail.actions) for tail in streams.tails]
        own, of_tails = replay(Compa(), streams.own, tails, scored_from=streams.calibration_start)
        return Scored(own=np.array(own), tails=tuple(map(np.array, of_tails)))


class TreesScorer:
    """HalfSpaceTrees of the river library, online, with its default height and window."""

    name = "HalfSpaceTrees"

    def scores(self, streams: Streams, variant: Variant) -> Scored:
        """Return the trees' anomaly scores."""
        own, tails = vectors(streams)
        places = [(tail.place, list(map(_named, rows))) for tail, rows in zip(streams.tails, tails, strict=True)]
        answers, of_tails = replay(_Trees(), list(map(_named, own)), places, scored_from=streams.calibration_start)
        return Scored(own=np.array(answers), tails=tuple(map(np.array, of_tails)))


class _Trees:
    """HalfSpaceTrees that do not learn in a tail.

    The trees score by the masses of their last full window of 250 actions, so learning a few foreign actions changes
    no score until the window turns; a copy of 25 trees an episode would cost minutes for nothing.
    """

    def __init__(self) -> None:
        self._trees: Any = HalfSpaceTrees(n_trees=TREES, seed=SEED)
        self._learns = True

    def score(self, action: dict[int, float]) -> float:
        return float(self._trees.score_one(action))

    def learn(self, action: dict[int, float]) -> None:
        if self._learns:
            self._trees.learn_one(action)

    def fork(self) -> Self:
        other = type(self).__new__(type(self))
        other._trees, other._learns = self._trees, False
        return other


def _named(vector: Floats) -> dict[int, float]:
    return dict(enumerate(vector.tolist()))


class EcodScorer:
    """ECOD of the PyOD library, fitted once on the first 60 % of the account's actions."""

    name = "ECOD"

    def scores(self, streams: Streams, variant: Variant) -> Scored:
        """Return ECOD's outlier scores, each action ranked among those that it was fitted on."""
        own, tails = vectors(streams)
        # A column that hardly varies (a client that all actions share) makes scipy warn about its skewness.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return self._scores(own, tails, streams.calibration_start)

    def _scores(self, own: Floats, tails: Sequence[Floats], start: int) -> Scored:
        fitted = ECOD().fit(own[:start])
        rest = own[start:]
        blocks = [fitted.decision_function(rest[start : start + BLOCK]) for start in range(0, len(rest), BLOCK)]
        return Scored(own=np.concatenate(blocks), tails=tuple(fitted.decision_function(tail) for tail in tails))


class ForestScorer:
    """IsolationForest of the PyOD library, fitted once on the first 60 % of the account's actions."""

    name = "IsolationForest"

    def scores(self, streams: Streams, variant: Variant) -> Scored:
        """Return the forest's outlier scores."""
        own, tails = vectors(streams)
        fitted = IForest(random_state=SEED).fit(own[: streams.calibration_start])
        sizes = [len(own) - streams.calibration_start, *map(len, tails)]
        scores = fitted.decision_function(np.concatenate([own[streams.calibration_start :], *tails]))
        first, *rest = np.split(scores, np.cumsum(sizes)[:-1])
        return Scored(own=first, tails=tuple(rest))


def vectors(streams: Streams) -> tuple[Floats, list[Floats]]:
    """Return the numbers of an account's own actions and of each tail; the last few accounts' are kept."""
    return _vectors(_Key(streams))


class _Key:
    """A handle by identity, since streams are large and hold arrays."""

    def __init__(self, streams: Streams) -> None:
        self.streams = streams

    def __hash__(self) -> int:
        return id(self.streams)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.streams is self.streams


@lru_cache(maxsize=64)
def _vectors(key: _Key) -> tuple[Floats, list[Floats]]:
    streams = key.streams
    tails: list[tuple[int, Sequence[Observed]]] = [(tail.place, tail.actions) for tail in streams.tails]
    own, of_tails = replay(Numbers(), streams.own, tails)
    return np.stack(own), [np.stack(rows) for rows in of_tails]
