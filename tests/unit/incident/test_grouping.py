"""Incidents out of flags: where they begin and end, what is around them, what was undone, how severe, who is told."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from countersign.activity import UNDONE_BY, Activity, Verb, activity_id, to_columns
from countersign.incident.grouping import AROUND, MOST, Group, groups
from countersign.score.alarm import ALARM, ALERT, FIRST
from countersign.score.kernel import UNITS
from countersign.score.walk import Outcome, blank

START = datetime(2026, 9, 9, 1, 14, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def action(
    verb: Verb, what: str, minute: float | None = 0, *, native: str = "", until: datetime | None = None
) -> Activity:
    """Return an action on something, so many minutes after the start (None: not known)."""
    native_id = native or f"{verb}-{what}-{minute}"
    return Activity(
        id=activity_id("x", "111", verb, native_id),
        native_id=native_id,
        platform="x",
        verb=verb,
        actor="111",
        object=what,
        published=None if minute is None else START + minute * MINUTE,
        end_time=until,
    )


def likes(count: int) -> list[Activity]:
    return [action("like", f"post {number}", number) for number in range(count)]


def outcome(bits: Sequence[float], flags: dict[int, int], *, since: int = 1, threshold: float = 4.0) -> Outcome:
    """Return what scoring would have said: bits and the running sum an action, flags and actions since 0 at alarms."""
    out = blank(len(bits), 1)
    out.units[:] = np.asarray(bits) * UNITS
    out.sums[:] = np.maximum(0, np.cumsum(bits)) * UNITS
    out.heights[:] = threshold * UNITS
    for row, flag in flags.items():
        out.flags[row] = flag
        out.since[row] = since
    return out


def found(out: Outcome, actions: Sequence[Activity], start: int = 0, stop: int | None = None) -> list[Group]:
    return list(groups(out, start, len(actions) if stop is None else stop, to_columns(actions)))


def test_without_an_alarm_there_is_no_incident() -> None:
    assert found(outcome([5.0] * 4, {}), likes(4)) == []
    assert found(outcome([], {}), []) == []


def test_an_incident_begins_where_the_sum_left_zero_and_not_where_the_alarm_went_off() -> None:
    out = outcome([-1, -1, 2, 2, 2, -1, -1], {4: FIRST | ALARM | ALERT}, since=3)
    (one,) = found(out, likes(7))
    assert (one.onset, one.alarm, one.last) == (2, 4, 4)
    assert one.rows == (2, 3, 4)


def test_what_goes_on_after_the_last_alarm_belongs_to_the_incident_until_the_sum_is_back_at_zero() -> None:
    out = outcome([-1, 3, 3, -1, 2, -9, 2], {2: FIRST | ALARM | ALERT}, since=2)
    out.incident[2:] = 1
    (one,) = found(out, likes(7))
    assert (one.last, one.rows) == (4, (1, 2, 4))


def test_an_incident_never_begins_in_another_account() -> None:
    out = outcome([3, 3, 3, 3], {2: FIRST | ALARM}, since=9)
    (one,) = found(out, likes(4), start=2)
    assert one.onset == 2
    assert one.before == ()


def test_an_incident_never_goes_on_in_another_account() -> None:
    out = outcome([3, 3, 3, 3], {0: FIRST | ALARM, 2: FIRST | ALARM, 3: ALARM})
    (one,) = found(out, likes(4), stop=2)
    assert (one.last, one.until) == (0, 2)
    assert one.after == (1,)


def test_later_alarms_join_until_the_next_incident_begins() -> None:
    out = outcome([3] * 6, {1: FIRST | ALARM, 2: ALARM, 4: FIRST | ALARM | ALERT})
    one, other = found(out, likes(6))
    assert (one.onset, one.last, one.until) == (1, 2, 5)
    assert (other.onset, other.last, other.until) == (4, 4, 6)
    assert set(one.rows).isdisjoint(other.rows)


def test_what_the_habit_explains_is_not_part_of_it() -> None:
    out = outcome([3, -2, 0, 3], {0: FIRST | ALARM, 3: ALARM})
    (one,) = found(out, likes(4))
    assert one.rows == (0, 3)
    assert one.actions == 2


def test_of_an_endless_incident_the_first_actions_are_kept_and_all_are_counted() -> None:
    count = MOST + 20
    out = outcome([0.1] * count, {0: FIRST | ALARM, count - 1: ALARM})
    (one,) = found(out, likes(count))
    assert len(one.rows) == MOST
    assert one.actions == count


def test_the_actions_before_and_after_are_shown_with_it() -> None:
    out = outcome([-1] * 5 + [6] + [-1] * 5, {5: FIRST | ALARM})
    (one,) = found(out, likes(11))
    assert one.before == (2, 3, 4) == tuple(range(5 - AROUND, 5))
    assert one.after == (6, 7, 8)


def test_the_alarm_is_the_action_at_which_somebody_was_told() -> None:
    out = outcome([3] * 3, {0: FIRST | ALARM, 2: ALARM | ALERT})
    (one,) = found(out, likes(3))
    assert (one.alert, one.alarm) == (True, 2)


def test_past_the_cap_an_incident_goes_to_the_digest() -> None:
    out = outcome([3] * 3, {0: FIRST | ALARM, 2: ALARM})
    (one,) = found(out, likes(3))
    assert (one.alert, one.alarm) == (False, 0)


@pytest.mark.parametrize(("peak", "severity"), [(5.0, "low"), (9.0, "medium"), (13.75, "medium"), (14.0, "high")])
def test_severity_is_how_far_its_actions_together_passed_the_threshold(peak: float, severity: str) -> None:
    (one,) = found(outcome([peak], {0: FIRST | ALARM}), likes(1))
    assert one.severity == severity
    assert (one.peak, one.threshold) == (peak, 4.0)


def test_many_small_surprises_together_are_severe() -> None:
    (one,) = found(outcome([3.0] * 5, {1: FIRST | ALARM, 4: ALARM}, since=2), likes(5))
    assert one.severity == "high"


@pytest.mark.parametrize("verb", ["like", "repost", "follow", "block", "mute"])
def test_an_undo_minutes_later_joins_its_action(verb: Verb) -> None:
    actions = [action(verb, "clip"), action("post", "own", 3), action(UNDONE_BY[verb], "clip", 7)]
    (one,) = found(outcome([9, -1, -1], {0: FIRST | ALARM}), actions)
    assert one.undone == ((0, 2),)


def test_an_undo_before_the_last_alarm_joins_as_well() -> None:
    actions = [action("like", "clip"), action("unlike", "clip", 1), action("like", "rumour", 2)]
    (one,) = found(outcome([9, -1, 9], {0: FIRST | ALARM, 2: ALARM}), actions)
    assert one.undone == ((0, 1),)


def test_an_undo_belongs_to_the_same_thing_and_the_same_verb() -> None:
    actions = [action("like", "clip"), action("unrepost", "clip", 1), action("unlike", "another", 2)]
    (one,) = found(outcome([9, -1, -1], {0: FIRST | ALARM}), actions)
    assert one.undone == ()


def test_an_undo_of_an_earlier_like_is_not_the_undo_of_a_later_one() -> None:
    actions = [action("unlike", "clip", -5), action("like", "clip"), action("post", "own", 1)]
    (one,) = found(outcome([-1, 9, -1], {1: FIRST | ALARM}), actions)
    assert one.undone == ()


def test_a_second_like_of_the_same_post_has_the_second_undo() -> None:
    actions = [
        action("like", "clip"),
        action("unlike", "clip", 1),
        action("like", "clip", 2),
        action("unlike", "clip", 3),
    ]
    (one,) = found(outcome([9, -1, 9, -1], {0: FIRST | ALARM, 2: ALARM}), actions)
    assert one.undone == ((0, 1), (2, 3))


def test_an_undo_weeks_later_is_another_story() -> None:
    within, beyond = 7 * 24 * 60, 7 * 24 * 60 + 1
    for minute, expected in ((within, ((0, 1),)), (beyond, ())):
        (one,) = found(outcome([9, -1], {0: FIRST | ALARM}), [action("like", "clip"), action("unlike", "clip", minute)])
        assert one.undone == expected


def test_a_deleted_post_was_taken_back() -> None:
    actions = [action("post", "x", native="77"), action("delete", "77", 4)]
    (one,) = found(outcome([9, -1], {0: FIRST | ALARM}), actions)
    assert one.undone == ((0, 1),)


def test_deleting_the_post_that_a_reply_answered_does_not_take_the_reply_back() -> None:
    actions = [action("reply", "77", native="78"), action("delete", "77", 4)]
    (one,) = found(outcome([9, -1], {0: FIRST | ALARM}), actions)
    assert one.undone == ()


def test_an_undo_known_only_by_absence_joins_by_its_latest_time() -> None:
    soon, late = START + timedelta(days=2), START + timedelta(days=30)
    for until, expected in ((soon, ((0, 1),)), (late, ())):
        actions = [action("like", "clip"), action("unlike", "clip", None, until=until)]
        (one,) = found(outcome([9, -1], {0: FIRST | ALARM}), actions)
        assert one.undone == expected


def test_where_no_times_are_known_an_undo_still_joins() -> None:
    actions = [action("like", "clip", None), action("unlike", "clip", None)]
    (one,) = found(outcome([9, -1], {0: FIRST | ALARM}), actions)
    assert one.undone == ((0, 1),)


def test_the_columns_may_come_in_chunks() -> None:
    actions = [action("like", "clip"), action("post", "own", 3), action("unlike", "clip", 7)]
    table = to_columns(actions)
    chunked = pa.concat_tables([table.slice(row, 1) for row in range(3)])
    out = outcome([9, -1, -1], {0: FIRST | ALARM})
    assert list(groups(out, 0, 3, chunked)) == list(groups(out, 0, 3, table))
