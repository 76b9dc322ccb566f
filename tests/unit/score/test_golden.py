"""The numbers that users have seen do not change unnoticed: a change of one is a line under *Numbers* in CHANGELOG."""

import json

import pytest

from tests.unit.score.golden import CHANGELOG, CORPUS, KEPT, computed, name_of

AGAIN = "if that was meant: .venv/bin/python tests/unit/score/golden.py"


def test_the_permanent_corpus_gets_the_bits_alarms_and_thresholds_that_it_got() -> None:
    kept, now = json.loads(KEPT.read_text(encoding="utf-8")), computed()
    assert kept.keys() == now.keys()
    moved = {
        run: [figure for figure in kept[run] if kept[run][figure] != now[run][figure]]
        for run in kept
        if kept[run] != now[run]
    }
    assert moved == {}, AGAIN


def test_the_golden_numbers_are_named_under_numbers_in_the_changelog() -> None:
    _, numbers, rest = CHANGELOG.read_text(encoding="utf-8").partition("### Numbers")
    assert numbers
    named = f"Golden bits `{name_of(json.loads(KEPT.read_text(encoding='utf-8')))}`"
    assert named in rest.partition("\n## ")[0], f"add a line there: - {named}: what changed, and why"


@pytest.mark.parametrize("name", [name for name, _ in CORPUS])
def test_golden_numbers_hold_something(name: str) -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    runs = [values for run, values in kept.items() if run.startswith(f"{name} ")]
    assert len(runs) == 2
    assert all(len(values["sample"]) > 30 and len(set(values["sample"])) > 20 for values in runs)
