"""A short form of the fuzzing (`python -m tests.unit.evidence.atproto.fuzz 1000000`): only typed refusals come out."""

import pytest

from tests.unit.evidence.atproto.fuzz import PARSERS, fuzz


@pytest.mark.parametrize("parser", PARSERS)
def test_a_reader_refuses_damage_by_its_rules_alone(parser: str) -> None:
    assert fuzz(parser, 1_500).inputs == 1_500
