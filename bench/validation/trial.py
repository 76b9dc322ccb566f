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

    def counted(self) -> "Trial":
        """Return the trial with the cases of `accounts` only."""
        kept = set(self.accounts)
        return msgspec.structs.replace(self, cases=tuple(one for one in self.cases if one.account in kept))


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


Measure = Callable[[Values, Values], float]

MEASURES: Final[Mapping[str, Measure]] = {
    "cllr": cllr,
    "cllr_min": cllr_min,
    "loss": lambda own, others: cllr(own, others) - cllr_min(own, others),
    "misleading": misleading,
}


def figures(trial: Trial, resamples: int) -> dict[str, Figure]:
    """Return every measure with the 95 % interval of a bootstrap over accounts; NaN where a side has no number."""
    kept = trial.counted()
    names = kept.accounts
    if not names:
        nothing = Figure(float("nan"), float("nan"), float("nan"), 0)
        return dict.fromkeys(MEASURES, nothing)
    by_account = {name: _sides(kept, name) for name in names}
    rng = np.random.default_rng(SEED)
    drawings = [rng.integers(0, len(names), len(names)) for _ in range(resamples)]
    found = {}
    for name, measure in MEASURES.items():
        drawn = [measure(*_joined([by_account[names[at]] for at in drawing])) for drawing in drawings]
        low, high = np.quantile(drawn, QUANTILES) if drawn else (float("nan"), float("nan"))
        value = measure(kept.ratios(own=True), kept.ratios(own=False))
        found[name] = Figure(value, float(low), float(high), len(names))
    return found


def _sides(trial: Trial, account: str) -> tuple[Values, Values]:
    own = msgspec.structs.replace(trial, cases=tuple(one for one in trial.cases if one.account == account))
    return own.ratios(own=True), own.ratios(own=False)


def _joined(sides: Sequence[tuple[Values, Values]]) -> tuple[Values, Values]:
    return np.concatenate([own for own, _ in sides]), np.concatenate([others for _, others in sides])
