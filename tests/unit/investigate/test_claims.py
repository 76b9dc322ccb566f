"""Claims: what the record supports, what it contradicts, and that its silence is no answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from countersign.activity import Activity, Session, Verb
from countersign.errors import UsageError
from countersign.incident.incident import Incident
from countersign.investigate.claim import Answer, Answered, ClaimKind, claim
from countersign.investigate.claims import check_claim
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
    assert answer("not-our-client", detail="Own App", clients={"Another": 20}) == "supports"
    assert answer("not-our-client", detail="Own App", clients={"Another": 5}) == "cannot tell", "too few to know"
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


def said(kind: ClaimKind, start: datetime, end: datetime, detail: str = "", **changes: Any) -> Answered:
    return check_claim(facts(**changes), claim("what was said", kind, start, end, detail=detail))


def test_a_minute_that_was_not_full_is_not_said_to_have_passed() -> None:
    undo = act(1, "unlike", AT + timedelta(minutes=411, seconds=4))
    late = said("undone-within", AT - HOUR, AT + HOUR, "30", undone={"x:1:like:1": undo})
    assert "at least 411 minutes" in late.because
    soon = said("undone-within", AT - HOUR, AT + HOUR, "500", undone={"x:1:like:1": undo})
    assert "within 412 minutes" in soon.because


def test_what_stood_too_long_contradicts_though_something_else_is_not_known_to_be_taken_back() -> None:
    other = act(2, "like", AT + HOUR / 2)
    held: dict[str, Any] = {"actions": (act(1, "like", AT), other)}
    assert answer("undone-within", detail="30", **held) == "contradicts"
    assert answer("undone-within", detail="600", **held) == "cannot tell"


def test_what_may_lie_outside_the_time_of_a_claim_neither_fits_nor_contradicts_it() -> None:
    vague = act(1, "like", None, start_time=AT - 9 * HOUR, end_time=AT + 9 * HOUR)
    undo = {"x:1:like:1": act(1, "unlike", AT + 20 * HOUR)}
    for minutes in ("30", "9000"):
        assert answer("undone-within", detail=minutes, actions=(vague,), undone=undo) == "cannot tell"


def test_what_was_taken_back_before_it_was_done_is_no_answer() -> None:
    undo = {"x:1:like:1": act(1, "unlike", AT - HOUR)}
    found = said("undone-within", AT - HOUR, AT + HOUR, "30", undone=undo)
    assert found.answer == "cannot tell"
    assert "before it was done" in found.because


def test_days_that_were_not_looked_through_are_not_covered() -> None:
    far: dict[str, Any] = {"as_of": AT + 900 * HOUR}
    assert answer("did-not", detail="repost", end=AT + 48 * HOUR, **far) == "supports"
    assert answer("did-not", detail="repost", end=AT + 49 * HOUR, **far) == "cannot tell"
    far["around"] = (act(7, "post", AT - 9 * HOUR),)
    assert answer("nothing-else", end=AT + 400 * HOUR, **far) == "cannot tell"


def test_an_archive_that_lists_deleted_posts_does_not_cover_likes() -> None:
    post = act(1, "post", AT)
    held: dict[str, Any] = {"actions": (post,), "undone": {post.id: act(1, "delete", AT + HOUR)},
                            "around": (act(7, "post", AT - 9 * HOUR), post)}  # fmt: skip
    assert answer("did-not", detail="like", **held) == answer("nothing-else", **held) == "cannot tell"
    assert answer("did-not", detail="quote", **held) == "supports"


def test_what_was_seen_gone_between_two_files_does_not_show_that_everything_was_watched() -> None:
    gone = act(1, "unlike", None, start_time=AT, end_time=AT + 90 * HOUR)
    assert answer("did-not", detail="repost", undone={"x:1:like:1": gone}) == "cannot tell"


def test_likes_without_a_time_may_be_the_one_that_is_meant() -> None:
    assert answer("did-not", detail="like", start=AT + HOUR, end=AT + 2 * HOUR) == "supports"
    found = said("did-not", AT + HOUR, AT + 2 * HOUR, "like", loose={"like": 1200})
    assert (found.answer, found.because[:11]) == ("cannot tell", "1,200 such ")
    assert answer("nothing-else", loose={"like": 1}) == "cannot tell"
    vague = act(9, "repost", None, start_time=AT - 9 * HOUR, end_time=AT + 9 * HOUR)
    before = act(7, "post", AT - 20 * HOUR)
    assert answer("nothing-else", around=(before, vague)) == "cannot tell"


def test_a_time_that_is_given_to_the_minute_is_no_instant() -> None:
    like = act(1, "like", AT, start_time=AT, end_time=AT + HOUR / 60, time_basis="minute")
    assert (
        answer("did", detail="like", start=AT - HOUR, end=AT + HOUR / 120, actions=(like,), around=()) == "cannot tell"
    )


def test_an_intruder_who_came_twice_in_a_night_was_not_there_before() -> None:
    span: dict[str, Any] = {"sign_ins_from": AT - 999 * HOUR, "sign_ins_until": AT + 9 * HOUR}
    twice = (signed_in(AT - 2 * HOUR, "203.0.113.7", "hosting"), signed_in(AT, "203.0.113.7", "hosting"))
    assert answer("access-outside", sign_ins=(*OFFICE, *twice), **span) == "supports"


def test_an_application_that_did_only_some_of_it_is_no_answer() -> None:
    other = Activity(id="x:1:like:2", native_id="2", platform="x", verb="like", actor="1", published=AT)
    held: dict[str, Any] = {"actions": (act(1, "like", AT), other), "clients": {"Another": 900}}
    assert answer("not-our-client", detail="Own App", **held) == "cannot tell"
