"""Two whole lists tell what was undone between them, with an interval and never more."""

from collections.abc import Callable, Sequence
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.store import Store
from countersign.store.absence import AGAIN, NOTE, Change, Listing, changes
from tests.unit.store.acts import EMBASSY, act, day, keep, keep_snapshot, like, post, snapshot, undos

NewStore = Callable[[str], Store]


def listing(as_of: int, keys: Sequence[int]) -> Listing:
    return Listing(source="x-archive", verb="like", as_of=as_of, keys=np.array(sorted(set(keys)), dtype=np.uint64))


def test_a_like_in_the_first_archive_and_not_in_the_second_was_undone_between_them(store: Store) -> None:
    keep_snapshot(store, [1, 2, 3], as_of=10)
    result = keep_snapshot(store, [1, 3], as_of=20)
    assert result.undone == 1
    (undo,) = [row for row in store.actions(EMBASSY).to_pylist() if row["verb"] == "unlike"]
    assert undo["id"] == f"x:{EMBASSY}:unlike:2"
    assert (undo["start_time"], undo["end_time"], undo["time_basis"], undo["time"]) == (
        day(10),
        day(20),
        "between",
        None,
    )
    assert (undo["object"], undo["note"]) == ("2", NOTE)


def test_the_like_that_was_undone_is_still_kept(store: Store) -> None:
    keep_snapshot(store, [1], as_of=10)
    keep_snapshot(store, [], as_of=20)
    assert store.actions(EMBASSY)["id"].to_pylist() == [f"x:{EMBASSY}:like:1", f"x:{EMBASSY}:unlike:1"]


def test_the_newer_archive_first_gives_the_same(new_store: NewStore) -> None:
    forward, backward = new_store("forward"), new_store("backward")
    for store, order in ((forward, (10, 20)), (backward, (20, 10))):
        for as_of in order:
            keep_snapshot(store, {10: [1, 2, 3], 20: [1, 3, 4]}[as_of], as_of=as_of)
    assert forward.actions(EMBASSY).to_pylist() == backward.actions(EMBASSY).to_pylist()
    assert undos(forward.actions(EMBASSY)) == {"2": (day(10), day(20))}


def test_the_same_archive_again_adds_no_undo(store: Store) -> None:
    keep_snapshot(store, [1, 2], as_of=10)
    keep_snapshot(store, [1], as_of=20)
    assert keep_snapshot(store, [1], as_of=20).undone == 0
    assert keep_snapshot(store, [1, 2], as_of=10).undone == 0
    assert undos(store.actions(EMBASSY)) == {"2": (day(10), day(20))}


@pytest.mark.parametrize(
    ("between", "expected"), [([1, 2], (day(15), day(20))), ([1], (day(10), day(15)))], ids=["still there", "gone"]
)
def test_an_archive_from_in_between_narrows_the_interval(
    store: Store, between: list[int], expected: tuple[object, object]
) -> None:
    keep_snapshot(store, [1, 2], as_of=10)
    keep_snapshot(store, [1], as_of=20)
    keep_snapshot(store, between, as_of=15)
    assert undos(store.actions(EMBASSY)) == {"2": expected}


def test_a_like_first_listed_in_the_second_archive_was_made_between_them(store: Store) -> None:
    keep_snapshot(store, [1], as_of=10)
    keep_snapshot(store, [1, 2], as_of=20)
    times = {row["native_id"]: row for row in store.actions(EMBASSY).to_pylist()}
    assert (times["2"]["start_time"], times["2"]["end_time"]) == (day(10), day(20))
    assert times["2"]["time_basis"] == "between"
    assert (times["1"]["start_time"], times["1"]["time_basis"]) == (day(-50), "after object")


def test_a_given_time_is_not_narrowed(store: Store) -> None:
    keep(store, [], snapshots=(snapshot(10, ("post",)),))
    keep(store, [post(1, 5)], snapshots=(snapshot(20, ("post",)),))
    (row,) = store.actions(EMBASSY).to_pylist()
    assert (row["time"], row["time_basis"]) == (day(5), "given")


def test_a_like_taken_back_made_again_and_taken_back_again_is_told_in_full(store: Store) -> None:
    for as_of, listed in ((10, [7]), (20, []), (30, [7]), (40, [])):
        keep_snapshot(store, listed, as_of=as_of)
    told = [(row["verb"], row["native_id"], row["end_time"]) for row in store.actions(EMBASSY).to_pylist()]
    assert told == [
        ("like", "7", day(10)), ("unlike", "7", day(20)), ("like", "7~2", day(30)), ("unlike", "7~2", day(40)),
    ]  # fmt: skip
    assert store.actions(EMBASSY)["note"].to_pylist() == [None, NOTE, AGAIN, NOTE]


def test_an_undo_that_a_source_recorded_is_not_told_twice(store: Store) -> None:
    exact = act(
        "unlike", 2, published=day(12), start_time=day(12), end_time=day(12), time_basis="given", source="x-api"
    )
    keep_snapshot(store, [1, 2], as_of=10)
    keep_snapshot(store, [1], as_of=20)
    keep(store, [exact])
    found = [row for row in store.actions(EMBASSY).to_pylist() if row["verb"] == "unlike"]
    assert [(row["time"], row["time_basis"]) for row in found] == [(day(12), "given")]


def test_a_post_that_is_gone_was_deleted(store: Store) -> None:
    keep(store, [post(1, 1), post(2, 2)], snapshots=(snapshot(10, ("post",)),))
    keep(store, [post(2, 2)], snapshots=(snapshot(20, ("post",)),))
    (deleted,) = [row for row in store.actions(EMBASSY).to_pylist() if row["verb"] == "delete"]
    assert (deleted["id"], deleted["object"]) == (f"x:{EMBASSY}:delete:1", "1")


def test_a_list_that_is_not_said_to_be_whole_tells_nothing_by_what_it_lacks(store: Store) -> None:
    keep_snapshot(store, [1, 2], as_of=10)
    keep(store, [like(1, before=20)])
    keep(store, [], snapshots=(snapshot(20, ("follow",)),))
    assert undos(store.actions(EMBASSY)) == {}


def test_lists_of_different_sources_are_not_compared(store: Store) -> None:
    keep_snapshot(store, [1, 2], as_of=10)
    keep(store, [like(1, before=20)], snapshots=(snapshot(20, source="x-api"),))
    assert undos(store.actions(EMBASSY)) == {}


def test_two_parts_of_one_archive_are_one_list(store: Store) -> None:
    keep_snapshot(store, [1, 2, 3, 4], as_of=10)
    keep_snapshot(store, [1, 2], as_of=20)
    keep_snapshot(store, [3, 4], as_of=20)
    assert undos(store.actions(EMBASSY)) == {}


def test_a_foreign_account_in_the_same_file_is_not_listed_as_ours(store: Store) -> None:
    store.add_account("222", "x")
    keep_snapshot(store, [1], as_of=10)
    keep(store, [like(1, account="222")], snapshots=(snapshot(20),))
    assert undos(store.actions(EMBASSY)) == {"1": (day(10), day(20))}
    assert undos(store.actions("222")) == {}


@given(st.lists(st.frozensets(st.integers(0, 3)), min_size=2, max_size=5))
def test_following_the_changes_from_the_first_list_gives_the_last(lists: list[frozenset[int]]) -> None:
    found = list(changes([listing(at, sorted(keys)) for at, keys in enumerate(lists)]))
    now = set(lists[0])
    for change in found:
        now.symmetric_difference_update({change.key})
        assert (change.kind == "gone") == (change.key not in now)
    assert now == set(lists[-1])


@given(st.lists(st.frozensets(st.integers(0, 3)), min_size=3, max_size=3))
def test_changes_do_not_depend_on_the_order_of_lists(lists: list[frozenset[int]]) -> None:
    made = [listing(at, sorted(keys)) for at, keys in enumerate(lists)]
    every: list[list[Change]] = [list(changes(order)) for order in permutations(made)]
    assert all(found == every[0] for found in every)
