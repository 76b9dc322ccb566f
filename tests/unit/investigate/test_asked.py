"""A request is due while somebody must do something about it, and no longer."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from countersign.investigate.asked import (
    OUTCOMES,
    Asked,
    Outcome,
    Request,
    days_left,
    ends,
    is_due,
    is_gone,
    requests,
    standing,
)
from countersign.investigate.finding import Missing

LAST = datetime(2026, 11, 8, 1, 15, tzinfo=UTC)
TWO_WEEKS = timedelta(days=14)
MISSING = Missing(
    name="access-log", group="session", what="the access log", holder="X", could_move=(-1.0, 1.0),
    pair=("outsider", "slip"), until=LAST,
)  # fmt: skip


def request(outcome: Outcome | None = None) -> Request:
    asked = (Asked(name="access-log", outcome=outcome, on=date(2026, 9, 10), reference="0-77"),) if outcome else ()
    (one,) = requests((MISSING,), asked)
    return one


@pytest.mark.parametrize(
    ("day", "due"), [(24, False), (25, True), (31, True)], ids=["15 days before", "14 days before", "8 days before"]
)
def test_a_request_is_due_from_so_many_days_before(day: int, *, due: bool) -> None:
    assert is_due(request(), datetime(2026, 10, day, 23, tzinfo=UTC), TWO_WEEKS) == due


def test_on_the_last_day_it_is_due_and_the_day_after_it_is_gone() -> None:
    on, after = datetime(2026, 11, 8, 23, tzinfo=UTC), datetime(2026, 11, 9, 0, tzinfo=UTC)
    assert (is_due(request(), on, TWO_WEEKS), is_gone(request(), on)) == (True, False)
    assert (is_due(request(), after, TWO_WEEKS), is_gone(request(), after)) == (False, True)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_was_asked_and_not_answered_is_still_due_and_any_answer_ends_it(outcome: Outcome) -> None:
    assert is_due(request(outcome), LAST, TWO_WEEKS) == (outcome == "sent")


def test_what_was_asked_again_after_a_refusal_is_due_again() -> None:
    asked = [Asked(name="access-log", outcome=one, on=date(2026, 9, 10)) for one in ("refused", "sent")]
    assert is_due(requests((MISSING,), asked)[0], LAST, TWO_WEEKS)


def test_what_was_done_about_another_request_changes_nothing() -> None:
    other = Asked(name="roster", outcome="received", on=date(2026, 9, 10))
    assert requests((MISSING,), (other,))[0].outcome is None


def test_what_has_no_last_day_is_never_due_and_never_gone() -> None:
    endless = msgspec.structs.replace(request(), until=None)
    assert not is_due(endless, LAST, TWO_WEEKS)
    assert not is_gone(endless, datetime(2036, 1, 1, tzinfo=UTC))


def test_each_standing_has_its_words_and_its_day() -> None:
    said = [standing(request(outcome)) for outcome in (None, *OUTCOMES)]
    assert said == [
        "not asked yet", "asked on 10 Sep 2026, no answer yet", "refused on 10 Sep 2026",
        "nothing is held, answered on 10 Sep 2026", "received on 10 Sep 2026",
    ]  # fmt: skip


def test_days_are_counted_in_utc_wherever_one_is() -> None:
    auckland = datetime(2026, 11, 8, 1, tzinfo=UTC).astimezone()
    assert days_left(LAST, auckland) == 0
    assert [ends(LAST, LAST - timedelta(days=days)) for days in (9, 1, 0, -1)] == [
        "in 9 days", "tomorrow", "today", "gone since 8 Nov 2026",
    ]  # fmt: skip
