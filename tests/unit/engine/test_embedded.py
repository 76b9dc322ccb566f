"""The engine's answer: one for each account, the same however accounts are put together, and people's answers count."""

import itertools

import numpy as np
import pyarrow as pa
import pytest

from countersign.activity import to_columns
from countersign.cli.exits import CANNOT_TELL, FOUND, NOTHING, exit_code
from countersign.config import Layer, Settings, decode
from countersign.engine.embedded import NEEDED, account_bounds, check, surprises
from countersign.engine.verdict import Reading, Verdict
from countersign.profile.layout import Preset
from countersign.testing.scenarios import Scenario, play


def reading(actions: pa.Table, *, of: Scenario | None = None) -> Reading:
    return Reading(sources=(("made up", "actions"),), actions=actions, identities=of.identities if of else ())


def settings(preset: Preset = "rich") -> Settings:
    return decode([Layer(values={"score.preset": preset}, origins={})])


def by_account(scenario: Scenario, *accounts: str) -> pa.Table:
    """Return the actions of these accounts (all, if none is named), account by account."""
    wanted = accounts or tuple(who.account for who in scenario.identities)
    return to_columns([action for account in wanted for action in scenario.activities if action.actor == account])


@pytest.fixture(scope="module")
def event() -> Scenario:
    return play("mass-event")


@pytest.fixture(scope="module")
def taken() -> tuple[Scenario, Verdict]:
    scenario = play("takeover")
    return scenario, check(reading(by_account(scenario), of=scenario), settings())


def test_nothing_read_is_no_account_and_cannot_tell() -> None:
    verdict = check(reading(to_columns([])), settings())
    assert (verdict.accounts, verdict.incidents) == ((), ())
    assert exit_code(verdict.accounts) == CANNOT_TELL


def test_a_short_history_is_answered_cannot_tell_and_never_nothing_unusual() -> None:
    actions = by_account(play("morning")).slice(0, 30)
    (account,) = check(reading(actions), settings()).accounts
    assert (account.answer, account.incidents, account.needed) == ("cannot tell", (), NEEDED)
    assert account.learned < NEEDED
    assert exit_code([account]) == CANNOT_TELL


def test_a_takeover_is_an_incident_that_holds_what_the_stranger_did(taken: tuple[Scenario, Verdict]) -> None:
    scenario, verdict = taken
    assert verdict.accounts[0].answer == "incident"
    assert exit_code(verdict.accounts) == FOUND
    held = {surprise.id for one in verdict.incidents for surprise in one.surprises}
    done = set(scenario.truth.ids)
    assert len(held & done) > len(done) / 2


def test_incidents_are_numbered_in_order_and_every_action_knows_its_own(taken: tuple[Scenario, Verdict]) -> None:
    _, verdict = taken
    assert [one.number for one in verdict.incidents] == list(range(1, len(verdict.incidents) + 1))
    for one in verdict.incidents:
        rows = [surprise.row for surprise in one.surprises]
        assert set(verdict.incident_of[rows].tolist()) == {one.number}
        assert verdict.reading.actions["id"][rows[0]].as_py() == one.surprises[0].id
    assert int((verdict.incident_of > 0).sum()) == sum(len(one.surprises) for one in verdict.incidents)


def test_the_shares_of_any_action_add_up_to_its_bits(taken: tuple[Scenario, Verdict]) -> None:
    _, verdict = taken
    rows = range(0, verdict.reading.actions.num_rows, 211)
    for surprise in surprises(verdict, rows):
        assert sum(share.bits for share in surprise.shares) == surprise.bits == verdict.bits[surprise.row]


@pytest.mark.parametrize("preset", ["rich", "compact"])
def test_an_account_gets_the_same_bits_and_alarms_alone_and_in_any_company(event: Scenario, preset: Preset) -> None:
    names = [who.account for who in event.identities][:4]
    together = check(reading(by_account(event, *names), of=event), settings(preset))
    reversed_ = check(reading(by_account(event, *names[::-1]), of=event), settings(preset))
    for one in together.accounts:
        alone = check(reading(by_account(event, one.account), of=event), settings(preset))
        other = next(each for each in reversed_.accounts if each.account == one.account)
        assert np.array_equal(together.bits[one.start : one.stop], alone.bits)
        assert np.array_equal(reversed_.bits[other.start : other.stop], alone.bits)
        assert [each.alarm_action for each in alone.incidents] == [
            each.alarm_action for each in together.incidents if each.account == one.account
        ]


def test_each_account_has_its_own_rows_and_a_quiet_one_is_not_tainted_by_another(event: Scenario) -> None:
    actions = by_account(event)
    bounds = account_bounds(actions)
    verdict = check(reading(actions, of=event), settings())
    assert [(one.start, one.stop) for one in verdict.accounts] == list(itertools.pairwise(bounds))
    for one in verdict.accounts:
        assert set(actions["account"][one.start : one.stop].to_pylist()) == {one.account}
        assert (one.answer == "incident") == bool(one.incidents)


def test_nothing_unusual_is_exit_code_0_only_if_it_is_said_of_every_account(event: Scenario) -> None:
    accounts = check(reading(by_account(event), of=event), settings()).accounts
    quiet = [one for one in accounts if one.answer == "nothing unusual"]
    assert exit_code(quiet) == (NOTHING if quiet else CANNOT_TELL)
    assert exit_code([*quiet, *[one for one in accounts if one.answer == "incident"][:1]]) == FOUND


def test_it_was_us_is_learned_and_it_was_not_us_is_not(taken: tuple[Scenario, Verdict]) -> None:
    scenario, verdict = taken
    own = reading(by_account(scenario), of=scenario)
    found = next(
        one for one in verdict.incidents if {each.id for each in one.surprises} & set(scenario.truth.ids) and one.alert
    )
    us = check(own, settings(), marks={found.alarm_action: "it was us"})
    not_us = check(own, settings(), marks={found.alarm_action: "it was not us"})
    after = next(row for row in range(own.actions.num_rows) if own.actions["id"][row].as_py() == found.alarm_action) + 1
    assert np.array_equal(us.bits[:after], verdict.bits[:after])
    assert np.array_equal(not_us.bits[:after], verdict.bits[:after])
    assert us.outcome is not None
    assert not_us.outcome is not None
    assert us.outcome.known[-1] > not_us.outcome.known[-1]


def test_a_mark_of_an_action_that_is_not_there_changes_nothing(taken: tuple[Scenario, Verdict]) -> None:
    scenario, verdict = taken
    other = check(reading(by_account(scenario), of=scenario), settings(), marks={"x:1:like:none": "it was us"})
    assert np.array_equal(other.bits, verdict.bits)
