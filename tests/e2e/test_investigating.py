"""An incident investigated by its user: what is told, what is asked for, what an answer changes, and what is sealed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e.test_command_line import HABIT, START, at_home, habit, takeover, write
from tests.e2e.test_handing_over import run


@pytest.fixture(scope="module")
def number(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the number of the ambassador's morning in a store, with that store in the current folder."""
    folder = tmp_path_factory.mktemp("investigating")
    with at_home(folder):
        assert run("demo", "--store", "d.db", "-q").code == 0
        incidents = run("incidents", "--store", "d.db", "--format", "jsonl").out.splitlines()
        yield str(json.loads(incidents[-1])["number"])


def test_with_the_record_alone_the_morning_cannot_be_told_and_says_what_would_settle_it(number: str) -> None:
    told = run("investigate", number, "--store", "d.db")
    assert told.code == 3
    assert "Cannot tell" in told.out
    assert "outsider took over" in told.out
    assert "Ratios, not probabilities" in " ".join(told.out.split())
    assert "access-log" in told.out
    assert "8 Nov 2026" in told.out
    assert "Next: countersign ask" in told.out


def test_programs_get_every_pair_every_number_and_the_whole_scale(number: str) -> None:
    record = run("investigate", number, "--store", "d.db", "--format", "json").record
    assert len(record["weights"]) == 21
    assert len(record["scale"]) == 7
    assert record["posterior"] is None
    assert {one["basis"] for one in record["findings"]} <= {"measured", "published", "estimate", "direction"}
    assert all(one["source"] and one["because"] for one in record["findings"])


def test_the_readers_ratio_stands_beside_ours_and_their_prior_gives_odds(number: str) -> None:
    asked = ("investigate", number, "--store", "d.db", "--ratio", "hour=outsider:slip:100", "--prior", "slip=10")
    record = run(*asked, "--format", "json").record
    ours = next(one for one in record["weights"] if one["pair"] == ["outsider", "slip"])
    yours = next(one for one in record["yours"]["weights"] if one["pair"] == ["outsider", "slip"])
    assert yours["log10"] > ours["log10"]
    assert sum(record["posterior"].values()) == pytest.approx(1.0)
    assert "With your prior odds" in run(*asked).out


def test_a_readers_ratio_with_a_reason_is_kept_and_stands_in_the_report_for_those_inside_only(number: str) -> None:
    reason = "a colleague's browser was open"
    kept = run("investigate", number, "--store", "d.db", "--ratio", "hour=outsider:slip:100", "--why", reason)
    assert "Kept beside ours" in kept.err
    run("investigate", number, "--store", "d.db", "--ratio", "hour=slip:outsider:50", "--why", reason)
    for reader in ("inside", "platform", "public"):
        run("report", number, "--for", reader, "--store", "d.db", "-o", f"{reader}.md")
    inside = Path("inside.md").read_text(encoding="utf-8")
    assert "| hour | a member of the team, by mistake : an outsider with stolen access |" in inside
    assert inside.count(reason) == 1, "the latest of a finding and pair counts"
    assert "What changes with the reader's ratios" in inside
    assert reason not in Path("platform.md").read_text(encoding="utf-8") + Path("public.md").read_text(encoding="utf-8")


def test_whose_hand_it_is_like_stands_in_a_report_when_it_was_asked_for(number: str) -> None:
    run("report", number, "--store", "d.db", "-o", "hands.md", "--hands")
    assert "known operator's hand" in Path("hands.md").read_text(encoding="utf-8")


def test_each_weighing_of_the_store_is_sealed(number: str) -> None:
    first = run("investigate", number, "--store", "d.db", "--format", "json").record["leaf"]
    assert run("investigate", number, "--store", "d.db", "--format", "json").record["leaf"] == first + 1


def test_the_request_names_account_minutes_fields_deadline_and_our_hash(number: str) -> None:
    asked = run("ask", number, "--store", "d.db", "--for", "access-log", "--format", "json").record
    (request,) = asked["requests"]
    assert request["until"] == "8 Nov 2026"
    for part in (
        "To: X",
        "@ExamplianEmb (native id 1398600512)",
        "2026-09-08 23:14 UTC",
        "IP address with port",
        "root ",
    ):
        assert part in request["request"]


def test_an_answer_is_sealed_and_turns_the_weighing(number: str) -> None:
    before = run("investigate", number, "--store", "d.db", "--format", "json").record
    sealed = run("ask", number, "--store", "d.db", "--answer", "operator C=by mistake")
    assert sealed.code == 0
    assert "said: by mistake" in sealed.out
    after = run("investigate", number, "--store", "d.db", "--format", "json").record
    assert after["ranked"].index("slip") < before["ranked"].index("slip")
    assert not any(one["name"] == "statement" for one in after["missing"])
    assert run("log", "check", "--store", "d.db").code == 0


@pytest.mark.parametrize("wrong", [("--answer", "operator C"), ("--answer", "=no"), ("--for", "access-logs")])
def test_what_cannot_be_asked_or_answered_is_refused(number: str, wrong: tuple[str, str]) -> None:
    assert run("ask", number, "--store", "d.db", *wrong).code == 2


@pytest.mark.parametrize("wrong", [("--ratio", "hour=outsider"), ("--prior", "thief=2"), ("--prior", "slip=0")])
def test_a_number_that_is_none_is_refused(number: str, wrong: tuple[str, str]) -> None:
    assert run("investigate", number, "--store", "d.db", *wrong).code == 2


def test_an_incident_that_there_is_not_is_refused() -> None:
    assert run("investigate", "99", "--store", "d.db").code == 2


def test_files_are_investigated_without_a_store(number: str) -> None:
    write(Path("taken.jsonl"), habit("embassy", HABIT), takeover("embassy", START + timedelta(days=200)))
    told = run("investigate", "1", "taken.jsonl", "--format", "json")
    assert told.code in (1, 3)
    assert told.record["leaf"] is None
    assert told.record["ranked"][0] == "app"  # all of it was done by a client that the account never used
    assert "root" not in run("ask", "1", "taken.jsonl").out
    refused = run("ask", "1", "taken.jsonl", "--answer", "operator C=no")
    assert refused.code == 2
    assert number
