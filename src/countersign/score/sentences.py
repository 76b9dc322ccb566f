"""Finds the sentence for what each signal saw, with figures rounded to what can honestly be said."""

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from countersign.profile.habit import Text
from countersign.score.kernel import NO_HISTORY, NOT_OBSERVED, UNITS
from countersign.score.observe import GROUPS
from countersign.score.scorer import Scorer
from countersign.score.signals.signal import Leaning, Seen, TextGiven, Unseen
from countersign.score.walk import Outcome

LEAST = np.array([0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5])
"""Shares that are told as "under": the first that one action in the known ones does not reach."""
MOST_SENTENCES = 100_000
"""Sentences remembered at once; foreign names make them endless."""
NO_FIGURE = -1.0
TEXTS: tuple[TextGiven, ...] = get_args(TextGiven)
LEANINGS: tuple[Leaning, ...] = get_args(Leaning)

Figures = tuple[int, float, float, float, float]
"""Leaning, habit, least, others and bits a unit, rounded; `NO_FIGURE` where there is none (bits a unit: 0)."""


class Sentences:
    """The sentences said so far, by what they depend on."""

    def __init__(self, with_: Scorer) -> None:
        self._signals = with_.signals
        self._rows = {name: row for row, name in enumerate(with_.plan.closed_names)}
        self._closed = with_.back.closed
        self._said: dict[tuple[Any, ...], str] = {}
        self._kinds: dict[tuple[str, str, str, int], int] = {}

    def kinds(self, actions: pa.Table) -> list[int]:
        """Return for each action the number of its kind: its verb, source, time basis, and whether it has a text."""
        length = pc.binary_length(actions["text"])
        texts = pc.fill_null(pc.add(pc.cast(pc.greater(length, 0), pa.int8()), pa.scalar(1, pa.int8())), 0)
        columns = (actions["verb"], pc.fill_null(actions["source"], ""), actions["time_basis"], texts)
        known = self._kinds
        return [known.setdefault(key, len(known)) for key in zip(*(c.to_pylist() for c in columns), strict=True)]

    def figures(
        self, number: int, values: Sequence[Any], kinds: Sequence[int], out: Outcome, rows: npt.NDArray[np.int64]
    ) -> list[Figures]:
        """Return what is told in figures of a signal in these rows, given the values that it saw and their kinds."""
        raw, chance = out.raw[rows, number], out.chance[rows, number].astype(np.float64)
        text = isinstance(self._signals[number].habit, Text)
        nothing = np.full(len(rows), NO_FIGURE)
        least = LEAST[np.searchsorted(LEAST, 1.0 / np.maximum(out.known[rows], 2))]
        columns = (
            1 + (raw >= UNITS).astype(np.int64) - (raw <= -UNITS).astype(np.int64),
            nothing if text else rounded(chance, least),
            least,
            nothing if text else rounded(self._others(number, values, kinds), LEAST[0]),
            np.round(chance, 1) if text else np.zeros(len(rows)),
        )
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def _others(self, number: int, values: Sequence[Any], kinds: Sequence[int]) -> npt.NDArray[np.float64]:
        """Return the share of each value among others; `NO_FIGURE` for values without end."""
        row = self._rows.get(self._signals[number].name)
        if row is None:
            return np.full(len(values), NO_FIGURE)
        codes = np.array([_code(value) for value in values], dtype=np.int64)
        groups = np.array([GROUPS[verb] for verb, _, _, _ in self._kinds])[np.asarray(kinds, dtype=np.int64)]
        return np.where(codes < 0, NO_FIGURE, self._closed[row, groups, np.maximum(codes, 0)])

    def because(self, number: int, state: int, value: Any, kind: int, figures: Figures) -> str:
        """Return the sentence for what a signal saw in one action, or why it saw nothing."""
        key = (number, state, value, kind, figures)
        said = self._said.get(key)
        if said is None:
            if len(self._said) >= MOST_SENTENCES:
                self._said.clear()
            said = self._said[key] = self._sentence(number, state, value, kind, figures)
        return said

    def _sentence(self, number: int, state: int, value: Any, kind: int, figures: Figures) -> str:
        signal = self._signals[number]
        verb, source, basis, text = list(self._kinds)[kind]
        if state == NOT_OBSERVED:
            unseen = Unseen(verb=verb, source=source, time_basis=basis, text=TEXTS[text], listed=value == ())
            return f"not observed: {signal.lacking(unseen)}"
        leaning, habit, least, others, per_unit = figures
        plain = isinstance(signal.habit, Text)
        return signal.say(
            Seen(
                value=value,
                verb=verb,
                leaning=LEANINGS[leaning],
                habit=None if habit < 0 else habit,
                least=least,
                others=None if others < 0 else others,
                per_unit=per_unit if plain else None,
                history=state != NO_HISTORY,
            )
        )


def rounded(shares: npt.NDArray[np.float64], least: npt.NDArray[np.float64] | float) -> npt.NDArray[np.float64]:
    """Return shares as they are said: to 0.1 % below 1 %, else to 1 %; 0 below the least that can be told from never.

    >>> rounded(np.array([0.4242, 0.0142, 0.0042, 0.0004]), 0.001).tolist()
    [0.42, 0.01, 0.004, 0.0]
    """
    told = np.where(shares < 0.01, np.round(shares, 3), np.round(shares, 2))
    return np.where((shares < least) & (shares >= 0), 0.0, told)


def _code(value: Any) -> int:
    """Return the code of a closed value; of how many values, only "none" is told by itself."""
    if isinstance(value, int):
        return value
    return 0 if value == () else -1
