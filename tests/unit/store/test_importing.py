"""An import is taken whole or not at all, any number of times, in any order."""

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.activity import ACTIONS, Activity, Identity, NotUnderstood, Session, from_columns, to_columns
from countersign.errors import ScopeError, StoreError
from countersign.store import Cursor, Store
from countersign.store.rows import KEPT, decode, encode, rows, table
from countersign.store.values import moment
from tests.unit.store.acts import EMBASSY, FILES, OURS, act, day, keep, like, post

_TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
_TIME = st.integers(-(10**14), 10**16).map(moment)


@st.composite
def activities(draw: st.DrawFn) -> Activity:
    return Activity(
        id=draw(_TEXT), native_id=draw(_TEXT), platform="x", verb="like", actor=EMBASSY,
        published=draw(st.none() | _TIME), start_time=draw(st.none() | _TIME), object=draw(st.none() | _TEXT),
        content=draw(st.none() | _TEXT), content_length=draw(st.none() | st.integers(0, 2**31 - 1)),
        links=tuple(draw(st.lists(_TEXT, max_size=3))), sensitive=draw(st.none() | st.booleans()),
        position=draw(st.integers(0, 2**62)), note=draw(st.none() | _TEXT),
    )  # fmt: skip


def test_what_goes_in_comes_out(store: Store) -> None:
    wrote = [
        post(1, 1, content="先生您好", hashtags=("a", "b"), sensitive=False, media=2),
        like(2, object_author="u_9"),
    ]
    keep(store, wrote)
    assert sorted(from_columns(store.actions(EMBASSY)), key=lambda a: a.native_id) == wrote


@given(st.lists(activities(), max_size=5))
def test_a_row_is_the_action_whatever_it_holds(some: list[Activity]) -> None:
    columns = to_columns(some)
    kept = [decode(encode(row)) for batch in columns.to_batches() for row in rows(batch)]
    assert table(kept).equals(columns)


def test_rows_keep_every_column_and_none_has_moved() -> None:
    assert set(KEPT) == set(ACTIONS.names)
    assert KEPT[:5] == ("id", "native_id", "platform", "account", "verb")
    assert KEPT[23] == "note", "a column may only be added at the end: older stores hold rows in this order"


def test_a_row_older_than_a_column_has_it_unknown() -> None:
    assert decode(encode(["x:1:like:2"])) == ["x:1:like:2"] + [None] * (len(KEPT) - 1)


def test_the_second_import_of_a_file_brings_nothing(store: Store) -> None:
    wrote = [post(1, 1), post(2, 2), like(3)]
    sessions = (Session(account=EMBASSY, platform="x", kind="ip use", last_seen=day(1), ip="192.0.2.7"),)
    unread = (NotUnderstood(source="x-archive", ref="a.zip like.js", position=7, reason="no id", body=b"{}"),)
    who = (Identity(account=EMBASSY, platform="x", handle="ExamplianEmb", as_of=day(10)),)
    more = {"sessions": sessions, "not_understood": unread, "identities": who, "remarks": ("66 rows, 64 read",)}
    first = keep(store, wrote, **more)
    again = keep(store, wrote, **more)
    assert (first.new, first.already, first.sessions_new, first.not_understood_new) == (3, 0, 1, 1)
    assert (again.new, again.already, again.sessions_new, again.not_understood_new) == (0, 3, 0, 0)
    assert (again.sessions_already, again.not_understood_already, again.better_known) == (1, 1, 0)
    assert store.actions(EMBASSY).num_rows == 3
    assert store.sessions(EMBASSY) == sessions
    assert store.not_understood() == unread
    assert store.identities(EMBASSY) == who
    assert [record.files for record in store.imports()] == [FILES, FILES]
    assert store.imports()[0].remarks == ("66 rows, 64 read",)


def test_an_action_twice_in_one_file_is_kept_once_and_counted(store: Store) -> None:
    result = keep(store, [like(1), like(1), like(2)])
    assert (result.new, result.already) == (2, 1)


def test_overlapping_archives_give_the_union(store: Store) -> None:
    keep(store, [post(n, n) for n in range(30)])
    result = keep(store, [post(n, n) for n in range(20, 50)])
    assert (result.new, result.already) == (20, 10)
    assert store.actions(EMBASSY)["native_id"].to_pylist() == [str(n) for n in range(50)]


def test_actions_come_in_order_of_time_whatever_the_order_of_imports(store: Store) -> None:
    for number in (3, 1, 2):
        keep(store, [post(number, number), like(100 + number, after=number + 0.5)])
    assert store.actions(EMBASSY)["native_id"].to_pylist() == ["1", "101", "2", "102", "3", "103"]


def test_the_same_like_from_a_better_source_gets_its_time_and_keeps_both_sources(store: Store) -> None:
    keep(store, [like(1, content="the liked text")])
    at = day(5)
    exact = like(1, published=at, start_time=at, end_time=at, time_basis="given", source="x-api", content=None)
    assert keep(store, [exact]).better_known == 1
    (row,) = store.actions(EMBASSY).to_pylist()
    assert (row["time"], row["time_basis"], row["source"], row["text"]) == (
        at,
        "given",
        "x-api, x-archive",
        "the liked text",
    )
    assert keep(store, [like(1, content="the liked text")]).better_known == 0


def test_three_sources_of_one_action_agree_in_any_order(new_store: object) -> None:
    at = day(5)
    three = [
        like(1, content="short"),
        like(1, after=-3, before=8, time_basis="page order", note="position 4", position=9),
        like(1, published=at, start_time=at, end_time=at, time_basis="given", source="x-api", lang="zh"),
    ]
    results = []
    for number, order in enumerate(permutations(three)):
        store = new_store(f"s{number}")  # type: ignore[operator]
        for one in order:
            keep(store, [one])
        results.append(store.actions(EMBASSY).to_pylist())
    assert all(result == results[0] for result in results)


def test_an_import_that_fails_half_way_leaves_nothing(store: Store) -> None:
    keep(store, [post(1, 1)])

    def stop(done: int, _total: int) -> None:
        if done >= 4_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep(store, [post(n, 2) for n in range(2, 9_000)], progress=stop)
    assert store.actions(EMBASSY)["native_id"].to_pylist() == ["1"]
    assert len(store.imports()) == 1
    assert keep(store, [post(2, 2)]).new == 1


def test_progress_reaches_the_end(store: Store) -> None:
    seen: list[tuple[int, int]] = []
    keep(store, [post(n, n / 100) for n in range(4_500)], progress=lambda done, total: seen.append((done, total)))
    assert seen == [(2_000, 4_500), (4_000, 4_500), (4_500, 4_500)]


def test_actions_of_an_account_that_nobody_named_are_refused_and_nothing_of_the_file_is_kept(store: Store) -> None:
    with pytest.raises(ScopeError, match="1 of the accounts in it") as refused:
        keep(store, [post(1, 1), act("like", 5, account="999")])
    assert "countersign check" in refused.value.hint
    assert store.accounts() == ()
    assert store.imports() == ()


def test_an_account_with_sessions_only_is_bound_by_the_guard_too(store: Store) -> None:
    with pytest.raises(ScopeError):
        keep(store, [], sessions=(Session(account="999", platform="x", kind="ip use"),))


def test_the_same_name_on_two_platforms_is_two_accounts(store: Store) -> None:
    keep(store, [post(1, 1)])
    store.add_account(EMBASSY, "mastodon")
    with pytest.raises(StoreError, match="2 platforms"):
        store.actions(EMBASSY)
    assert store.actions(EMBASSY, "x").num_rows == 1
    assert store.actions(EMBASSY, "mastodon").num_rows == 0


def test_a_device_seen_in_two_archives_is_two_traces_and_the_same_trace_is_one(store: Store) -> None:
    def device(last: float, position: int) -> Session:
        return Session(account=EMBASSY, platform="x", kind="device", opened=day(1), last_seen=day(last),
                       client="Web", position=position)  # fmt: skip

    keep(store, [], sessions=(device(5, 0),))
    result = keep(store, [], sessions=(device(5, 3), device(9, 4)))
    assert (result.sessions_new, result.sessions_already) == (1, 1)
    assert [one.last_seen for one in store.sessions(EMBASSY)] == [day(5), day(9)]


def test_a_cursor_is_kept_with_what_was_read_up_to_it(store: Store) -> None:
    keep(store, [post(1, 1)], cursors=(Cursor(source="bluesky", ref="relay", cursor="41"),))
    with pytest.raises(ScopeError):
        keep(store, [post(2, 1, account="9")], cursors=(Cursor(source="bluesky", ref="relay", cursor="42"),))
    assert store.cursor("bluesky", "relay") == "41"
    assert store.cursor("bluesky", "elsewhere") is None


def test_how_much_is_held_is_told_without_decrypting(store: Store) -> None:
    keep(store, [post(1, 1), post(2, 3), like(3)])
    held = store.holding(EMBASSY)
    assert (held.verbs, held.first, held.last, held.sessions) == ({"post": 2, "like": 1}, day(1), day(3), 0)


def test_a_file_name_that_is_not_utf8_is_kept_readable(store: Store, tmp_path: Path) -> None:
    odd = NotUnderstood(source="actions", ref="caf\udce9.zip", position=0, reason="damaged")
    keep(store, [post(1, 1)], not_understood=(odd,))
    assert store.not_understood()[0].ref == "caf\\xe9.zip"


def test_ours_is_admitted_in_the_same_transaction_as_its_archive(store: Store) -> None:
    keep(store, [post(1, 1)])
    assert [(one.account, one.kind, one.reason) for one in store.accounts()] == [(EMBASSY, OURS.kind, OURS.reason)]
