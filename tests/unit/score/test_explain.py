"""Explanations of scored actions: the right value for the right row, whatever is asked for and in whatever order."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from countersign.activity import Activity, activity_id, to_columns
from countersign.engine.embedded import account_bounds
from countersign.score.explain import BATCH, explain
from countersign.score.scorer import Scorer, score, scorer
from countersign.score.surprise import Share, Surprise
from countersign.score.walk import LAG, Outcome

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def with_() -> Scorer:
    return scorer("rich", {}, {"": "UTC", "b": "Asia/Tokyo"})


def posts(account: str, times: list[datetime | None]) -> list[Activity]:
    """Return posts of an account at these times, all on the same pattern."""
    return [
        Activity(
            id=activity_id("x", account, "post", str(number)),
            native_id=str(number),
            platform="x",
            verb="post",
            actor=account,
            published=time,
            time_basis="given" if time else "unknown",
            content=f"Notice number {number} of the harbour office.",
            instrument="SocialDesk",
            source="actions",
        )
        for number, time in enumerate(times)
    ]


def daily(account: str, count: int) -> list[Activity]:
    return posts(account, [START + timedelta(days=day) for day in range(count)])


def explained(actions: pa.Table, with_: Scorer, rows: list[int] | None = None) -> list[Surprise]:
    out: Outcome = score(actions, account_bounds(actions), with_)
    usual, incidents = np.arange(actions.num_rows) / 2, np.arange(actions.num_rows, dtype=np.int32)
    wanted = range(actions.num_rows) if rows is None else rows
    return list(explain(actions, out, with_, wanted, incidents, usual))


def share(surprise: Surprise, signal: str) -> Share:
    return next(share for share in surprise.shares if share.signal == signal)


def test_nothing_asked_nothing_explained(with_: Scorer) -> None:
    assert explained(to_columns([]), with_) == []
    assert explained(to_columns(daily("a", 3)), with_, []) == []


def test_a_surprise_names_its_row_its_action_its_incident_and_what_is_usual(with_: Scorer) -> None:
    whole = explained(to_columns(daily("a", 3)), with_)
    assert [(one.row, one.native_id, one.account) for one in whole] == [(0, "0", "a"), (1, "1", "a"), (2, "2", "a")]
    assert [one.incident for one in whole] == [None, 1, 2]
    assert [one.usual for one in whole] == [0.0, 0.5, 1.0]


def test_a_surprise_tells_how_many_actions_were_habit_before_it_and_the_last_few_never_are(with_: Scorer) -> None:
    whole = explained(to_columns(daily("a", LAG + 3)), with_)
    assert [one.learned for one in whole] == [*[0] * (LAG + 1), 1, 2]


def test_rows_may_be_asked_for_in_any_order_and_twice(with_: Scorer) -> None:
    actions = to_columns([*daily("a", 30), *daily("b", 30)])
    whole = explained(actions, with_)
    wanted = [50, 3, 3, 29, 30]
    assert explained(actions, with_, wanted) == [whole[row] for row in wanted]


def test_batches_leave_no_seam(with_: Scorer) -> None:
    actions = to_columns(daily("a", BATCH + 3))
    whole = explained(actions, with_)
    assert len(whole) == BATCH + 3
    assert [one.row for one in whole[BATCH - 1 : BATCH + 2]] == [BATCH - 1, BATCH, BATCH + 1]
    assert explained(actions, with_, [BATCH]) == [whole[BATCH]]


def test_the_hour_is_told_in_the_account_s_own_zone(with_: Scorer) -> None:
    whole = explained(to_columns([*daily("a", 12), *daily("b", 12)]), with_)
    assert share(whole[11], "hour").because.startswith("between 08:00 and 09:00 UTC: ")
    assert share(whole[23], "hour").because.startswith("between 17:00 and 18:00 Tokyo: ")


def test_a_pause_is_counted_from_the_last_action_whose_time_is_known(with_: Scorer) -> None:
    times = [START, None, START + timedelta(seconds=20), START + timedelta(seconds=20), START + timedelta(days=400)]
    first, untimed, later, at_once, long_after = explained(to_columns(posts("a", times)), with_)
    assert share(first, "gap").because == "not observed: no action with a known time is before it"
    assert share(untimed, "gap").because == "not observed: no time is given"
    assert share(later, "gap").because.startswith("16 to 32 seconds after its last action")
    assert share(at_once, "gap").because.startswith("less than 2 seconds after its last action")
    assert share(long_after, "gap").because.startswith("about 97 days or more after its last action")


def test_the_first_pause_of_an_account_is_not_counted_from_another_account(with_: Scorer) -> None:
    whole = explained(to_columns([*daily("a", 2), *daily("b", 2)]), with_)
    assert share(whole[2], "gap").state == "not observed"


def test_a_short_history_is_not_told_to_the_tenth_of_a_per_cent(with_: Scorer) -> None:
    times: list[datetime | None] = [START + timedelta(days=day) for day in range(40)]
    last = explained(to_columns(posts("a", [*times, START + timedelta(days=40, hours=12)])), with_)[-1]
    assert share(last, "hour").because.startswith("between 20:00 and 21:00 UTC: expected in under 5 % of its actions")


def test_a_link_listed_or_not_is_told_apart_from_links_not_given(with_: Scorer) -> None:
    columns = to_columns(daily("a", 2))
    none = pa.array([None, []], columns.schema.field("links").type)
    actions = columns.set_column(columns.schema.get_field_index("links"), "links", none)
    unknown, listed = explained(actions, with_)
    assert share(unknown, "domain").because == "not observed: links are not given"
    assert share(listed, "domain").because == "not observed: no link is listed"
