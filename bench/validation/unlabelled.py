"""Tries the examination of hands with operators that nobody named: an account's own later actions against others'."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
import numpy as np

from bench.protocol.data import Account, Row, to_actions
from bench.validation.timelines import (
    HOME,
    IN_BLOCK,
    LEARNED,
    SEED,
    Timeline,
    about_then,
    incident_of,
    timeline,
)  # fmt: skip
from bench.validation.trial import Said, Trial, Tried, ratio
from countersign.activity import Activity, from_columns
from countersign.engine.handedness import MOST_PAST, hand_of, hands_of
from countersign.investigate.examinations.hand import examine
from countersign.investigate.facts import Facts
from countersign.investigate.hands import HandModel

PAIR: Final = ("slip", "outsider")
BLOCKS: Final = 4
"""So often in the tried part the hands are learned anew: it takes seconds each time."""
TOGETHER: Final = 5
"""Actions in a row that are taken to be one hand's, as those of an incident are."""


CONTEXT: Final = 20
"""Past actions that stand around those that are weighed: a model looks at four on either side, and one pause."""


def trials(accounts: Sequence[Account], *, blocks: int = BLOCKS) -> tuple[Trial, Trial]:
    """Return what is said of five actions in a row, and of the first of each five alone; of the first `blocks` only."""
    every = list(_tried([timeline(account) for account in accounts], blocks))
    five, one = (tuple(msgspec.structs.replace(case, said=said[at]) for case, said in every) for at in (0, 1))
    return Trial("hand", PAIR, five), Trial("hand-1", PAIR, one)


def _tried(timelines: Sequence[Timeline], blocks: int) -> Iterator[tuple[Tried, tuple[Said, Said]]]:
    rng = np.random.default_rng(SEED)
    for host in timelines:
        first = int(len(host.rows) * LEARNED)
        for places in np.array_split(np.arange(first, len(host.rows) - TOGETHER), BLOCKS)[:blocks]:
            if len(places) < IN_BLOCK * TOGETHER:
                continue
            past = _actions(host.rows[max(0, places[0] - MOST_PAST) : places[0]], host.name)
            _, model = hands_of(past, HOME)
            spread = [int(part[0]) for part in np.array_split(places, IN_BLOCK)]
            groups = [(True, host.rows[at : at + TOGETHER]) for at in spread]
            groups += [(False, rows) for rows in about_then(timelines, host, spread[0], rng, run=TOGETHER)]
            for own, rows in groups:
                actions = _actions(rows, host.name)
                yield Tried(host.name, own, None), (_said(model, past, actions), _said(model, past, actions[:1]))


def _said(model: HandModel | None, past: Sequence[Activity], actions: Sequence[Activity]) -> Said:
    hand = hand_of(model, past[-CONTEXT:], actions) if model else None
    if hand is None:
        return None
    account = actions[0].actor
    facts = Facts(
        incident=incident_of(account, actions[0].id), account=account, platform="unknown", home_zone=HOME,
        as_of=max(one.published for one in actions if one.published), actions=tuple(actions), hands=(hand,),
    )  # fmt: skip
    return ratio(examine(facts), "hand", PAIR)


def _actions(rows: Sequence[Row], host: str) -> list[Activity]:
    return list(from_columns(to_actions(rows, account=host)))
