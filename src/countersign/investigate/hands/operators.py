"""Finds the operators that share an account, as unnamed groups of habits: by client, hour, language and style."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import combinations, pairwise
from math import log
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from countersign.activity import Activity
from countersign.investigate.hands.traits import CLIENT, Codes, Traits, traits_of

Matrix = NDArray[np.float64]

MOST_OPERATORS: Final = 6
LEAST_ACTIONS: Final = 30
"""A client, or a group, with fewer actions is not a habit yet."""
MOST_ACTIONS: Final = 8_000
"""The latest count: habits older than these are another team's."""
ROUNDS: Final = 25
SITTING: Final = timedelta(minutes=30)
"""Actions by one client with shorter pauses are one sitting, and a sitting is one hand's: so that the ways in which
one hand writes (answers here, announcements there) do not become two."""
PRIOR: Final = 0.5
"""Jeffreys' pseudo-count: a value never seen is unlikely, not impossible."""
SURE: Final = 0.9
"""How probable a group must be for an action to be told as its."""
TOLD_HABITS: Final = 6
LEAST_SHARE: Final = 0.1
"""A habit is told if at least so much of a group shows it."""


class Habit(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a group does more than the others: the share of its actions, and of theirs."""

    trait: str
    value: str
    share: float
    others: float

    def words(self) -> str:
        """Return the habit in words.

        >>> Habit(trait="client", value="by an app", share=0.9, others=0.05).words()
        'client: by an app, 90 % of its actions (5 % of the others)'
        """
        return f"{self.trait}: {self.value}, {self.share:.0%} of its actions ({self.others:.0%} of the others)".replace(
            "%", " %"
        )


class Operator(msgspec.Struct, frozen=True, kw_only=True):
    """One group of habits: a label without a name, how much of the account it does, and what sets it apart."""

    label: str
    share: float
    habits: tuple[Habit, ...]


class Operators(msgspec.Struct, frozen=True, kw_only=True):
    """The groups, the largest first, and by action's id whose it is taken to be (only where that is sure).

    A group is a way of working, not a person: one person with two telephones may be two, and two who work alike one.
    """

    operators: tuple[Operator, ...]
    whose: Mapping[str, str]


class _Data(msgspec.Struct, frozen=True, eq=False):
    """The actions' values of traits, their sittings, and how many values each trait has."""

    codes: Codes
    sitting: Codes
    sizes: tuple[int, ...]

    @property
    def starts(self) -> Codes:
        return np.unique(self.sitting, return_index=True)[1]


class _Fit(msgspec.Struct, frozen=True, eq=False):
    """A mixture: how probable each group is for each sitting, and what the whole costs (BIC)."""

    belongs: Matrix
    cost: float


def find_operators(actions: Sequence[Activity], zone: str) -> Operators:
    """Return the operators found in an account's actions (no names: those are the caller's, with consent).

    Groups start as the account's clients; latent classes of sittings are fitted over all traits, and the two most alike
    are joined, down to one; the number with the least BIC is taken. With one client in use there is one operator.
    Source: Goodman, Biometrika 61 (1974), 215 (latent classes); Schwarz, Ann. Stat. 6 (1978), 461 (BIC).
    """
    timed = [(one.published, one.id, one) for one in actions if one.published is not None]
    chosen = [one for _, _, one in sorted(timed, key=lambda row: row[:2])][-MOST_ACTIONS:]
    if not chosen:
        return Operators(operators=(), whose={})
    traits = traits_of(chosen, zone)
    data = _Data(traits.codes(chosen), _sittings(chosen), tuple(len(values) for values in traits.values))
    best = min(_fits(data, traits.names.index(CLIENT)), key=_cost)
    return _told(best.belongs[data.sitting], data.codes, traits, [one.id for one in chosen])


def _sittings(actions: Sequence[Activity]) -> Codes:
    """Return the number of each action's sitting, from 0; actions are in order of time."""
    begins = [
        one.instrument != other.instrument or one.published is None or other.published is None
        or one.published - other.published > SITTING
        for other, one in pairwise(actions)
    ]  # fmt: skip
    return np.cumsum([0, *begins])


def _cost(fit: _Fit) -> float:
    return fit.cost


def _fits(data: _Data, client: int) -> list[_Fit]:
    fits = [_fitted(_by_client(data, client), data)]
    while fits[-1].belongs.shape[1] > 1:
        fits.append(_fitted(_joined(fits[-1].belongs, data), data))
    least = min(LEAST_ACTIONS, len(data.codes))
    return [fit for fit in fits if fit.belongs[data.sitting].sum(axis=0).min() >= least or fit is fits[-1]]


def _by_client(data: _Data, client: int) -> Matrix:
    """Return groups to start from: the commonest clients, and all others with the last of these."""
    clients = data.codes[:, client]
    counts = np.bincount(clients)
    often = [place for place in np.argsort(-counts, kind="stable") if counts[place] >= LEAST_ACTIONS]
    groups = {int(place): group for group, place in enumerate(often[:MOST_OPERATORS])}
    last = max(0, len(groups) - 1)
    first_of = np.unique(data.sitting, return_index=True)[1]  # a sitting has one client
    return np.eye(last + 1)[[groups.get(int(clients[place]), last) for place in first_of]]


def _fitted(belongs: Matrix, data: _Data) -> _Fit:
    for _ in range(ROUNDS):
        scores = _log_chances(belongs, data)
        top = scores.max(axis=1, keepdims=True)
        chances = np.exp(scores - top)
        whole = chances.sum(axis=1, keepdims=True)
        belongs = chances / whole
    groups = belongs.shape[1]
    free = groups * sum(size - 1 for size in data.sizes) + groups - 1
    return _Fit(belongs, float(free * log(len(belongs)) - 2 * (np.log(whole) + top).sum()))


def _log_chances(belongs: Matrix, data: _Data) -> Matrix:
    """Return log P(group and sitting), shape (sittings, groups)."""
    scores = np.zeros((len(data.codes), belongs.shape[1]))
    for place, table in enumerate(_counts(belongs, data)):
        scores += np.log(_table(table))[data.codes[:, place]]
    groups = np.log(belongs.sum(axis=0) + PRIOR) - log(len(belongs) + PRIOR * belongs.shape[1])
    return np.asarray(np.add.reduceat(scores, data.starts) + groups, dtype=np.float64)


def _counts(belongs: Matrix, data: _Data) -> list[Matrix]:
    """Return for each trait how often each value is in each group, shape (values, groups)."""
    own = belongs[data.sitting]
    return [np.eye(size)[data.codes[:, place]].T @ own for place, size in enumerate(data.sizes)]


def _table(counts: Matrix) -> Matrix:
    return np.asarray((counts + PRIOR) / (counts + PRIOR).sum(axis=0), dtype=np.float64)


def _joined(belongs: Matrix, data: _Data) -> Matrix:
    """Return the groups with the two joined whose joining costs least likelihood."""
    counts = _counts(belongs, data)
    pairs = combinations(range(belongs.shape[1]), 2)
    first, second = min(pairs, key=lambda pair: sum(_loss(table[:, list(pair)]) for table in counts))
    kept = [group for group in range(belongs.shape[1]) if group != second]
    joined = belongs[:, kept].copy()
    joined[:, kept.index(first)] += belongs[:, second]
    return joined


def _loss(counts: Matrix) -> float:
    both = counts.sum(axis=1, keepdims=True)
    return float((counts * np.log(_table(counts))).sum() - (both * np.log(_table(both))).sum())


def _told(belongs: Matrix, codes: Codes, traits: Traits, ids: Sequence[str]) -> Operators:
    order = np.argsort(-belongs.sum(axis=0), kind="stable")
    belongs = belongs[:, order]
    labels = [f"operator {chr(ord('A') + group)}" for group in range(belongs.shape[1])]
    told = [
        Operator(label=label, share=float(belongs[:, group].mean()), habits=_habits(belongs, group, codes, traits))
        for group, label in enumerate(labels)
    ]
    surely = {key: labels[int(row.argmax())] for key, row in zip(ids, belongs, strict=True) if row.max() >= SURE}
    return Operators(operators=tuple(told), whose=surely)


def _habits(belongs: Matrix, group: int, codes: Codes, traits: Traits) -> tuple[Habit, ...]:
    own, others = belongs[:, group], 1 - belongs[:, group]
    found = [
        Habit(trait=name, value=value, share=_share(codes[:, place] == code, own),
              others=_share(codes[:, place] == code, others))
        for place, name in enumerate(traits.names)
        for code, value in enumerate(traits.values[place])
    ]  # fmt: skip
    often = [habit for habit in found if habit.share >= LEAST_SHARE]
    return tuple(sorted(often, key=lambda habit: habit.others - habit.share)[:TOLD_HABITS])


def _share(has: NDArray[np.bool_], weights: Matrix) -> float:
    return float(weights[has].sum() / max(weights.sum(), 1e-12))
