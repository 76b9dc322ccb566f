"""Holds every registered examination, built in or plugged in, to the laws of weighing, on cases of every kind."""

import math
from datetime import UTC, datetime

import msgspec
import pytest

from countersign.investigate.evaluation import Look
from countersign.investigate.examining import investigate
from countersign.investigate.facts import Facts
from countersign.investigate.finding import Examination, Finding, Missing
from countersign.investigate.proposition import KEYS
from countersign.investigate.validation import NOT_VALIDATED, VALIDATED, validated
from countersign.investigate.weighing import CANNOT_TELL, capped
from countersign.plugins import load
from countersign.report.sections.looked import QUESTIONS
from countersign.testing.cases import Case, cases
from countersign.text import visible

EXAMINATIONS: tuple[Examination, ...] = load("countersign.examinations")
every_examination = pytest.mark.parametrize("examination", EXAMINATIONS, ids=lambda one: one.name)


@pytest.fixture(scope="module")
def every_case() -> tuple[Case, ...]:
    return (*cases(1), *cases(2))


def bare(facts: Facts) -> Facts:
    """Return facts of which only the incident is known: its actions have no times, nothing was added."""
    untimed = [msgspec.structs.replace(one, published=None, start_time=None, end_time=None) for one in facts.actions]
    incident = msgspec.structs.replace(facts.incident, onset=None, ended=None, alarm_time=None)
    return Facts(
        incident=incident, account=facts.account, platform=facts.platform, home_zone="UTC",
        as_of=datetime(2026, 9, 9, tzinfo=UTC), actions=tuple(untimed),
    )  # fmt: skip


@every_examination
def test_looking_twice_gives_the_same(examination: Examination, every_case: tuple[Case, ...]) -> None:
    for case in every_case:
        assert examination(case.facts) == examination(case.facts)


@every_examination
def test_what_it_finds_has_numbers_with_ranges_a_sentence_and_a_source(
    examination: Examination, every_case: tuple[Case, ...]
) -> None:
    for case in every_case:
        for one in examination(case.facts):
            if isinstance(one, Finding):
                check_finding(one)


def check_finding(one: Finding) -> None:
    assert one.because
    assert one.source
    assert visible(one.because) == one.because
    assert set(one.ratios) <= set(KEYS)
    assert bool(one.ratios) != (one.basis == "direction")
    for ratio in one.ratios.values():
        assert ratio.low <= ratio.log10 <= ratio.high
        assert math.isfinite(ratio.low)
        assert math.isfinite(ratio.high)
    if one.basis == "measured":
        check_validated(one)
    else:
        assert one.cases == 0
    if one.assumes:
        assert one.assumed
        assert len({one.ratios[key].log10 for key in one.assumed}) == 1


def check_validated(one: Finding) -> None:
    """A measured finding has a row in the table of validations, says where from, and says no more than its row."""
    row = VALIDATED[one.name]
    assert one.cases == row.cases
    assert validated(one.name) in one.source
    levels = [ratio.log10 for ratio in capped(one).values()]
    assert max(levels) - min(levels) <= row.cap + 1e-9


def test_every_finding_is_either_validated_or_named_among_those_that_are_not(every_case: tuple[Case, ...]) -> None:
    names = {
        one.name for case in every_case for examination in EXAMINATIONS for one in examination(case.facts)
        if isinstance(one, Finding)
    }  # fmt: skip
    assert names <= {*VALIDATED, *NOT_VALIDATED}
    assert not set(VALIDATED) & set(NOT_VALIDATED)


@every_examination
def test_what_it_misses_is_said_with_who_has_it_and_a_request(
    examination: Examination, every_case: tuple[Case, ...]
) -> None:
    for case in every_case:
        for one in examination(case.facts):
            if isinstance(one, Missing):
                assert one.what
                assert one.holder
                assert one.could_move[0] <= 0 <= one.could_move[1]
                assert one.pair[0] != one.pair[1]
                assert case.facts.account in one.request


@every_examination
def test_an_incident_of_which_nothing_else_is_known_is_no_error(
    examination: Examination, every_case: tuple[Case, ...]
) -> None:
    for case in every_case:
        said = examination(bare(case.facts))
        assert all(isinstance(one, Finding | Missing) for one in said)


def test_facts_without_times_never_give_a_time() -> None:
    facts = bare(cases(1)[0].facts)
    assert {one.until for examination in EXAMINATIONS for one in examination(facts) if isinstance(one, Missing)} == {
        None
    }


def test_one_that_breaks_is_told_and_does_not_silence_the_others(every_case: tuple[Case, ...]) -> None:
    def breaks(facts: Facts) -> list[Finding]:
        raise KeyError(facts.account)

    whole = investigate(every_case[0].facts, examinations=(Examination("broken", breaks), *EXAMINATIONS))
    assert whole.looked[0] == Look(examination="broken", outcome="failed", because="KeyError")
    assert whole.findings == investigate(every_case[0].facts).findings


def test_every_examination_that_was_run_is_told_with_what_it_came_to(every_case: tuple[Case, ...]) -> None:
    for case in every_case:
        whole = investigate(case.facts)
        assert [look.examination for look in whole.looked] == [one.name for one in EXAMINATIONS]
        assert {look.outcome for look in whole.looked} <= {"found", "direction", "missing", "silent"}
        assert whole.answer in (*KEYS, CANNOT_TELL)


def test_every_built_in_examination_has_its_question_in_the_report() -> None:
    assert {one.name for one in EXAMINATIONS} <= set(QUESTIONS)
