"""Several lists of one account's sign-ins: each sign-in counts once, and lists that disagree settle nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from countersign.activity import Session
from countersign.sources.access.told import Kind, Told, Trace
from countersign.sources.networks import opened
from countersign.store.access import Access, joined
from countersign.store.comparing import Piece

T = datetime(2026, 9, 9, 1, 13, tzinfo=UTC)
HOUR = timedelta(hours=1)


def trace(hours: float = 0, ip: str | None = "203.0.113.7", *, kind: str = "sign-in", number: str = "",
          signed: bool = False, system: str = "Windows") -> Trace:  # fmt: skip
    at = T + hours * HOUR
    session = Session(account="111", platform="x", kind=kind, opened=None if kind == "ip use" else at, last_seen=at,
                      ip=ip, device=system)  # fmt: skip
    return Trace(session=session, native_id=number, signed=signed, notice=signed, operating_system=system)


def piece(name: str, *traces: Trace, kind: Kind = "sessions", covers: bool = True) -> Piece:
    times = sorted(one.session.last_seen for one in traces if one.session.last_seen)
    told = Told(kind=kind, traces=traces, covers_from=times[0] if covers else None,
                covers_until=times[-1] if covers else None)  # fmt: skip
    return Piece(name=name, told=told)


def access(*pieces: Piece) -> Access:
    with opened([]) as networks:
        return joined(pieces, (), (), networks)


def test_the_same_sign_in_a_few_seconds_apart_in_two_lists_counts_once() -> None:
    found = access(piece("a.csv", trace(), trace(5)), piece("b.csv", trace(8 / 3600, kind="session"), trace(5)))
    assert len(found.sign_ins) == 2
    assert found.disagreements == ()


def test_two_sign_ins_seconds_apart_in_one_list_are_two() -> None:
    assert len(access(piece("a.csv", trace(), trace(8 / 3600))).sign_ins) == 2


def test_a_mail_of_a_sign_in_minutes_later_counts_once_with_the_list() -> None:
    mail = piece("alert.eml", trace(4 / 60, ip=None, signed=True), kind="login-alert", covers=False)
    found = access(piece("a.csv", trace(-2), trace(), trace(2)), mail)
    assert [one.session.ip for one in found.sign_ins] == ["203.0.113.7"] * 3
    assert found.disagreements == ()


def test_the_platforms_signature_vouches_for_no_address_that_only_a_list_tells() -> None:
    mail = piece("alert.eml", trace(ip=None, signed=True), kind="login-alert", covers=False)
    (found,) = access(piece("a.csv", trace()), mail).sign_ins
    assert (found.session.ip, found.vouched) == ("203.0.113.7", "as told")


def test_another_device_at_the_same_minute_is_another_sign_in() -> None:
    found = access(piece("a.csv", trace()), piece("b.csv", trace(system="Android"), covers=False))
    assert len(found.sign_ins) == 2


def test_temporary_addresses_of_one_household_are_one_network() -> None:
    first, second = trace(ip="2001:db8:1:2:aaaa::1"), trace(9 / 3600, ip="2001:db8:1:2:bbbb::7")
    assert len(access(piece("a.csv", first), piece("b.csv", second)).sign_ins) == 1


def test_a_list_that_lacks_what_another_has_covers_nothing_any_more() -> None:
    found = access(piece("a.csv", trace(0), trace(40)), piece("b.csv", trace(0), trace(20), trace(40)))
    (one,) = found.disagreements
    assert "b.csv has 1 sign-in that a.csv covers and does not have" in one.because
    assert (one.start, one.end) == (T + 8 * HOUR, T + 32 * HOUR)
    assert found.covers == ()
    assert one.because in found.remarks


def test_a_list_that_lacks_what_a_mail_tells_covers_nothing_any_more() -> None:
    mail = piece("alert.eml", trace(5, ip="198.51.100.23", signed=True), kind="login-alert", covers=False)
    found = access(piece("a.csv", trace(0), trace(9)), mail)
    assert [one.because.split(", the first")[0] for one in found.disagreements] == [
        "alert.eml has 1 sign-in that a.csv covers and does not have"
    ]
    assert found.covers == ()


def test_a_list_by_days_is_asked_for_the_day_only() -> None:
    days = piece("audit.txt", *(trace(24 * day, kind="ip use") for day in range(5)), kind="legal-return")
    assert access(days, piece("a.csv", trace(50), covers=False)).disagreements == ()
    foreign = access(days, piece("a.csv", trace(50, ip="198.51.100.23"), covers=False))
    assert len(foreign.disagreements) == 1


def test_a_sign_in_to_a_machine_is_none_that_a_platform_must_list() -> None:
    timeline = piece("disk.jsonl", trace(5), kind="timeline", covers=False)
    assert access(piece("a.csv", trace(0), trace(9)), timeline).disagreements == ()


@pytest.mark.parametrize("ip", ["198.51.100.23", "2001:db8::1"])
def test_one_sign_in_with_two_addresses_is_told_and_hides_the_hours_around_it(ip: str) -> None:
    found = access(piece("a.csv", trace(0), trace(40, number="7"), trace(80)),
                   piece("b.csv", trace(0), trace(40, ip=ip, number="7"), trace(80)))  # fmt: skip
    assert len(found.sign_ins) == 2
    assert found.covers == ((T, T + 28 * HOUR), (T + 52 * HOUR, T + 80 * HOUR))
    assert "different things are said of sign-in 7 in a.csv and b.csv (address): it is not used" in found.remarks


def test_records_that_nobody_could_read_hide_the_hours_around_them() -> None:
    told = piece("a.csv", trace(0), trace(80)).told
    unread = Told(kind="sessions", traces=told.traces, covers_from=told.covers_from, covers_until=told.covers_until,
                  unread_at=(T + 40 * HOUR,))  # fmt: skip
    assert access(Piece(name="a.csv", told=unread)).covers == ((T, T + 28 * HOUR), (T + 52 * HOUR, T + 80 * HOUR))


def test_a_sign_in_from_a_private_address_contradicts_no_list() -> None:
    found = access(piece("a.csv", trace(0), trace(80)), piece("b.csv", trace(40, ip="100.64.3.4"), covers=False))
    assert found.disagreements == ()
    assert found.covers == ((T, T + 28 * HOUR), (T + 52 * HOUR, T + 80 * HOUR))


def test_twenty_thousand_sign_ins_of_one_minute_cost_no_time() -> None:
    many = [trace(number / 1e6, ip=f"198.51.{number // 256}.{number % 256}") for number in range(20_000)]
    assert len(access(piece("a.csv", *many[:10_000]), piece("b.csv", *many[10_000:])).sign_ins) > 10_000
