"""The weighing: what is fused, what is added, what is capped, and when nobody can tell."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import UsageError
from countersign.investigate.evaluation import Evaluation
from countersign.investigate.examining import weighed
from countersign.investigate.finding import Group, Missing
from countersign.investigate.proposition import KEYS, Key
from countersign.investigate.reader import parse_prior, parse_ratio, posterior, with_ratios
from countersign.investigate.weighing import CANNOT_TELL, TOTAL_CAP, capped, ranked, ratio_of, weigh
from tests.unit.investigate.findings import exactly, finding

LOW: dict[str, Any] = dict.fromkeys(KEYS, -2.0)
LEVELS = st.dictionaries(st.sampled_from(KEYS), st.floats(-4, 0), min_size=1)


def log10(evaluation: Evaluation, first: Key, second: Key) -> float:
    return ratio_of(evaluation, first, second).log10


def test_without_findings_nobody_can_tell_and_every_pair_stands_at_one() -> None:
    nothing = weigh(1, [])
    assert nothing.answer == CANNOT_TELL
    assert len(nothing.weights) == 21
    assert {weight.log10 for weight in nothing.weights} == {0.0}


def test_every_pair_is_there_once_in_the_order_of_the_explanations() -> None:
    found = weigh(1, [finding("device", outsider=0.0, slip=-1.0)])
    assert [weight.pair for weight in found.weights] == list(combinations(KEYS, 2))


def test_findings_of_two_groups_are_added() -> None:
    found = weigh(
        1, [finding("device", "session", outsider=0, slip=-1), finding("undo", "timeline", outsider=0, slip=-0.5)]
    )
    assert log10(found, "outsider", "slip") == pytest.approx(1.5)


def test_findings_of_one_group_never_say_more_than_the_strongest_of_them() -> None:
    one = finding("device", outsider=0.0, slip=-1.0)
    other = finding("network", outsider=0.0, slip=-2.0)
    found = weigh(1, [one, other])
    assert 1.0 < log10(found, "outsider", "slip") < 2.0


def test_the_same_finding_told_twice_counts_once() -> None:
    one = finding("device", outsider=0.0, slip=-1.0)
    assert log10(weigh(1, [one, one, one]), "outsider", "slip") == pytest.approx(1.0)


def test_who_is_not_named_expects_what_was_seen_as_the_others_do_on_average() -> None:
    levels = capped(finding("device", outsider=0.0, slip=-2.0))
    assert levels["app"].log10 == pytest.approx(-1.0)


def test_an_estimate_says_a_thousand_to_one_at_most() -> None:
    assert log10(weigh(1, [finding("device", outsider=0.0, slip=-9.0)]), "outsider", "slip") == pytest.approx(3.0)


def test_a_measured_finding_says_no_more_than_its_cases_can_show() -> None:
    found = weigh(1, [finding("hand", basis="measured", cases=50, outsider=0.0, slip=-3.0)])
    assert log10(found, "outsider", "slip") == pytest.approx(1.69897)
    nothing = weigh(1, [finding("hand", basis="measured", cases=0, outsider=0.0, slip=-3.0)])
    assert log10(nothing, "outsider", "slip") == 0.0


def test_a_finding_says_no_more_than_the_accounts_own_history_can_show() -> None:
    few = finding("hand", basis="measured", cases=500, more={"history": 50}, outsider=0.0, slip=-3.0)
    assert log10(weigh(1, [few]), "outsider", "slip") == pytest.approx(1.69897)
    counted = finding("fingerprint", more={"history": 40}, outsider=0.0, slip=-3.0)
    assert log10(weigh(1, [counted]), "outsider", "slip") == pytest.approx(1.60206)


def test_a_direction_is_shown_and_weighs_nothing() -> None:
    found = weigh(1, [finding("undo", "timeline", basis="direction", outsider=0.0, slip=-2.0)])
    assert log10(found, "outsider", "slip") == 0.0
    assert found.findings[0].name == "undo"


def test_all_together_is_capped_at_very_strong_unless_the_platform_signed_it() -> None:
    groups: tuple[Group, ...] = ("session", "behaviour", "content")
    said = [finding(group, group, outsider=0.0, slip=-3.0) for group in groups]
    found = ratio_of(weigh(1, said), "outsider", "slip")
    assert (found.log10, found.capped, found.words) == (TOTAL_CAP, True, "very strong support")
    signed = [finding(group, group, outsider=0.0, slip=-3.0, more={"vouched": True}) for group in groups]
    assert ratio_of(weigh(1, signed), "outsider", "slip").words == "extremely strong support"
    assert ratio_of(weigh(1, [*signed[:2], said[2]]), "outsider", "slip").log10 == TOTAL_CAP


def test_the_answer_leads_every_other_by_the_margin_or_it_cannot_be_told() -> None:
    near: dict[str, Any] = {**LOW, "outsider": 0.0, "staged": -0.9}
    assert weigh(1, [finding("device", **near)]).answer == CANNOT_TELL
    assert weigh(1, [finding("device", **near | {"staged": -1.0})]).answer == "outsider"


@given(LEVELS, LEVELS, LEVELS)
def test_ratios_of_three_pairs_hang_together_and_turn_with_the_pair(
    one: dict[str, Any], two: dict[str, Any], three: dict[str, Any]
) -> None:
    said = [finding("a", "session", **one), finding("b", "session", **two), finding("c", "content", **three)]
    found = weigh(1, said)
    for first, second in combinations(KEYS, 2):
        assert log10(found, first, second) == -log10(found, second, first)
    whole = log10(found, "outsider", "slip") + log10(found, "slip", "staged")
    if abs(whole) < TOTAL_CAP:
        assert whole == pytest.approx(log10(found, "outsider", "staged"), abs=1e-9)


@given(LEVELS)
def test_the_range_holds_the_value(levels: dict[str, Any]) -> None:
    for weight in weigh(1, [finding("a", **levels)]).weights:
        assert weight.low <= weight.log10 <= weight.high


def test_what_is_missing_is_ranked_by_how_far_it_could_move_what_stands_in_front() -> None:
    def missing(name: str, reach: float, pair: tuple[Key, Key]) -> Missing:
        return Missing(name=name, group="session", what=name, holder="X", could_move=(-reach, reach), pair=pair)

    said = [finding("device", outsider=0.0, staged=0.0, insider=-0.1, slip=-2.0, app=-2.0, owner=-2.0, platform=-2.0)]
    asked = [missing("little", 0.5, ("outsider", "staged")), missing("far", 1.5, ("outsider", "staged")),
             missing("aside", 2.0, ("app", "owner"))]  # fmt: skip
    assert [one.name for one in weighed(1, [*said, *asked]).missing] == ["far", "aside", "little"]


def test_what_would_turn_the_answer_is_said_as_a_share() -> None:
    rare = {"slip": -2.0, "insider": -2.0, "owner": -2.0}
    levels: dict[str, Any] = {**LOW, "outsider": 0.0, **rare}
    more = {"assumes": "the team signs in by VPN", "assumed": tuple(rare)}
    found = weighed(1, [finding("sign-in", more=more, **levels)])
    assert found.answer == "outsider"
    assert "it could not be told if the team signs in by VPN in more than about 15 % of cases" in found.flips


def test_a_range_that_does_not_turn_the_answer_is_not_told() -> None:
    assert (
        weighed(
            1, [finding("device", outsider=0.0, slip=-2.0, insider=-2, app=-2, platform=-2, owner=-2, staged=-2)]
        ).flips
        == ()
    )


def test_the_readers_own_ratio_stands_in_the_place_of_ours() -> None:
    ours = [finding("device", outsider=0.0, slip=-2.0)]
    theirs = with_ratios(ours, [parse_ratio("device=outsider:slip:5")])
    assert log10(weigh(1, theirs), "outsider", "slip") == pytest.approx(0.69897)
    assert theirs[0].source == "the reader's own ratio"
    assert ours[0].ratios["outsider"] == exactly(0.0)


@pytest.mark.parametrize(
    "text",
    [
        "device", "device=outsider:5", "device=outsider:thief:5", "device=outsider:slip:many",
        "device=outsider:slip:0", "device=outsider:slip:nan", "device=outsider:slip:1e9",
    ],
)  # fmt: skip
def test_what_is_no_ratio_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_ratio(text)


def test_a_ratio_of_a_finding_that_there_is_not_names_the_nearest() -> None:
    with pytest.raises(UsageError) as refused:
        with_ratios([finding("device", outsider=0.0, slip=-1.0)], [parse_ratio("devise=outsider:slip:5")])
    assert refused.value.hint == "did you mean device?"


def test_there_is_no_posterior_without_the_readers_prior() -> None:
    found = weigh(1, [finding("device", outsider=0.0, slip=-1.0)])
    assert parse_prior([]) is None
    assert found.prior is None
    assert found.posterior is None
    prior = parse_prior(["slip=10"])
    assert prior is not None
    told = posterior(found, prior)
    assert told.posterior is not None
    assert sum(told.posterior.values()) == pytest.approx(1.0)
    assert told.posterior["slip"] == pytest.approx(told.posterior["outsider"])
    assert ranked(told)[0] == "outsider"
