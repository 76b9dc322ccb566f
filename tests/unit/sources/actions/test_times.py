"""Times as people write them, one at a time and a column at once."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.sources.actions.timecolumn import BASES, read_times
from countersign.sources.actions.times import read_time


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-09-09T02:14:07Z", "2026-09-09T02:14:07+00:00"),
        ("2026-09-09t02:14:07z", "2026-09-09T02:14:07+00:00"),
        ("2026-09-09 02:14:07+0530", "2026-09-08T20:44:07+00:00"),
        ("2026-09-09T02:14:07.123456789Z", "2026-09-09T02:14:07.123456+00:00"),
        ("2026-09-09T02:14:07,5-08:00", "2026-09-09T10:14:07.500000+00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999+00:00"),
        (" 2026-09-09T02:14:07 ", "2026-09-09T02:14:07+00:00"),
    ],
)
def test_a_time_is_read_however_it_is_written(written: str, meant: str) -> None:
    when = read_time(written)
    assert when is not None
    assert (when.at.isoformat(), when.basis) == (meant, "given")


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "2026-02-30T00:00:00Z", "2026-13-01", "2026-09-09T25:00:00Z", "0000-01-01T00:00:00Z",
     "1757384047", "0001-01-01T00:00:00+05:00", "2026-09-09T02:14:07+24:00", "２０２６-09-09", "2026-09-09T02:14:07Zx"],
)  # fmt: skip
def test_what_is_no_time_is_none(written: str) -> None:
    assert read_time(written) is None


_WRITTEN = st.one_of(
    st.datetimes().map(datetime.isoformat),
    st.datetimes(timezones=st.timezones()).map(datetime.isoformat),
    st.datetimes(timezones=st.just(UTC)).map(lambda at: at.isoformat().replace("+00:00", "Z")),
    st.from_regex(r"\A[12]\d{3}-[01]\d-[0-3]\d[T ][0-2]\d:[0-6]\d(:[0-6]\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?\Z"),
    st.just(""), st.none(),
)  # fmt: skip


@given(st.lists(_WRITTEN, max_size=8))
def test_a_column_is_read_as_its_values_are(written: list[str | None]) -> None:
    column = read_times(pa.array(written, pa.large_string()), len(written))
    for row, text in enumerate(written):
        when = read_time(text) if text else None
        at = None if when is None else np.datetime64(when.at.replace(tzinfo=None), "us")
        assert (at is None and np.isnat(column.at[row])) or at == column.at[row]
        assert bool(column.bad[row]) == (bool(text) and when is None)
        if when is not None:
            assert (BASES[column.basis[row]], bool(column.naive[row])) == (when.basis, not when.zoned)
