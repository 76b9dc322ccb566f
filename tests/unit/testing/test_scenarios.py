"""The made-up scenarios: known truths, in order, the same for the same seed wherever they are made."""

import hashlib
import os
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from countersign.activity import Activity, from_columns, to_columns
from countersign.errors import UsageError
from countersign.testing.benign import CHANGES
from countersign.testing.embassy import EMBASSY
from countersign.testing.scenarios import NAMES, Scenario, play
from countersign.testing.world import build

LONDON = ZoneInfo("Europe/London")
DIGEST = (
    "import hashlib, msgspec; from countersign.testing.scenarios import play; "
    "print(hashlib.sha256(msgspec.json.encode(play('{name}', seed={seed}))).hexdigest())"
)


def when(action: Activity) -> datetime:
    assert action.published is not None
    return action.published


def surprising(scenario: Scenario) -> list[Activity]:
    return [action for action in scenario.activities if action.id in scenario.truth.ids]


@pytest.mark.parametrize("name", ["morning", "takeover"])
def test_the_same_seed_gives_the_same_bytes_in_another_process(name: str) -> None:
    here = hashlib.sha256(msgspec.json.encode(play(name, seed=11))).hexdigest()
    there = subprocess.run(
        [sys.executable, "-c", DIGEST.format(name=name, seed=11)],
        env={**os.environ, "PYTHONHASHSEED": "4242", "PYTHONPATH": os.pathsep.join(sys.path), "TZ": "Asia/Tokyo"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert there.stdout.strip() == here


def test_another_seed_gives_another_life() -> None:
    first, second = (build(EMBASSY, seed=seed).activities for seed in (7, 8))
    assert {action.content for action in first[:200]} != {action.content for action in second[:200]}


@pytest.mark.parametrize("name", [*NAMES, *CHANGES])
def test_every_action_is_there_once_and_in_the_order_of_time(name: str) -> None:
    scenario = play(name)
    times = [when(action) for action in scenario.activities]
    assert times == sorted(times)
    assert len({action.id for action in scenario.activities}) == len(scenario.activities)
    assert [action.position for action in scenario.activities] == list(range(len(scenario.activities)))
    assert all(action.start_time == action.end_time == action.published for action in scenario.activities)


@pytest.mark.parametrize("name", NAMES)
def test_the_truth_names_actions_that_are_there(name: str) -> None:
    scenario = play(name)
    truth, ids = scenario.truth, {action.id for action in scenario.activities}
    assert truth.ids
    assert set(truth.ids) <= ids
    assert set(truth.undone) <= ids
    assert truth.onset == min(when(action) for action in surprising(scenario))
    assert set(truth.accounts) == {action.actor for action in surprising(scenario)}
    assert truth.told
    assert scenario.sentence.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_undone_was_done_before(name: str) -> None:
    scenario = play(name)
    done = {action.native_id: when(action) for action in scenario.activities if not action.verb.startswith("un")}
    undone = [action for action in scenario.activities if action.verb in ("unlike", "unrepost", "delete")]
    assert len(undone) > 5
    assert all(done[action.native_id] < when(action) or action.verb == "delete" for action in undone)


def test_the_morning_is_the_one_that_the_demo_tells() -> None:
    scenario = play("morning")
    likes = surprising(scenario)
    assert [like.object_author for like in likes] == ["kx_clips", "leaf_of_truth", "真相之叶_daily"]
    assert [like.sensitive for like in likes] == [True, False, False]
    assert [like.lang for like in likes] == ["en", "en", "zh"]
    assert [when(like).astimezone(LONDON).strftime("%a %d %b %Y %H:%M") for like in likes] == [
        "Wed 09 Sep 2026 02:14", "Wed 09 Sep 2026 02:14", "Wed 09 Sep 2026 02:15"
    ]  # fmt: skip
    assert when(likes[-1]) - when(likes[0]) < timedelta(minutes=1)
    taken_back = [action for action in scenario.activities if action.id in scenario.truth.undone]
    assert [action.verb for action in taken_back] == ["unlike"] * 3
    assert {action.native_id for action in taken_back} == {like.native_id for like in likes}
    assert all(action.instrument for action in taken_back)
    assert scenario.identity.handle == "ExamplianEmb"
    assert scenario.identity.time_zone == "Europe/London"
    assert not any(action.sensitive for action in scenario.activities if action.id not in scenario.truth.ids)


def test_the_sign_ins_of_that_night_are_not_known_yet() -> None:
    scenario = play("morning")
    assert scenario.sessions
    assert all(session.opened < datetime(2026, 8, 21, tzinfo=UTC) for session in scenario.sessions if session.opened)
    assert [session.asn for session in scenario.unseen if session.device == "unknown device"] == [64511]


def test_in_a_slip_the_device_and_the_network_are_the_colleagues_own() -> None:
    scenario = play("slip")
    (that_night,) = [s for s in scenario.sessions if s.opened == datetime(2026, 8, 28, 23, 46, tzinfo=UTC)]
    before = [s for s in scenario.sessions if s.opened and s.opened < scenario.truth.onset - timedelta(days=1)]
    assert that_night.device in {s.device for s in before}
    assert that_night.ip in {s.ip for s in before}
    assert {like.instrument for like in surprising(scenario)} == {"Twitter for Android"}


def test_a_rogue_application_was_let_in_before_it_acts() -> None:
    scenario = play("rogue-app")
    (grant,) = [action for action in scenario.activities if action.verb == "grant"]
    acts = surprising(scenario)
    assert {action.instrument for action in acts} == {grant.object}
    assert when(grant) < scenario.truth.onset
    hours = {when(one) - when(other) for one, other in zip(acts[3::3], acts[::3], strict=False)}
    assert hours == {timedelta(hours=8)}


def test_a_mass_event_hits_many_accounts_within_the_hour_with_one_link() -> None:
    scenario = play("mass-event")
    posts = surprising(scenario)
    assert len(scenario.truth.accounts) == 10
    assert len(scenario.identities) == 13
    assert len({post.links for post in posts}) == 1
    assert when(posts[-1]) - when(posts[0]) < timedelta(hours=1)
    assert all(count > 20 for count in Counter(action.actor for action in scenario.activities).values())


def test_an_unknown_name_is_refused_with_the_names_that_there_are() -> None:
    with pytest.raises(UsageError, match="no scenario named 'evening'") as caught:
        play("evening")
    assert "morning" in caught.value.hint


def test_nobody_and_nothing_real_is_linked_to() -> None:
    hosts = {
        re.sub(r"^https://([^/]+)/.*$", r"\1", link) for action in play("morning").activities for link in action.links
    }
    assert hosts
    assert all(host.endswith(".example") for host in hosts)
    addresses = {session.ip for session in play("morning").sessions if session.ip}
    reserved = ("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:")
    assert addresses
    assert all(address.startswith(reserved) for address in addresses)


def test_a_scenario_survives_the_columnar_form() -> None:
    activities = play("own-act").activities
    assert tuple(from_columns(to_columns(activities))) == activities


def test_the_demo_world_is_made_in_less_than_two_seconds() -> None:
    began = time.perf_counter()
    build(EMBASSY, seed=12345)
    assert time.perf_counter() - began < 2.0
