"""Looks at the rhythm: a machine acts by the clock, or without the pauses that a hand needs."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from statistics import median, pstdev
from typing import Final

from countersign.investigate.examinations.expecting import ESTIMATE, expected
from countersign.investigate.facts import Facts
from countersign.investigate.finding import Examination, Finding, Missing

FEWEST: Final = 6
"""Timed actions below which a rhythm is chance."""
BURST_S: Final = 600.0
"""Actions nearer than this belong to one burst; the clock shows in the time between bursts."""
BURSTS: Final = 4
STEADY: Final = 0.02
"""Deviation of the time between bursts, as a part of it, below which a clock made them. A hand has 0.3 or more."""


def examine(facts: Facts) -> Sequence[Finding | Missing]:
    """Return that it was done by the clock, or nothing."""
    times = sorted(one.published for one in facts.actions if one.published)
    if len(times) < FEWEST:
        return ()
    begins = _bursts(times)
    gaps = [(later - sooner).total_seconds() for sooner, later in pairwise(begins)]
    if len(begins) < BURSTS or pstdev(gaps) > STEADY * median(gaps):
        return ()
    return (
        Finding(
            name="rhythm", group="timeline", basis="estimate", exhibits=tuple(one.id for one in facts.actions),
            ratios=expected({
                "app": 0.5, "outsider": 0.03, "platform": 0.03, "insider": 0.01, "slip": 0.002, "owner": 0.01,
                "staged": 0.005,
            }),
            because=f"{len(begins)} bursts, {median(gaps) / 3600:.3g} hours apart, each within "
            f"{max(abs(gap - median(gaps)) for gap in gaps):.0f} s of the clock",
            source=ESTIMATE,
        ),
    )  # fmt: skip


examination = Examination("tempo", examine)


def _bursts(times: Sequence[datetime]) -> list[datetime]:
    begins = [times[0]]
    for sooner, later in pairwise(times):
        if (later - sooner).total_seconds() > BURST_S:
            begins.append(later)
    return begins
