"""Keeps names of operators, given with their consent and for a while, and finds the group that each was given to."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from countersign.engine.custody import Custody, custody_of
from countersign.investigate.hands.operators import Operator
from countersign.store import Store
from countersign.text import visible

NAMED: Final = "operator-named"
"""What a custody entry says was done: a group was given the name of a person."""
SHOWN: Final = "operator-names-shown"
"""The same: names were shown to somebody."""
KEPT: Final = timedelta(days=90)
"""How long a name counts: who works on an account changes, and what names people is kept while it is needed."""
ALIKE: Final = 0.5
"""What part of their habits, together, a group shares with the one that was named: below it, it is another group."""
LONGEST: Final = 200


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A name that was given to a group of habits: by whom, with which consent, and the leaf that says so."""

    name: str
    consent: str
    by: str
    second: str
    at: datetime
    leaf: int
    habits: frozenset[tuple[str, str]]


def seal_name(
    store: Store, operator: Operator, *, name: str, consent: str, by: str, second: str, account: str, platform: str
) -> int:
    """Put a group's name into the evidence log, with its consent and the two who vouch for it; return the leaf."""
    body = {
        "act": NAMED, "by": visible(by), "consent": visible(consent[:LONGEST]), "label": operator.label,
        "habits": [list(one) for one in sorted(_habits(operator))], "name": visible(name[:LONGEST]),
        "second": visible(second), "v": 1,
    }  # fmt: skip
    return store.log.enter("custody", body, account=account, platform=platform)


def seal_showing(store: Store, names: int, *, by: str, reason: str, account: str, platform: str) -> int:
    """Put into the evidence log that names are about to be shown, to whom and why; return the leaf."""
    body = {"act": SHOWN, "by": visible(by), "names": names, "reason": visible(reason[:LONGEST]), "v": 1}
    return store.log.enter("custody", body, account=account, platform=platform)


def names_of(store: Store, account: str, platform: str, *, now: datetime) -> tuple[Named, ...]:
    """Return the names that count now, the latest first; what was erased, or is older than 90 days, does not."""
    found = custody_of(store, owner=store.log.pseudonym(platform, account))
    return tuple(_named(one) for one in found if one.said["act"] == NAMED and now - one.at <= KEPT)[::-1]


def whose(operators: Sequence[Operator], names: Sequence[Named]) -> Mapping[str, Named]:
    """Return for each label the name of the group that it was given to, as far as there still is such a group.

    Letters change as habits do, so a name belongs to habits and not to a letter.
    """
    found: dict[str, Named] = {}
    for one in names:
        near = [(_likeness(one.habits, _habits(operator)), operator.label) for operator in operators]
        likeness, label = max(near, default=(0.0, ""))
        if likeness >= ALIKE:
            found.setdefault(label, one)
    return found


def _named(one: Custody) -> Named:
    habits = frozenset((str(trait), str(value)) for trait, value in one.said.get("habits", ()))
    text = {name: str(one.said.get(name, "")) for name in ("name", "consent", "by", "second")}
    return Named(**text, at=one.at, leaf=one.leaf, habits=habits)


def _habits(operator: Operator) -> frozenset[tuple[str, str]]:
    return frozenset((habit.trait, habit.value) for habit in operator.habits)


def _likeness(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> float:
    """Return the share of common habits (Jaccard 1901); what was done by another client is another group."""
    clients = [{value for trait, value in habits if trait == "client"} for habits in (one, other)]
    if all(clients) and not clients[0] & clients[1]:
        return 0.0
    return len(one & other) / max(1, len(one | other))
