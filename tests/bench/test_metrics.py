from datetime import timedelta

import numpy as np
import pytest

from bench.protocol.changes import Change
from bench.protocol.data import Account
from bench.protocol.metrics import (
    alerts_per_period,
    auc,
    auc_by_account,
    detection_by_account,
    false_alerts,
    figure,
    null_by_account,
    quiet_by_account,
    worst_period,
)
from bench.protocol.runs import Clean, Outcome, Run
from bench.protocol.takeovers import Takeover
from tests.bench.toys import account

HOST = account("alder")
DAY = timedelta(days=1).total_seconds()


def takeover(place: int = 470) -> Takeover:
    return Takeover(HOST.name, "birch", "shift", place, HOST.rows[:10])


def clean(*alerts: int) -> Clean:
    return Clean(np.zeros(len(HOST.rows)), alerts)


def test_auc_is_one_if_every_foreign_action_scores_higher_and_a_half_if_none_can_be_told() -> None:
    assert auc(np.array([2.0, 3.0]), np.array([0.0, 1.0])) == 1.0
    assert auc(np.ones(5), np.ones(7)) == 0.5
    assert auc(np.array([0.0]), np.array([1.0, 2.0])) == 0.0


def test_auc_of_an_account_uses_only_its_test_part() -> None:
    scores = np.where(np.arange(len(HOST.rows)) < HOST.test_start, 99.0, 0.0)
    run = Run({HOST.name: Clean(scores, ())}, (Outcome(np.ones(10), 0),))
    assert auc_by_account([HOST], [takeover()], run) == {"alder": 1.0}


def test_detection_counts_an_alert_at_one_of_the_first_actions_only() -> None:
    run = Run({}, (Outcome(np.ones(10), 3), Outcome(np.ones(10), 0)))
    both = [takeover(), takeover()]
    assert detection_by_account(both, run, 2) == {"alder": 0.0}
    assert detection_by_account(both, run, 3) == {"alder": 0.5}


def test_the_null_rate_looks_at_the_owners_own_next_actions() -> None:
    run = Run({"alder": clean(472)}, (Outcome(np.ones(10), 0), Outcome(np.ones(10), 0)))
    assert null_by_account([takeover(470), takeover(472)], run, 3) == {"alder": 0.5}


def test_false_alerts_are_counted_in_the_test_part_per_thirty_days() -> None:
    days = (HOST.rows[-1].at - HOST.rows[HOST.test_start].at).total_seconds() / DAY
    rate = alerts_per_period([HOST], {"alder": clean(10, 460, 500)})["alder"]
    assert rate == pytest.approx(2 * 30 / days)


def test_the_worst_month_is_the_fullest_thirty_days_wherever_they_begin() -> None:
    assert worst_period(HOST, clean()) == 0
    assert worst_period(HOST, clean(450, 452, 454, 599)) == 3
    assert false_alerts([HOST], {"alder": clean(450, 452, 454)}).quiet == {"alder": 0.0}
    assert false_alerts([HOST], {"alder": clean(450, 452, 599)}).quiet == {"alder": 1.0}


def test_a_figure_counts_each_account_once_and_its_interval_holds_it() -> None:
    found = figure({"a": 0.2, "b": 0.4, "c": 0.9})
    assert found.value == pytest.approx(0.5)
    assert 0.2 <= found.low < found.value < found.high <= 0.9
    assert found == figure({"c": 0.9, "b": 0.4, "a": 0.2})
    assert np.isnan(figure({}).value)


def test_a_change_is_quiet_if_nothing_follows_its_first_notice_for_fourteen_days() -> None:
    change = Change("alder", "travel", 300, ())
    other = Change("birch", "travel", 300, ())
    quiet = quiet_by_account([change, change, change, other], [(), (0.0,), (0.0, 3 * DAY), (0.0, 15 * DAY)])
    assert quiet == {"alder": pytest.approx(2 / 3), "birch": 1.0}


def test_an_account_knows_where_its_last_quarter_begins() -> None:
    assert Account("x", HOST.rows[:8]).test_start == 6
