"""What the bits do not look at is said so that nobody takes it for "nothing found", with the way to more."""

from datetime import UTC, datetime, timedelta

import pytest

from countersign.activity import ACTIONS, Session
from countersign.engine.beyond import not_looked_at
from countersign.engine.verdict import Reading

T = datetime(2026, 9, 9, 1, 14, tzinfo=UTC)


def reading(*kinds: str, at: datetime = T) -> Reading:
    sessions = tuple(Session(account="111", platform="x", kind=kind, last_seen=at) for kind in kinds)
    return Reading(sources=(), actions=ACTIONS.empty_table(), sessions=sessions)


def test_without_a_list_the_way_to_one_is_said() -> None:
    for held in (reading(), reading("device", "key")):
        (said,) = not_looked_at(held, "111", T)
        assert "no list of sign-ins was given" in said
        assert "countersign evidence add" in said


def test_sign_ins_that_reach_the_incident_are_said_to_be_weighed_elsewhere() -> None:
    (said,) = not_looked_at(reading("ip use"), "111", T - timedelta(hours=1))
    assert said == "access: sign-ins are no part of these bits: countersign investigate NUMBER weighs them"


def test_sign_ins_that_end_before_the_incident_are_said_to() -> None:
    (said,) = not_looked_at(reading("ip use"), "111", T + timedelta(days=1))
    assert "listed until 2026-09-09 01:14:00 UTC, before the last incident" in said


@pytest.mark.parametrize("account", ["111", "222"])
def test_without_an_incident_nothing_is_to_be_investigated(account: str) -> None:
    (said,) = not_looked_at(reading("sign-in"), account, None)
    assert "investigate" not in said
