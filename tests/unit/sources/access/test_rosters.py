"""Rosters and journeys as calendar programs and offices keep them: exceptions, odd zones, tables."""

from datetime import UTC, datetime
from typing import Any

import pytest

from countersign.errors import SourceError
from countersign.sources.access.asked import Asked
from countersign.sources.access.calendar import roster, travel
from tests.unit.sources.access.test_calendar import calendar, shift

ASKED: dict[str, Any] = {"account": "111", "platform": "x"}


def asked(zone: str = "", **more: Any) -> Asked:
    return Asked(**ASKED, zone=zone, **more)


@pytest.mark.parametrize(
    "gone",
    ["EXDATE:20260909T070000Z", "EXDATE;TZID=Europe/London:20260909T080000", "EXDATE;VALUE=DATE:20260909",
     "EXDATE;TZID=Europe/Paris:20260909T090000"],
)  # fmt: skip
def test_a_day_that_was_taken_out_of_a_series_is_out_in_whatever_zone_it_is_written(gone: str) -> None:
    start, end = "DTSTART;TZID=Europe/London:20260901T080000", "DTEND;TZID=Europe/London:20260901T160000"
    entry = f"{start}\n{end}\nRRULE:FREQ=DAILY;COUNT=20\n{gone}\nSUMMARY:operator A"
    found = roster(calendar(entry), "duty.ics", asked())
    assert len(found.shifts) == 19
    assert datetime(2026, 9, 9, 7, tzinfo=UTC) not in {one.start for one in found.shifts}


@pytest.mark.parametrize("name", ["CST", "EST", "CET", "Customized Time Zone"])
def test_a_zone_that_is_none_is_refused_and_the_user_can_say_which_it_is(name: str) -> None:
    body = calendar(f"DTSTART;TZID={name}:20260909T080000\nDTEND;TZID={name}:20260909T160000\nSUMMARY:operator A")
    with pytest.raises(SourceError, match=f"unknown time zone {name}") as refused:
        roster(body, "duty.ics", asked())
    assert "--times-in" in refused.value.hint
    assert roster(body, "duty.ics", asked("Europe/London")).shifts[0].start == datetime(2026, 9, 9, 7, tzinfo=UTC)


def test_what_is_wrong_but_not_the_zone_is_not_told_as_the_zone() -> None:
    with pytest.raises(SourceError, match="ends before it begins") as refused:
        roster(calendar(shift("20260909T090000Z", "20260909T080000Z")), "duty.ics", asked())
    assert "--times-in" not in refused.value.hint


def test_a_roster_may_be_a_table() -> None:
    body = b"Name;From;To\noperator A;2026-09-09 00:00;2026-09-09 08:00\n;2026-09-09 08:00;2026-09-09 16:00\n"
    found = roster(body, "duty.csv", asked("Europe/London"))
    (one,) = found.shifts
    assert (one.who, one.start, one.end) == (
        "operator A", datetime(2026, 9, 8, 23, tzinfo=UTC), datetime(2026, 9, 9, 7, tzinfo=UTC)
    )  # fmt: skip
    assert [one.reason for one in found.not_understood] == ["it does not say who"]


def test_journeys_in_a_table_take_the_whole_of_their_last_day() -> None:
    body = b"who,from,until,country\noperator B,2026-09-08,2026-09-12,Kenya\n"
    (one,) = travel(body, "journeys.csv", asked("Africa/Nairobi")).journeys
    assert (one.country, one.start, one.end) == (
        "KE", datetime(2026, 9, 7, 21, tzinfo=UTC), datetime(2026, 9, 12, 21, tzinfo=UTC)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "why"),
    [("operator A,2026-09-09 08:00,2026-09-09 07:00", "ends before it begins"),
     ("operator A,2025-09-09 08:00,2026-12-09 07:00", "more than a year"), ("operator A,,", "from when to when")],
)  # fmt: skip
def test_a_row_that_cannot_be_is_told(row: str, why: str) -> None:
    with pytest.raises(SourceError, match=why):
        roster(f"who,start,end\n{row}\n".encode(), "duty.csv", asked("UTC"))


def test_the_zone_of_a_table_is_not_guessed() -> None:
    with pytest.raises(SourceError, match="do not say their zone"):
        roster(b"who,start,end\noperator A,2026-09-09 08:00,2026-09-09 16:00\n", "duty.csv", asked())
