"""Every date of an archive is understood, and what is no date is told."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.sources.x_archive.times import snowflake, user_since, when


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2023-05-30T13:31:42.908Z", datetime(2023, 5, 30, 13, 31, 42, 908000, UTC)),
        ("2026-01-09T21:03:45.695311457Z", datetime(2026, 1, 9, 21, 3, 45, 695311, UTC)),
        ("Sat Aug 12 16:10:37 +0000 2023", datetime(2023, 8, 12, 16, 10, 37, tzinfo=UTC)),
        ("Sat Aug 12 18:10:37 +0200 2023", datetime(2023, 8, 12, 16, 10, 37, tzinfo=UTC)),
        ("2023-06-05 17:00:52", datetime(2023, 6, 5, 17, 0, 52, tzinfo=UTC)),
        ("2021.10.20", datetime(2021, 10, 20, tzinfo=UTC)),
        ("1515621494000", datetime(2018, 1, 10, 21, 58, 14, tzinfo=UTC)),
        (1515621494, datetime(2018, 1, 10, 21, 58, 14, tzinfo=UTC)),
    ],
)
def test_each_date_format_is_read(written: object, meant: datetime) -> None:
    assert when(written) == meant


@pytest.mark.parametrize("written", [None, "", "1970-01-01T00:00:00.000Z", "0000.00.00", "0", 0])
def test_epoch_zero_and_redacted_dates_mean_unknown(written: object) -> None:
    assert when(written) is None


@pytest.mark.parametrize("written", ["yesterday", "2023-13-01T00:00:00Z", "9999-01-01", "9" * 30, "Sat Foo 12"])
def test_what_is_no_date_is_an_error_and_not_a_guess(written: str) -> None:
    with pytest.raises(ValueError, match=r"date|time|month|range|format"):
        when(written)


@given(st.text() | st.integers())
def test_no_text_breaks_the_reading_of_dates(written: object) -> None:
    try:
        found = when(written)
    except ValueError:
        return
    assert found is None or found.tzinfo is UTC


def test_an_id_of_before_november_2010_tells_no_time() -> None:
    assert snowflake("20") is None
    assert snowflake("9" * 400) is None
    assert snowflake("00000000") is None


def test_an_account_of_before_2016_has_no_birthday_in_its_id() -> None:
    assert user_since("783214") is None
    assert user_since("5000000000") is None
    assert user_since("1500000000000000000") == datetime(2022, 3, 5, 6, 47, 23, 309000, UTC)
