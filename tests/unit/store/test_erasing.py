"""What is erased is gone, from the file and its log, and nothing else is."""

from pathlib import Path

import pytest

from countersign.activity import NotUnderstood, Session
from countersign.errors import StoreError
from countersign.store import Account, Cursor, ProfileState, Store
from tests.unit.store.acts import EMBASSY, act, day, keep, like, post, snapshot
from tests.unit.store.test_answers import incident
from tests.unit.store.test_secrecy import cells

OTHER = "office_of_ports"


def fill(store: Store) -> None:
    both = (Account(account=EMBASSY, platform="x"), Account(account=OTHER, platform="x"))
    keep(store, [post(1, 1), like(2), act("post", 3, account=OTHER)], adding=both, remarks=("66 rows of 111",),
         snapshots=(snapshot(10),), cursors=(Cursor(source="x-api", ref=f"user:{EMBASSY}", cursor="9"),),
         not_understood=(NotUnderstood(source="x-archive", ref="a", position=1, reason="odd"),),
         sessions=(Session(account=EMBASSY, platform="x", kind="ip use", ip="192.0.2.7"),))  # fmt: skip
    keep(store, [like(5)], adding=())
    keep(store, [act("post", 6, account=OTHER)], adding=(), remarks=("fine",),
         not_understood=(NotUnderstood(source="x-archive", ref="b", position=2, reason="odd"),))  # fmt: skip
    store.save_outcome(
        EMBASSY, profiles=(ProfileState(blob=b"b", state_hash="1"),), incidents=(incident(2),), upto=day(9)
    )
    store.mark("it was us", incident=1)


def blobs(path: Path) -> set[bytes]:
    return {
        value
        for column, value in cells(path)
        if isinstance(value, bytes) and len(value) >= 16 and column != "log_tiles.hashes"  # hashes of entries stay
    }


def test_nothing_of_an_erased_account_is_left_in_any_file(store: Store) -> None:
    fill(store)
    before = blobs(store.path)
    gone = store.erase(EMBASSY, by="Ann", ground="end of the contract")
    left = blobs(store.path)
    content = b"".join(one.read_bytes() for one in store.path.parent.rglob("*") if one.is_file())
    assert gone.actions == 3
    assert len(before - left) > 10
    assert [blob for blob in before - left if blob in content] == []
    assert EMBASSY.encode() not in b"".join(
        str(value).encode()
        for column, value in cells(store.path)
        if isinstance(value, str) and column != "log_keys.vkey"
    ), "a key has any three digits now and then"
    assert store.erasures() == (gone,)
    assert (gone.by, gone.ground, gone.at) == ("Ann", "end of the contract", day(100))


def test_another_account_keeps_all_its_own(store: Store) -> None:
    fill(store)
    store.erase(EMBASSY)
    assert [one.account for one in store.accounts()] == [OTHER]
    assert store.actions(OTHER)["native_id"].to_pylist() == ["3", "6"]
    assert [one.ref for one in store.not_understood()] == ["b"], "records of the shared file may be anybody's"
    assert [record.remarks for record in store.imports()] == [(), ("fine",)]
    assert (store.incidents(), store.marks(), store.cursor("x-api", f"user:{EMBASSY}")) == ((), (), None)
    assert store.examine() == ()


def test_an_erased_account_is_unknown_and_can_be_named_anew(store: Store) -> None:
    fill(store)
    store.erase(EMBASSY)
    with pytest.raises(StoreError, match="does not hold"):
        store.actions(EMBASSY)
    assert keep(store, [like(2)]).new == 1
    assert store.actions(EMBASSY).num_rows == 1


def test_what_is_old_is_forgotten_but_not_what_an_incident_or_a_mark_needs(path: Path) -> None:
    today = day(0)
    with Store.open(path, clock=lambda: today) as store:
        keep(store, [like(n) for n in range(2, 8)])
        store.save_outcome(EMBASSY, incidents=(incident(2),), upto=day(1))
        store.mark("it was us", action=f"x:{EMBASSY}:like:3")
        today = day(40)
        keep(store, [like(9)])
        assert store.forget(before=day(10)) == 4
        assert set(store.actions(EMBASSY)["native_id"].to_pylist()) == {"2", "3", "9"}
        assert store.forget(before=day(10)) == 0
