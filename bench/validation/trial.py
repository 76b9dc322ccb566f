"""What a trial of one examination gives: a ratio a case, and what the ratios cost; for `bench.validation`'s trials."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.protocol.metrics import Figure
from countersign.investigate.finding import Finding, Missing
from countersign.investigate.hands.ratios import cllr, cllr_min, misleading
from countersign.investigate.proposition import Key
from countersign.investigate.weighing import capped

Values = NDArray[np.float64]
Said = float | None
"""log10 of the ratio for the first proposition of a trial's pair; None where it said no number."""
QUANTILES: Final = (0.025, 0.975)
SEED: Final = 1


class Tried(msgspec.Struct, frozen=True):
    """One case: whose account it was tried on, whether the account's own hand did it, and what was said."""

    account: str
    own: bool
    said: Said


class Trial(msgspec.Struct, frozen=True):
    """All cases of one examination, for one pair of propositions: `own` cases are those where the first was true."""

    name: str
    pair: tuple[Key, Key]
    cases: tuple[Tried, ...]

    def ratios(self, *, own: bool) -> Values:
        """Return log10 of the ratios of one side; cases without a number are left out."""
        return np.array([one.said for one in self.cases if one.own == own and one.said is not None], dtype=np.float64)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts with a number on both sides: the others' cost cannot be said."""
        sides = [
            {one.account for one in self.cases if one.own == own and one.said is not None} for own in (True, False)
        ]
        return tuple(sorted(sides[0] & sides[1]))

    def sides(self, accounts: Sequence[str] | None = None) -> tuple[Values, Values]:
        """Return the ratios of own and of others' cases, of `accounts` or else of all that have both."""
        kept = set(self.accounts if accounts is None else accounts)
        some = msgspec.structs.replace(self, cases=tuple(one for one in self.cases if one.account in kept))
        return some.ratios(own=True), some.ratios(own=False)


def ratio(found: Iterable[Finding | Missing], name: str, pair: tuple[Key, Key]) -> Said:
    """Return what a named finding says of a pair, capped as the weighing caps it; None if it gives no number."""
    for one in found:
        if isinstance(one, Finding) and one.name == name and one.ratios:
            levels = capped(one)
            return levels[pair[0]].log10 - levels[pair[1]].log10
    return None


def direction_only(trial: Trial) -> float:
    """Return the share of cases of which no number was said."""
    return float(np.mean([one.said is None for one in trial.cases])) if trial.cases else float("nan")


Sides = tuple[Values, Values]
Measure = Callable[[Values, Values], float]

MEASURES: Final[Mapping[str, Measure]] = {
    "cllr": cllr,
    "cllr_min": cllr_min,
    "loss": lambda own, others: cllr(own, others) - cllr_min(own, others),
    "misleading": misleading,
}


def figures(trial: Trial, resamples: int) -> dict[str, Figure]:
    """Return every measure with the 95 % interval of a bootstrap over accounts; NaN where a side has no number."""
    names = trial.accounts
    if not names:
        return dict.fromkeys(MEASURES, Figure(float("nan"), float("nan"), float("nan"), 0))
    by_account = [trial.sides([name]) for name in names]
    rng = np.random.default_rng(SEED)
    drawings = [_joined([by_account[at] for at in rng.integers(0, len(names), len(names))]) for _ in range(resamples)]
    return {name: _figure(measure, trial.sides(), drawings, len(names)) for name, measure in MEASURES.items()}


def _figure(measure: Measure, whole: Sides, drawings: Sequence[Sides], accounts: int) -> Figure:
    value = measure(*whole)
    low, high = np.quantile([measure(*drawn) for drawn in drawings], QUANTILES) if drawings else (value, value)
    return Figure(value, float(low), float(high), accounts)


def _joined(sides: Sequence[Sides]) -> Sides:
    return np.concatenate([own for own, _ in sides]), np.concatenate([others for _, others in sides])
