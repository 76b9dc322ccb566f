"""Dumps are read whatever their columns are called; zones, accounts and addresses are never guessed."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from countersign.errors import CountersignError, ScopeError, SourceError
from countersign.sources.access.asked import Asked
from countersign.sources.access.reading import kind_of, read
from countersign.sources.access.told import Told

FIXTURES = Path(__file__).parents[3] / "fixtures" / "access"
ASKED = Asked(account="111", platform="x", handles=("ExamplianEmb", "111"))


def told(body: bytes, zone: str = "", platform: str = "x") -> Told:
    asked = Asked(account="111", platform=platform, handles=("ExamplianEmb",), zone=zone)
    return read(kind_of(body, "dump"), body, "dump", asked)


def test_a_dump_of_mastodons_sign_ins_is_read() -> None:
    found = told((FIXTURES / "mastodon-sessions.csv").read_bytes(), "UTC")
    assert [trace.session.ip for trace in found.traces] == [
        "203.0.113.7", "2001:db8:40::9", "198.51.100.23", "198.51.100.23", "10.0.0.5",
    ]  # fmt: skip
    assert [trace.operating_system for trace in found.traces] == ["Linux", "iOS", "Windows", "Windows", "Linux"]
    assert (found.covers_from, found.covers_until) == (
        datetime(2026, 9, 7, 8, 1, 12, 104_000, UTC), datetime(2026, 9, 9, 9, tzinfo=UTC)
    )  # fmt: skip
    said = " | ".join(found.remarks)
    assert "1 sign-in that failed" in said
    assert "private address" in said
    assert "calls the account 17" in said
    assert len(found.not_understood) == 1


def test_times_without_a_zone_are_refused_with_the_way_out() -> None:
    with pytest.raises(SourceError, match="do not say their zone") as error:
        told((FIXTURES / "mastodon-sessions.csv").read_bytes())
    assert "--times-in UTC" in error.value.hint


def test_devices_of_an_account_page_are_read_and_cover_nothing() -> None:
    found = told((FIXTURES / "pds-sessions.json").read_bytes(), platform="bluesky")
    assert [(trace.session.kind, trace.operating_system) for trace in found.traces] == [
        ("device", "macOS"),
        ("device", "Windows"),
    ]
    assert found.covers_from is None


def test_applications_are_grants_and_an_admins_acts_are_changes() -> None:
    body = (
        b'{"oauth_sessions":[{"createdAt":"2026-08-01T10:00:00Z","clientId":"https://app.example","scope":"atproto"}],'
        b'"admin_action_logs":[{"id":9,"account_id":1,"action":"reset_password_user","created_at":"2026-09-08T10:00:00Z"},'
        b'{"id":10,"account_id":2,"action":"change_email_user","created_at":"2026-09-08T11:00:00Z"}]}'
    )
    found = told(body)
    assert [(one.client, one.permissions) for one in found.grants] == [("https://app.example", ("atproto",))]
    assert [one.object for one in found.changes] == ["password", "email"]
    assert "by an admin of the platform" in str(found.changes[0].note)


def test_sign_ins_of_other_accounts_are_refused() -> None:
    body = b"user_id,ip,created_at\n17,203.0.113.7,2026-09-09T01:00:00Z\n18,203.0.113.8,2026-09-09T01:00:00Z\n"
    with pytest.raises(ScopeError, match="2 accounts"):
        told(body)


@pytest.mark.parametrize(
    "written", ["2001:DB8::7", "[2001:db8::7]:443", "2001:db8:0:0:0:0:0:7", "2001:db8::7%eth0"]
)  # fmt: skip
def test_one_ipv6_address_is_one_however_it_is_written(written: str) -> None:
    (trace,) = told(f"ip,created_at\n{written},2026-09-09T01:00:00Z\n".encode()).traces
    assert trace.session.ip == "2001:db8::7"


@pytest.mark.parametrize(
    "body",
    [b'[{"ip":"203.0.113.7","created_at":"2026-09-09T03:00:00+02:00"}]',
     b"ip;created_at\n203.0.113.7;2026-09-09 01:00:00 UTC\n",
     b'{"ip":"203.0.113.7","time":1788915600}\n{"ip":"203.0.113.7","time":1788915600000}\n',
     "\ufeffIP Address,Signed in at\n203.0.113.7,2026-09-09T01:00:00Z\n".encode(),
     "ip\tcreated_at\n203.0.113.7\t2026-09-09T01:00:00Z\n".encode("utf-16")],
)  # fmt: skip
def test_the_forms_that_people_save_tell_the_same(body: bytes) -> None:
    assert {(one.session.ip, one.session.opened) for one in told(body).traces} == {
        ("203.0.113.7", datetime(2026, 9, 9, 1, tzinfo=UTC))
    }


def test_a_lawful_return_is_read_and_its_signature_is_not_taken_for_checked() -> None:
    body = (FIXTURES / "case7-ip-audit.txt").read_bytes()
    assert kind_of(body, "case7-ip-audit.txt") == "legal-return"
    found = told(body)
    assert [trace.session.ip for trace in found.traces] == ["198.51.100.23", "203.0.113.7"]
    assert not any(trace.signed for trace in found.traces)
    assert "was not checked" in found.remarks[0]


def test_a_return_about_another_account_is_refused() -> None:
    body = (FIXTURES / "case7-ip-audit.txt").read_bytes().replace(b'"111"', b'"222"')
    with pytest.raises(SourceError, match="about account 222"):
        told(body)


def test_a_return_that_is_cut_off_or_unsigned_is_told_as_that() -> None:
    body = (FIXTURES / "case7-ip-audit.txt").read_bytes()
    assert "cut off" in told(body[: body.index(b"-----END")]).remarks[0]
    bare = body[body.index(b"[") : body.rindex(b"]") + 1]
    assert "no PGP signature" in read("legal-return", bare, "r", ASKED).remarks[0]


def test_a_timeline_gives_only_what_touches_the_account() -> None:
    found = told((FIXTURES / "timeline.jsonl").read_bytes())
    assert [(one.session.kind, one.session.device) for one in found.traces] == [
        ("sign-in", "desk-3"),
        ("presence", "desk-3"),
    ]
    assert "1 event of other things" in found.remarks[0]


HOSTILE = {
    "nothing": b"", "blanks": b"  \n ", "zeros": bytes(1000), "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "deep json": b"[" * 200_000, "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "half json": b'[{"ip":"203.0.113.7","created_at":"2026-09-09T01', "numbers": b"[" + b"1," * 300_000 + b"1]",
    "a long cell": b"ip,created_at\n" + b"a" * 3_000_000 + b",x\n", "open quote": b'ip,created_at\n"' + b"a\n" * 99_999,
    "many columns": b"a," * 100_000 + b"ip\n1,2\n", "one title twice": b"ip,ip,created_at\n1,2,3\n",
    "no times": b"ip,user_agent\n203.0.113.7,x\n", "far years": b"ip,created_at\n203.0.113.7,99999-01-01T00:00:00Z\n",
    "a large number": b"ip,created_at\n203.0.113.7,99999999999999999999\n",
    "a long address": b"ip,created_at\n" + b"1:" * 100_000 + b",2026-09-09T01:00:00Z\n",
    "lists in lists": b'{"a":[{"b":[{"c":[{"d":[{"e":[{"ip":"203.0.113.7"}]}]}]}]}]}',
    "a return of nothing": b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: A\n\n" + b'"ipAudit"' + b"[" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_dump_is_refused_in_words_and_in_time(kind: str) -> None:
    begun = time.monotonic()
    with pytest.raises(CountersignError) as error:
        told(HOSTILE[kind])
    assert error.value.code in ("CS190", "CS210")
    assert error.value.hint
    assert time.monotonic() - begun < 5
