"""Learns the hands that share an account from actions whose hand is known: manner, wording and what stands around."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec
import numpy as np
from numpy.typing import NDArray

from countersign.activity import Activity
from countersign.investigate.hands.around import around
from countersign.investigate.hands.manner import NAMES, PAUSES, manners
from countersign.investigate.hands.regression import centred, fitted
from countersign.investigate.hands.wording import Runs, rarity, runs, weighed

Matrix = NDArray[np.float64]
Places = NDArray[np.int64]

WORDING_PENALTY = 2.0
WHOLE_PENALTY = 130.0
"""Chosen on the first 70 % of the benchmark's account, in order of time."""
FOLDS = 3
"""Parts, in order of time, for which the wording is learned without them, as it will be for what is weighed."""
WORDING_SCALE = 1.5
WORDING_WEIGHT = 1.5
"""The wording's score stands for thousands of numbers: the penalty on it is so much (squared) smaller."""
BOUND = 1.5
"""Where a score saturates: one action in an odd manner must not outweigh its neighbours when several are judged."""
SOFTENED = 0.1
"""Added to the spread of every number, so that what nearly never varies is not blown up."""


class Learned(msgspec.Struct, frozen=True, eq=False):
    """What was learned of the hands: all that is needed to score other actions."""

    zone: str
    rarity: Runs
    wording: Matrix
    middle: Matrix
    spread: Matrix
    whole: Matrix

    def scores(self, actions: Sequence[Activity]) -> Matrix:
        """Return a row of scores an action (log scale, one a hand, within `BOUND`); actions are in order of time."""
        rows = weighed(runs([action.content for action in actions]), self.rarity)
        seen = _seen(actions, self.zone, centred(rows @ self.wording.astype(np.float32)))
        scores = centred(((seen - self.middle) / self.spread) @ self.whole)
        return np.asarray(BOUND * np.tanh(scores / BOUND), dtype=np.float64)


def learned(actions: Sequence[Activity], known: Places, labels: Places, hands: int, zone: str) -> Learned:
    """Return what the actions at the places `known` teach, whose hands are `labels`; all actions are context."""
    counted = runs([action.content for action in actions])
    weight = rarity(counted[known])
    rows = weighed(counted, weight)
    del counted
    seen = _seen(actions, zone, _unlearned(rows, known, labels, hands))
    middle, spread = seen[known].mean(axis=0), seen[known].std(axis=0) + SOFTENED
    spread[_wording_columns(hands)] /= WORDING_WEIGHT
    return Learned(
        zone=zone, rarity=weight, wording=fitted(rows[known], labels, hands, penalty=WORDING_PENALTY),
        middle=middle, spread=spread,
        whole=fitted((seen[known] - middle) / spread, labels, hands, penalty=WHOLE_PENALTY),
    )  # fmt: skip


def _unlearned(rows: Runs, known: Places, labels: Places, hands: int) -> Matrix:
    """Return the wording's scores, each from a fit that did not see the action's own part of time."""
    scores = np.zeros((len(rows), hands))
    starts = [0, *(int(part[0]) for part in np.array_split(known, FOLDS)[1:] if len(part)), len(rows)]
    for first, last in pairwise(starts):
        outside = (known < first) | (known >= last)
        weights = fitted(rows[known[outside]], labels[outside], hands, penalty=WORDING_PENALTY)
        scores[first:last] = centred(rows[first:last] @ weights.astype(np.float32))
    return scores


def _wording_columns(hands: int) -> slice:
    first = len(NAMES) + 2 * len(PAUSES)
    return slice(first, first + hands)


def _seen(actions: Sequence[Activity], zone: str, wording: Matrix) -> Matrix:
    """Return all that is looked at: manner and pauses, wording, and the neighbours' manner and wording."""
    rows = manners(actions, zone)
    said = wording / WORDING_SCALE
    seconds = np.array([one.published.timestamp() if one.published else np.nan for one in actions], dtype=np.float64)
    near = around(np.hstack([rows[:, : len(NAMES)], np.clip(said, -2, 2)]), seconds)
    return np.hstack([rows, said, near])
