"""Learns whose hands an account's past actions show, and says whose the incident's look like: a minute's work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from countersign.activity import Activity, from_columns
from countersign.engine.verdict import Verdict
from countersign.investigate.facts import Facts, Hand
from countersign.investigate.hands import HandModel, Operators, find_operators, learn_hands
from countersign.investigate.span import first_time

MOST_PAST: Final = 1_500
"""The latest actions before the incident that are learned from: more take longer than a person waits, and say of an
older team."""


def with_hands(facts: Facts, verdict: Verdict) -> Facts:
    """Return the facts with the operators that were found (unnamed groups of habits), and whose hand it looks like.

    All actions of the incident are taken to be one hand's: they depend on each other. Facts stay as they are where
    there is too little to tell even two hands apart.
    """
    first = first_time(facts)
    if first is None or not any(one.published for one in facts.actions):
        return facts
    past = _past(facts, verdict)
    operators, model = hands_of(past, facts.home_zone)
    hand = hand_of(model, past, facts.actions) if model else None
    if hand is None:
        return facts
    labels = tuple(one.label for one in operators.operators)
    return msgspec.structs.replace(facts, hands=(hand,), operators=labels)


def hands_of(past: Sequence[Activity], zone: str) -> tuple[Operators, HandModel | None]:
    """Return the operators found in an account's past actions, and what was learned of them (None: too little)."""
    operators = find_operators(past, zone)
    return operators, learn_hands(past, operators.whose, zone, data="this account's own actions before")


def hand_of(model: HandModel, past: Sequence[Activity], actions: Sequence[Activity]) -> Hand | None:
    """Return whose hand these actions, taken to be one hand's, look like; None where none of them has a time."""
    timed = [one for one in actions if one.published]
    ids = {one.id for one in timed}
    together = model.together([*past, *timed], ids)
    if not together:
        return None
    return Hand(action=actions[0].id, log10=together, cases=model.cases, source=model.source, together=len(ids))


def groups(verdict: Verdict, account: str, platform: str, home_zone: str) -> Operators:
    """Return the groups of habits that share an account, by its latest timed actions."""
    return find_operators(_latest(verdict, account, platform, None), home_zone)


def _past(facts: Facts, verdict: Verdict) -> list[Activity]:
    """Return the account's latest timed actions before the incident, in order of time."""
    return _latest(verdict, facts.account, facts.platform, first_time(facts))


def _latest(verdict: Verdict, account: str, platform: str, before: datetime | None) -> list[Activity]:
    actions = verdict.reading.actions
    own = pc.and_(pc.equal(actions["account"], account), pc.equal(actions["platform"], platform))
    timed = pc.is_valid(actions["time"])
    if before is not None:
        timed = pc.less(actions["time"], pa.scalar(before, pa.timestamp("us", "UTC"))).fill_null(fill_value=False)
    held = actions.filter(pc.and_(own, timed)).sort_by("time")
    return list(from_columns(held.slice(max(0, held.num_rows - MOST_PAST))))
