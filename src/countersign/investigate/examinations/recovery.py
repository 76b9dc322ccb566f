"""Looks at changes of password, e-mail, phone, second factor and handle around it: who takes an account keeps it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from countersign.activity import Activity
from countersign.investigate.examinations.expecting import ESTIMATE, expected
from countersign.investigate.facts import Facts
from countersign.investigate.finding import Examination, Finding, Missing
from countersign.investigate.span import at, first_time, is_timed
from countersign.text import duration, visible

JUST_BEFORE: Final = timedelta(hours=6)
JUST_AFTER: Final = timedelta(hours=1)
"""Who takes an account over changes what leads back to it first, or as soon as they have used it. An estimate."""


def examine(facts: Facts) -> Sequence[Finding | Missing]:
    """Return what changes near the incident say; none known says nothing: few sources list them."""
    first = first_time(facts)
    if first is None or not is_timed(facts):
        return ()
    timed = [(one, when - first) for one in facts.changes if (when := at(one))]
    near = [(one, gap) for one, gap in timed if -JUST_BEFORE <= gap <= JUST_AFTER]
    later = [(one, gap) for one, gap in timed if gap > JUST_AFTER]
    if near:
        return (_taking(near),)
    return (_reacting(later),) if later else ()


examination = Examination("recovery", examine)


def _taking(near: Sequence[tuple[Activity, timedelta]]) -> Finding:
    one, gap = near[0]
    return Finding(
        name="recovery", group="timeline", basis="estimate", exhibits=tuple(one.id for one, _ in near),
        ratios=expected({
            "outsider": 0.4, "platform": 0.15, "insider": 0.03, "staged": 0.03, "owner": 0.02, "slip": 0.005,
            "app": 0.005,
        }),
        because=f"{_what(one)} changed {duration(abs(gap))} {'before' if gap < timedelta() else 'after'} the first "
        "action",
        source=ESTIMATE, assumes="somebody who stages it changes the password or e-mail at once too",
        assumed=("staged",),
    )  # fmt: skip


def _reacting(later: Sequence[tuple[Activity, timedelta]]) -> Finding:
    one, gap = later[0]
    return Finding(
        name="recovery", group="timeline", basis="estimate", exhibits=tuple(one.id for one, _ in later),
        ratios=expected({
            "outsider": 0.8, "app": 0.7, "platform": 0.7, "staged": 0.6, "insider": 0.5, "slip": 0.25, "owner": 0.05,
        }),
        because=f"{_what(one)} changed {duration(gap)} afterwards, as one does who believes in a break-in",
        source=ESTIMATE,
    )  # fmt: skip


def _what(one: Activity) -> str:
    return visible(one.object or "the profile")
