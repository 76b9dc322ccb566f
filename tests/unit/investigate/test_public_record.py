"""The page on public cases says what the weighing says, names nobody, and claims nothing that was not established."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from countersign.investigate.examining import investigate
from countersign.investigate.weighing import ratio_of
from countersign.report.ratios import said
from tests.unit.investigate import public_record

PAGE = Path(__file__).parents[3] / "docs/explanation/cases.md"
Record = Callable[[str], dict[str, Any]]
RECORDS: Mapping[str, tuple[Record, ...]] = {
    "public": (),
    "times": (public_record.timed,),
    "foreign sign-in": (public_record.foreign_sign_in,),
    "times, foreign sign-in": (public_record.timed, public_record.foreign_sign_in),
    "times, usual sign-in": (public_record.timed, public_record.usual_sign_in),
    "times, password changed": (public_record.timed, public_record.password_changed),
    "by mistake": (public_record.by_mistake,),
}


def row(name: str, record: str) -> str:
    """Return the line of the page's table that the weighing gives."""
    more = {key: value for add in RECORDS[record] for key, value in add(name).items()}
    evaluation = investigate(public_record.facts(name, **more))
    one = said(ratio_of(evaluation, "outsider", "slip"))
    words = f"{one.words} for {one.first}" if one.tells else one.words
    return f"| {name} | {record} | {evaluation.answer} | {words} |"


@pytest.mark.parametrize("name", public_record.CASES)
@pytest.mark.parametrize("record", RECORDS)
def test_the_page_says_what_the_weighing_says(name: str, record: str) -> None:
    assert row(name, record) in PAGE.read_text()


@pytest.mark.parametrize("name", public_record.CASES)
def test_the_public_record_alone_answers_nothing(name: str) -> None:
    assert investigate(public_record.facts(name)).answer == "cannot tell"


def test_a_time_that_nobody_published_is_not_given() -> None:
    for name in public_record.CASES:
        actions = public_record.facts(name).actions
        given = [one for one in actions if one.published]
        assert [one.verb for one in given] == (["post", "post"] if name == "regulator-2024" else [])
