"""Joining two records of one action does not depend on order or repetition (it is a join-semilattice)."""

from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from countersign.activity import TimeBasis
from countersign.store.merging import _RANK, joined
from countersign.store.rows import AT, KEPT

_small = st.none() | st.integers(0, 3)
_word = st.none() | st.sampled_from(["a", "b", "ab", "ba", ""])
_noted = st.none() | st.sampled_from(["a", "b; a", "a; b", "c"])
_sourced = st.sampled_from(["x-api", "x-archive", "x-archive, x-api", ""])


@st.composite
def records(draw: st.DrawFn) -> list[Any]:
    row: list[Any] = [None] * len(KEPT)
    basis = draw(st.sampled_from(["given", "minute", "day", "between", "page order", "after object", "unknown"]))
    for name in ("start_time", "end_time", "position"):
        row[AT[name]] = draw(_small)
    if basis in ("given", "minute", "day"):
        row[AT["time"]] = draw(st.integers(0, 3))
    row[AT["time_basis"]] = basis
    for name in ("client", "text", "lang"):
        row[AT[name]] = draw(_word)
    row[AT["links"]] = draw(st.lists(st.sampled_from("ab"), max_size=2))
    row[AT["sensitive"]] = draw(st.none() | st.booleans())
    row[AT["note"]], row[AT["source"]] = draw(_noted), draw(_sourced)
    return row


def test_every_way_in_which_a_time_is_known_has_its_rank() -> None:
    assert set(_RANK) == set(get_args(TimeBasis))


@given(records())
def test_a_record_joined_with_itself_is_itself(one: list[Any]) -> None:
    assert joined(one, list(one)) == one


@given(records(), records())
def test_the_order_of_two_does_not_matter(one: list[Any], other: list[Any]) -> None:
    assert joined(one, other) == joined(other, one)


@given(records(), records())
def test_a_record_joined_again_adds_nothing(one: list[Any], other: list[Any]) -> None:
    both = joined(one, other)
    assert joined(both, one) == both
    assert joined(both, other) == both


@given(records(), records(), records())
def test_the_order_of_three_does_not_matter(one: list[Any], other: list[Any], third: list[Any]) -> None:
    assert joined(joined(one, other), third) == joined(one, joined(other, third))


@given(records(), records())
def test_nothing_known_is_forgotten(one: list[Any], other: list[Any]) -> None:
    both = joined(one, other)
    bounds = {AT["time"], AT["start_time"], AT["end_time"]}
    lost = [place for place, value in enumerate(both) if value is None and one[place] is not None]
    assert set(lost) <= bounds, "only a better basis may replace bounds"
