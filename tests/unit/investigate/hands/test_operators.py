"""Operators are groups of habits: found, explained, never named by us."""

from collections import Counter

import msgspec

from countersign.activity import Activity
from countersign.investigate.hands import find_operators, look
from tests.unit.investigate.hands.accounts import DAY_APP, NIGHT_APP, shared_account, truth

EACH = 150


def test_two_clients_with_habits_of_their_own_are_two_operators() -> None:
    actions = shared_account(EACH)
    found = find_operators(actions, "UTC")
    pairs = Counter((label, truth(actions)[action]) for action, label in found.whose.items())
    assert [one.label for one in found.operators] == ["operator A", "operator B"]
    assert len(pairs) == 2
    assert sum(pairs.values()) > 0.95 * len(actions)


def test_two_clients_with_the_same_habits_are_one_operator() -> None:
    alike = [one for one in shared_account(2 * EACH) if ":day" in one.id]
    mixed = [
        msgspec.structs.replace(one, instrument=(DAY_APP, NIGHT_APP)[place // 7 % 2])
        for place, one in enumerate(alike)
    ]  # fmt: skip
    assert len(find_operators(mixed, "UTC").operators) == 1


def test_one_client_is_one_operator() -> None:
    same = [msgspec.structs.replace(one, instrument="App") for one in shared_account(EACH)]
    assert [one.share for one in find_operators(same, "UTC").operators] == [1.0]


def test_what_sets_an_operator_apart_is_said_with_numbers() -> None:
    night = find_operators(shared_account(EACH), "UTC")
    said = {habit.words() for one in night.operators for habit in one.habits}
    assert f"client: by {NIGHT_APP}, 100 % of its actions (0 % of the others)" in said
    assert all(habit.share > habit.others for one in night.operators for habit in one.habits)


def test_nothing_done_is_nobody() -> None:
    assert find_operators([], "UTC").operators == ()
    untimed = Activity(id="1", native_id="1", platform="x", verb="like", actor="1")
    assert find_operators([untimed], "UTC").whose == {}


def test_a_single_action_is_one_operator_without_a_claim_about_anybody_else() -> None:
    found = find_operators(shared_account(EACH)[:1], "UTC")
    assert len(found.operators) == 1


def test_an_incidents_own_actions_teach_nothing() -> None:
    actions = shared_account(EACH)
    incident = {one.id for one in actions[-4:]}
    told = look(actions, incident, "UTC", data="a made-up account")
    assert {one.action for one in told.hands} == incident
    assert not incident & set(told.operators.whose)
    assert set(told.together) == {"operator A", "operator B", "unknown"}


def test_names_are_the_callers_and_only_where_the_caller_gives_them() -> None:
    actions = shared_account(EACH)
    told = look(actions, {actions[-1].id}, "UTC", data="x", names={"operator B": "the press office"})
    assert {one.label for one in told.operators.operators} == {"operator A", "the press office"}
    assert set(told.hands[0].log10) == {"operator A", "the press office", "unknown"}


def test_an_incident_with_no_known_time_or_no_history_has_no_hands() -> None:
    actions = shared_account(EACH)
    assert look(actions, {"not there"}, "UTC", data="x").hands == ()
    assert look(actions[:1], {actions[0].id}, "UTC", data="x").model is None
