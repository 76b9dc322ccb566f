"""A verdict as people and programs see it, whatever names and texts it holds."""

import csv
import io
import json
import unicodedata
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countersign.cli import exits, incidents
from countersign.cli.asking import at_home, remarks
from countersign.cli.check_text import check_lines, too_little
from countersign.cli.explain_text import incident_lines
from countersign.cli.machine import write_check
from countersign.engine.verdict import Answer, Verdict
from countersign.text import width

Make = Callable[..., Verdict]
Written = Any

CHECK = """\
@ExamplianEmb on X: 1 incident, 3 surprising actions of 6        times in UTC

  #  when                 did    to               bits  usual  why
  1  2026-09-09 01:14:07  liked  @kx_clips        19.0    6.1  about 9.5, whom 6.8, hour 3.8
  1  2026-09-09 01:14:31  liked  @leaf_of_truth   19.0    6.1  about 9.5, whom 6.8, hour 3.8
  1  2026-09-09 01:14:55  liked  @真相之叶_daily  19.0    6.1  about 9.5, whom 6.8, hour 3.8

Outside this incident no action of this account had more than 14.1 bits.
Not looked at: access (no list of sign-ins after 2026-08-20)
"""

EXPLAINED = """\
Incident 1: @ExamplianEmb on X liked 3 posts
When: Wed 9 Sep 2026 02:14:07 to 02:15:02 London (01:14:07 to 01:15:02 UTC)
State: open, nobody has looked at it yet. Severity: high.
Alarm: went off at 2026-09-09 01:14:07 UTC; somebody is told at once (it stood at 40.0, and this
  account's threshold is 12.0).

Wed 9 Sep 2026 02:14:07 London (01:14:07 UTC): liked @kx_clips                  19.0 bits, usual 6.1

  about    9.5  ##########  adult words: 0 of 3,902 likes
  whom     6.8  #######     a stranger: 37 of 4,112
  hour     3.8  ####        between 02:00 and 03:00: 4 of 4,112
  kind    -1.0  -           a like: 3,902 of 4,112
  client: not observed: no client given
"""

HOSTILE = (
    "\x1b[2Jgone",
    "pay\u202egnp",
    "a\u200bb",
    "=cmd()",
    "@SUM",
    "tab\tbreak\nreturn\r",
    "[x](http://evil) | `",
    "<b>",
    "\x9b31m",
    "W" * 400,
    "真" * 60,
    "e\u0301" + "\u0301" * 40,
    "👩‍👩‍👧",
    '"quoted", comma',
    "\u2028",
    "\U000e0041",
    "exаmple",
)
foreign = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


def is_harmless(text: str) -> bool:
    return not any(
        unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl", "Zp") or c in "\u202e\u200b\u2066\ufeff\u00ad" for c in text
    )


def test_check_says_what_was_found_how_unusual_it_is_and_what_was_not_looked_at(
    make_verdict: Make, written: Written
) -> None:
    verdict, out = make_verdict(), written()
    out.console.write(*check_lines(out.console, verdict, verdict.incidents))
    assert out.text.startswith(CHECK)


def test_an_explanation_shows_each_part_in_the_home_zone_and_the_undo(make_verdict: Make, written: Written) -> None:
    verdict, out = make_verdict(note="habit changed"), written()
    home = at_home(out.console, verdict, "111")
    home.write(*incident_lines(home, verdict, verdict.incidents[0]))
    assert out.text.startswith(EXPLAINED)
    assert "Taken back: 1 of 3, Wed 9 Sep 2026 09:14:07 London (08:14:07 UTC), 7 h after it began." in out.text
    assert "Before it:        times in UTC\n  when                 did     to              bits\n" in out.text
    assert "Note: habit changed" in out.text


def test_the_parts_that_are_shown_add_up_to_the_bits_that_are_shown(make_verdict: Make) -> None:
    for incident in make_verdict().incidents:
        for surprise in incident.surprises:
            assert sum(share.bits for share in surprise.shares) == surprise.bits


def test_plain_output_has_labels_before_values_and_no_bars(make_verdict: Make, written: Written) -> None:
    verdict, out = make_verdict(), written(plain=True)
    out.console.write(*check_lines(out.console, verdict, verdict.incidents))
    out.console.write(*incident_lines(out.console, verdict, verdict.incidents[0]))
    assert "#: 1; when: 2026-09-09 01:14:07; did: liked; to: @kx_clips; bits: 19.0; usual: 6.1; why:" in out.text
    assert "about: 9.5 bits. adult words: 0 of 3,902 likes" in out.text
    assert "##" not in out.text


def test_a_time_that_was_not_given_is_null_with_its_bounds(make_verdict: Make, written: Written) -> None:
    verdict, out = make_verdict(), written(format="jsonl")
    write_check(out.console, verdict, verdict.incidents, np.array([5]))
    line = json.loads(out.text)
    assert (line["time"], line["start_time"], line["end_time"]) == (
        None,
        "2026-08-31T01:14:07Z",
        "2026-09-10T01:14:07Z",
    )


def test_a_line_an_action_holds_what_the_contract_promises(make_verdict: Make, written: Written) -> None:
    verdict, out = make_verdict(), written(format="jsonl")
    write_check(out.console, verdict, verdict.incidents, np.arange(verdict.reading.actions.num_rows))
    lines = [json.loads(line) for line in out.text.splitlines()]
    assert [line["native_id"] for line in lines] == ["1", "2", "3", "4", "99", "100"]
    assert [line["incident"] for line in lines] == [None, 1, 1, 1, None, None]
    assert lines[1]["time"] == "2026-09-09T01:14:07Z"
    assert {"schema", "id", "account", "platform", "verb", "bits", "shares", "state"} <= lines[1].keys()
    assert {key for share in lines[1]["shares"] for key in share} == {
        "signal", "state", "bits", "raw_bits", "weight", "because",
    }  # fmt: skip
    assert sum(share["bits"] for share in lines[1]["shares"]) == lines[1]["bits"]


def test_json_is_one_document_with_the_same_actions_as_the_lines(make_verdict: Make, written: Written) -> None:
    verdict = make_verdict()
    rows = np.arange(verdict.reading.actions.num_rows)
    document, lines = written(format="json"), written(format="jsonl")
    write_check(document.console, verdict, verdict.incidents, rows)
    write_check(lines.console, verdict, verdict.incidents, rows)
    whole = json.loads(document.text)
    assert whole["schema"] == "countersign/1"
    assert whole["actions"] == [json.loads(line) for line in lines.text.splitlines()]


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "md", "text"])
def test_a_check_that_found_nothing_is_still_valid_in_every_format(
    form: str, make_verdict: Make, written: Written
) -> None:
    verdict, out = make_verdict(), written(format=form)
    write_check(out.console, verdict, [], np.empty(0, np.int64))
    if form == "json":
        assert json.loads(out.text)["actions"] == []
    elif form == "jsonl":
        assert out.text == ""
    else:
        assert len(out.text.splitlines()) == (2 if form == "md" else 1)


def test_an_incident_line_holds_what_the_contract_promises(make_verdict: Make, written: Written) -> None:
    verdict, out = make_verdict(), written(format="jsonl")
    incidents._write(out.console, verdict, list(verdict.incidents))
    line = json.loads(out.text)
    assert (line["account"], line["number"], line["onset"], line["alarm_time"]) == (
        "111", 1, "2026-09-09T01:14:07Z", "2026-09-09T01:14:07Z",
    )  # fmt: skip
    assert (line["alarm_action"], line["alarm_native_id"], line["alert"], line["actions"]) == (
        "x:111:like:2", "2", True, 3,
    )  # fmt: skip
    assert line["undone"] == [["2", "99"]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=foreign, because=foreign, text=foreign)
@pytest.mark.parametrize("form", ["text", "plain", "md", "csv", "json", "jsonl"])
def test_hostile_text_reaches_nobody_raw_in_any_format(
    form: str, name: str, because: str, text: str, make_verdict: Make, written: Written
) -> None:
    verdict = make_verdict(names=(name, "friend", "other"), because=because, text=text, note=because)
    out = written(format="text" if form == "plain" else form, plain=form == "plain")
    write_check(out.console, verdict, verdict.incidents, np.arange(verdict.reading.actions.num_rows))
    incidents._write(out.console, verdict, list(verdict.incidents))
    if form in ("text", "plain"):
        out.console.write(*check_lines(out.console, verdict, verdict.incidents))
        out.console.write(*incident_lines(out.console, verdict, verdict.incidents[0]))
    assert is_harmless(out.text.replace("\r\n", "\n").replace("\n", ""))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=foreign, text=foreign)
def test_columns_stay_straight_whatever_stands_in_them(
    name: str, text: str, make_verdict: Make, written: Written
) -> None:
    verdict, out = make_verdict(names=(name, "friend", "other"), text=text), written()
    write_check(out.console, verdict, verdict.incidents, np.arange(verdict.reading.actions.num_rows))
    ends = {width(line[: line.rindex("19.0")]) for line in out.text.splitlines()[1:]}
    assert len(ends) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=foreign, text=foreign)
def test_csv_has_one_record_an_action_and_no_formula(
    name: str, text: str, make_verdict: Make, written: Written
) -> None:
    verdict, out = make_verdict(names=(name, "friend", "other"), text=text), written(format="csv")
    write_check(out.console, verdict, verdict.incidents, np.arange(verdict.reading.actions.num_rows))
    rows = list(csv.reader(io.StringIO(out.text, newline="")))
    assert len(rows) == 1 + verdict.reading.actions.num_rows
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=foreign)
def test_json_keeps_every_name_as_it_is(name: str, make_verdict: Make, written: Written) -> None:
    verdict, out = make_verdict(names=(name, "friend", "other")), written(format="jsonl")
    write_check(out.console, verdict, verdict.incidents, np.array([1]))
    assert json.loads(out.text)["object_author"] == name


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ((), exits.CANNOT_TELL),
        (("nothing unusual",), exits.NOTHING),
        (("nothing unusual", "cannot tell"), exits.CANNOT_TELL),
        (("cannot tell", "incident", "nothing unusual"), exits.FOUND),
    ],
)
def test_the_exit_code_says_found_before_cannot_tell_before_nothing(
    answers: tuple[Answer, ...], code: int, make_verdict: Make
) -> None:
    account = make_verdict().accounts[0]
    assert exits.exit_code(msgspec.structs.replace(account, answer=answer) for answer in answers) == code


def test_a_short_history_is_said_in_words(make_verdict: Make) -> None:
    account = msgspec.structs.replace(make_verdict().accounts[0], start=0, stop=40, learned=40, needed=200)
    assert too_little(account) == (
        "cannot tell: 40 actions are too few to know this account's habit (about 200 are needed)"
    )


def test_what_was_not_understood_is_counted_and_the_first_is_named(make_verdict: Make) -> None:
    from countersign.activity import NotUnderstood

    bad = NotUnderstood(source="actions", ref="a\x1b.jsonl", position=7, reason="no account")
    reading = msgspec.structs.replace(make_verdict().reading, not_understood=(bad,), not_understood_count=14)
    assert remarks(reading) == [
        "note: 14 records were not understood and not weighed; the first: a<U+001B>.jsonl record 7: no account"
    ]
