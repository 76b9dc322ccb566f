"""Rosters and journeys are taken as they are written; what cannot be read or does not fit together is said."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from countersign.errors import SourceError
from countersign.sources.access.asked import Asked
from countersign.sources.access.reading import kind_of, read
from countersign.sources.access.told import Kind, Told

FIXTURES = Path(__file__).parents[3] / "fixtures" / "access"


def told(kind: Kind, body: bytes, zone: str = "") -> Told:
    return read(kind, body, "c.ics", Asked(account="111", platform="x", zone=zone))


def calendar(*entries: str, head: str = "") -> bytes:
    inside = "".join(f"BEGIN:VEVENT\nUID:{number}\n{one}\nEND:VEVENT\n" for number, one in enumerate(entries))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{inside}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def shift(
    start: str = "20260909T090000Z", end: str = "20260909T170000Z", who: str = "operator A", more: str = ""
) -> str:
    return f"DTSTART:{start}\nDTEND:{end}\nSUMMARY:{who}{more}"


def test_a_roster_is_read_with_its_repeats_exceptions_and_summer_time() -> None:
    found = told("roster", (FIXTURES / "duty.ics").read_bytes())
    assert len(found.shifts) == 22
    first = found.shifts[0]
    assert (first.who, first.start) == ("operator A", datetime(2026, 9, 1, 8, tzinfo=UTC))
    on_the_ninth = [one.who for one in found.shifts if one.start.date().day == 9]
    assert on_the_ninth == ["operator B"]
    assert [one.reason for one in found.not_understood] == [
        "unknown time zone Mars/Olympus",
        "it ends before it begins",
    ]


def test_a_shift_keeps_its_hour_when_the_clocks_change() -> None:
    body = calendar(
        "DTSTART;TZID=Europe/London:20261023T090000\nDURATION:PT8H\nRRULE:FREQ=DAILY;COUNT=4\nSUMMARY:operator A"
    )
    assert [one.start.hour for one in told("roster", body).shifts] == [8, 8, 9, 9]


def test_journeys_tell_the_country() -> None:
    (journey,) = told("travel", (FIXTURES / "journeys.ics").read_bytes()).journeys
    assert (journey.who, journey.country) == ("operator A", "KE")
    assert journey.start == datetime(2026, 9, 7, 23, tzinfo=UTC)
    assert journey.end == datetime(2026, 9, 11, 23, tzinfo=UTC)


def test_a_journey_without_a_country_is_told_as_such() -> None:
    found = told("travel", calendar(shift(who="operator A: the moon")))
    assert found.journeys[0].country == ""
    assert "no country that is known" in found.remarks[0]


def test_a_calendar_does_not_say_by_itself_what_it_is_of() -> None:
    with pytest.raises(SourceError, match="of duties, or of journeys"):
        kind_of(calendar(shift()), "c.ics")


def test_times_without_a_zone_are_refused_until_the_zone_is_said() -> None:
    body = calendar(shift("20260909T090000", "20260909T170000"))
    with pytest.raises(SourceError, match="do not say their zone") as error:
        told("roster", body)
    assert "--times-in" in error.value.hint
    assert told("roster", body, "Europe/Paris").shifts[0].start == datetime(2026, 9, 9, 7, tzinfo=UTC)


def test_overlaps_are_told() -> None:
    found = told("roster", calendar(shift(), shift("20260909T160000Z", "20260909T180000Z"), shift(who="operator B")))
    assert any("operator A is entered twice at once" in one for one in found.remarks)
    assert any("two people are on duty at once" in one for one in found.remarks)


def test_the_same_entry_twice_is_one() -> None:
    found = told("roster", calendar(shift(), shift()))
    assert len(found.shifts) == 1
    assert "twice" in found.remarks[0]


def test_an_entry_that_was_called_off_is_left_out_and_a_moved_one_is_moved() -> None:
    series = "DTSTART:20260907T090000Z\nDTEND:20260907T100000Z\nRRULE:FREQ=DAILY;COUNT=3\nSUMMARY:operator A"
    body = calendar(series, shift(more="\nSTATUS:CANCELLED")).replace(b"END:VCALENDAR", (
        b"BEGIN:VEVENT\r\nUID:0\r\nRECURRENCE-ID:20260908T090000Z\r\nDTSTART:20260908T150000Z\r\n"
        b"DTEND:20260908T160000Z\r\nSUMMARY:operator A\r\nEND:VEVENT\r\nEND:VCALENDAR"
    ))  # fmt: skip
    assert [one.start.strftime("%d %H") for one in told("roster", body).shifts] == ["07 09", "08 15", "09 09"]


def ruled(rule: str) -> str:
    return shift(more=f"\nRRULE:{rule}")


HOSTILE = {
    "every second": calendar(ruled("FREQ=SECONDLY"), shift()),
    "never": calendar(*[ruled("FREQ=DAILY;INTERVAL=7;BYDAY=TU") for _ in range(3)], shift()),
    "a day that is in no month": calendar(ruled("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), shift()),
    "a large number": calendar(ruled("FREQ=DAILY;INTERVAL=99999999999999999999"), shift()),
    "hours of hours": calendar(ruled("FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24)))), shift()),
    "nonsense": calendar(ruled("FREQ=DAILY;COUNT=-1;UNTIL=x"), ruled("=;=;"), ruled("FREQ=WEEKLY;BYDAY=99XX"), shift()),
    "a rule in two lines": calendar(shift(more="\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY"), shift()),
    "without an end": calendar(ruled("FREQ=DAILY")),
    "many without an end": calendar(*[ruled("FREQ=DAILY") for _ in range(200)]),
    "many entries": calendar(*["SUMMARY:a"] * 21_000),
    "deep": b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 100_000,
    "ends wrongly": b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n",
    "cut off": calendar(shift())[:60],
    "a long line": calendar(shift(who="a" * 5_000_000)),
    "folded for ever": calendar(shift(who="a" + "\n b" * 500_000)),
    "parameters": calendar("DTSTART" + ";A=B" * 900_000 + ":20260909T090000Z"),
    "commas": calendar("DTSTART;A=" + "," * 3_900 + "\nSUMMARY:x"),
    "exceptions": calendar(ruled("FREQ=DAILY;COUNT=9") + "\nEXDATE:" + "20260909T090000Z," * 100_000),
    "year 0": calendar(shift("00000101T000000Z", "99991231T235959Z")),
    "a zone by a path": calendar("DTSTART;TZID=../../etc/passwd:20260909T090000\nDURATION:PT1H\nSUMMARY:a"),
    "bytes": b"BEGIN:VCALENDAR\r\n" + bytes(range(256)) * 100,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_calendar_costs_no_time_and_breaks_nothing(kind: str) -> None:
    begun = time.monotonic()
    found: Told | None = None
    refused: SourceError | None = None
    try:
        found = told("roster", HOSTILE[kind])
    except SourceError as error:
        refused = error
    assert refused is None or (refused.hint and refused.code in ("CS190", "CS194"))
    assert found is None or 1 <= len(found.shifts) <= 5_000
    assert time.monotonic() - begun < 10
