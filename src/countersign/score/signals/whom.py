"""Whom: the accounts that it acts on and names, and how it stands to them."""

import pyarrow as pa
import pyarrow.compute as pc

from countersign.profile.habit import Closed, Open
from countersign.score.signals.signal import Seen, Signal
from countersign.score.signals.words import usual

RELATIONS = ("itself", "nobody in particular", "one other account", "several accounts at once")


def _whom(actions: pa.Table) -> pa.ChunkedArray:
    return actions["object_author"]


def _mentions(actions: pa.Table) -> pa.ChunkedArray:
    return pc.if_else(pc.is_valid(actions["text"]), _listed(actions["mentions"]), actions["mentions"])


def _listed(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(values, pa.scalar([], type=values.type))


def _relation(actions: pa.Table) -> pa.ChunkedArray:
    target, own = actions["object_author"], actions["account"]
    named = pc.fill_null(pc.list_value_length(actions["mentions"]), 0)
    known = pc.or_(pc.is_valid(actions["text"]), pc.is_valid(target))
    other = pc.if_else(pc.greater(named, 1), 3, pc.if_else(pc.is_valid(target), 2, 1))
    code = pc.if_else(pc.fill_null(pc.equal(target, own), False), 0, other)
    return pc.if_else(known, pc.cast(code, pa.int8()), pa.scalar(None, pa.int8()))


def _say_whom(seen: Seen) -> str:
    return usual(f"towards {seen.value}", seen)


def _say_mentions(seen: Seen) -> str:
    if not seen.value:
        return usual("names nobody", seen)
    return usual("names " + ", ".join(seen.value[:3]), seen)


def _say_relation(seen: Seen) -> str:
    return usual(f"towards {RELATIONS[seen.value]}", seen)


whom = Signal(
    name="whom",
    question="Has this account dealt with that account before?",
    habit=Open(slots=4096, compact_slots=64, contexts=("lately", "by verb")),
    observe=_whom,
    say=_say_whom,
    example="a like of a post by an account that it never dealt with",
    limits="Not observed for likes in an X archive, which do not say whose post it was. A renamed account is a stranger.",
)

mentions = Signal(
    name="mentions",
    question="Whom does it name in its texts, and how many at once?",
    habit=Open(slots=4096, compact_slots=16, contexts=("lately",), counted=True),
    observe=_mentions,
    say=_say_mentions,
    example="a post that names four strangers",
    limits="Names as the platform lists them.",
)

relation = Signal(
    name="relation",
    question="Does it act towards itself, one other account, or many?",
    habit=Closed(size=len(RELATIONS), contexts=("lately", "by verb", "by client")),
    observe=_relation,
    say=_say_relation,
    example="a reply to a crowd on an account that answers one person at a time",
    limits="Counts only names that the platform lists.",
)
