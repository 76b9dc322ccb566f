"""A letter can be pasted into a mail: it names account, actions, minutes; asks to keep first and disclose second."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from countersign.investigate.letter import MOST_ACTIONS, letter, sealed_as, signed
from tests.unit.investigate.test_examinations import START, action, facts

FIELDS = ("each sign-in",)


def written(*actions: Any, **more: Any) -> str:
    given = {"handle": "ExamplianEmb", **more}
    return letter(facts(*actions, **given), "X", FIELDS, before=START + timedelta(days=60), why="X keeps 60 days")


def test_it_names_the_account_by_handle_and_native_id_and_the_incident_as_a_reference() -> None:
    text = written()
    assert text.startswith("To: X\nSubject: ")
    assert "the account @ExamplianEmb (native id 111) on X" in text
    assert "Our reference: incident 1." in text


def test_it_names_the_actions_by_their_native_ids_with_their_times() -> None:
    text = written(action(2079), action(2080, "repost", 31))
    assert "  - like of 2079, 2026-09-09 01:14:07 UTC" in text
    assert "  - repost of 2080, 2026-09-09 01:14:38 UTC" in text


def test_a_time_that_is_known_as_an_interval_is_said_as_one() -> None:
    untimed = action(7, published=None, start_time=START, end_time=START + timedelta(days=2), time_basis="between")
    line = next(line for line in written(untimed).split("\n") if "like of 7" in line)
    assert line.endswith(
        "at some time between 2026-09-09 01:14 UTC and 2026-09-11 01:14 UTC (no time is given to us)"
    )  # fmt: skip
    unknown = action(8, published=None, time_basis="unknown")
    assert "like of 8, at a time that is not known to us" in written(unknown)


def test_what_was_taken_back_is_said_and_its_minutes_are_asked_for() -> None:
    done, later = action(), action(1, "unlike", 25_000)
    text = written(done, undone={done.id: later})
    assert "taken back 2026-09-09 08:10:47 UTC" in text
    assert "from 2026-09-08 23:14 UTC to 2026-09-09 10:10 UTC" in text


def test_it_asks_to_preserve_before_it_asks_to_disclose_and_claims_no_law() -> None:
    text = written()
    assert text.index("First, please preserve") < text.index("Second, please disclose")
    assert "for the account's owner" in text
    assert not [word for word in ("pursuant", "Article", "GDPR", "subpoena", "legally", "must") if word in text]


def test_for_an_office_that_is_only_watched_nobody_writes_as_its_owner() -> None:
    text = written(run_by_us=False)
    assert "We do not run it." in text
    assert "act for the owner" not in text
    assert "disclose it to us" not in text


def test_a_long_list_of_actions_is_cut_and_says_so() -> None:
    text = written(*[action(number, after=number) for number in range(MOST_ACTIONS + 5)])
    assert text.count("\n  - like of") == MOST_ACTIONS
    assert "  - and 5 more, which we send as a list" in text


def test_signed_it_holds_our_hash_and_a_place_to_sign_at_its_end() -> None:
    text = signed(written(), sealed_as("embassy.example/log", 7, "ab" * 32))
    assert text.endswith(f"is sealed: log embassy.example/log, 7 entries, root {'ab' * 32}\n\nName, office:\nDate:")
    assert signed("x", "") == "x\n\nName, office:\nDate:"


@pytest.mark.parametrize("hostile", ["\x1b[31mred", "a\nBcc: all@example.org", "pay\u202egnp", "\u200b"])
def test_foreign_text_can_add_no_line_and_turn_nothing_around(hostile: str) -> None:
    plain = written(action(2079))
    done = msgspec.structs.replace(action(2079), object=hostile, native_id=f"9{hostile}")
    text = written(done, handle=f"emb{hostile}")
    assert text.count("\n") == plain.count("\n")
    assert not set(text) & set("\x1b\u202e\u200b")


def test_a_handle_that_nobody_knows_is_not_invented() -> None:
    assert "the account 111 on X" in written(handle="")
