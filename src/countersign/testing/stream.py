"""The same benign changes made to a stream of actions that already exists, for tests on recorded accounts."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from countersign.activity import ACTIONS

pc: Any = pyarrow.compute
Column = Any
"""An Arrow array, chunked or not: pyarrow's stubs do not know most of its calls, so they are left unchecked here."""

TEXT = pa.large_string()
NONE, PLUS, NO = pa.scalar("", TEXT), pa.scalar("+", TEXT), pa.scalar(value=False)

JITTER_S = 1800.0
"""Mean seconds by which an added action of a campaign comes after the one that it was added to."""


def new_application(actions: pa.Table, *, since: datetime, client: str) -> pa.Table:
    """Return the stream in which the account's most used application is another one from a day on."""
    used = pc.value_counts(pc.drop_null(_before(actions, since)["client"])).to_pylist()
    if not used:
        return actions
    usual = max(used, key=lambda one: (one["counts"], one["values"]))["values"]
    swapped = pc.and_(pc.fill_null(pc.equal(actions["client"], usual), NO), _from(actions, since))
    return _set(actions, "client", pc.if_else(swapped, pa.scalar(client, TEXT), actions["client"]))


def travel(actions: pa.Table, *, since: datetime, hours: float, days: int = 10) -> pa.Table:
    """Return the stream in which all is done so many hours later (negative: earlier) for some days, in time order."""
    abroad = _window(actions, since, days)
    for column in ("time", "start_time", "end_time"):
        later = pc.add(actions[column], pa.scalar(timedelta(hours=hours), pa.duration("us")))
        actions = _set(actions, column, pc.if_else(abroad, later, actions[column]))
    return _ordered(actions)


def campaign(actions: pa.Table, *, since: datetime, factor: int = 3, days: int = 14, seed: int = 7) -> pa.Table:
    """Return the stream in which so many times as much is done for some days: more of what was done before, with
    new ids (the native id ends in `+` and a number), in time order."""
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(_numpy(_window(actions, since, days)))
    past = np.flatnonzero(_numpy(pc.invert(_from(actions, since))))
    if not len(rows) or not len(past):
        return actions
    when = np.repeat(rows, factor - 1)
    more = actions.take(pa.array(rng.choice(past, len(when))))
    pause = pa.array((rng.exponential(JITTER_S, len(when)) * 1e6).astype("int64"), pa.duration("us"))
    for column in ("time", "start_time", "end_time"):
        more = _set(more, column, pc.add(actions[column].take(when), pause))
    suffix = pc.binary_join_element_wise(PLUS, pa.array(np.arange(len(when))).cast(TEXT), NONE)
    for column in ("id", "native_id"):
        more = _set(more, column, pc.binary_join_element_wise(more[column], suffix, NONE))
    return _ordered(pa.concat_tables([actions, more]))


def new_colleague(
    actions: pa.Table, donor: pa.Table, *, since: datetime, share: float = 0.3, seed: int = 7
) -> pa.Table:
    """Return the stream in which a share of what is written from a day on is written by somebody else: the texts of
    the donor's posts, replies and quotes in their order, about the same people, with the same applications."""
    rng = np.random.default_rng(seed)
    texts = donor.filter(pc.and_(_written(donor), pc.is_valid(donor["text"])))
    rows = np.flatnonzero(_numpy(pc.and_(_from(actions, since), _written(actions))))
    rows = rows[rng.random(len(rows)) < share][: len(texts)]
    source = np.full(len(actions), -1)
    source[rows] = np.arange(len(rows))
    taken = pa.array(source, mask=source < 0)
    for column in ("text", "text_length", "lang", "hashtags", "links"):
        theirs = texts[column].combine_chunks().take(taken)
        actions = _set(actions, column, pc.if_else(pa.array(source >= 0), theirs, actions[column]))
    return actions


def _written(actions: pa.Table) -> Column:
    return pc.is_in(actions["verb"], value_set=pa.array(["post", "reply", "quote"], TEXT))


def _from(actions: pa.Table, since: datetime) -> Column:
    return pc.fill_null(pc.greater_equal(actions["time"], pa.scalar(since, ACTIONS.field("time").type)), NO)


def _before(actions: pa.Table, since: datetime) -> pa.Table:
    return actions.filter(pc.invert(_from(actions, since)))


def _window(actions: pa.Table, since: datetime, days: int) -> Column:
    return pc.and_(_from(actions, since), pc.invert(_from(actions, since + timedelta(days=days))))


def _set(actions: pa.Table, column: str, values: Column) -> pa.Table:
    return actions.set_column(ACTIONS.get_field_index(column), ACTIONS.field(column), values)


def _ordered(actions: pa.Table) -> pa.Table:
    order = pc.sort_indices(actions, sort_keys=[("account", "ascending"), ("time", "ascending"), ("id", "ascending")])
    return actions.take(order)


def _numpy(mask: Column) -> npt.NDArray[np.bool_]:
    return np.asarray(mask.combine_chunks().to_numpy(zero_copy_only=False), dtype=np.bool_)
