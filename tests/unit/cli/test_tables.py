"""Tables fit where they are shown, and what is cut is never a time or a number."""

from hypothesis import given
from hypothesis import strategies as st

from countersign.cli.tables import Column, aligned, as_csv, csv_value, labelled, markdown
from countersign.text import width

COLUMNS = (
    Column(key="when", title="when", whole=True, ours=True),
    Column(key="to", title="to"),
    Column(key="bits", title="bits", side="right", ours=True),
    Column(key="why", title="why"),
)
ROW = {
    "when": "2026-09-09 01:14:07",
    "to": "@真相之叶_daily_and_more_of_it",
    "bits": "21.2",
    "why": "about 9.4, whom 6.8, hour 3.9",
}


@given(st.integers(64, 140))
def test_a_table_fits_the_terminal_and_keeps_times_and_numbers_whole(room: int) -> None:
    lines = aligned([ROW], COLUMNS, indent="  ", room=room)
    assert all(width(line) <= room for line in lines)
    assert "2026-09-09 01:14:07" in lines[1]
    assert " 21.2 " in lines[1]


def test_a_terminal_too_narrow_for_words_gets_long_lines_rather_than_nothing() -> None:
    assert "…" in aligned([ROW], COLUMNS, room=10)[1]
    assert "21.2" in aligned([ROW], COLUMNS, room=10)[1]


def test_an_empty_list_still_has_its_titles_but_for_a_screen_reader() -> None:
    assert aligned([], COLUMNS) == ["when  to  bits  why"]
    assert markdown([], COLUMNS)[0] == "| when | to | bits | why |"
    assert as_csv([], COLUMNS) == b"when,to,bits,why\r\n"
    assert labelled([], COLUMNS) == []


def test_csv_values_keep_numbers_and_tell_nothing_from_no() -> None:
    assert [csv_value(value) for value in (-3.25, True, None, "-3", ("a", "b"))] == [-3.25, "true", "", "'-3", "a b"]
