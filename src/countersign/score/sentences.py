"""Finds the sentence for what each signal saw, with figures rounded to what can honestly be said."""

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from countersign.profile.habit import Text
from countersign.score.kernel import UNITS
from countersign.score.observe import GROUPS
from countersign.score.scorer import Scorer
from countersign.score.signals.signal import Leaning, Seen, TextGiven, Unseen
from countersign.score.surprise import STATES
from countersign.score.walk import Outcome

LEAST = np.array([0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5])
"""Shares that are told as "under": the first that one action in the known ones does not reach."""
MOST_SENTENCES = 10_000
"""Sentences of a signal that are remembered from one batch to the next; foreign names make them endless."""
NONE = -0.001
"""Stands for a share that is not known."""
TEXTS: tuple[TextGiven, ...] = get_args(TextGiven)
LEANINGS: tuple[Leaning, ...] = get_args(Leaning)
DIMS = (1 << 20, len(STATES), len(LEANINGS), len(LEAST), 1002, 1002, 1 << 10)
"""Kind of action, state, leaning, least, habit and others in thousandths (from `NONE` on), tenths of bits a unit."""
MIDDLE = DIMS[-1] // 2

Kind = tuple[str, str, str, int, str]
"""What a sentence may depend on of an action itself: verb, source, time basis, whether it has a text, home zone."""
Kinds = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Sentences:
    """The sentences said so far, by what they depend on: the value, and one number that holds all else."""

    def __init__(self, with_: Scorer) -> None:
        self._signals = with_.signals
        self._rows = {name: row for row, name in enumerate(with_.plan.closed_names)}
        self._closed = with_.back.closed
        self._said: dict[int, dict[tuple[Any, int], str]] = {}
        self._zones = with_.zones
        self._kinds: dict[Kind, int] = {}

    def kinds(self, actions: pa.Table) -> Kinds:
        """Return for each action the number of its kind."""
        length = pc.binary_length(actions["text"])
        texts = pc.fill_null(pc.add(pc.cast(pc.greater(length, 0), pa.int8()), pa.scalar(1, pa.int8())), 0)
        columns = (actions["verb"], pc.fill_null(actions["source"], ""), actions["time_basis"], texts)
        known, usual = self._kinds, self._zones.get("", "UTC")
        zones = (self._zones.get(account, usual) for account in actions["account"].to_pylist())
        keys = zip(*(column.to_pylist() for column in columns), zones, strict=True)
        return np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)

    def because(
        self, number: int, values: Sequence[Any], kinds: Kinds, out: Outcome, rows: npt.NDArray[np.int64]
    ) -> list[str]:
        """Return the sentences for the values that a signal saw in these rows, or why it saw nothing."""
        said = self._said.setdefault(number, {})
        if len(said) >= MOST_SENTENCES:
            said.clear()
        seen = zip(values, self._figures(number, values, kinds, out, rows), strict=True)
        return [said.get(key) or said.setdefault(key, self._sentence(number, *key)) for key in seen]

    def _figures(
        self, number: int, values: Sequence[Any], kinds: Kinds, out: Outcome, rows: npt.NDArray[np.int64]
    ) -> list[int]:
        """Return one number a row that holds all that a sentence depends on beside the value."""
        raw, chance = out.raw[rows, number], out.chance[rows, number].astype(np.float64)
        text = isinstance(self._signals[number].habit, Text)
        least = np.searchsorted(LEAST, 1.0 / np.maximum(out.known[rows], 2))
        none = np.full(len(rows), NONE)
        habit = none if text else rounded(chance, LEAST[least])
        others = none if text else rounded(self._others(number, values, kinds), LEAST[0])
        per_unit = np.clip(np.round(10 * chance), 1 - MIDDLE, MIDDLE - 1) if text else np.zeros(len(rows))
        leaning = 1 + (raw >= UNITS).astype(np.int64) - (raw <= -UNITS)
        columns = (kinds, out.state[rows, number], leaning, least, _thousandths(habit), _thousandths(others))
        packed = np.ravel_multi_index((*columns, per_unit.astype(np.int64) + MIDDLE), DIMS)
        return list(packed.tolist())

    def _others(self, number: int, values: Sequence[Any], kinds: Kinds) -> Floats:
        """Return the share of each value among others; `NONE` for values without end."""
        row = self._rows.get(self._signals[number].name)
        if row is None:
            return np.full(len(values), NONE)
        codes = np.array([_code(value) for value in values], dtype=np.int64)
        groups = np.array([GROUPS.get(verb, GROUPS["other"]) for verb, *_ in self._kinds])[kinds]
        return np.where(codes < 0, NONE, self._closed[row, groups, np.maximum(codes, 0)])

    def _sentence(self, number: int, value: Any, packed: int) -> str:
        kind, state, leaning, least, habit, others, per_unit = (int(part) for part in np.unravel_index(packed, DIMS))
        signal, (verb, source, basis, text, zone) = self._signals[number], list(self._kinds)[kind]
        if STATES[state] == "not observed":
            unseen = Unseen(verb=verb, source=source, time_basis=basis, text=TEXTS[text], listed=value == ())
            return f"not observed: {signal.lacking(unseen)}"
        return signal.say(
            Seen(
                value=value,
                verb=verb,
                leaning=LEANINGS[leaning],
                habit=_share(habit),
                least=float(LEAST[least]),
                others=_share(others),
                per_unit=(per_unit - MIDDLE) / 10 if isinstance(signal.habit, Text) else None,
                zone=zone,
                history=STATES[state] != "no history",
            )
        )


def rounded(shares: Floats, least: Floats | float) -> Floats:
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


def _thousandths(shares: Floats) -> npt.NDArray[np.int64]:
    """Return shares as whole thousandths from `NONE` on."""
    return np.minimum(np.round(1000 * (shares - NONE)), 1001).astype(np.int64)


def _share(thousandths: int) -> float | None:
    return None if thousandths == 0 else (thousandths - 1) / 1000
