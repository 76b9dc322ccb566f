"""A dump tells of sign-ins that were let in, of one account, at times that came; all else is told, weighing nothing."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from countersign.errors import ScopeError, SourceError
from countersign.sources.access.asked import Asked
from countersign.sources.access.dumps import sessions
from countersign.sources.access.told import Told

FIXTURES = Path(__file__).parents[3] / "fixtures" / "access"
ASKED = Asked(account="111", platform="x", handles=("ExamplianEmb", "111"), now=datetime(2026, 11, 28, tzinfo=UTC))


def told(body: str, **changes: Any) -> Told:
    return sessions(body.encode(), "dump", msgspec.structs.replace(ASKED, **changes))


def test_sign_ins_that_failed_and_ends_of_sessions_are_no_sign_ins() -> None:
    found = sessions((FIXTURES / "keycloak-events.json").read_bytes(), "events", ASKED)
    assert [one.session.ip for one in found.traces] == ["203.0.113.7"] * 3
    assert [one.split(",")[0] for one in found.remarks] == ["1 sign-in that failed", "1 row of the end of a sign-in"]


@pytest.mark.parametrize(
    "outcome",
    ["type\n{},f", "Event\n{},Login failure", "Status\n{},Failure", "success\n{},f", "result\n{},DENIED",
     "failure_reason\n{},invalid_password"],
)  # fmt: skip
def test_however_a_failure_is_written_it_is_not_counted(outcome: str) -> None:
    title, row = outcome.split("\n")
    body = f"created_at,ip,{title}\n" + row.format("2026-09-01T08:00:00Z,198.51.100.7") + "\n"
    found = told(body)
    assert found.traces == ()
    assert "failed" in found.remarks[0]


@pytest.mark.parametrize("outcome", ["type\n{},s", "Event\n{},Login success", "Status\n{},Success", "error\n{},0"])
def test_a_success_is_a_sign_in(outcome: str) -> None:
    title, row = outcome.split("\n")
    assert len(told(f"created_at,ip,{title}\n" + row.format("2026-09-01T08:00:00Z,203.0.113.7") + "\n").traces) == 1


def test_sign_ins_of_somebody_else_are_refused_with_the_way_out() -> None:
    body = "created_at,ip,username\n2026-09-01T08:00:00Z,203.0.113.7,SomebodyElse\n"
    with pytest.raises(ScopeError, match="about SomebodyElse, not about ExamplianEmb") as refused:
        told(body)
    assert "--called 'SomebodyElse'" in refused.value.hint
    assert len(told(body, called="SomebodyElse").traces) == 1
    with pytest.raises(ScopeError):
        told(body.replace("SomebodyElse", "ExamplianEmb"), called="SomebodyElse")


@pytest.mark.parametrize("name", ["41", "press@embassy.example", "auth0|1", "ab12cd34-0000-4000-8000-000000000000"])
def test_a_number_or_a_persons_address_may_be_ours_and_is_as_told(name: str) -> None:
    found = told(f"created_at,ip,user\n2026-09-01T08:00:00Z,203.0.113.7,{name}\n")
    assert any("that this is our account is as told" in one for one in found.remarks)


def test_another_mastodon_account_is_another() -> None:
    mastodon = {
        "platform": "mastodon",
        "account": "https://social.example/users/emb",
        "handles": ("emb@social.example",),
    }
    with pytest.raises(ScopeError):
        told("created_at,ip,acct\n2026-09-01T08:00:00Z,203.0.113.7,eve@social.example\n", **mastodon)


def test_a_time_that_has_not_come_yet_stretches_no_list() -> None:
    found = told("created_at,ip\n2026-09-01T08:00:00Z,203.0.113.7\n2031-01-01T00:00:00Z,203.0.113.7\n")
    assert found.covers_until is None
    assert "has not come yet" in found.not_understood[0].reason


def test_around_a_record_that_cannot_be_read_a_list_is_not_whole() -> None:
    found = told("created_at,ip\n2026-09-01T08:00:00Z,203.0.113.7\n2026-09-02T08:00:00Z,nonsense\n"
                 "2026-09-03T08:00:00Z,203.0.113.7\n")  # fmt: skip
    assert found.unread_at == (datetime(2026, 9, 2, 8, tzinfo=UTC),)
    assert found.covers_from is not None


def test_a_list_that_breaks_off_is_whole_for_no_time() -> None:
    found = told('created_at,ip,agent\n2026-09-01T08:00:00Z,203.0.113.7,a\n2026-09-02T08:00:00Z,203.0.113.7,"b\n'
                 "2026-09-03T08:00:00Z,203.0.113.7,c\n")  # fmt: skip
    assert (len(found.traces), found.covers_from) == (1, None)
    assert any("no whole list of any time" in one for one in found.remarks)


def test_a_title_may_say_the_zone_and_day_and_time_may_stand_apart() -> None:
    (one,) = told("Date (UTC),IP address\n2026-09-01 08:00:00,203.0.113.7\n").traces
    (other,) = told("Date,Time,IP\n2026-09-01,08:00,203.0.113.7\n", zone="UTC").traces
    assert one.session.opened == other.session.opened == datetime(2026, 9, 1, 8, tzinfo=UTC)


def test_a_sign_in_without_an_address_keeps_its_device() -> None:
    (one,) = told("created_at,ip,user_agent\n2026-09-01T08:00:00Z,unknown,Firefox on Windows\n").traces
    assert (one.session.ip, one.operating_system) == (None, "Windows")


def test_short_dates_are_refused_until_their_order_is_said() -> None:
    body = "created_at,ip\n10/08/2026 08:00,203.0.113.7\n"
    with pytest.raises(SourceError, match="two ways") as refused:
        told(body, zone="UTC")
    assert "--dates day-first" in refused.value.hint
    assert told(body, zone="UTC", order="day-first").covers_from == datetime(2026, 8, 10, 8, tzinfo=UTC)
