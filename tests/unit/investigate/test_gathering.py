"""What is gathered of an incident out of an account's actions."""

from datetime import UTC, datetime, timedelta
from typing import Any

from countersign.activity import Activity, Verb, to_columns
from countersign.incident.incident import Incident
from countersign.investigate.facts import Facts
from countersign.investigate.gathering import Subject, gather

START = datetime(2026, 9, 9, 1, 14, 7, tzinfo=UTC)


def action(number: int, verb: Verb, when: datetime | None, platform: str = "x", **more: Any) -> Activity:
    return Activity(
        id=f"{platform}:111:{verb}:{number}", native_id=str(number), platform=platform, verb=verb, actor="111",
        published=when, time_basis="given" if when else "unknown", **more,
    )  # fmt: skip


def gathered(*actions: Activity, ids: tuple[str, ...], **more: Any) -> Facts:
    incident = Incident(
        number=1, account="111", platform="x", onset=START, alarm_action=ids[0], alarm_native_id="1", alert=True,
        actions=len(ids), peak=30.0, threshold=12.0,
    )  # fmt: skip
    given: dict[str, Any] = {"home_zone": "Europe/London", "as_of": START + timedelta(days=3), **more}
    return gather(Subject(incident=incident, ids=ids, **given), to_columns(actions))


def test_habit_is_counted_from_what_came_before_and_in_home_time() -> None:
    past = [
        action(n, "post", START - timedelta(days=n), instrument="Web", links=("https://www.a.example/1",))
        for n in (1, 2)
    ]
    later = action(9, "post", START + timedelta(days=1), instrument="Web")
    facts = gathered(*past, action(3, "like", START, instrument="Web"), later, ids=("x:111:like:3",))
    assert facts.clients == {"Web": 2}
    assert facts.hours[2] == 2
    assert sum(facts.hours) == 2
    assert facts.domains == {"a.example": 2}
    assert {one.id for one in facts.around} == {"x:111:post:1", "x:111:like:3", "x:111:post:9"}


def test_what_took_an_action_back_is_no_action_of_the_incident() -> None:
    like, unlike = action(3, "like", START), action(3, "unlike", START + timedelta(hours=6))
    facts = gathered(like, unlike, ids=(like.id, unlike.id))
    assert [one.id for one in facts.actions] == [like.id]
    assert facts.undone == {like.id: unlike}


def test_what_was_taken_back_earlier_and_done_again_was_not_taken_back() -> None:
    earlier, like = action(3, "unlike", START - timedelta(minutes=5)), action(3, "like", START)
    assert gathered(earlier, like, ids=(like.id,)).undone == {}
    assert gathered(earlier, like, ids=(earlier.id, like.id)).undone == {}


def test_only_changes_by_which_an_account_is_taken_count_as_changes() -> None:
    changes = [
        action(n, "update", START - timedelta(hours=n), object=what) for n, what in ((1, "email"), (2, "banner"))
    ]
    facts = gathered(*changes, action(3, "like", START), ids=("x:111:like:3",))
    assert [one.object for one in facts.changes] == ["email"]


def test_an_incident_of_an_account_without_a_past_or_times_is_no_error() -> None:
    facts = gathered(action(3, "like", None), ids=("x:111:like:3",))
    assert sum(facts.hours) == 0
    assert facts.clients == {}
    assert len(facts.actions) == 1


def test_the_clock_numbers_of_bluesky_keys_are_kept_in_order() -> None:
    keys = ("3l3pte3p2e325", "3l3pte3p2e32a")
    past = [
        Activity(
            id=key, native_id=key, platform="bluesky", verb="like", actor="111", published=START - timedelta(days=n)
        )
        for n, key in enumerate(keys, start=1)
    ]
    now = action(3, "like", START, platform="bluesky")
    assert gathered(*past, now, ids=(now.id,)).clocks == (3, 6)


def test_likes_that_may_lie_around_an_incident_are_counted_however_early_they_may_begin() -> None:
    early = START - timedelta(days=400)
    may = action(4, "like", None, start_time=early, end_time=START + timedelta(days=9))
    never = action(5, "like", None, start_time=early, end_time=early + timedelta(days=9))
    facts = gathered(may, never, action(3, "like", START), ids=("x:111:like:3",))
    assert facts.loose == {"like": 1}
