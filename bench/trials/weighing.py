"""Measures the weighing of explanations on made-up cases whose truth is known, of all seven explanations.

`right`: the truth is ranked first, or the answer is "cannot tell" where the truth left no trace. `misleading`: of all
pairs of the truth with another, the part in which the findings say more than 100 to 1 for the other. `loss`: Cllr
without Cllr_min, over all those pairs, each both ways round: how far the ratios are from being calibrated.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
import numpy as np

from countersign.investigate.evaluation import Evaluation
from countersign.investigate.examining import examined
from countersign.investigate.finding import Finding
from countersign.investigate.hands.ratios import cllr, cllr_min
from countersign.investigate.proposition import KEYS, Key
from countersign.investigate.weighing import CANNOT_TELL, ranked, ratio_of, weigh
from countersign.testing.cases import Case, cases

TUNED: Final = range(100, 140)
"""Seeds on which estimates were looked at; nothing is reported of them."""
REPORTED: Final = range(200, 240)
SHORT: Final = range(200, 208)
"""For tests: too few to tell the calibration loss by."""
MISLEADING: Final = 2.0
"""log10 of the ratio for the wrong side from which a weighing misleads."""


class Weighed(msgspec.Struct, frozen=True):
    """A case and what was said of it."""

    case: Case
    evaluation: Evaluation


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured: shares from 0 to 1, the loss in bits, and how many cases; `named` and `wrong` are the shares
    of cases with an answer that is the truth, or is not."""

    right: float
    misleading: float
    loss: float
    cllr: float
    named: float
    wrong: float
    traceless: float
    cases: int
    by_truth: dict[str, str]


def measured(seeds: Iterable[int] = REPORTED) -> Figures:
    """Return the figures over all seven explanations of these seeds."""
    return figures([weighed(case) for seed in seeds for case in cases(seed)])


def weighed(case: Case) -> Weighed:
    """Return a case with its weighing, without looking for what would turn it."""
    found = [one for one in examined(case.facts) if isinstance(one, Finding)]
    return Weighed(case, weigh(case.seed, found))


def figures(found: Sequence[Weighed]) -> Figures:
    """Return the figures of cases that were weighed."""
    ratios = [value for one in found for value in _against(one)]
    same = np.array(ratios)
    cost = cllr(same, -same)
    return Figures(
        right=_share(map(_right, found)),
        misleading=_share(value < -MISLEADING for value in ratios),
        loss=cost - cllr_min(same, -same),
        cllr=cost,
        named=_share(one.evaluation.answer == one.case.truth for one in found),
        wrong=_share(one.evaluation.answer not in (one.case.truth, CANNOT_TELL) for one in found),
        traceless=_share(not one.case.trace for one in found),
        cases=len(found),
        by_truth={key: _told(one for one in found if one.case.truth == key) for key in KEYS},
    )


def _against(one: Weighed) -> list[float]:
    truth = one.case.truth
    return [ratio_of(one.evaluation, truth, other).log10 for other in KEYS if other != truth]


def _right(one: Weighed) -> bool:
    if ranked(one.evaluation)[0] == one.case.truth:
        return True
    return not one.case.trace and one.evaluation.answer == CANNOT_TELL


def _told(found: Iterable[Weighed]) -> str:
    counts = Counter(one.evaluation.answer if not _right(one) or one.evaluation.answer != CANNOT_TELL
                     else f"{CANNOT_TELL} (right)" for one in found)  # fmt: skip
    return ", ".join(f"{answer} {times}" for answer, times in counts.most_common())


def _share(said: Iterable[bool]) -> float:
    values = list(said)
    return sum(values) / len(values) if values else 0.0


def wrongs(found: Iterable[Weighed], truth: Key) -> list[Weighed]:
    """Return the cases of one explanation that were not told right, for whoever improves an examination."""
    return [one for one in found if one.case.truth == truth and not _right(one)]


if __name__ == "__main__":
    print(msgspec.json.format(msgspec.json.encode(measured())).decode())
