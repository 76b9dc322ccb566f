"""Makes tables of actions such as no sound source would give, within the schema: for the laws of signals."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from countersign.activity import ACTIONS, VERBS

HUGE = "na " * 5_000 + "\U0001f600\u202e\u0000"
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(["", " ", "\t\n", "http", "https://", "https://a.example/b", "@", "#", "@a #b", "真相之叶", HUGE]),
)
LISTS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.just([]),
    st.lists(st.one_of(st.none(), TEXTS, st.sampled_from(["https://www.B.example:80/x", "a", "b"])), max_size=5),
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIMES = st.one_of(st.none(), st.integers(-(2**51), 2**53).map(lambda micros: EPOCH + timedelta(microseconds=micros)))
BASES = ("given", "minute", "day", "between", "after object", "page order", "unknown")
NAMED: dict[str, st.SearchStrategy[Any]] = {
    "account": st.sampled_from(["a", "b"]),
    "verb": st.sampled_from(VERBS),
    "time_basis": st.sampled_from(BASES),
    "lang": st.one_of(st.none(), st.sampled_from(["en", "zh-Hant", "und", "", "-", "QHT"]), TEXTS),
    "source": st.one_of(st.none(), st.sampled_from(["x-archive", "actions"])),
    "text_length": st.one_of(st.none(), st.integers(0, 2**31 - 1)),
}
_BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    pa.large_list(pa.large_string()): LISTS,
    pa.timestamp("us", tz="UTC"): TIMES,
    pa.bool_(): st.one_of(st.none(), st.booleans()),
    pa.int32(): st.one_of(st.none(), st.integers(0, 100)),
    pa.int64(): st.one_of(st.none(), st.integers(0, 100)),
}


def _values(field: "pa.Field[Any]") -> st.SearchStrategy[Any]:
    if field.name in NAMED:
        return NAMED[field.name]
    return _BY_TYPE.get(field.type, st.one_of(st.none(), TEXTS) if field.nullable else TEXTS)


ROWS = st.fixed_dictionaries({field.name: _values(field) for field in ACTIONS})


@st.composite
def tables(draw: st.DrawFn, most: int = 8) -> pa.Table:
    """Return a table of schema `ACTIONS`, in one or several chunks, perhaps a slice of a longer one, perhaps empty."""
    rows = draw(st.lists(ROWS, max_size=most))
    whole = pa.Table.from_pylist(rows, schema=ACTIONS)
    cuts = sorted(draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    pieces = [whole.slice(a, b - a) for a, b in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    return pa.concat_tables(pieces) if draw(st.booleans()) else pieces[-1]


def ordered(table: pa.Table) -> pa.Table:
    """Return a table in the order in which accounts are scored: by account."""
    return table.sort_by([("account", "ascending")])
