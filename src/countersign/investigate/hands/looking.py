"""Looks at an incident for the hands behind it: finds the account's operators, learns them, weighs each action."""

from collections.abc import Mapping, Sequence, Set

import msgspec

from countersign.activity import Activity
from countersign.investigate.facts import Hand
from countersign.investigate.hands.model import HandModel, learn_hands
from countersign.investigate.hands.operators import Operators, find_operators


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: the account's operators, and what each action of the incident says of them and of a stranger.

    `hands` is empty, and `model` None, where too little is known to tell two operators apart; `together` is for all
    actions of the incident taken to be one hand's.
    """

    operators: Operators
    model: HandModel | None
    hands: tuple[Hand, ...] = ()
    together: Mapping[str, float] = {}


def look(
    actions: Sequence[Activity], incident: Set[str], zone: str, *, data: str, names: Mapping[str, str] | None = None
) -> Looked:
    """Return what an account's actions tell of the hands behind those with ids in `incident`.

    Operators are found and learned from what was done before the incident only. `names` replaces labels ("operator A")
    by names: they are the caller's, who has the people's consent and logs it; none is ever made up here. `data` says
    what is learned from, for the reader; `zone` is the account's home time zone.
    """
    begun = [one.published for one in actions if one.id in incident and one.published is not None]
    if not begun:
        return Looked(operators=Operators(operators=(), whose={}), model=None)
    first = min(begun)
    before = [one for one in actions if one.published is not None and one.published < first and one.id not in incident]
    operators = _named(find_operators(before, zone), names or {})
    model = learn_hands(before, operators.whose, zone, data=data)
    if model is None:
        return Looked(operators=operators, model=None)
    return Looked(
        operators=operators,
        model=model,
        hands=model.weigh(actions, incident),
        together=model.together(actions, incident),
    )


def _named(found: Operators, names: Mapping[str, str]) -> Operators:
    renamed = [msgspec.structs.replace(one, label=names.get(one.label, one.label)) for one in found.operators]
    return Operators(
        operators=tuple(renamed),
        whose={action: names.get(label, label) for action, label in found.whose.items()},
    )
