import warnings
from pathlib import Path

import msgspec
import numpy as np
import pytest

from bench.peers.alarm import Floats, alerts_in, scaled, walk
from bench.peers.compa import Compa
from bench.peers.numbers import WIDTH, Numbers
from bench.peers.observed import Observed, observe_all
from bench.peers.replay import replay, streams
from bench.protocol.changes import changes
from bench.protocol.metrics import auc_by_account, figure
from bench.protocol.takeovers import cases
from tests.bench.toys import account, accounts

for library in ("sklearn", "river", "pyod"):
    pytest.importorskip(library, reason="the peers are not installed: they come with the extra `bench`")
with warnings.catch_warnings():
    # The peers' libraries warn on import about themselves; that is not ours to mend.
    warnings.simplefilter("ignore")
    from bench.peers.settings import peers

TOYS = accounts()
SEEN = observe_all(TOYS[0].rows)
OTHER = observe_all(TOYS[1].rows)
DAY = 86_400.0


def taught(actions: list[Observed]) -> Compa:
    model = Compa()
    for action in actions:
        model.learn(action)
    return model


def test_compa_finds_a_usual_message_usual_and_says_nothing_of_an_account_it_hardly_knows() -> None:
    usual = next(action for action in SEEN if not action.whom and not action.hashtags)
    assert taught(SEEN).score(usual) < 0.9
    assert taught(SEEN[:5]).score(OTHER[0]) == 0.0


def test_compa_gives_an_application_never_seen_before_its_full_weight() -> None:
    model = taught(SEEN)
    action = SEEN[3]
    assert score_with(model, action, client="new") - model.score(action) == pytest.approx(3.3)
    assert score_with(model, action, client=None) == pytest.approx(model.score(action))


def score_with(model: Compa, action: Observed, **fields: object) -> float:
    return model.score(msgspec.structs.replace(action, **fields))


@pytest.mark.parametrize("model", [Compa(), Numbers()])
def test_a_fork_learns_for_itself(model: Compa | Numbers) -> None:
    for action in SEEN:
        model.learn(action)
    before = model.score(OTHER[0])
    fork = model.fork()
    for action in OTHER[:50]:
        fork.learn(action)
    assert np.array_equal(model.score(OTHER[0]), before)
    assert not np.array_equal(fork.score(OTHER[0]), before)


def test_the_vector_of_an_action_lies_between_nought_and_one() -> None:
    model = Numbers()
    for action in SEEN[:50]:
        vector = model.score(action)
        model.learn(action)
        assert vector.shape == (WIDTH,)
        assert ((vector >= 0) & (vector <= 1)).all()


def test_a_tail_is_scored_from_its_place_and_leaves_the_account_as_it_was() -> None:
    found = {0: cases(TOYS, "shift", per_account=1)[0]}
    host = streams(TOYS[0], "full", found)
    tails = [(tail.place, tail.actions) for tail in host.tails]
    own, [tail] = replay(Compa(), host.own, tails)
    alone, _ = replay(Compa(), host.own, [])
    assert own == alone
    model = taught(list(host.own[: host.tails[0].place + 1]))
    assert tail[0] == model.score(host.tails[0].actions[0])


def test_a_gap_in_a_tail_counts_from_the_owners_last_action() -> None:
    takeover = cases(TOYS, "shift", per_account=1)[0]
    first = streams(TOYS[0], "full", {0: takeover}).tails[0].actions[0]
    expected = (takeover.tail(TOYS[0].rows)[0][0].at - TOYS[0].rows[takeover.place].at).total_seconds()
    assert first.gap == pytest.approx(np.log2(1 + expected))


def noise(days: int = 2_000, a_day: int = 5) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(3)
    return rng.normal(size=days * a_day), np.arange(days * a_day) * DAY / a_day


def test_the_alarm_keeps_about_its_promise_on_a_steady_stream() -> None:
    scores, times = noise()
    walked = walk(scores, times, 0.5, 3_000, 1.0)
    assert not walked.alerts[:3_000].any()
    assert 0.4 < walked.alerts[3_000:].sum() / (7_000 / 5 / 30) < 1.6


def test_the_alarm_goes_off_at_a_run_of_high_scores_and_joins_what_follows_within_a_day() -> None:
    scores, times = noise()
    walked = walk(scores, times, 0.5, 3_000, 1.0)
    before = (float(walked.level[5_000]), float(walked.threshold[5_000]), float(walked.last_alarm[5_000]))
    minutes = times[5_000] + 60.0 * np.arange(1, 41)
    assert len(alerts_in(np.full(40, 6.0), minutes, 0.5, before)) == 1
    days = times[5_000] + 2 * DAY * np.arange(1, 41)
    assert len(alerts_in(np.full(40, 6.0), days, 0.5, before)) > 5
    assert alerts_in(np.full(40, -1.0), minutes, 0.5, before) == []


def test_scores_are_scaled_by_the_calibration_part() -> None:
    calibration = np.arange(100.0)
    assert scaled(np.array([calibration.mean()]), calibration, "z")[0] == pytest.approx(0.0)
    ranks = scaled(np.array([-1.0, 50.0, 1_000.0]), calibration, "rank")
    assert (np.diff(ranks) > 0).all()
    assert scaled(calibration, calibration, "rank").mean() == pytest.approx(0.0, abs=0.1)
    assert np.isfinite(scaled(np.ones(3), np.ones(9), "z")).all()


def test_every_peer_tells_strangers_from_owners_better_than_chance_and_answers_each_takeover() -> None:
    found = cases(TOYS, "shift", per_account=3)
    for peer in peers([account("cedar")]):
        run = peer.run(TOYS, "full", found)
        assert len(run.outcomes) == len(found)
        assert all(outcome.scores.shape == (10,) and 0 <= outcome.alert <= 10 for outcome in run.outcomes)
        assert figure(auc_by_account(TOYS, found, run)).value > 0.6, peer.name
        assert all(alert >= toy.test_start for toy in TOYS for alert in run.clean[toy.name].alerts)


def test_without_the_client_no_peer_can_tell_by_it() -> None:
    with_client, without = (streams(TOYS[0], variant, {}) for variant in ("full", "noclient"))
    assert {action.client for action in with_client.own} == {"alder app"}
    assert {action.client for action in without.own} == {None}


def test_a_peer_follows_the_owners_changes_but_takes_no_answer() -> None:
    made = changes(TOYS, "campaign", Path())
    [compa, *_] = peers(TOYS)
    alerts = compa.follow(TOYS, made, "unanswered")
    assert alerts is not None
    assert len(alerts) == len(made)
    assert compa.follow(TOYS, made, "it was us") is None
