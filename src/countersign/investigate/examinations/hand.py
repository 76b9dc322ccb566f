"""Looks at how it was done: like a known operator's hand, or like nobody's of the team."""

from collections.abc import Sequence
from math import log10
from typing import Final

from countersign.investigate.facts import Facts, Hand
from countersign.investigate.finding import Examination, Finding, Missing, Ratio
from countersign.investigate.proposition import Key
from countersign.investigate.validation import cases_of, validated

UNKNOWN: Final = "unknown"
WIDTH: Final = 0.5
"""Half of the range of a hand's ratio (log10): what recalibration on another half of the data moved it by."""
SHRUNK: Final = 0.5
"""What part of a stranger's log10 ratio is believed: tried by leaving colleagues out, it said too much of real others.
The best of six on the benchmark's development accounts (the cost fell from 0.91 to 0.85); figures are of others."""
DISGUISED: Final = 0.5
"""How far somebody who stages an attack is taken to hide their own hand. An estimate; from not at all to wholly."""


def examine(facts: Facts) -> Sequence[Finding | Missing]:
    """Return whose hand the incident's actions look like; nothing without a model of hands."""
    ids = {one.id for one in facts.actions}
    hands = [one for one in facts.hands if one.action in ids and UNKNOWN in one.log10 and len(one.log10) > 1]
    if not hands:
        return ()
    ratios = [_team(one) - one.log10[UNKNOWN] for one in hands]
    history = min(one.cases for one in hands)
    cap = log10(max(2, min(history, cases_of("hand"))))
    total = max(-cap, min(cap, SHRUNK * sum(ratios)))
    levels: dict[Key, float] = {
        "slip": total, "insider": total, "owner": total, "staged": total * (1 - DISGUISED),
        "outsider": 0.0, "app": 0.0, "platform": 0.0,
    }  # fmt: skip
    best = _likeliest(hands)
    said = f"more like {best}'s hand" if total > 0 else "less like any known operator's hand"
    return (
        Finding(
            name="hand", group="behaviour",
            ratios={key: Ratio(log10=value, low=value - WIDTH, high=value + WIDTH) for key, value in levels.items()},
            basis="measured", cases=cases_of("hand"), history=history,
            because=f"{sum(one.together for one in hands)} of {len(facts.actions)} actions are {said} than like a "
            f"stranger's (ratio {10 ** abs(total):,.3g})",
            exhibits=tuple(one.action for one in hands), source=f"{hands[0].source}; {validated('hand')}",
        ),
    )  # fmt: skip


examination = Examination("hand", examine)


def _team(hand: Hand) -> float:
    """Return log10 of the mean over the known operators: which of them it was is not the question."""
    known = [value for who, value in hand.log10.items() if who != UNKNOWN]
    best = max(known)
    return best + log10(sum(10.0 ** (value - best) for value in known) / len(known))


def _likeliest(hands: Sequence[Hand]) -> str:
    names = [who for who in hands[0].log10 if who != UNKNOWN]
    return max(names, key=lambda who: sum(one.log10.get(who, -9.0) for one in hands))
