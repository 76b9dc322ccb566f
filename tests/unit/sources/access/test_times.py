"""Times are read as they are meant; what can be read in two ways is refused, with a way out."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from countersign.sources.access.times import DateOrder, NoZone, TwoWays, Unsure, moment

LONDON = ZoneInfo("Europe/London")
EIGHT = datetime(2026, 8, 10, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-08-10 08:00:00+00", "2026-08-10T08:00:00Z", "2026/08/10 08:00 UTC", "Mon, 10 Aug 2026 08:00:00 -0000",
        "Mon Aug 10 2026 09:00:00 GMT+0100 (British Summer Time)", "10.08.2026 08:00 UTC", "1786348800",
        "1786348800000", "1786348800000000", "10 Aug 2026 10:00:00 +0200",
    ],
)  # fmt: skip
def test_one_moment_is_one_however_it_is_written(written: str) -> None:
    assert moment(written) == EIGHT


@pytest.mark.parametrize("written", ["2026-08-10 08:00 BST", "2026-08-10 08:00 CST", "Mon, 10 Aug 2026 08:00:00 EST"])
def test_an_abbreviation_is_no_zone(written: str) -> None:
    with pytest.raises(NoZone, match="several places"):
        moment(written)


def test_an_abbreviation_is_read_in_the_place_that_uses_it_and_nowhere_else() -> None:
    assert moment("2026-08-10 09:00 BST", LONDON) == EIGHT
    assert moment("2026-10-25 01:30 GMT", LONDON) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert moment("2026-10-25 01:30 BST", LONDON) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="CST is no time of Europe/London"):
        moment("2026-08-10 09:00 CST", LONDON)


@pytest.mark.parametrize(("written", "why"), [("2026-10-25 01:30", "came twice"), ("2026-03-29 01:30", "never came")])
def test_an_hour_that_came_twice_or_never_is_not_guessed(written: str, why: str) -> None:
    with pytest.raises(Unsure, match=why) as unsure:
        moment(written, LONDON)
    assert unsure.value.near.date().isoformat() == written[:10]


@pytest.mark.parametrize(("order", "day"), [("day-first", (8, 10)), ("month-first", (10, 8))])
def test_a_short_date_is_read_as_the_user_says(order: DateOrder, day: tuple[int, int]) -> None:
    found = moment("10/08/2026 8:00 AM UTC", order=order)
    assert ((found.month, found.day), found.hour) == (day, 8)


def test_a_short_date_is_not_guessed_even_where_only_one_reading_is_a_day() -> None:
    for written in ("10/08/2026 08:00 UTC", "25/08/2026 08:00 UTC"):
        with pytest.raises(TwoWays):
            moment(written)
    with pytest.raises(ValueError, match="month"):
        moment("25/08/2026 08:00 UTC", order="month-first")


@pytest.mark.parametrize(
    "written",
    ["2026-08-10", "0", "46274.0934", "", "never", "9999-01-01T00:00:00+00:00", "0001-01-01T00:00:00+23:00",
     "2026-08-10T08:00:00+99:99", "2026-02-30 08:00Z", "Aug 10, 2026 8:00:00 AM", "1" * 79, "2026-08-10 08:00:00 +1"],
)  # fmt: skip
def test_what_is_no_time_is_told_as_that(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # each has a reason of its own
        moment(written, UTC)  # type: ignore[arg-type]  # no zone of a place is needed
