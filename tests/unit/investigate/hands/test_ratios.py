"""Costs of likelihood ratios, by hand and against laws that hold for any ratios."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.investigate.hands.calibration import calibrated, for_size, within
from countersign.investigate.hands.manner import NAMES, PAUSES, manners
from countersign.investigate.hands.ratios import (
    calibration_curve,
    cllr,
    cllr_min,
    misleading,
    pooled,
    recalibrated,
    tippett,
)
from countersign.investigate.hands.regression import fitted, softmax
from tests.unit.investigate.hands.accounts import shared_account

ratios = st.lists(st.floats(-5, 5).map(lambda value: round(value, 3)), min_size=1, max_size=30).map(np.array)


def test_saying_nothing_costs_one_and_being_sure_and_wrong_costs_more() -> None:
    assert cllr(np.zeros(4), np.zeros(9)) == pytest.approx(1.0)
    assert cllr(np.array([-3.0]), np.array([3.0])) == pytest.approx(9.967, abs=0.001)
    assert misleading(np.array([-3.0, 1.0]), np.array([3.0, 0.0])) == 0.5


@given(ratios, ratios)
def test_the_best_recalibration_costs_no_more_and_rises(same: np.ndarray, other: np.ndarray) -> None:
    best = recalibrated(same, other)
    assert cllr_min(same, other) <= cllr(same, other) + 1e-9
    assert (np.diff(best[np.argsort(np.concatenate([same, other]), kind="stable")]) >= -1e-9).all()


@given(ratios, ratios)
def test_a_rising_change_of_scale_leaves_what_is_told_apart(same: np.ndarray, other: np.ndarray) -> None:
    assert cllr_min(same * 3 + 1, other * 3 + 1) == pytest.approx(cllr_min(same, other))


@given(ratios)
def test_pooled_values_rise_and_keep_their_mean(values: np.ndarray) -> None:
    found = pooled(values, np.ones(len(values)))
    assert (np.diff(found) >= 0).all()
    assert found.mean() == pytest.approx(values.mean(), abs=1e-9)


def test_curves_hold_every_case() -> None:
    same, other = np.array([2.0, 1.0, -0.5]), np.array([-2.0, 0.7, -1.0])
    assert sum(step.cases for step in calibration_curve(same, other)) == 6
    assert tippett(same, (-9.0, 9.0)) == (1.0, 0.0)


def test_calibrated_scores_cost_about_what_the_best_recalibration_does() -> None:
    rng = np.random.default_rng(3)
    labels = np.repeat([0, 1], 400)
    raw = rng.normal(np.where(labels == 0, 4.0, 1.0), 2.0)  # shifted and on no scale
    scores = np.stack([raw, -raw], axis=1)
    said = calibrated(scores, labels, 2)[0].log10(scores)
    apart = said[:, 0] - said[:, 1]
    same, other = apart[labels == 0], apart[labels == 1]
    assert cllr(same, other) - cllr_min(same, other) < 0.05


def test_perfectly_told_apart_cases_support_no_more_than_their_number() -> None:
    labels = np.repeat([0, 1], 50)
    scores = np.stack([np.where(labels == 0, 9.0, -9.0), np.where(labels == 0, -9.0, 9.0)], axis=1)
    for calibration in calibrated(scores, labels, 2):
        said = calibration.log10(scores * 100)
        assert np.ptp(said, axis=1).max() <= np.log10(calibration.cases) + 1e-9
        assert calibration.cases == 2 * (50 // calibration.size)


def test_so_many_actions_as_were_never_calibrated_take_the_next_fewer() -> None:
    labels = np.repeat([0, 1], 20)
    made = calibrated(np.eye(2)[labels], labels, 2)
    assert [for_size(made, size).size for size in (1, 2, 4, 5, 100)] == [1, 2, 3, 5, 5]


def test_a_spread_within_the_cap_is_left_alone() -> None:
    assert within(np.array([[1.0, -1.0]]), 3.0).tolist() == [[1.0, -1.0]]


def test_the_regression_finds_the_one_answer_of_a_problem_with_a_known_one() -> None:
    rows = np.array([[1.0], [1.0], [1.0], [-1.0], [-1.0], [-1.0]])
    found = fitted(rows, np.array([0, 0, 1, 1, 1, 0]), 2, penalty=1e-6)
    assert softmax(rows @ found)[0, 0] == pytest.approx(2 / 3, abs=0.01)


def test_every_number_of_a_manner_has_one_name() -> None:
    actions = shared_account(3)
    assert manners(actions, "Europe/Zurich").shape == (6, len(NAMES) + 2 * len(PAUSES))
    assert len(set(NAMES)) == len(NAMES)
    assert not any("client" in name for name in NAMES)
