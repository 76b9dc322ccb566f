"""The tutorial runs as it is printed: every command in it, one after the other, on what the one before left."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from countersign.cli import exits
from tests.e2e.test_command_line import at_home
from tests.e2e.test_handing_over import run

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "first-incident.md"
TYPED = re.compile(r"^\$ \./run (.+)$", re.MULTILINE)
ANSWERED = {exits.NOTHING, exits.FOUND, exits.CANNOT_TELL}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    with at_home(tmp_path):
        yield tmp_path


def test_every_command_of_the_tutorial_answers_and_the_report_is_there(place: Path) -> None:
    typed = TYPED.findall(TUTORIAL.read_text(encoding="utf-8").replace("/tmp/", f"{place}/"))
    assert len(typed) > 8
    told = {line: run(*shlex.split(line)) for line in typed}
    assert {line: one.err for line, one in told.items() if one.code not in ANSWERED} == {}
    assert (place / "countersign-demo.html").exists()
    assert "liked 3 posts" in told[f"explain 12 --store {place}/demo.db"].out
    assert "liked 3 posts" in (place / "case.html").read_text(encoding="utf-8")
