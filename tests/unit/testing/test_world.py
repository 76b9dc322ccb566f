"""The made-up embassy behaves like a shared account: shifts in local time, runs, holidays, journeys, changes."""

from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

import pytest

from countersign.activity import WRITTEN, Activity
from countersign.testing.benign import CHANGES, SINCE, changed
from countersign.testing.embassy import EMBASSY, MOVED
from countersign.testing.offices import office
from countersign.testing.runs import runs
from countersign.testing.scenarios import play
from countersign.testing.world import World, build

LONDON = ZoneInfo("Europe/London")


@cache
def world() -> World:
    return build(EMBASSY, seed=7)


def local(action: Activity) -> datetime:
    assert action.published is not None
    return action.published.astimezone(LONDON)


def on(action: Activity) -> date:
    return local(action).date()


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_the_embassy_does_four_to_six_thousand_things_in_two_years(seed: int) -> None:
    activities = build(EMBASSY, seed=seed).activities
    assert 4000 <= len(activities) <= 6000
    assert local(activities[-1]) - local(activities[0]) > timedelta(days=720)
    verbs = Counter(action.verb for action in activities)
    assert {"post", "reply", "quote", "repost", "like", "follow", "delete", "unlike"} <= set(verbs)
    assert verbs["like"] > len(activities) / 2


def test_shifts_follow_london_through_summer_time() -> None:
    desk = [run for run in runs(EMBASSY, 7) if run.operator.name in ("operator A", "operator E")]
    hours = [run.start.astimezone(LONDON) for run in desk if 5 <= run.start.astimezone(LONDON).hour < 21]
    summer = [time for time in hours if time.utcoffset()]
    winter = [time for time in hours if not time.utcoffset()]
    assert len(summer) > 100
    assert len(winter) > 100
    for part in (summer, winter):
        assert min(time.hour + time.minute / 60 for time in part) >= 8.6
        assert max(time.hour + time.minute / 60 for time in part) <= 17.6
        assert all(time.weekday() < 5 for time in part)


def test_nights_are_quiet_but_not_empty() -> None:
    hours = Counter(local(action).hour for action in world().activities)
    night = sum(hours[hour] for hour in range(1, 6))
    assert 0 < night < len(world().activities) / 50
    assert max(hours.values()) > 300


def test_actions_come_in_runs() -> None:
    gaps = [(local(b) - local(a)).total_seconds() for a, b in pairwise(world().activities)]
    assert median(gaps) < 300
    assert sorted(gaps)[int(0.9 * len(gaps))] > 8 * 3600


def test_about_one_in_four_likes_is_of_somebody_new() -> None:
    acted = [action.object_author for action in world().activities if action.verb in ("like", "repost")]
    assert 0.15 < len(set(acted)) / len(acted) < 0.35
    assert Counter(acted).most_common(1)[0][1] > 50


def test_one_application_gives_way_to_another() -> None:
    last = max(on(action) for action in world().activities if action.instrument == "SocialDesk")
    first = min(on(action) for action in world().activities if action.instrument == "DeskRelay")
    assert last <= MOVED <= first


def test_operators_write_in_hands_that_can_be_told_apart() -> None:
    texts = {
        client: " ".join(a.content or "" for a in world().activities if a.verb in WRITTEN and a.instrument == client)
        for client in ("SocialDesk", "Twitter for Android", "Twitter for iPad")
    }
    assert texts["SocialDesk"].count("^A") > 10
    assert texts["Twitter for iPad"].count(" — ") > 20 > texts["SocialDesk"].count(" — ")
    assert sum(map(str.isupper, texts["Twitter for Android"])) < sum(map(str.isupper, texts["SocialDesk"]))


def test_the_travelling_operator_is_on_other_networks_at_other_hours() -> None:
    abroad = [run for run in runs(EMBASSY, 7) if run.operator.name == "operator D" and run.day.month == 3]
    trip = EMBASSY.operators[4].trips[1]
    away = [run for run in abroad if 0 <= (run.day - trip.first).days < trip.days]
    assert len(away) > 5
    assert {run.network.kind for run in away} <= {"vpn", "hotel"}
    assert min(run.start.astimezone(LONDON).hour for run in away) < 6


def test_holidays_are_quiet_and_campaigns_are_busy() -> None:
    a_day = Counter(on(action) for action in world().activities)
    christmas = sum(a_day[date(2025, 12, 20) + timedelta(days=day)] for day in range(16)) / 16
    campaign = sum(a_day[date(2026, 5, 11) + timedelta(days=day)] for day in range(9)) / 9
    usual = len(world().activities) / 730
    assert christmas < usual / 2 < usual < campaign


@pytest.mark.parametrize("change", CHANGES)
def test_a_benign_change_leaves_the_time_before_it_as_it_was(change: str) -> None:
    before = [action.id for action in world().activities if on(action) < SINCE]
    still = [action.id for action in play(change).activities if on(action) < SINCE]
    assert still == before
    assert len(before) > 3000
    after = [action for action in world().activities if on(action) >= SINCE]
    assert [action for action in play(change).activities if on(action) >= SINCE] != after


def test_a_new_application_a_journey_and_a_campaign_are_what_they_are_called() -> None:
    window = [SINCE + timedelta(days=day) for day in range(10)]
    now = {name: [a for a in play(name).activities if on(a) in window] for name in CHANGES}
    usual = [action for action in world().activities if on(action) in window]
    assert "PostKeeper" in {action.instrument for action in now["new-application"]}
    assert median(local(a).hour for a in usual) - median(local(a).hour for a in now["travel"]) >= 5
    assert len(now["campaign"]) > 1.5 * len(usual)


def test_a_new_colleague_takes_about_three_of_ten_runs() -> None:
    after = [run for run in runs(changed(EMBASSY, "new-colleague"), 7) if run.day >= SINCE]
    share = sum(run.operator.name == "operator F" for run in after) / len(after)
    assert 0.2 < share < 0.4


def test_other_offices_differ_from_each_other() -> None:
    habits = [office(number) for number in range(20)]
    assert len({habit.handle for habit in habits}) == 20
    assert len({habit.zone for habit in habits}) > 4
    assert len({habit.account for habit in habits} | {EMBASSY.account}) == 21
