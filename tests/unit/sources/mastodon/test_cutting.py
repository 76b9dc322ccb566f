"""A list of any length is cut into whole items, and the pieces together are the whole file."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from countersign.errors import HostileArchive, SourceError
from countersign.sources.mastodon import cutting
from countersign.sources.mastodon.cutting import Cut, cuts, items

_ITEM = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='ab,[]{}"\\ü\n', max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=8,
)  # fmt: skip


@given(st.lists(_ITEM, max_size=12), st.integers(1, 40), st.sampled_from([None, 0, 1]))
def test_cut_anywhere_the_items_are_the_same(held: list[object], piece: int, indent: int | None) -> None:
    text = json.dumps({"@context": ["a", {"b": [1, 2]}], "orderedItems": held, "after": [1, 2]}, indent=indent).encode()
    pieces = _cut(text, piece)
    assert b"".join(cut.body for cut in pieces) == text
    own = [cut for cut in pieces if cut.kind == "items"]
    assert [value for cut in own for value, _ in items(cut.body)] == held
    assert [cut.first for cut in own] == [sum(cut.count for cut in own[:place]) for place in range(len(own))]
    assert sum(cut.count for cut in own) == len(held)
    assert pieces[-1].kind == "tail"


def test_a_list_that_breaks_off_is_given_up_to_its_last_byte_and_has_no_tail() -> None:
    text = b'{"orderedItems": [1, {"a": 2}, {"b": '
    pieces = _cut(text, 5)
    assert b"".join(cut.body for cut in pieces) == text
    assert pieces[-1].kind == "items"
    values = [value for cut in pieces if cut.kind == "items" for value, _ in items(cut.body)]
    assert values == [1, {"a": 2}, UNSET]


@pytest.mark.parametrize(
    "text", [b"", b"[]", b'{"items": {}}', b'{"a": {"orderedItems": [1]}}', b'{"a": "\\"items\\": ["}',
             b"window.YTD = [1]", b"\xff\xfe"],
)  # fmt: skip
def test_what_is_no_collection_is_refused(text: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        list(cuts(io.BytesIO(text), "outbox.json"))
    assert (caught.value.code, caught.value.where) == ("CS171", "outbox.json")


def test_a_list_nested_too_deep_is_refused() -> None:
    with pytest.raises(HostileArchive) as caught:
        list(cuts(io.BytesIO(b'{"items": [' + b"[" * 100), "outbox.json"))
    assert caught.value.code == "CS146"


def test_damaged_items_stand_beside_whole_ones() -> None:
    found = list(items(b'{"a": 1}, {"b" 2}, "c", \xff, 7'))
    assert [value for value, _ in found] == [{"a": 1}, UNSET, "c", UNSET, 7]
    assert [raw for _, raw in found] == [b'{"a": 1}', b'{"b" 2}', b'"c"', b"\xff", b"7"]


@given(st.binary(max_size=60))
def test_any_bytes_can_be_split(body: bytes) -> None:
    assert all(raw for _, raw in items(body))


def _cut(text: bytes, piece: int) -> list[Cut]:
    """Cut with the smallest pieces that still hold the beginning in one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "_PIECE", max(piece, text.find(b"Items") + 12))
        return list(cuts(io.BytesIO(text), "outbox.json"))
