"""Looks at other accounts: the same thing at the same time on several is nobody's slip."""

from collections.abc import Sequence
from typing import Final

from countersign.investigate.examinations.expecting import ESTIMATE, expected
from countersign.investigate.facts import Facts
from countersign.investigate.finding import Examination, Finding, Missing
from countersign.investigate.proposition import Key

SEVERAL: Final = 2
"""Other accounts with the same: one may be a copy."""
WATCHED: Final = 5
"""Accounts that must be watched before "nobody else had it" means something."""


def examine(facts: Facts) -> Sequence[Finding | Missing]:
    """Return what other accounts say; nothing where no others are watched."""
    others = {one.account for one in facts.elsewhere if one.what != "time"}
    if len(others) >= SEVERAL:
        return (_same(facts, len(others)),)
    if facts.watched_accounts >= WATCHED and not others:
        return (_alone(facts),)
    return ()


examination = Examination("crowd", examine)


def _same(facts: Facts, others: int) -> Finding:
    client = any(one.what == "client" for one in facts.elsewhere)
    shares: dict[Key, float] = {
        "platform": 0.7, "app": 0.5 if client else 0.25, "outsider": 0.05, "insider": 0.001, "slip": 0.001,
        "owner": 0.002, "staged": 0.001,
    }  # fmt: skip
    return Finding(
        name="crowd", group="crowd", ratios=expected(shares), basis="estimate",
        because=f"the same on {others} other accounts within the hour",
        exhibits=tuple(sorted({f"{one.account}@{one.at:%Y-%m-%dT%H:%M:%SZ}" for one in facts.elsewhere})),
        source=ESTIMATE, assumes="outsiders take over several watched accounts within one hour", assumed=("outsider",),
    )  # fmt: skip


def _alone(facts: Facts) -> Finding:
    alone: dict[Key, float] = {"platform": 0.35, "app": 0.7}
    rest: dict[Key, float] = dict.fromkeys(("outsider", "slip", "insider", "owner", "staged"), 0.99)
    return Finding(
        name="crowd", group="crowd", ratios=expected(alone | rest, 1.5), basis="estimate",
        because=f"none of the {facts.watched_accounts - 1} other watched accounts had the same",
        source=ESTIMATE,
    )  # fmt: skip
