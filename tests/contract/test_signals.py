"""Holds every registered signal, built in or plugged in, to the laws of signals and of scores."""

from itertools import pairwise
from typing import Any, get_args

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.activity import ACTIONS, VERBS, to_columns
from countersign.engine.embedded import account_bounds
from countersign.plugins import load
from countersign.profile.habit import Closed, Gap, Open, Text
from countersign.score.explain import explain
from countersign.score.kernel import UNITS
from countersign.score.observe import with_local_time
from countersign.score.scorer import Scorer, score, scorer
from countersign.score.signals.signal import Leaning, Seen, Signal, TextGiven, Unseen
from countersign.score.surprise import Surprise
from countersign.score.walk import Outcome
from countersign.testing.scenarios import play
from countersign.text import visible
from tests.contract.hostile_tables import BASES, TEXTS, ordered, tables

SIGNALS: tuple[Signal, ...] = load("countersign.signals")
every_signal = pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
SHARES = st.one_of(st.none(), st.sampled_from([0.0, 0.001, 0.009, 0.01, 0.42, 0.99, 1.0]))
ZONES = {"": "UTC", "b": "Pacific/Apia"}


@pytest.fixture(scope="module", params=["rich", "compact"])
def with_(request: pytest.FixtureRequest) -> Scorer:
    return scorer(request.param, {}, ZONES)


@pytest.fixture(scope="module")
def story() -> pa.Table:
    """Return several made-up accounts with an incident each, by account and then by time."""
    return to_columns(sorted(play("mass-event").activities, key=lambda action: action.actor))


def weighed(actions: pa.Table, with_: Scorer) -> Outcome:
    return score(actions, account_bounds(actions), with_)


def explained(actions: pa.Table, with_: Scorer, out: Outcome) -> list[Surprise]:
    nothing = np.zeros(actions.num_rows)
    return list(explain(actions, out, with_, range(actions.num_rows), nothing.astype(np.int32), nothing))


def printable(sentence: str) -> bool:
    """Say whether a terminal would show the whole of a sentence, on one line and from left to right."""
    return visible(sentence) == sentence


def fits(habit: object, value: Any) -> bool:
    """Say whether a value is one that a habit of this kind can take; null is always one."""
    match habit:
        case Closed(size=size):
            return isinstance(value, int) and 0 <= value < size
        case Open():
            return isinstance(value, str | list)
        case Text():
            return isinstance(value, str)
    return isinstance(habit, Gap)


def test_every_built_in_signal_is_registered() -> None:
    assert {signal.name for signal in SIGNALS} >= {"hour", "whom", "style", "about", "client", "sensitive"}


@every_signal
def test_a_signal_says_what_it_asks_what_it_would_notice_and_what_it_cannot(signal: Signal) -> None:
    assert signal.question.endswith("?")
    assert signal.limits.endswith(".")
    assert signal.example
    assert 0.0 <= signal.weight <= 1.0


@given(actions=tables())
def test_every_signal_sees_one_value_an_action_of_its_habit_s_kind(actions: pa.Table) -> None:
    local = with_local_time(actions, ZONES)
    for signal in SIGNALS:
        seen = signal.observe(local)
        assert len(seen) == actions.num_rows, signal.name
        for value in seen.to_pylist():
            assert value is None or fits(signal.habit, value), signal.name


@given(actions=tables())
def test_looking_changes_nothing_and_sees_the_same_again(actions: pa.Table) -> None:
    local = with_local_time(actions, ZONES)
    before = local.to_pylist()
    for signal in SIGNALS:
        assert signal.observe(local).to_pylist() == signal.observe(local).to_pylist(), signal.name
    assert local.to_pylist() == before


@given(actions=tables())
def test_what_a_signal_sees_in_an_action_depends_on_no_other(actions: pa.Table) -> None:
    local = with_local_time(actions, ZONES)
    rows = range(local.num_rows)
    backwards = local.take(pa.array(rows[::-1], pa.int64()))
    for signal in SIGNALS:
        whole = signal.observe(local).to_pylist()
        assert signal.observe(backwards).to_pylist() == whole[::-1], signal.name
        assert [signal.observe(local.slice(row, 1)).to_pylist()[0] for row in rows] == whole, signal.name


@every_signal
def test_it_sees_nothing_where_there_are_no_actions(signal: Signal) -> None:
    for empty in (ACTIONS.empty_table(), pa.Table.from_batches([], schema=ACTIONS)):
        assert len(signal.observe(with_local_time(empty, ZONES))) == 0


@every_signal
@given(data=st.data())
def test_it_has_a_printable_sentence_for_whatever_it_may_see(signal: Signal, data: st.DataObject) -> None:
    seen = Seen(
        value=data.draw(_value_of(signal)),
        verb=data.draw(st.sampled_from(VERBS)),
        leaning=data.draw(st.sampled_from(get_args(Leaning))),
        habit=data.draw(SHARES),
        least=data.draw(st.sampled_from([0.001, 0.02, 0.5])),
        others=data.draw(SHARES),
        per_unit=data.draw(st.sampled_from([-3.1, 0.0, 0.04, 14.0])) if isinstance(signal.habit, Text) else None,
        zone=data.draw(st.sampled_from(["UTC", "Europe/London"])),
        history=data.draw(st.booleans()),
    )
    sentence = signal.say(seen)
    assert sentence
    assert printable(sentence)
    foreign = str(seen.value)
    assert "100 %" in foreign or "100 %" not in sentence
    assert "None" in foreign or "None" not in sentence
    assert len(sentence) < 400


def _value_of(signal: Signal) -> st.SearchStrategy[Any]:
    match signal.habit:
        case Closed(size=size):
            return st.integers(0, size - 1)
        case Gap(size=size):
            return st.integers(0, size - 1)
        case Text():
            return st.none()
    lists = pa.types.is_large_list(signal.observe(with_local_time(ACTIONS.empty_table(), ZONES)).type)
    several = st.lists(st.one_of(st.none(), TEXTS), max_size=9).map(tuple)
    return several if lists else TEXTS


@every_signal
@given(
    verb=st.sampled_from(VERBS),
    source=st.sampled_from(["x-archive", "actions", ""]),
    time_basis=st.sampled_from(BASES),
    text=st.sampled_from(get_args(TextGiven)),
    listed=st.booleans(),
)
def test_it_has_a_reason_for_not_looking(signal: Signal, verb: str, source: str, time_basis: str, **more: Any) -> None:
    reason = signal.lacking(Unseen(verb=verb, source=source, time_basis=time_basis, **more))
    assert reason
    assert printable(reason)
    assert reason[0].islower()


@given(actions=tables().map(ordered))
def test_hostile_actions_get_shares_that_add_up(with_: Scorer, actions: pa.Table) -> None:
    out = weighed(actions, with_)
    surprises = explained(actions, with_, out)
    assert [surprise.bits for surprise in surprises] == (out.units / UNITS).tolist()
    assert_sound(surprises, with_)


def test_the_shares_of_a_whole_history_add_up(with_: Scorer, story: pa.Table) -> None:
    surprises = explained(story, with_, weighed(story, with_))
    assert len(surprises) == story.num_rows > 1000
    assert_sound(surprises, with_)


def assert_sound(surprises: list[Surprise], with_: Scorer) -> None:
    kept = [signal.name for signal in with_.signals]  # the compact preset has no room for those that would count 0
    assert with_.plan.preset == "compact" or kept == [signal.name for signal in SIGNALS]
    for surprise in surprises:
        assert sum(share.bits for share in surprise.shares) == surprise.bits
        assert [share.signal for share in surprise.shares] == kept
        for share in surprise.shares:
            assert share.bits == round(share.weight * share.raw_bits * UNITS) / UNITS
            assert printable(share.because)
            if share.state == "not observed":
                assert (share.bits, share.raw_bits) == (0.0, 0.0)
                assert share.because.startswith("not observed: ")


def test_scoring_twice_gives_the_same_and_changes_nothing_that_it_reads(with_: Scorer, story: pa.Table) -> None:
    before = [story.schema, *(story.to_pylist()[:: story.num_rows // 50])]
    same(weighed(story, with_), weighed(story, with_))
    assert [story.schema, *(story.to_pylist()[:: story.num_rows // 50])] == before


def test_an_account_gets_the_same_bits_alone_as_among_others(with_: Scorer, story: pa.Table) -> None:
    whole, bounds = weighed(story, with_), account_bounds(story)
    assert len(bounds) > 3
    for start, stop in pairwise(bounds):
        alone = weighed(story.slice(start, stop - start), with_)
        same(alone, whole, start)


def test_the_past_is_scored_without_the_future(with_: Scorer, story: pa.Table) -> None:
    start, stop = account_bounds(story)[:2]
    whole, half = story.slice(start, stop - start), story.slice(start, (stop - start) // 2)
    same(weighed(half, with_), weighed(whole, with_))


def test_chunks_do_not_change_a_score(with_: Scorer, story: pa.Table) -> None:
    cuts = range(0, story.num_rows, 777)
    chunked = pa.concat_tables([story.slice(at, 777) for at in cuts])
    assert chunked["text"].num_chunks > 2
    same(weighed(chunked, with_), weighed(story, with_))


def test_an_action_is_explained_the_same_alone_as_in_a_batch(with_: Scorer, story: pa.Table) -> None:
    out, nothing = weighed(story, with_), np.zeros(story.num_rows)
    whole = explained(story, with_, out)
    for row in range(0, story.num_rows, story.num_rows // 40):
        assert list(explain(story, out, with_, [row], nothing.astype(np.int32), nothing)) == [whole[row]]


def same(part: Outcome, whole: Outcome, start: int = 0) -> None:
    for name, column in part._asdict().items():
        assert len(column) > 0
        assert np.array_equal(column, getattr(whole, name)[start : start + len(column)]), name
