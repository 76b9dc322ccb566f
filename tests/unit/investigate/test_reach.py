"""How far what is known of access reaches is said in words; contradictions at the time leave a direction only."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from countersign.activity import Session
from countersign.investigate.claim import claim
from countersign.investigate.claims import check_claim
from countersign.investigate.examinations import sign_in
from countersign.investigate.facts import Doubt, Facts, SignIn
from countersign.investigate.finding import Finding, Missing
from countersign.investigate.reach import reach
from countersign.investigate.weighing import fuse
from countersign.testing.cases import case

HOUR = timedelta(hours=1)


def facts(**changes: Any) -> Facts:
    return msgspec.structs.replace(case("outsider", 3).facts, **changes)


def first_of(held: Facts) -> datetime:
    return min(one.published for one in held.actions if one.published)


@pytest.mark.parametrize(
    ("since", "until", "says"),
    [(-48, 48, "that covers the incident"), (-48, -24, "the incident is later"), (24, 48, "the incident is earlier")],
)
def test_it_is_said_whether_lists_cover_the_incident(since: int, until: int, says: str) -> None:
    at = first_of(facts())
    assert says in reach(facts(sign_ins_from=at + since * HOUR, sign_ins_until=at + until * HOUR))


def test_without_any_list_that_is_said() -> None:
    none = facts(sign_ins_from=None, sign_ins_until=None, sign_ins=())
    assert reach(none) == "nothing is known of sign-ins"


def test_lists_that_contradict_each_other_at_the_time_give_no_number_for_anybody() -> None:
    at = first_of(facts())
    held = facts(doubts=(Doubt(start=at - HOUR, end=at + HOUR, because="a.csv has what b.csv lacks"),))
    found = sign_in.examine(held)
    (finding,) = [one for one in found if isinstance(one, Finding)]
    assert (finding.basis, finding.ratios) == ("direction", {})
    assert "a.csv has what b.csv lacks" in finding.because
    assert fuse([finding]) == {}
    assert any(isinstance(one, Missing) and one.name == "access-log" for one in found)
    assert "contradicts itself" in reach(held)


def test_a_claim_about_access_cannot_be_told_while_lists_contradict_each_other() -> None:
    at = first_of(facts())
    outside = msgspec.structs.replace(signed_in(at, "198.51.100.23"), network="vpn")
    office = [signed_in(at - day * 24 * HOUR, "192.0.2.1") for day in range(1, 31)]
    told = facts(sign_ins=(*office, outside))
    said = claim("they came from outside", "access-outside", at - HOUR, at + HOUR)
    assert check_claim(told, said).answer == "supports"
    doubt = Doubt(start=at - HOUR, end=at + HOUR, because="a.csv has what b.csv lacks")
    assert check_claim(msgspec.structs.replace(told, doubts=(doubt,)), said).answer == "cannot tell"


def test_a_contradiction_of_another_week_leaves_the_finding_as_it_was() -> None:
    at = first_of(facts())
    apart = facts(doubts=(Doubt(start=at - 200 * HOUR, end=at - 170 * HOUR, because="of old"),))
    assert sign_in.examine(apart) == sign_in.examine(facts())


def test_another_temporary_address_of_the_same_household_is_no_new_address() -> None:
    at = datetime(2026, 9, 9, 1, 14, tzinfo=UTC)
    first = first_of(facts())
    past = [signed_in(first - (number + 2) * 24 * HOUR, f"2001:db8:1:2::{number + 1}") for number in range(60)]
    there = signed_in(first, "2001:db8:1:2:ffff::1")
    held = facts(sign_ins=(*past[::-1], there), sign_ins_from=at - 9_000 * HOUR, sign_ins_until=first + HOUR)
    (finding,) = [one for one in sign_in.examine(held) if isinstance(one, Finding)]
    assert "known device, from an address known to it" in finding.because


def signed_in(at: datetime, ip: str) -> SignIn:
    session = Session(account="111", platform="x", kind="sign-in", opened=at, last_seen=at, ip=ip, device="desk")
    return SignIn(session=session, ref="a.csv")
