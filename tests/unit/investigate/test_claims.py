"""Claims: what the record supports, what it contradicts, and that its silence is no answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from countersign.activity import Activity, Session, Verb
from countersign.errors import UsageError
from countersign.incident.incident import Incident
from countersign.investigate.claims import Answer, ClaimKind, check_claim, claim
from countersign.investigate.facts import Facts, NetworkKind, SignIn, Statement

AT = datetime(2026, 9, 9, 1, 14, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)


def act(number: int, verb: Verb, at: datetime | None, **more: Any) -> Activity:
    return Activity(id=f"x:1:{verb}:{number}", native_id=str(number), platform="x", verb=verb, actor="1",
                    published=at, instrument="Own App", **more)  # fmt: skip


def facts(**changes: Any) -> Facts:
    like, unlike = act(1, "like", AT), act(1, "unlike", AT + 7 * HOUR)
    before, after = act(7, "post", AT - 20 * HOUR), act(8, "reply", AT + 20 * HOUR)
    incident = Incident(number=1, account="1", platform="x", alarm_action=like.id, alarm_native_id="1", alert=True,
                        actions=1, peak=9.0, threshold=5.0, onset=AT)  # fmt: skip
    held: dict[str, Any] = {
        "incident": incident, "account": "1", "platform": "x", "home_zone": "UTC", "as_of": AT + 48 * HOUR,
        "actions": (like,), "undone": {like.id: unlike}, "around": (before, like, unlike, after),
        "clients": {"Own App": 900},
    }  # fmt: skip
    return Facts(**{**held, **changes})


def answer(
    kind: ClaimKind, *, detail: str = "", start: datetime = AT - HOUR, end: datetime = AT + HOUR, **changes: Any
) -> Answer:
    return check_claim(facts(**changes), claim("what was said", kind, start, end, detail=detail)).answer


def test_that_something_was_done_is_supported_by_the_record_of_it() -> None:
    assert answer("did", detail="like") == "supports"
    assert answer("did-not", detail="like") == "contradicts"


def test_that_nothing_was_done_is_supported_only_where_the_record_covers_the_time() -> None:
    assert answer("did-not", detail="repost") == "supports"
    assert answer("did-not", detail="repost", start=AT - 400 * HOUR) == "cannot tell"
    assert answer("did-not", detail="repost", end=AT + 400 * HOUR) == "cannot tell"
    assert answer("did-not", detail="repost", undone={}) == "cannot tell"


def test_an_action_without_an_exact_time_is_no_answer() -> None:
    vague = act(1, "like", None, start_time=AT - 9 * HOUR, end_time=AT + 9 * HOUR)
    assert answer("did", detail="like", actions=(vague,), around=()) == "cannot tell"


@pytest.mark.parametrize(("minutes", "expected"), [("30", "contradicts"), ("419", "contradicts"), ("420", "supports")])
def test_how_soon_it_was_taken_back_is_counted_to_the_minute(minutes: str, expected: Answer) -> None:
    assert answer("undone-within", detail=minutes) == expected


def test_what_is_not_known_to_be_taken_back_is_no_answer() -> None:
    assert answer("undone-within", detail="30", undone={}) == "cannot tell"
    undo = act(1, "unlike", None, start_time=AT, end_time=AT + 9 * HOUR)
    assert answer("undone-within", detail="30", undone={"x:1:like:1": undo}) == "cannot tell"
    assert answer("undone-within", detail="600", undone={"x:1:like:1": undo}) == "supports"


def test_nothing_else_is_contradicted_by_anything_else() -> None:
    assert answer("nothing-else") == "supports"
    assert answer("nothing-else", end=AT + 30 * HOUR) == "contradicts"


def signed_in(at: datetime, address: str, network: NetworkKind, asn: int | None = None) -> SignIn:
    session = Session(account="1", platform="x", kind="ip use", opened=at, last_seen=at, ip=address)
    return SignIn(session=session, network=network, asn=asn, ref=f"list:{address}")


OFFICE = tuple(signed_in(AT - n * 24 * HOUR, "192.0.2.1", "office", 64500) for n in range(1, 31))
VPN = tuple(signed_in(AT - n * 24 * HOUR, f"198.51.100.{n}", "vpn") for n in range(1, 31))


@pytest.mark.parametrize(
    ("network", "covered", "before", "expected"),
    [("hosting", True, OFFICE, "supports"), ("tor", False, OFFICE, "supports"),
     ("office", False, OFFICE, "cannot tell"), ("vpn", True, OFFICE[:9], "cannot tell"),
     ("vpn", True, VPN, "cannot tell"), ("unknown", True, OFFICE, "cannot tell"),
     ("home", True, OFFICE, "cannot tell")],
)  # fmt: skip
def test_access_from_outside_is_access_that_the_team_never_had(
    network: NetworkKind, covered: bool, before: tuple[SignIn, ...], expected: Answer
) -> None:
    span: dict[str, Any] = {"sign_ins_from": AT - 999 * HOUR, "sign_ins_until": AT + 9 * HOUR} if covered else {}
    assert answer("access-outside", sign_ins=(*before, signed_in(AT, "203.0.113.7", network)), **span) == expected


@pytest.mark.parametrize("at", [("192.0.2.1", None), ("192.0.2.99", 64500)])
def test_access_from_where_the_team_had_been_does_not_fit_access_from_outside(at: tuple[str, int | None]) -> None:
    span: dict[str, Any] = {"sign_ins_from": AT - 999 * HOUR, "sign_ins_until": AT + 9 * HOUR}
    then = signed_in(AT, at[0], "vpn", at[1])
    assert answer("access-outside", sign_ins=(*OFFICE, then), **span) == "contradicts"
    assert answer("no-access-outside", sign_ins=(*OFFICE, then), **span) == "supports"
    assert answer("access-outside", sign_ins=OFFICE, **span) == "cannot tell", "a stolen session signs in nowhere"


def test_a_cause_is_answered_by_the_weighing_and_by_nothing_else() -> None:
    mistake = Statement(who="operator C", said="by mistake", at=AT + HOUR)
    asked: dict[str, Any] = {
        "statements": (mistake,),
        "as_of": AT + HOUR,
        "undone": {"x:1:like:1": act(1, "unlike", AT + HOUR / 60)},
    }
    assert answer("cause", detail="outsider") == "cannot tell"
    assert answer("cause", detail="slip", **asked) == "supports"
    assert answer("cause", detail="outsider", **asked) == "contradicts"
    told = check_claim(facts(), claim("a break-in", "cause", AT, AT, detail="outsider"))
    assert "single out no explanation" in told.because


def test_what_no_record_can_answer_is_kept_and_not_answered() -> None:
    assert answer("other") == "cannot tell"


def test_without_any_list_nobody_can_tell_who_signed_in() -> None:
    assert answer("access-outside") == answer("no-access-outside") == "cannot tell"


def test_an_application_that_the_team_used_before_is_theirs() -> None:
    assert answer("not-our-client", detail="Own App") == "contradicts"
    assert answer("not-our-client", detail="Own App", clients={"Another": 5}) == "supports"
    assert answer("not-our-client", detail="Own App", clients={}) == "cannot tell"
    assert answer("not-our-client", detail="Never Seen") == "cannot tell"


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("did", ""),
        ("did", "hack"),
        ("undone-within", "soon"),
        ("undone-within", "-5"),
        ("not-our-client", ""),
        ("who", ""),
        ("cause", "a hacker"),
    ],
)
def test_a_claim_that_cannot_be_checked_is_refused(kind: str, detail: str) -> None:
    with pytest.raises(UsageError):
        claim("what was said", kind, AT, AT, detail=detail)


def test_a_claim_whose_time_runs_backwards_is_refused() -> None:
    with pytest.raises(UsageError):
        claim("what was said", "nothing-else", AT, AT - HOUR)


def test_the_answer_names_what_shows_it() -> None:
    found = check_claim(facts(), claim("soon", "undone-within", AT - HOUR, AT + HOUR, detail="30"))
    assert found.exhibits == ("x:1:like:1", "x:1:unlike:1")
    assert "420 minutes" in found.because
