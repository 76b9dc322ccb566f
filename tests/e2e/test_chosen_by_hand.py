"""What raised no alarm can be investigated: actions named by their ids, with nothing kept of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_command_line import at_home
from tests.e2e.test_handing_over import run


@pytest.fixture(scope="module")
def ids(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Give the ids of all actions of the made-up embassy whose colleague slipped, with its store in this folder."""
    folder = tmp_path_factory.mktemp("chosen")
    with at_home(folder):
        assert run("demo", "--scenario", "slip", "--store", "s.db", "-q").code == 0
        lines = run("check", "--store", "s.db", "--all", "--format", "jsonl").out.splitlines()
        yield [one["id"] for line in lines if "id" in (one := json.loads(line))]


def test_actions_without_an_alarm_are_weighed_and_reported(ids: list[str]) -> None:
    chosen = ",".join(ids[-5:-3])
    told = run("investigate", chosen, "--store", "s.db")
    assert told.code in (1, 3)
    assert told.out.startswith("Actions chosen by hand: @ExamplianEmb on X, 2 actions")
    assert run("report", chosen, "--store", "s.db", "-o", "r.md").code == 0
    page = Path("r.md").read_text(encoding="utf-8")
    assert "No alarm brought these actions together: somebody chose them." in page
    assert "incident 0" not in page.casefold()
    assert "together they are unusual" not in page
    letter = run("ask", chosen, "--for", "presence", "--store", "s.db")
    assert "incident 0" not in letter.out + letter.err
    assert ids[-5].rsplit(":", 1)[1] in letter.out


def test_the_order_and_spelling_of_ids_does_not_matter(ids: list[str]) -> None:
    native = [one.rsplit(":", 1)[1] for one in ids[-5:-3]]
    asked = (",".join(ids[-5:-3]), f"{ids[-4]}, {ids[-5]}", ",".join(native))
    answers = [run("investigate", one, "--store", "s.db", "--format", "json").record for one in asked]
    weights = [answer["weights"] for answer in answers]
    assert weights[0] == weights[1] == weights[2]
    assert answers[0]["incident"] == 0


@pytest.mark.parametrize("wrong", ["x:1:like:none", ",", "99", "1398600512,nothing"])
def test_what_names_nothing_is_a_clear_error(ids: list[str], wrong: str) -> None:
    refused = run("investigate", wrong, "--store", "s.db")
    assert refused.code == 2
    assert "there is no" in refused.err


def test_nothing_is_kept_of_them(ids: list[str]) -> None:
    for more in (
        ("report", "sign", ids[-5], "--sentence", "1"), ("ask", ids[-5], "--answer", "operator A=no"),
        ("ask", ids[-5], "--for", "presence", "--sent"),
        ("investigate", ids[-5], "--ratio", "hour=slip:outsider:3", "--why", "because"),
    ):  # fmt: skip
        refused = run(*more, "--store", "s.db")
        assert refused.code == 2, more
        assert "nothing is kept of actions that were chosen by hand" in refused.err


def test_what_the_account_reaches_otherwise_is_told_without_them(ids: list[str]) -> None:
    records = [
        json.loads(line) for line in run("check", "--store", "s.db", "--all", "--format", "jsonl").out.splitlines()
    ]
    quiet = {one["id"]: one["bits"] for one in records if "id" in one and not one.get("incident")}
    highest = max(quiet, key=lambda one: quiet[one])
    run("report", highest, "--store", "s.db", "-o", "h.json")
    figures = json.loads(Path("h.json").read_text(encoding="utf-8"))["report"]["figures"]
    told = {one["name"]: one["value"] for one in figures}
    assert told["highest bits outside incidents"] < told["action 1: bits"]
