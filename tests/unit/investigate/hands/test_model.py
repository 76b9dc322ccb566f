"""What a model of hands says of an action, and what it must not say."""

import random
from datetime import timedelta
from functools import cache
from math import log10

import msgspec
import pytest

from countersign.activity import Activity
from countersign.investigate.facts import Hand
from countersign.investigate.hands import UNKNOWN, HandModel, learn_hands
from tests.unit.investigate.hands.accounts import START, by_day, by_night, shared_account, truth

EACH = 150


@cache
def model() -> HandModel:
    history = shared_account(EACH)
    made = learn_hands(history, truth(history), "UTC", data="a made-up account")
    assert made is not None
    return made


def later(hand: str, count: int, **changes: object) -> list[Activity]:
    rng = random.Random(7)
    make = by_day if hand == "day" else by_night
    return [make(number, rng, **changes) for number in range(EACH, EACH + count)]


def weighed(actions: list[Activity]) -> tuple[Hand, ...]:
    return model().weigh(actions, {one.id for one in actions})


@pytest.mark.parametrize("hand", ["day", "night"])
def test_an_action_speaks_for_the_hand_that_made_it(hand: str) -> None:
    other = {"day": "night", "night": "day"}[hand]
    assert all(one.log10[hand] - one.log10[other] > 0.5 for one in weighed(later(hand, 12)))


def test_an_action_like_nobodys_of_the_team_speaks_for_somebody_unknown() -> None:
    strange = [
        msgspec.structs.replace(
            one, content="отдых @a @b @c", links=(), lang="ru", verb="reply", media=1, mentions=("a", "b", "c"),
            published=START + timedelta(days=EACH, hours=4, minutes=place),
        )
        for place, one in enumerate(later("night", 5))
    ]  # fmt: skip
    assert all(one.log10[UNKNOWN] > 0.3 for one in weighed(strange))
    assert all(one.log10[UNKNOWN] < 0 for one in weighed(later("night", 5)))


def test_the_client_is_not_looked_at() -> None:
    changed = [msgspec.structs.replace(one, instrument="Another") for one in later("day", 6)]
    assert weighed(changed) == weighed(later("day", 6))


def test_the_order_in_which_actions_are_given_does_not_matter() -> None:
    mixed = [*later("day", 5), *later("night", 5)]
    assert weighed(mixed) == weighed(mixed[::-1])


def test_known_hands_are_given_against_their_mean() -> None:
    for one in weighed(later("day", 4)):
        known = [10**value for hand, value in one.log10.items() if hand != UNKNOWN]
        assert sum(known) / len(known) == pytest.approx(1.0)


def test_no_ratio_is_larger_than_the_cases_behind_it() -> None:
    for one in weighed([*later("day", 10), *later("night", 10)]):
        assert abs(one.log10["day"] - one.log10["night"]) <= log10(one.cases) + 1e-9
        assert abs(one.log10[UNKNOWN]) <= log10(one.cases) + 1e-9


def test_several_actions_of_one_hand_say_more_than_one_but_are_not_summed() -> None:
    run = later("night", 40)
    said = model().together(run, {one.id for one in run})
    assert said["night"] - said["day"] <= log10(model().cases / 5) + 1e-9
    assert said["night"] > said["day"]


def test_only_the_actions_asked_about_are_weighed_and_the_others_stand_around() -> None:
    run = later("day", 6)
    assert [one.action for one in model().weigh(run, {run[2].id})] == [run[2].id]
    assert model().weigh(run, set()) == ()
    assert model().together(run, set()) == {}


def test_an_action_without_a_time_or_a_text_is_weighed_by_what_it_has() -> None:
    bare = Activity(id="x:1:like:9", native_id="9", platform="x", verb="like", actor="1")
    odd = msgspec.structs.replace(bare, id="odd", content="\ud800 \x00 " + "x" * 5000, verb="post")
    found = weighed([bare, odd, *later("day", 2)])
    assert {one.action for one in found} >= {"x:1:like:9", "odd"}
    assert all(abs(value) < 10 for one in found for value in one.log10.values())


def test_what_a_reader_needs_to_judge_the_numbers_is_with_them() -> None:
    one = weighed(later("day", 1))[0]
    assert one.cases == model().cases > 50
    learned_from = 2 * EACH - one.cases
    said = f"learned from {learned_from} actions of a made-up account, calibrated on the {one.cases} that followed"
    assert one.source == said


def test_too_few_actions_or_one_hand_only_give_no_model() -> None:
    few, many = shared_account(20), shared_account(EACH)
    assert learn_hands(few, truth(few), "UTC", data="few") is None
    assert learn_hands(many, dict.fromkeys(truth(many), "day"), "UTC", data="one hand") is None
    assert learn_hands([], {}, "UTC", data="nothing") is None


def test_a_hand_that_left_long_ago_is_left_out_and_the_others_are_still_told_apart() -> None:
    history = shared_account(EACH)
    whose = truth(history) | {one.id: "gone" for one in history[:60]}
    made = learn_hands(history, whose, "UTC", data="a made-up account")
    assert made is not None
    assert made.hands == ("day", "night")


def test_unknown_is_no_name_for_a_known_hand() -> None:
    history = shared_account(EACH)
    with pytest.raises(ValueError, match="unknown"):
        learn_hands(history, dict.fromkeys(truth(history), UNKNOWN), "UTC", data="x")
