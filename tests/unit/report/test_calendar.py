"""A calendar of last days is one that other programs read as it is meant, and the same state gives the same bytes."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from countersign.report.calendar import BEFORE, FOLDED, LastDay, calendar
from countersign.sources.access.asked import Asked
from countersign.sources.access.reading import read

MADE = datetime(2026, 9, 10, 8, 30, tzinfo=UTC)
DAY = LastDay(uid="ab" * 16, day=date(2026, 11, 8), title="Last day: access-log of incident 1", says="Ask X.\nToday.")
HOSTILE = (
    "a\r\nBEGIN:VALARM", "END:VEVENT\nEND:VCALENDAR", "a;b,c\\d\\n", "\x1b[31mred", "pay\u202egnp.exe", "真相之叶" * 40,
    "🔥" * 60, "é" * 200, "\ud800lone", ":;,\"'", "x" * 5000,
)  # fmt: skip


def written(*days: LastDay, revision: int = 7) -> bytes:
    return calendar(days or (DAY,), made=MADE, revision=revision)


def events(body: bytes) -> list[icalendar.Component]:
    return list(icalendar.Calendar.from_ical(body).walk("VEVENT"))


def test_a_foreign_reader_finds_the_day_the_title_and_the_text() -> None:
    (event,) = events(written())
    assert event.decoded("DTSTART") == date(2026, 11, 8)
    assert event.decoded("DTEND") == date(2026, 11, 9)
    assert event.decoded("DTSTAMP") == MADE
    assert str(event["UID"]) == DAY.uid
    assert str(event["SUMMARY"]) == DAY.title
    assert str(event["DESCRIPTION"]) == DAY.says
    assert event.decoded("SEQUENCE") == 7


def test_a_phone_reminds_14_7_2_days_and_1_day_before_in_the_morning() -> None:
    (event,) = events(written())
    reminders = [alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")]
    morning = timedelta(hours=9)
    assert reminders == [morning - timedelta(days=days) for days in BEFORE]
    assert {str(alarm["ACTION"]) for alarm in event.walk("VALARM")} == {"DISPLAY"}


def test_our_own_reader_of_rosters_takes_it_and_leaves_out_what_is_called_off() -> None:
    over = LastDay(uid="cd" * 16, day=date(2026, 11, 9), title="answered", says="", called_off=True)
    told = read("roster", written(DAY, over), "r.ics", Asked(account="111", platform="x", zone="UTC"))
    assert [(one.who, one.start) for one in told.shifts] == [(DAY.title, datetime(2026, 11, 8, tzinfo=UTC))]
    assert told.not_understood == ()


def test_what_is_called_off_reminds_of_nothing() -> None:
    (event,) = events(written(LastDay(uid="1", day=date(2026, 11, 9), title="a", says="", called_off=True)))
    assert str(event["STATUS"]) == "CANCELLED"
    assert event.walk("VALARM") == []


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_foreign_words_stay_one_value_of_one_entry(words: str) -> None:
    body = written(LastDay(uid=DAY.uid, day=DAY.day, title=words, says=words), DAY)
    assert [str(event["UID"]) for event in events(body)] == [DAY.uid, DAY.uid]
    assert body.split(b"\r\n").count(b"BEGIN:VALARM") == 2 * len(BEFORE)
    assert not set(body.decode()) & set("\x1b\u202e")


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_lines_end_with_crlf_and_are_folded_between_characters_at_75_bytes(words: str) -> None:
    body = written(LastDay(uid="1", day=DAY.day, title=words, says=words))
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    for line in body.split(b"\r\n"):
        assert len(line) <= FOLDED
        line.decode("utf-8")


def test_the_same_state_gives_the_same_bytes_and_a_later_one_another_revision() -> None:
    assert written() == written()
    assert b"METHOD:PUBLISH\r\n" in written()
    assert written(revision=8) == written().replace(b"SEQUENCE:7", b"SEQUENCE:8")


def test_a_calendar_without_a_day_is_still_one() -> None:
    empty = calendar((), made=MADE, revision=0)
    assert icalendar.Calendar.from_ical(empty).walk("VEVENT") == []
