"""Concludes from two whole lists of one account what was undone, or done, between them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from countersign.activity import ACTIONS, UNDONE_BY, Verb
from countersign.engine.columns import array, filled, flags, pc, texts

WHOLE: Final[Mapping[str, tuple[Verb, ...]]] = {
    "x-archive": ("like", "follow", "block", "mute"),
    "bluesky-car": ("like", "repost", "follow", "block", "post", "reply", "quote"),
    "mastodon-export": ("like",),
}
"""Lists that an export gives in full. An X archive's posts are not here: its deleted ones have files of their own."""
NOTE: Final = "concluded: listed in the older archive, not in the newer; a deleted or suspended object looks the same"

_NARROWED: Final = ("page order", "after object", "unknown")


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One file that lists all that an account had at one moment. `piece` numbers it among what was read."""

    source: str
    platform: str
    account: str
    as_of: datetime
    piece: int


def compared(
    actions: pa.Table, piece: npt.NDArray[np.int64], snapshots: Sequence[Snapshot]
) -> tuple[pa.Table, npt.NDArray[np.int64]]:
    """Return the actions, and the undos that successive snapshots of one account tell, each after all others.

    What only the newer one lists was done between the two, and its interval says so. Nothing is concluded of a kind
    that the newer one does not list at all.
    """
    pairs = [pair for group in _groups(snapshots) for pair in pairwise(group)]
    for older, newer in pairs:
        for verb in WHOLE[newer.source]:
            before, after = (_listed(actions, piece, one, verb) for one in (older, newer))
            if not len(after):
                continue
            undone = before[_missing(actions, before, after)]
            done = after[_missing(actions, after, before)] if len(before) else after[:0]
            actions = _narrowed(actions, done, older)
            actions = pa.concat_tables([actions, _undos(actions.take(array(undone)), verb, older, newer)])
            piece = np.concatenate([piece, np.full(len(undone), newer.piece)])
    return actions, piece


def _groups(snapshots: Sequence[Snapshot]) -> Iterator[list[Snapshot]]:
    groups: dict[tuple[str, str, str], list[Snapshot]] = {}
    for one in sorted(snapshots, key=lambda snapshot: (snapshot.as_of, snapshot.piece)):
        group = groups.setdefault((one.source, one.platform, one.account), [])
        if not group or group[-1].as_of < one.as_of:  # the same archive given twice tells nothing
            group.append(one)
    yield from groups.values()


def _listed(actions: pa.Table, piece: npt.NDArray[np.int64], one: Snapshot, verb: Verb) -> npt.NDArray[np.int64]:
    """Return the rows of one kind that a snapshot lists."""
    rows = np.flatnonzero(piece == one.piece)
    own = actions.select(["verb", "account", "platform", "note"]).take(array(rows))
    chosen = pc.and_(pc.equal(own["verb"], verb), pc.equal(own["account"], one.account))
    chosen = pc.and_(chosen, pc.and_not(pc.equal(own["platform"], one.platform), _concluded(own["note"])))
    return rows[flags(chosen)]


def _concluded(note: Any) -> Any:
    return filled(pc.equal(note, NOTE), "no")


def _missing(actions: pa.Table, rows: npt.NDArray[np.int64], among: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    ids = actions["id"]
    return ~flags(pc.is_in(ids.take(array(rows)), value_set=ids.take(array(among)).combine_chunks()))


def _undos(undone: pa.Table, verb: Verb, older: Snapshot, newer: Snapshot) -> pa.Table:
    count, made = undone.num_rows, UNDONE_BY[verb]
    same = {name: undone[name] for name in ("native_id", "platform", "account", "source", "position")}
    named = (undone["platform"], undone["account"], _all(made, count), undone["native_id"])
    given: dict[str, Any] = {
        **same,
        "id": pc.binary_join_element_wise(*named, pa.scalar(":", pa.large_string())),
        "verb": _all(made, count),
        "start_time": array([older.as_of] * count, ACTIONS.field("time").type),
        "end_time": array([newer.as_of] * count, ACTIONS.field("time").type),
        "time_basis": _all("between", count),
        "object": undone["native_id"] if made == "delete" else undone["object"],
        "object_author": None if made == "delete" else undone["object_author"],
        "object_time": undone["time"] if made == "delete" else undone["object_time"],
        **{name: array([[]] * count, ACTIONS.field(name).type) for name in ("links", "mentions", "hashtags")},
        "note": _all(NOTE, count),
    }
    columns = [pa.nulls(count, field.type) if given.get(field.name) is None else given[field.name] for field in ACTIONS]
    return pa.Table.from_arrays(columns, schema=ACTIONS)


def _all(value: str, count: int) -> Any:
    return texts([value] * count)


def _narrowed(actions: pa.Table, done: npt.NDArray[np.int64], older: Snapshot) -> pa.Table:
    """Return the actions with those in some rows done not before the older snapshot."""
    if not len(done):
        return actions
    here = np.zeros(actions.num_rows, np.bool_)
    here[done] = True
    limit = pa.scalar(older.as_of, ACTIONS.field("time").type)
    fits = filled(pc.greater_equal(actions["end_time"], limit), "yes")
    later = filled(pc.less(actions["start_time"], limit), "yes")
    interval = pc.is_in(actions["time_basis"], value_set=texts(_NARROWED))
    mask = pc.and_(pc.and_(pa.chunked_array([array(here)]), interval), pc.and_(fits, later))
    for name, value in (("start_time", limit), ("time_basis", pa.scalar("between", pa.large_string()))):
        column = pc.if_else(mask, value, actions[name])
        actions = actions.set_column(actions.schema.get_field_index(name), ACTIONS.field(name), column)
    return actions
