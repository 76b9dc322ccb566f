"""Learns whose hands an account's past actions show, and says whose the incident's look like: a minute's work."""

from datetime import datetime
from typing import Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from countersign.activity import Activity, from_columns
from countersign.engine.verdict import Verdict
from countersign.investigate.facts import Facts, Hand
from countersign.investigate.hands import find_operators, learn_hands
from countersign.investigate.hands.operators import Operators
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
    ids = {one.id for one in facts.actions if one.published}
    if first is None or not ids:
        return facts
    past = _past(facts, verdict)
    operators = find_operators(past, facts.home_zone)
    model = learn_hands(past, operators.whose, facts.home_zone, data="this account's own actions before")
    if model is None:
        return facts
    together = model.together([*past, *(one for one in facts.actions if one.published)], ids)
    hand = Hand(
        action=facts.actions[0].id, log10=together, cases=model.cases, source=model.source, together=len(ids)
    )  # fmt: skip
    return msgspec.structs.replace(
        facts, hands=(hand,) if together else (), operators=tuple(one.label for one in operators.operators)
    )


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
