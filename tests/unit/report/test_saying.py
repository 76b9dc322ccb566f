"""How a report speaks: no more than can be shown, one significant figure, and a person for what is about a person."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import escape

import msgspec
import pytest

from countersign.investigate.scale import whole
from countersign.investigate.validation import NOT_VALIDATED, VALIDATED
from countersign.report import READERS, Reader, Signature, compose, render
from countersign.report.composing import people
from countersign.report.document import Items, Paragraph
from countersign.report.sections.looked import NOT_LOOKED_AT
from countersign.report.words import Held
from tests.unit.report.made_up import STAFF, action, case, evaluation, salt_of

FORBIDDEN = re.compile(r"\b(prove[sdn]?|proving|confirms? who|hack(ed|er|ers)?|certainly|certain)\b", re.IGNORECASE)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("answer", ["cannot tell", "outsider", "slip", "insider", "staged"])
def test_no_report_says_what_nobody_can_show(reader: Reader, answer: str) -> None:
    page = render(compose(case(evaluation=evaluation(answer)), reader, salt_of), "md").decode()
    assert FORBIDDEN.findall(page) == []


def test_ratios_have_one_significant_figure_in_text_and_all_in_json() -> None:
    report = compose(case(), "inside", salt_of)
    assert "about 100" in render(report, "md").decode()
    assert "2.0333" not in render(report, "md").decode()
    figures = {one["name"]: one["value"] for one in json.loads(render(report, "json"))["report"]["figures"]}
    assert figures["outsider : slip: log10"] == 2.0333


@pytest.mark.parametrize("reader", READERS)
def test_the_whole_scale_and_the_fixed_paragraph_stand_in_every_report(reader: Reader) -> None:
    page = render(compose(case(), reader, salt_of), "html").decode()
    assert all(line.split(": ", 1)[1] in page for line in whole())
    assert escape(NOT_LOOKED_AT) in page


def test_there_are_at_most_five_key_findings_and_they_name_their_exhibits() -> None:
    findings = next(one for one in compose(case(), "public", salt_of).sections if one.number == 2).blocks[0]
    assert isinstance(findings, Items)
    assert 1 <= len(findings.sentences) <= 5
    assert findings.sentences[0].exhibits == (1, 2)


def test_not_looked_at_is_never_shown_as_nothing_found() -> None:
    page = render(compose(case(), "public", salt_of), "md").decode()
    assert "By which application? | not looked at" in page
    assert "as usual in every action: In which language?" in page


@pytest.mark.parametrize("reader", READERS)
def test_every_examination_stands_with_how_it_was_validated_or_that_it_was_not(reader: Reader) -> None:
    page = render(compose(case(), reader, salt_of), "md").decode()
    _, _, table = page.partition("Examinations and how they were validated:")
    for name, one in VALIDATED.items():
        assert f"| {name} | measured | {one.accounts} {one.on} | {one.cases} a side, " in table
        assert f"| {one.cllr:.2f} | {one.loss:.3f} | {one.cases} (" in table
    estimates = next(line for line in table.splitlines() if "expert's estimate; not validated | -" in line)
    assert all(name in estimates for name in NOT_VALIDATED)
    assert "| 1,000 (" in estimates


def test_what_others_plugged_in_is_not_vouched_for() -> None:
    foreign = msgspec.structs.replace(evaluation().findings[0], name="<b>moon</b>", basis="measured", cases=30)
    weighed = msgspec.structs.replace(evaluation(), findings=(foreign,))
    page = render(compose(case(evaluation=weighed), "public", salt_of), "html").decode()
    assert "not by this program: see the finding" in page
    assert "<b>moon" not in page


def test_where_nothing_was_weighed_no_validation_is_told() -> None:
    page = render(compose(case(evaluation=None), "inside", salt_of), "md").decode()
    assert "how they were validated" not in page


def test_what_was_not_weighed_is_said_to_be_not_looked_at() -> None:
    page = render(compose(case(evaluation=None), "public", salt_of), "md").decode()
    assert "the explanations were not weighed" in page


def test_a_sentence_about_a_person_is_marked_until_somebody_vouches_for_it() -> None:
    draft = compose(case(), "public", salt_of)
    assert draft.is_draft
    page = render(draft, "html").decode()
    assert page.count('<mark class="person">') == len(marked(draft))
    assert "Draft, not to be published" in page


def test_whoever_vouches_for_all_of_them_makes_it_public_and_stays_unnamed() -> None:
    signature = Signature(by=(Held(kind="person", value=STAFF),), at=datetime(2026, 9, 13, tzinfo=UTC), leaf=4177)
    signed = case(signatures=dict.fromkeys(people(case()), signature))
    report = compose(signed, "public", salt_of)
    page = render(report, "html").decode()
    assert not report.is_draft
    assert '<mark class="person">' not in page
    assert "leaf 4177" in page
    assert STAFF not in page


def test_a_signature_is_for_these_words_and_no_others() -> None:
    signature = Signature(by=(Held(kind="person", value=STAFF),), at=datetime(2026, 9, 13, tzinfo=UTC), leaf=4177)
    first = case()
    changed = msgspec.structs.replace(first, evaluation=evaluation("slip"))
    report = compose(
        msgspec.structs.replace(changed, signatures=dict.fromkeys(people(first), signature)), "public", salt_of
    )
    assert report.is_draft


def test_a_sentence_has_the_same_number_for_every_reader() -> None:
    numbers = people(case())
    for reader in READERS:
        for number in marked(compose(case(), reader, salt_of)):
            assert number in numbers.values()


def test_what_was_said_in_public_is_answered_with_its_exhibits() -> None:
    page = render(compose(case(), "public", salt_of), "md").decode()
    assert "the record does not fit this: it was public for 411 minutes" in page


def marked(report: object) -> list[int | None]:
    sections = report.sections  # type: ignore[attr-defined]
    blocks = [block for section in sections for block in section.blocks if isinstance(block, Paragraph | Items)]
    return [one.number for block in blocks for one in block.sentences if one.needs_a_person]


def test_a_last_day_that_was_over_when_the_report_was_made_is_said_to_be_over() -> None:
    late = compose(case(made=datetime(2026, 11, 9, tzinfo=UTC)), "public", salt_of)
    assert "gone since 8 Nov 2026" in render(late, "md").decode()
    in_time = compose(case(made=datetime(2026, 11, 8, 20, tzinfo=UTC)), "public", salt_of)
    assert "gone since" not in render(in_time, "md").decode()


def test_how_long_it_stood_is_said_of_what_has_both_times_only() -> None:
    known, other = case().actions[0], action(2, "@kx_clips", "more")
    for unknown in (
        msgspec.structs.replace(other, undone_at=None),
        msgspec.structs.replace(other, undone_at=other.at - timedelta(hours=1) if other.at else None),
    ):
        page = render(compose(case(actions=(known, unknown)), "public", salt_of), "md").decode()
        assert "All of it was taken back; how long it stood is known of 1 only, at most 6 h 59 min." in page
