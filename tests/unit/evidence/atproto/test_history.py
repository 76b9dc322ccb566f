"""The history of an account's keys certifies itself; what does not fit its chain is refused by its rule."""

import json
from datetime import timedelta
from typing import Any

import pytest

from countersign.errors import NotProved
from countersign.evidence.atproto import History, history_of
from tests.unit.evidence.atproto import identity
from tests.unit.evidence.atproto.forge import Signer, base58
from tests.unit.evidence.atproto.identity import (
    SIGNING,
    START,
    STRONG,
    WEAK,
    cid,
    create,
    did,
    log,
    operation,
    signed,
    tombstone,
)

NEW = Signer.made(number=77)
FIRST = operation(None, WEAK)
SECOND = operation(cid(FIRST), WEAK, verificationMethods={"atproto": NEW.key})
BACK = operation(cid(FIRST), STRONG)


def read(told: Any, name: str = did(FIRST)) -> History:
    return history_of(told if isinstance(told, bytes) else json.dumps(told).encode(), did=name)


def refused(rule: int, told: Any, name: str = did(FIRST)) -> None:
    with pytest.raises(NotProved) as error:
        read(told, name)
    assert error.value.rule == rule, error.value.message


def changed(place: int, **members: Any) -> list[dict[str, Any]]:
    """Return a log of two operations with members of one entry changed."""
    told = log(FIRST, SECOND)
    told[place] |= members
    return told


def test_a_change_of_key_ends_one_period_and_begins_another() -> None:
    history = read(log(FIRST, SECOND))
    assert history.keys == (SIGNING.key, NEW.key)
    old, new = history.periods
    assert (old.key, old.start, old.end) == (SIGNING.key, START, START + timedelta(hours=1))
    assert (new.key, new.start, new.end) == (NEW.key, START + timedelta(hours=1), None)
    assert new.provisional_until == new.start + timedelta(hours=72)


def test_what_was_in_force_at_a_time_is_told() -> None:
    history = read(log(FIRST, SECOND))
    assert history.at(START - timedelta(seconds=1)) is None
    assert history.at(START + timedelta(minutes=59)) == history.periods[0]
    assert history.at(START + timedelta(days=999)) == history.periods[1]


def test_a_stronger_key_takes_an_operation_back() -> None:
    history = read(log(FIRST, SECOND, BACK, nullified=[1]))
    assert (history.keys, history.nullified) == ((SIGNING.key,), 1)


def test_after_exactly_72_hours_it_still_can_and_then_no_more() -> None:
    assert read(log(FIRST, SECOND, BACK, hours=(0, 1, 73), nullified=[1])).nullified == 1
    refused(63, log(FIRST, SECOND, BACK, hours=(0, 1, 73.001), nullified=[1]))


def test_a_key_that_is_not_stronger_takes_nothing_back() -> None:
    refused(63, log(FIRST, SECOND, operation(cid(FIRST), WEAK, alsoKnownAs=[]), nullified=[1]))
    strong = operation(cid(FIRST), STRONG, alsoKnownAs=[])
    refused(63, log(FIRST, strong, operation(cid(FIRST), WEAK), nullified=[1]))


def test_the_oldest_form_of_a_beginning_is_read() -> None:
    genesis = create()
    history = read(log(genesis, operation(cid(genesis), STRONG)), did(genesis))
    assert history.keys == (WEAK.key, SIGNING.key)


def test_a_tombstone_ends_the_last_key() -> None:
    grave = tombstone(cid(FIRST), WEAK)
    history = read(log(FIRST, grave))
    assert [period.key for period in history.periods] == [SIGNING.key, None]
    assert history.keys == (SIGNING.key,)
    refused(62, log(FIRST, grave, operation(cid(grave), STRONG)))
    assert read(log(FIRST, grave, BACK, nullified=[1])).periods[-1].key == SIGNING.key


def test_a_signing_key_of_an_unknown_kind_is_no_key() -> None:
    unknown = "did:key:z" + base58(b"\xed\x01" + bytes(32))
    other = operation(cid(FIRST), WEAK, verificationMethods={"atproto": unknown})
    without = operation(cid(other), WEAK, verificationMethods={})
    assert [period.key for period in read(log(FIRST, other, without)).periods] == [SIGNING.key, None, None]


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b"\xef\xbb\xbf[]",
        b"[NaN]",
        b"[1]",
        b"[[[" * 30_000,
        b'[{"a":1,"a":2}]',
        b"[1]" + b" " * 1_048_576,
    ],
    ids=str,
)
def test_what_is_no_log_is_refused(told: bytes) -> None:
    refused(57, told)


def test_a_log_nested_too_deep_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(63):
        deep = [deep]
    refused(57, [deep])
    entry = log(FIRST)[0]
    assert read([entry | {"more": json.loads("[" * 62 + "]" * 62)}]).keys == (SIGNING.key,)
    refused(57, [entry | {"more": json.loads("[" * 63 + "]" * 63)}])


def test_a_log_of_too_many_operations_is_refused() -> None:
    refused(57, [None] * 1_025)


@pytest.mark.parametrize(
    "members",
    [
        {"did": "did:plc:" + "a" * 24},
        {"did": None},
        {"nullified": 0},
        {"cid": 1},
        {"operation": []},
        {"createdAt": 1},
        {"createdAt": "2026-01-01T01:00:00Z"},
        {"createdAt": "2026-01-01T01:00:00.000000Z"},
        {"createdAt": "2026-02-30T01:00:00.000Z"},
        {"createdAt": "9999-12-31T23:59:59.999Z"},
        {"createdAt": "2026-1-1T1:00:00.000Z"},
        {"createdAt": "2026-01-01T01:00:60.000Z"},
        {"createdAt": "2025-12-31T00:00:00.000Z"},
        {"createdAt": "２026-01-01T01:00:00.000Z"},
    ],
    ids=str,
)
def test_an_entry_with_a_wrong_member_is_refused(members: dict[str, Any]) -> None:
    refused(57, changed(1, **members))


def test_an_entry_without_a_member_is_refused() -> None:
    for member in ("did", "operation", "cid", "nullified", "createdAt"):
        told = log(FIRST, SECOND)
        del told[1][member]
        refused(57, told)


@pytest.mark.parametrize(
    "changes",
    [
        {"more": "x"},
        {"type": "plc_other"},
        {"type": None},
        {"rotationKeys": []},
        {"rotationKeys": [STRONG.key] * 11},
        {"rotationKeys": [1]},
        {"rotationKeys": "x"},
        {"verificationMethods": []},
        {"verificationMethods": {"atproto": 1}},
        {"alsoKnownAs": [None]},
        {"services": []},
        {"services": {"a": "b"}},
        {"services": {"a": {"type": "b"}}},
        {"services": {"a": {"type": "b", "endpoint": 1}}},
    ],
    ids=str,
)
def test_an_operation_of_another_form_is_refused(changes: dict[str, Any]) -> None:
    refused(58, log(FIRST, operation(cid(FIRST), WEAK, **changes)))


def test_a_text_that_is_no_text_is_refused() -> None:
    told = json.dumps(log(FIRST, SECOND)).replace("at://name.test", "at://\\ud800")
    refused(58, told.encode())


def test_a_rotation_key_of_another_kind_is_refused() -> None:
    refused(22, log(FIRST, operation(cid(FIRST), WEAK, rotationKeys=["did:key:zabc"])))


def test_an_operation_that_is_too_large_is_refused() -> None:
    refused(59, log(FIRST, operation(cid(FIRST), WEAK, alsoKnownAs=["x" * 7_500])))


def test_a_wrong_hash_of_an_operation_is_refused() -> None:
    refused(59, changed(1, cid=cid(FIRST)))
    refused(59, changed(1, cid=cid(SECOND).upper()))
    refused(59, changed(1, operation=SECOND | {"alsoKnownAs": []}))


def test_an_operation_that_nobody_in_force_signed_is_refused() -> None:
    stranger = operation(cid(FIRST), NEW, rotationKeys=[NEW.key])
    refused(60, log(FIRST, stranger))
    genesis = operation(None, NEW)
    refused(60, log(genesis), did(genesis))


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda sig: sig + "==",
        lambda sig: sig[:-1],
        lambda sig: sig + "AAAA",
        lambda sig: "+" + sig[1:],
        lambda sig: sig[:-1] + chr(ord(sig[-1]) + 1),
        lambda sig: "",
        lambda sig: "ö" + sig[1:],
    ],
)
def test_a_signature_written_in_another_way_is_refused(spoilt: Any) -> None:
    other = {**SECOND, "sig": spoilt(SECOND["sig"])}
    refused(60, log(FIRST, other))


def test_a_log_of_another_account_is_refused() -> None:
    genesis = operation(None, STRONG)
    told = [entry | {"did": did(FIRST)} for entry in log(genesis)]
    refused(61, told)


def test_a_log_that_does_not_begin_with_a_beginning_is_refused() -> None:
    refused(61, log(SECOND), did(SECOND))
    grave = signed({"type": "plc_tombstone", "prev": None}, WEAK)
    refused(61, log(grave), did(grave))


def test_an_operation_that_follows_nothing_in_force_is_refused() -> None:
    refused(62, log(FIRST, operation(cid(BACK), WEAK)))
    refused(62, log(FIRST, operation(None, WEAK)))
    refused(62, log(FIRST, FIRST))
    refused(62, log(FIRST, SECOND, BACK, operation(cid(SECOND), WEAK), nullified=[1, 3]))
    refused(62, log(FIRST, create(prev=cid(FIRST))))


def test_a_log_that_hides_what_was_taken_back_is_refused() -> None:
    refused(64, log(FIRST, SECOND, BACK))
    refused(64, log(FIRST, SECOND, nullified=[1]))
    refused(64, log(FIRST, SECOND, BACK, nullified=[1, 2]))


def test_another_accounts_operations_are_not_taken_by_their_form_alone() -> None:
    assert identity.did(FIRST) == did(FIRST)
    with pytest.raises(NotProved):
        read(log(FIRST), "did:plc:" + "a" * 24)


@pytest.mark.parametrize("prev", [["x"], {"x": "y"}, 1, True], ids=str)
def test_an_operation_that_follows_something_that_is_no_name_is_refused(prev: Any) -> None:
    refused(58, log(FIRST, {**SECOND, "prev": prev}))
