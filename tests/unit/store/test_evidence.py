"""Access evidence is kept sealed and encrypted, each thing once; what contradicts itself is told and weighs nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from countersign.activity import Identity, Session
from countersign.errors import StoreError
from countersign.sources.access.told import Shift, Told, Trace
from countersign.sources.networks import table_file
from countersign.store import Access, Evidence, KeptEvidence, Store
from tests.unit.store.acts import EMBASSY, keep, post

T = datetime(2026, 9, 9, 1, 13, tzinfo=UTC)
HOUR = timedelta(hours=1)


def trace(
    hours: float = 0, ip: str | None = "203.0.113.7", number: str = "", signed: str = "", device: str = "d"
) -> Trace:
    at = T + hours * HOUR
    session = Session(account=EMBASSY, platform="x", kind="sign-in", opened=at, last_seen=at, ip=ip, device=device)
    return Trace(session=session, native_id=number, signed=bool(signed), notice=bool(signed))


def add(store: Store, name: str, *traces: Trace, covers: bool = False, shifts: tuple[Shift, ...] = ()) -> KeptEvidence:
    if not any(one.account == EMBASSY for one in store.accounts()):
        keep(store, [post(1, 1)])
    times = sorted(one.session.opened for one in traces if one.session.opened)
    told = Told(kind="sessions", traces=traces, shifts=shifts, covers_from=times[0] if covers else None,
                covers_until=times[-1] if covers else None)  # fmt: skip
    with store.log.spool() as spool:
        spool.capture("evidence/sessions", name.encode(), grade="D")
        return store.evidence.add(
            Evidence(name=name, sha256=name, told=told), spool, account=EMBASSY, platform="x", by="me"
        )


def access(store: Store, *tables: str) -> Access:
    return store.access(EMBASSY, "x", tables=tables)


def test_what_was_added_is_in_the_log_and_says_what_it_told(store: Store) -> None:
    kept = add(store, "a.csv", trace())
    (leaf,) = kept.leaves
    body = store.log.body(leaf)
    assert body is not None
    assert body[1] == b"a.csv"
    assert store.log.check().problems == ()
    assert [one.session.ip for one in access(store).sign_ins] == ["203.0.113.7"]
    assert [one.evidence.name for one in store.evidence.every()] == ["a.csv"]
    assert store.examine() == ()


def test_without_the_key_nothing_of_it_can_be_read(store: Store) -> None:
    add(store, "secret-name.csv", trace(ip="198.51.100.77"))
    store.log.empty()
    content = store.path.read_bytes()
    assert b"198.51.100.77" not in content
    assert b"secret-name" not in content


def test_the_same_file_again_is_kept_once(store: Store) -> None:
    first, second = add(store, "a.csv", trace()), add(store, "a.csv", trace())
    assert first.number == second.number
    assert len(store.evidence.every()) == 1
    assert len(access(store).sign_ins) == 1


def test_a_sign_in_that_two_lists_tell_is_counted_once(store: Store) -> None:
    add(store, "a.csv", trace())
    add(store, "b.csv", trace(), trace(1))
    found = access(store)
    assert len(found.sign_ins) == 2
    assert "1 sign-in is told more than once, and counted once" in found.remarks


def test_of_two_that_tell_one_sign_in_the_signed_one_speaks(store: Store) -> None:
    add(store, "a.csv", trace())
    add(store, "b.eml", trace(signed="yes"))
    assert [one.vouched for one in access(store).sign_ins] == ["platform-signed"]


def test_lists_that_contradict_each_other_are_told_and_not_used(store: Store) -> None:
    add(store, "a.csv", trace(number="41"), trace(1, number="42"))
    add(store, "b.csv", trace(ip="198.51.100.23", number="41"))
    found = access(store)
    assert [one.session.ip for one in found.sign_ins] == ["203.0.113.7"]
    assert "different things are said of sign-in 41 in a.csv and b.csv (address): it is not used" in found.remarks


def test_a_list_that_lacks_what_another_has_is_told(store: Store) -> None:
    add(store, "a.csv", trace(0), trace(4), covers=True)
    add(store, "b.csv", trace(0), trace(2), trace(4), covers=True)
    assert any("b.csv has 1 sign-in that a.csv covers and does not have" in one for one in access(store).remarks)


def test_spans_that_do_not_touch_are_not_one(store: Store) -> None:
    add(store, "a.csv", trace(0), trace(1), trace(2), covers=True)
    add(store, "b.csv", trace(1), trace(2), trace(3), covers=True)
    add(store, "c.csv", trace(9), trace(12), covers=True)
    found = access(store)
    assert found.covers == ((T, T + 3 * HOUR), (T + 9 * HOUR, T + 12 * HOUR))
    assert (found.covers_from, found.covers_until) == (T + 9 * HOUR, T + 12 * HOUR)


def test_an_archive_covers_the_days_before_it_and_nothing_later(store: Store) -> None:
    day = Session(account=EMBASSY, platform="x", kind="ip use", last_seen=T, ip="203.0.113.7", source="x-archive")
    keep(store, [post(1, 1)], sessions=(day,), identities=(Identity(account=EMBASSY, platform="x", as_of=T + HOUR),))
    assert access(store).covers == ((T, T + HOUR),)
    assert [one.session.kind for one in access(store).sign_ins] == ["ip use"]


def test_an_address_is_looked_up_in_tables_of_the_settings_and_in_added_ones(store: Store, tmp_path: Path) -> None:
    (tmp_path / "vpn.txt").write_text("# kind: vpn\n# date: 2026-10-01\n203.0.113.0/24\n")
    (tmp_path / "office.txt").write_text("# kind: office\n2001:db8::/32\n")
    add(store, "a.csv", trace(), trace(1, "2001:db8::1"), trace(2, "10.0.0.1"), trace(3, None))
    store.evidence.add_table(table_file(str(tmp_path / "office.txt")))
    found = access(store, str(tmp_path / "vpn.txt"))
    assert [one.network for one in found.sign_ins] == ["vpn", "office", "unknown"]
    assert any("2026-10-01" in table for table in found.tables)
    assert any("does not say as of when" in remark for remark in found.remarks)


def test_a_sign_in_from_a_private_address_tells_nothing_and_nothing_is_known_around_it(store: Store) -> None:
    add(store, "a.csv", trace(0), trace(48, "10.0.0.1"), trace(96), covers=True)
    found = access(store)
    assert [one.session.ip for one in found.sign_ins] == ["203.0.113.7", "203.0.113.7"]
    assert found.covers == ((T, T + 36 * HOUR), (T + 60 * HOUR, T + 96 * HOUR))
    assert "1 sign-in from private addresses: they tell nothing, and are not used" in found.remarks


def test_one_person_on_two_rosters_at_once_is_told(store: Store) -> None:
    add(store, "a.ics", shifts=(Shift(who="operator A", start=T, end=T + 2 * HOUR),))
    add(store, "b.ics", shifts=(Shift(who="operator A", start=T + HOUR, end=T + 3 * HOUR),))
    assert any("operator A is on duty twice" in one for one in access(store).remarks)


def test_an_account_that_is_erased_takes_its_evidence_along(store: Store) -> None:
    (leaf,) = add(store, "a.csv", trace()).leaves
    store.erase(EMBASSY, "x")
    assert store.evidence.every() == ()
    assert store.log.body(leaf) is None
    assert store.log.check().problems == ()


def test_evidence_of_an_account_that_is_not_held_is_refused(store: Store) -> None:
    with store.log.spool() as spool, pytest.raises(StoreError):
        store.evidence.add(
            Evidence(name="a", sha256="a", told=Told(kind="sessions")), spool, account="999", platform="x"
        )
