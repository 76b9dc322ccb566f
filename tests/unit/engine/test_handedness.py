"""Hands are learned from what came before an incident, and nothing is said where that is too little."""

from datetime import timedelta

import msgspec
import numpy as np

from countersign.activity import Activity, to_columns
from countersign.engine.handedness import with_hands
from countersign.engine.verdict import Reading, Verdict
from countersign.investigate.facts import Facts
from countersign.testing.cases import case


def verdict(actions: list[Activity]) -> Verdict:
    return Verdict(
        reading=Reading(sources=(), actions=to_columns(actions)), accounts=(), incidents=(),
        bits=np.zeros(len(actions)), incident_of=np.zeros(len(actions), np.int32), preset="rich",
        alerts_per_period=1.0, period_days=90.0,
    )  # fmt: skip


def hundred(facts: Facts) -> list[Activity]:
    """Return a hundred actions by two people: one writes in the morning by desk, one likes at night by phone."""
    first = facts.actions[0]
    assert first.published is not None
    made = []
    for number in range(120):
        desk = number % 2 == 0
        when = first.published.replace(hour=9 if desk else 22) - timedelta(days=1 + number // 2)
        made.append(msgspec.structs.replace(
            first, id=f"x:{facts.account}:past:{number}", native_id=str(number), verb="post" if desk else "like",
            published=when, instrument="desk" if desk else "phone",
            content="Read our statement on trade: it is long. #Trade" if desk else "wow what a match",
        ))  # fmt: skip
    return sorted(made, key=lambda one: str(one.published))


def test_with_two_hands_to_learn_from_the_incident_is_held_against_them() -> None:
    facts = msgspec.structs.replace(case("slip", 1).facts, hands=())
    found = with_hands(facts, verdict([*hundred(facts), *facts.actions]))
    (hand,) = found.hands
    assert set(hand.log10) == {"operator A", "operator B", "unknown"}
    assert hand.together == len(facts.actions)
    assert found.operators == ("operator A", "operator B")


def test_with_too_little_to_learn_from_nothing_is_said() -> None:
    facts = msgspec.structs.replace(case("slip", 1).facts, hands=())
    assert with_hands(facts, verdict(hundred(facts)[:10])) == facts
