"""Whom: the accounts that it acts on and names, and how it stands to them."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from countersign.profile.habit import Closed, Open
from countersign.score.signals.signal import Seen, Signal, Unseen
from countersign.score.signals.words import MANY, dealt, named, names, no_text, several, usual

RELATIONS = ("towards itself", "towards nobody in particular", "towards one other account", "names several accounts")


def _whom(actions: pa.Table) -> pa.ChunkedArray:
    return actions["object_author"]


def _people(actions: pa.Table) -> pa.ChunkedArray:
    """Return everybody that an action deals with: whom it is towards, and whom it names; each once."""
    target = actions["object_author"].combine_chunks()
    named = actions["mentions"].combine_chunks()
    owner, names = pc.list_parent_indices(named), pc.list_flatten(named)
    again = np.zeros(len(target), dtype=np.bool_)
    again[np.asarray(owner)[np.asarray(pc.fill_null(pc.equal(names, target.take(owner)), fill_value=False))]] = True
    added = np.flatnonzero(np.asarray(target.is_valid()) & ~again)
    order = np.argsort(np.concatenate([added, np.asarray(owner)]), kind="stable")
    people = pa.concat_arrays([target.take(pa.array(added)), names]).take(pa.array(order))
    counts = np.asarray(pc.fill_null(pc.list_value_length(named), 0)).astype(np.int64)
    counts[added] += 1
    bounds = pa.array(np.concatenate([[0], np.cumsum(counts)]), type=pa.int64())
    known = pc.or_(pc.is_valid(actions["text"]), pc.or_(named.is_valid(), target.is_valid())).combine_chunks()
    listed = pa.LargeListArray.from_arrays(bounds, people, mask=pc.invert(known))
    return pa.chunked_array([listed])


def _relation(actions: pa.Table) -> pa.ChunkedArray:
    target, own = actions["object_author"], actions["account"]
    named = pc.fill_null(pc.list_value_length(actions["mentions"]), 0)
    known = pc.or_(pc.is_valid(actions["text"]), pc.is_valid(target))
    other = pc.if_else(pc.greater(named, 1), 3, pc.if_else(pc.is_valid(target), 2, 1))
    code = pc.if_else(pc.fill_null(pc.equal(target, own), fill_value=False), 0, other)
    return pc.if_else(known, pc.cast(code, pa.int8()), pa.scalar(None, pa.int8()))


def _say_whom(seen: Seen) -> str:
    return dealt(named(seen.value), seen, done="dealt with", of="dealings with others")


def _no_author(unseen: Unseen) -> str:
    if unseen.verb == "post":
        return "a post is towards nobody"
    if unseen.source == "x-archive" and unseen.verb == "like":
        return "this X archive does not say whose post it was"
    return "the source does not say towards whom"


def _say_mentions(seen: Seen) -> str:
    if not seen.value:
        return usual("no account is named", seen, MANY.get(seen.verb, "actions"))
    return several(f"names {names(seen.value)}", seen)


def _say_relation(seen: Seen) -> str:
    return usual(RELATIONS[seen.value], seen)


whom = Signal(
    name="whom",
    question="Has this account dealt with that account before?",
    habit=Open(slots=4096, compact_slots=32, contexts=("lately", "by verb")),
    observe=_whom,
    say=_say_whom,
    lacking=_no_author,
    example="a like of a post by an account that it never dealt with",
    limits="Not observed where the source does not say whose post it was (most likes of X archives)."
    " A renamed account is a stranger.",
)

mentions = Signal(
    name="mentions",
    question="Whom does it name in its texts, and how many at once?",
    habit=Open(slots=4096, compact_slots=8, contexts=("lately",), counted=True),
    observe=_people,
    say=_say_mentions,
    lacking=no_text,
    example="a post that names four strangers",
    limits="Names as the platform lists them; a renamed account is a stranger.",
)

relation = Signal(
    name="relation",
    question="Does it act towards itself, one other account, or many?",
    habit=Closed(size=len(RELATIONS), contexts=("lately", "by verb", "by client")),
    observe=_relation,
    say=_say_relation,
    lacking=no_text,
    example="a reply to a crowd on an account that answers one person at a time",
    limits="Counts only names that the platform lists.",
)
