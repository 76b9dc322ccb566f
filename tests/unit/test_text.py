"""Foreign text, numbers and times as people see them."""

import csv
import io
import json
import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.text import (
    bits,
    code_span,
    csv_cell,
    cut,
    duration,
    handle_remark,
    interval,
    json_ascii,
    listed,
    moment,
    pad,
    visible,
    when,
    width,
    wrapped,
)

HOSTILE = (
    "\x1b[2J\x1b[31mgone\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x9b31mC1",
    "pay\u202egnp.exe",
    "a\u200bb\u200cc\u200dd\u2060e\ufefff",
    "\u2066isolate\u2069 \u061c mark",
    "line\nbreak\r\nand\rreturn\ttab\vvt\ffeed",
    "\u2028line\u2029paragraph",
    "Z\u0340\u0341\u0342\u0343\u0344\u0345\u0346\u0347\u0348algo",
    "\u0301starts with a mark",
    "\ud800 lone \udfff",
    "\U000e0041\U000e0042 tags",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(1)",
    "＝1",
    "<script>alert(1)</script>",
    "[x](javascript:alert(1)) `code` | cell | ![i](http://evil.example/x.png)",
    "```",
    "👩‍👩‍👧 👍🏽 ❤️ 🇬🇧 1️⃣",
    "真相之叶 한글 ｆｕｌｌ ﾊﾝｶｸ",
    "صباح الخير می‌خواهم",
    "\u3164\u115f\u2800\u00ad\u034f",
    "\x00\x01\x7f",
    "W" * 5000,
    "",
)
anything = st.text(st.characters()) | st.text(st.sampled_from("".join(HOSTILE[:-2]))) | st.sampled_from(HOSTILE)
"""Any text at all, surrogates too, and texts made of the characters that attack."""

HARMFUL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\u2060\ufeff\u00ad")


def is_harmless(text: str) -> bool:
    return not any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl", "Zp") or c in HARMFUL for c in text)


@given(anything)
def test_nothing_that_controls_a_terminal_survives(text: str) -> None:
    assert is_harmless(visible(text))


@given(anything)
def test_making_text_visible_twice_changes_nothing_more(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(anything)
def test_ascii_only_is_ascii_only(text: str) -> None:
    assert visible(text, ascii_only=True).isascii()


@given(anything, st.integers(1, 40))
def test_a_cut_text_never_takes_more_cells_than_it_may(text: str, cells: int) -> None:
    assert width(cut(visible(text), cells)) <= cells


@given(anything, st.integers(1, 40))
def test_a_padded_cell_takes_exactly_its_cells_and_leaves_the_next_column_alone(text: str, cells: int) -> None:
    cell = pad(cut(visible(text), cells), cells)
    assert width(cell) == cells
    assert width(cell + "  next") == cells + 6


@given(anything, st.integers(10, 60))
def test_wrapping_loses_no_word(text: str, cells: int) -> None:
    assert wrapped(visible(text), cells).split() == visible(text).split()


@given(anything)
def test_a_csv_cell_is_never_a_formula_and_survives_a_round_trip(text: str) -> None:
    cell = csv_cell(text)
    out = io.StringIO(newline="")
    csv.writer(out).writerow([cell, "next"])
    assert next(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [cell, "next"]
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert is_harmless(cell)


@given(anything)
def test_a_markdown_cell_stays_one_cell_and_one_code_span(text: str) -> None:
    cell = code_span(text)
    assert is_harmless(cell)
    assert "|" not in cell.replace("\\|", "")
    fence = len(cell) - len(cell.lstrip("`"))
    assert cell == "" or cell.endswith("`" * fence)


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text(st.sampled_from('\u202e\x9b\x7fa真\U000e0041"\\')))
def test_json_with_escapes_means_the_same_and_holds_nothing_raw(text: str) -> None:
    encoded = json_ascii(msgspec.json.encode({"text": text}))
    assert json.loads(encoded) == {"text": text}
    assert is_harmless(encoded.decode())


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "❤️", "1️⃣", "می‌خواهم", "क्षि", "é", "e\u0301", "🫨"])
def test_joiners_and_marks_that_spelling_needs_are_left_alone(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a<U+202E>b"),
        ("a\u200bb", "a<U+200B>b"),
        ("a\u200db", "a<U+200D>b"),
        ("\x1b[31m", "<U+001B>[31m"),
        ("\x9b31m", "<U+009B>31m"),
        ("a\nb\tc", "a b c"),
        ("a\rb", "a<U+000D>b"),
        ("\ud800", "<U+D800>"),
        ("a\ufe0fb", "a<U+FE0F>b"),
        ("\u0301a", "<U+0301>a"),
    ],
)
def test_what_would_hide_is_shown_as_a_code(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("handle", "remark"),
    [
        ("exаmple", "contains Cyrillic а"),
        ("аррӏе", "written in Cyrillic letters that look Latin"),
        ("сосо", "written in Cyrillic letters that look Latin"),
        ("правда", ""),
        ("ExamplianEmb", ""),
        ("αlpha", "contains Greek α"),
        ("真相_daily", ""),
    ],
)
def test_a_handle_that_deceives_is_marked(handle: str, remark: str) -> None:
    assert handle_remark(handle) == remark


def test_a_time_is_said_at_home_and_in_utc_with_the_date_where_it_differs() -> None:
    time = datetime(2026, 9, 9, 1, 14, 7, tzinfo=UTC)
    assert moment(time, ZoneInfo("Asia/Shanghai")) == "Wed 9 Sep 2026 09:14:07 Shanghai (01:14:07 UTC)"
    assert moment(time, ZoneInfo("Pacific/Honolulu")).endswith("Honolulu (Wed 9 Sep 01:14:07 UTC)")
    assert moment(time, UTC) == "Wed 9 Sep 2026 01:14:07 UTC"


@pytest.mark.parametrize(("fold", "utc"), [(0, "00:30:00"), (1, "01:30:00")])
def test_the_hour_that_comes_twice_is_told_apart_by_its_utc(fold: int, utc: str) -> None:
    london = ZoneInfo("Europe/London")
    assert moment(datetime(2026, 10, 25, 1, 30, fold=fold, tzinfo=london), london).endswith(f"({utc} UTC)")


@pytest.mark.parametrize(
    ("start", "end", "words", "cell"),
    [
        ((2026, 8, 31), (2026, 9, 9), "some time between 31 Aug and 9 Sep 2026", "31 Aug to 9 Sep 2026"),
        ((2025, 12, 31), (2026, 1, 1), "some time between 31 Dec 2025 and 1 Jan 2026", "31 Dec 2025 to 1 Jan 2026"),
        ((2024, 2, 29), (2024, 2, 29), "some time on 29 Feb 2024", "29 Feb 2024"),
        (None, (2026, 9, 9), "before 9 Sep 2026", "before 9 Sep 2026"),
        ((2026, 9, 9), None, "after 9 Sep 2026", "after 9 Sep 2026"),
        (None, None, "at an unknown time", "time not known"),
    ],
)
def test_a_time_that_was_not_given_is_never_made_precise(
    start: tuple[int, int, int] | None, end: tuple[int, int, int] | None, words: str, cell: str
) -> None:
    first = None if start is None else datetime(*start, tzinfo=UTC)
    last = None if end is None else datetime(*end, 23, 59, tzinfo=UTC)
    assert interval(first, last) == words
    assert when(None, first, last) == cell


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=90), "1 min 30 s"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=5), "5 days"),
        (timedelta(days=1826), "5 years"),
    ],
)
def test_durations_are_said_in_the_units_that_matter(span: timedelta, words: str) -> None:
    assert duration(span) == words


def test_numbers_and_lists_are_said_plainly() -> None:
    assert bits(-0.04) == "0.0"
    assert listed([]) == ""
    assert listed(["likes"]) == "likes"
