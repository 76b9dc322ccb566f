"""What the trials of examinations ask, on invented accounts, and how their figures, plots and notes come about."""

import gzip
import json
from datetime import timedelta
from math import isnan
from pathlib import Path

import msgspec
import numpy as np
import pytest

from bench.protocol.data import ARCHIVES, split
from bench.protocol.data import load as load_accounts
from bench.trials import examinations
from bench.trials.logins import LOGINS
from bench.validation import new_clients, record_keys, sign_ins, taken_back, unlabelled
from bench.validation.timelines import ABOUT_THEN, asked
from bench.validation.trial import Trial, Tried, direction_only, figures
from countersign.investigate.proposition import Key
from countersign.investigate.tid import ALPHABET
from countersign.investigate.validation import VALIDATED
from tests.bench.toys import account, accounts

PAIR: tuple[Key, Key] = ("slip", "outsider")


def trial(*cases: tuple[str, bool, float | None], name: str = "hour") -> Trial:
    return Trial(name, PAIR, tuple(Tried(who, own, said) for who, own, said in cases))


class TestTimelines:
    def test_every_account_is_asked_about_as_many_own_actions_as_others(self) -> None:
        cases = list(asked(accounts()))
        counts = {(one.account, one.own): 0 for one in cases}
        for one in cases:
            counts[one.account, one.own] += 1
        assert set(counts.values()) == {40}
        assert {name for name, _ in counts} == {"alder", "birch", "cedar"}

    def test_nothing_of_the_tried_part_is_known_before_it_comes(self) -> None:
        whole = {one.name: one for one in accounts()}
        for case in asked(accounts()):
            times = [row.at for row in whole[case.account].rows]
            assert sum(case.facts.hours) <= sum(time < case.facts.as_of for time in times)
            assert sum(case.facts.clients.values()) == sum(case.facts.hours)

    def test_others_act_at_about_that_time_by_their_own_application_and_at_their_own_hour(self) -> None:
        for case in asked(accounts()):
            (done,) = case.facts.actions
            assert done.published is not None
            assert done.actor == case.account
            assert case.own == (done.instrument == f"{case.account} app")
            assert abs(done.published - case.facts.as_of) < ABOUT_THEN + timedelta(days=60)

    def test_an_application_that_others_use_speaks_against_the_team_and_an_own_one_for_it(self) -> None:
        hour, client = examinations.on_timelines(accounts())
        for one in (hour, client):
            own, others = one.sides()
            assert np.median(own) > 0 > np.median(others)
            assert figures(one, 20)["cllr"].value < 0.9

    def test_a_new_application_of_the_team_does_not_mislead(self, tmp_path: Path) -> None:
        host = account("alder")
        rows = [
            msgspec.structs.replace(row, client="new app") if at >= 400 else row for at, row in enumerate(host.rows)
        ]
        changed = msgspec.structs.replace(host, rows=tuple(rows))
        dates = tmp_path / new_clients.DATES
        when = f"{rows[400].at:%Y-%m-%dT%H:%M:%S.000Z}"
        dates.write_text(f"file,account,time,client\n{ARCHIVES},alder,{when},new app\n{ARCHIVES},x,{when},new app\n")
        (one,) = new_clients.trial([changed], tmp_path).cases
        assert one.said is not None
        assert -2 < one.said < -0.5

    def test_a_short_run_tries_the_first_part_only(self) -> None:
        few, whole = unlabelled.trials(accounts(), blocks=1)[0], unlabelled.trials(accounts())[0]
        assert [few.cases.count(one) * 4 for one in few.cases] == [whole.cases.count(one) for one in few.cases]

    def test_an_account_with_one_application_gives_no_number_of_hands(self) -> None:
        five, single = unlabelled.trials(accounts())
        assert direction_only(five) == direction_only(single) == 1.0
        assert len(five.cases) == 3 * 4 * 8


class TestSignIns:
    def test_a_known_device_speaks_for_the_team_and_another_personas_against_it(self, tmp_path: Path) -> None:
        known = sign_ins.personas(folder_of(tmp_path, {"much": 40, "other": 40, "little": 5}))
        sides = sign_ins.sides(known)
        assert sorted([*sides["development"], *sides["test"]]) == ["much", "other"]
        assert len(sides["test"]) == 1
        own, others = sign_ins.trial(sides["test"], known).sides()
        assert len(own) == len(others) == 20
        assert own.min() > 0 > others.max()

    def test_before_twenty_sign_ins_only_a_direction_is_said(self, tmp_path: Path) -> None:
        known = sign_ins.personas(folder_of(tmp_path, {"much": 40, "little": 5}))
        assert sign_ins.direction_only(known) == pytest.approx((19 + 4) / (39 + 4))


class TestWhatIsTakenForGranted:
    def test_clock_numbers_are_counted_over_new_records_only(self, tmp_path: Path) -> None:
        (tmp_path / "jetstream").mkdir()
        keys = [f"3l3pte3p2e3{ALPHABET[0]}{letter}" for letter in ALPHABET]
        events = [{"did": f"did:{at}", "commit": {"operation": "create", "rkey": key}} for at, key in enumerate(keys)]
        events += [{"did": "did:0", "commit": {"operation": "delete", "rkey": keys[0]}}, {"did": "did:0"}]
        (tmp_path / record_keys.STREAM).write_text("\n".join(map(json.dumps, events)))
        found = record_keys.measured(tmp_path)
        assert (found.records, found.accounts, found.most, found.met) == (32, 32, 1, 32)
        assert found.below == found.alike == 1.0

    def test_deleted_posts_are_counted_in_the_days_for_which_they_are_kept(self, tmp_path: Path) -> None:
        rows = [
            {"account": "a", "time": "2026-01-01T00:00:00Z"},
            {"account": "a", "time": "2026-03-01T00:00:00Z"},
            {"account": "a", "time": "2026-03-02T00:00:00Z", "deleted_at": "Mon Mar 02 00:10:00 +0000 2026"},
            {"account": "a", "time": "2026-03-03T00:00:00Z", "deleted_at": "Tue Mar 03 03:00:00 +0000 2026"},
            {"account": "a"},
            {"account": "b", "time": "2026-03-01T00:00:00Z"},
        ]
        with gzip.open(tmp_path / taken_back.ARCHIVES, "wt") as file:
            file.write("\n".join(map(json.dumps, rows)))
        assert taken_back.measured(tmp_path) == taken_back.Counts(accounts=1, posts=3, at_once=1, later=1)


class TestFigures:
    def test_an_account_with_one_side_only_costs_nothing(self) -> None:
        both = [("a", True, 1.0), ("a", False, -1.0)]
        assert figures(trial(*both, ("b", True, -9.0)), 5) == figures(trial(*both), 5)
        assert isnan(figures(trial(("b", True, -9.0)), 5)["cllr"].value)

    def test_the_interval_is_over_accounts(self) -> None:
        cases = [("a", True, 1.0), ("a", False, -1.0), ("b", True, -1.0), ("b", False, 1.0)]
        found = figures(trial(*cases), 200)["cllr"]
        assert found.accounts == 2
        assert found.low < found.value < found.high

    def test_what_gives_no_number_is_counted(self) -> None:
        assert direction_only(trial(("a", True, None), ("a", False, 1.0))) == 0.5

    def test_plots_and_numbers_are_written_without_the_name_of_any_account(self, tmp_path: Path) -> None:
        examinations.written(outcome(), tmp_path, resamples=5)
        assert sorted(one.name for one in tmp_path.iterdir()) == [
            "examinations.json", "hour-calibration.svg", "hour-tippett.svg",
        ]  # fmt: skip
        assert not any("secret" in one.read_text() for one in tmp_path.iterdir())
        numbers = json.loads((tmp_path / "examinations.json").read_text())["hour"]
        assert (numbers["own"], numbers["others"], numbers["accounts"]) == (2, 2, 1)
        assert sum(step["cases"] for step in numbers["curve"]) == 4

    def test_every_trial_has_its_rows_and_what_was_asked_of_them(self) -> None:
        rows = {one.name: one for one in examinations.rows(outcome(), resamples=5)}
        assert rows["hour_cllr"].ok is True
        assert rows["hour_cllr"].asked == "<= 1.0"
        assert rows["hour_direction_only"].value == 0.0
        assert rows["hand_1_cllr"].value is None
        assert rows["new_client_misleading"].value == 0.0
        assert rows["undo_at_once"].value == 0.1

    def test_a_table_that_says_something_else_than_was_measured_is_told(self) -> None:
        notes = examinations.unlike_the_table(outcome().trials)
        assert f"hour: cases is 2, the table says {VALIDATED['hour'].cases}" in notes


@pytest.mark.slow
def test_the_table_of_validations_says_what_is_measured_on_the_test_accounts(data_folder: Path) -> None:
    """Hands are left out: they take minutes, and `./run bench attribution` says where they differ."""
    known = sign_ins.personas(data_folder)
    trials = [
        *examinations.on_timelines(split(load_accounts(data_folder / ARCHIVES))["test"]),
        sign_ins.trial(sign_ins.sides(known)["test"], known),
    ]
    assert examinations.unlike_the_table(trials) == []


def outcome() -> examinations.Outcome:
    hour = trial(*(("secret", own, said) for own, said in ((True, 1.0), (True, 0.2), (False, -1.0), (False, 0.1))))
    return examinations.Outcome(
        trials=(hour, trial(("secret", True, None), name="hand-1")),
        direction_only={"hour": 0.0, "hand-1": 1.0},
        fresh=trial(("secret", True, -1.0)),
        clocks=record_keys.Clocks(records=1, accounts=1, below=1.0, met=1, alike=1.0, most=1),
        deleted=taken_back.Counts(accounts=1, posts=10, at_once=1, later=2),
    )


def folder_of(folder: Path, counts: dict[str, int]) -> Path:
    """Write a list of sign-ins, one a day a persona, each persona from its own place by its own device."""
    dice = np.random.default_rng(1)
    with gzip.open(folder / LOGINS, "wt") as file:
        for who, count in counts.items():
            for day in range(count):
                when = f"2026-{1 + day // 28:02d}-{1 + day % 28:02d}T{dice.integers(24):02d}:00:00"
                login = {
                    "account": who, "time": when,
                    "net_small": f"{who} street", "net_large": f"{who} town", "datacenter": False, "vpn_list": False,
                    "user_agent": who, "platform": who, "device": who, "country": "ID",
                }  # fmt: skip
                file.write(json.dumps(login) + "\n")
    return folder
