"""When a claim is about: a day, a minute and a second are the whole of it."""

import pytest

from countersign.cli.claims import times
from countersign.errors import UsageError


@pytest.mark.parametrize(
    ("given", "start", "end"),
    [
        ("2026-09-09", "2026-09-09T00:00:00", "2026-09-09T23:59:59.999999"),
        ("20260909", "2026-09-09T00:00:00", "2026-09-09T23:59:59.999999"),
        ("2026-09-09T01:14", "2026-09-09T01:14:00", "2026-09-09T01:14:59.999999"),
        ("2026-09-09T01:14:07", "2026-09-09T01:14:07", "2026-09-09T01:14:07.999999"),
        ("2026-09-09T01:14+02:00", "2026-09-08T23:14:00", "2026-09-08T23:14:59.999999"),
        ("2024-02-28/2024-02-29", "2024-02-28T00:00:00", "2024-02-29T23:59:59.999999"),
        ("2026-09-09T01:00/2026-09-09T02:00", "2026-09-09T01:00:00", "2026-09-09T02:00:00"),
    ],
)
def test_what_a_time_names_is_the_whole_of_it_and_a_span_ends_at_the_stroke(given: str, start: str, end: str) -> None:
    assert [f"{one:%Y-%m-%dT%H:%M:%S}" + (".999999" if one.microsecond else "") for one in times(given)] == [start, end]


@pytest.mark.parametrize("given", ["", "yesterday", "2026-13-01", "2026-02-29", "0001-01-01T00:00+23:59"])
def test_what_is_no_time_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="no time"):
        times(given)
