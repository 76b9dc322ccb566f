"""What each examination says of facts that are made so that only it has something to say."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import msgspec
import pytest

from countersign.activity import Activity, Session, Verb
from countersign.incident.incident import Incident
from countersign.investigate.examinations import (
    client,
    content,
    crowd,
    fingerprint,
    hand,
    hours,
    presence,
    recovery,
    sign_in,
    statements,
    tempo,
    undo,
)
from countersign.investigate.facts import Duty, Elsewhere, Facts, Hand, SignIn, Statement, Travel
from countersign.investigate.finding import Finding, Missing
from countersign.investigate.proposition import Key
from countersign.investigate.weighing import capped

START = datetime(2026, 9, 9, 1, 14, 7, tzinfo=UTC)


def action(number: int = 1, verb: Verb = "like", after: float = 0.0, **more: Any) -> Activity:
    timed = {"published": START + timedelta(seconds=after), "time_basis": "given"}
    return Activity(
        id=f"x:111:{verb}:{number}", native_id=str(number), platform="x", verb=verb, actor="111", **{**timed, **more}
    )


def facts(*actions: Activity, **more: Any) -> Facts:
    done = actions or (action(),)
    incident = Incident(
        number=1, account="111", platform="x", onset=START, alarm_action=done[0].id, alarm_native_id="1", alert=True,
        actions=len(done), peak=30.0, threshold=12.0,
    )  # fmt: skip
    given: dict[str, Any] = {"home_zone": "Europe/London", "as_of": START + timedelta(days=3)}
    return Facts(incident=incident, account="111", platform="x", actions=done, **{**given, **more})


def access(at: datetime, ip: str = "192.0.2.1", asn: int = 64500, device: str | None = "desk", **more: Any) -> SignIn:
    session = Session(
        account="111", platform="x", kind="ip use", opened=at, last_seen=at + timedelta(minutes=5), ip=ip, asn=asn,
        device=device,
    )  # fmt: skip
    return SignIn(session=session, ref=f"list {at:%j}", **more)


def listed(*more: SignIn, days: int = 60) -> dict[str, Any]:
    usual = [access(START - timedelta(days=day), network="office") for day in range(days, 0, -1)]
    return {
        "sign_ins": (*usual, *more), "sign_ins_from": START - timedelta(days=days + 1),
        "sign_ins_until": START + timedelta(days=1),
    }  # fmt: skip


def found(said: Any) -> Finding:
    (one,) = said
    assert isinstance(one, Finding)
    return one


def missing(said: Any) -> Missing:
    (one,) = said
    assert isinstance(one, Missing)
    return one


def bare(at: datetime, ip: str) -> SignIn:
    """Return a line of a list that holds addresses only, where no table of networks is at hand."""
    return SignIn(session=Session(account="1", platform="x", kind="ip use", opened=at, last_seen=at, ip=ip))


def between(one: Finding, first: Key, second: Key) -> float:
    levels = capped(one)
    return levels[first].log10 - levels[second].log10


class TestSignIn:
    def test_a_new_device_from_a_new_network_speaks_for_an_outsider(self) -> None:
        strange = access(START - timedelta(minutes=2), "2001:db8:bad::5", 64511, "unknown", network="hosting")
        one = found(sign_in.examine(facts(**listed(strange))))
        assert between(one, "outsider", "slip") > 1.0
        assert one.basis == "measured"
        assert one.history == 50
        assert one.because.startswith("new device, from a network new to it, of a kind never used")
        assert strange.ref in one.exhibits

    def test_the_usual_device_speaks_for_the_team(self) -> None:
        one = found(sign_in.examine(facts(**listed(access(START - timedelta(minutes=2), network="office")))))
        assert between(one, "slip", "outsider") > 1.0
        assert not one.assumes

    def test_a_new_address_says_as_much_where_no_table_names_its_network(self) -> None:
        """Else who has no table of networks would be told that a stranger's address is of a known network."""
        usual = [bare(START - timedelta(days=day), f"192.0.2.{1 + day % 3}") for day in range(60, 0, -1)]
        strange = bare(START - timedelta(minutes=2), "203.0.113.9")
        one = found(sign_in.examine(facts(**{**listed(), "sign_ins": (*usual, strange)})))
        assert between(one, "outsider", "slip") > 1.5
        assert one.because == "from an address new to it (network unknown)"
        known = found(sign_in.examine(facts(**{**listed(), "sign_ins": (*usual, bare(START, "192.0.2.2"))})))
        assert between(known, "slip", "outsider") > 1.0
        assert known.because == "from an address known to it (network unknown)"

    def test_what_is_told_of_some_only_is_compared_with_those(self) -> None:
        usual = [bare(START - timedelta(days=day), f"192.0.2.{1 + day % 3}") for day in range(60, 20, -1)]
        named = [access(START - timedelta(days=day), f"192.0.2.{1 + day % 3}") for day in range(20, 0, -1)]
        strange = access(START, "203.0.113.9", 64511, network="hosting")
        one = found(sign_in.examine(facts(**{**listed(), "sign_ins": (*usual, *named, strange)})))
        assert "from an address and a network new to it" in one.because
        few = found(sign_in.examine(facts(**{**listed(), "sign_ins": (*usual, *named[:9], strange)})))
        assert "from an address new to it (" in few.because

    def test_a_sign_in_from_where_a_declared_journey_led_is_no_stranger(self) -> None:
        strange = access(START - timedelta(minutes=2), "203.0.113.5", 64511, "desk", network="hosting")
        strange = msgspec.structs.replace(strange, country="JP")
        journey = Travel(who="operator C", start=START - timedelta(days=1), end=START + timedelta(days=3), country="JP")
        alone = found(sign_in.examine(facts(**listed(strange))))
        told = found(sign_in.examine(facts(**{**listed(strange), "travels": (journey,)})))
        assert between(told, "outsider", "slip") < between(alone, "outsider", "slip") - 0.5
        assert "in JP, where a declared journey led" in told.because
        elsewhere = msgspec.structs.replace(journey, country="KE")
        assert found(sign_in.examine(facts(**{**listed(strange), "travels": (elsewhere,)}))) == alone
        later = msgspec.structs.replace(journey, start=START + timedelta(days=1))
        assert found(sign_in.examine(facts(**{**listed(strange), "travels": (later,)}))) == alone

    def test_a_team_that_hops_between_vpn_exits_is_not_taken_for_an_outsider(self) -> None:
        hops = [
            access(START - timedelta(days=day), f"203.0.113.{day}", 65000 + day, "tablet", network="vpn")
            for day in range(60, 0, -1)
        ]
        strange = access(START, "203.0.113.99", 65999, "tablet", network="vpn")
        one = found(sign_in.examine(facts(**{**listed(), "sign_ins": (*hops, strange)})))
        assert between(one, "outsider", "slip") < 0

    def test_nobody_signed_in_speaks_for_what_needs_no_sign_in(self) -> None:
        one = found(sign_in.examine(facts(**listed())))
        assert between(one, "app", "outsider") > 0.5
        assert between(one, "platform", "slip") > 0.5

    def test_a_list_that_ends_before_says_nothing_and_is_asked_for(self) -> None:
        early = {**listed(), "sign_ins_until": START - timedelta(days=1)}
        asked = missing(sign_in.examine(facts(**early)))
        assert asked.until == START + timedelta(days=60)
        assert "account 111" in asked.request
        assert "2026-09-08 23:14 UTC to 2026-09-09 03:14 UTC" in asked.request

    def test_too_few_earlier_sign_ins_give_a_direction_and_a_request(self) -> None:
        said = sign_in.examine(facts(**listed(access(START), days=5)))
        assert isinstance(said[0], Finding)
        assert said[0].basis == "direction"
        assert isinstance(said[1], Missing)

    def test_a_tool_of_the_team_acts_for_hours_after_it_signed_in(self) -> None:
        desk = access(START - timedelta(hours=3), network="office")
        tool = msgspec.structs.replace(desk, session=msgspec.structs.replace(desk.session, client="DeskRelay"))
        by_tool = sign_in.examine(facts(action(instrument="DeskRelay"), **listed(tool)))
        assert found(by_tool).because.startswith("known device")
        by_web = sign_in.examine(facts(action(instrument="Twitter Web App"), **listed(tool)))
        assert found(by_web).because.startswith("the list of sign-ins covers")

    def test_a_list_by_days_covers_the_day(self) -> None:
        day = access(START + timedelta(hours=20), "203.0.113.200", 64999, None, network="hosting")
        of_day = msgspec.structs.replace(day, session=msgspec.structs.replace(day.session, opened=None))
        one = found(sign_in.examine(facts(**listed(of_day))))
        assert "device" not in one.because
        assert between(one, "outsider", "slip") > 0.5

    def test_likes_without_a_time_are_tied_to_no_sign_in(self) -> None:
        untimed = action(
            published=None, start_time=START - timedelta(days=9), end_time=START, time_basis="after object"
        )
        strange = access(START - timedelta(days=2), "2001:db8:bad::5", 64511, "unknown", network="hosting")
        said = sign_in.examine(facts(untimed, **listed(strange)))
        assert isinstance(said[0], Finding)
        assert said[0].basis == "direction"
        change = action(9, "update", -90_000, object="email")
        assert recovery.examine(facts(untimed, changes=(change,))) == ()

    def test_what_only_the_platform_signed_is_vouched_for(self) -> None:
        mail = access(START, "203.0.113.9", 64999, "unknown", vouched="platform-signed", network="hosting")
        assert found(sign_in.examine(facts(**listed(mail)))).vouched


class TestClient:
    CLIENTS: ClassVar = {"Twitter for iPhone": 9_000, "DeskRelay": 1_000}

    def test_a_team_that_takes_up_a_new_application_is_not_taken_for_an_outsider_by_over_100(self) -> None:
        for new in ("NewRelay", "Twitter for iPad"):
            one = found(client.examine(facts(action(instrument=new), clients=self.CLIENTS)))
            assert 0 < between(one, "outsider", "slip") < 1.5
            assert one.basis == "measured"
            assert one.history == 10_000

    def test_the_usual_application_speaks_for_the_team(self) -> None:
        one = found(client.examine(facts(action(instrument="DeskRelay"), clients=self.CLIENTS)))
        assert between(one, "slip", "outsider") > 0.5

    def test_an_application_let_in_days_before_speaks_for_it(self) -> None:
        grant = Session(
            account="111", platform="x", kind="application", client="Boost", opened=START - timedelta(days=4)
        )
        one = found(client.examine(facts(action(instrument="Boost"), grants=(grant,), clients={"Web": 500})))
        assert between(one, "app", "slip") > 1.9
        assert "let in 4 days before" in one.because

    def test_a_client_never_used_speaks_against_the_team(self) -> None:
        one = found(client.examine(facts(action(instrument="Twitter for Mac"), clients={"Twitter Web App": 500})))
        assert between(one, "outsider", "slip") > 1

    def test_the_usual_client_of_everybody_says_little(self) -> None:
        one = found(client.examine(facts(action(instrument="Twitter Web App"), clients={"Twitter Web App": 500})))
        assert abs(between(one, "outsider", "slip")) < 0.7

    def test_few_past_actions_give_a_direction_only(self) -> None:
        one = found(client.examine(facts(action(instrument="Mac"), clients={"Web": 99})))
        assert (one.basis, one.cases, one.history) == ("direction", 0, 0)

    def test_a_platform_that_names_no_client_says_nothing(self) -> None:
        assert client.examine(facts(clients={"Web": 500})) == ()


class TestHours:
    def test_an_hour_that_the_account_never_works_speaks_for_an_outsider(self) -> None:
        by_day = tuple(50 if 9 <= hour < 18 else 0 for hour in range(24))
        one, other = hours.examine(facts(hours=by_day))
        assert isinstance(one, Finding)
        assert 0 < between(one, "outsider", "slip") < 1
        assert one.history == 150
        assert isinstance(other, Missing)

    def test_on_a_declared_journey_the_hour_is_that_of_the_place(self) -> None:
        by_day = tuple(50 if 9 <= hour < 18 else 0 for hour in range(24))
        trip = Travel(who="operator C", start=START - timedelta(days=1), end=START + timedelta(days=1), country="JP",
                      zones=("Asia/Tokyo",), source="journeys.ics")  # fmt: skip
        alone, away = (hours.examine(facts(hours=by_day, travels=trips))[0] for trips in ((), (trip,)))
        assert isinstance(alone, Finding)
        assert isinstance(away, Finding)
        assert 0 < between(away, "outsider", "slip") < between(alone, "outsider", "slip") - 0.2
        assert "to JP" in away.because
        assert "operator C" not in away.because
        assert "journeys.ics" in away.exhibits
        night = msgspec.structs.replace(trip, country="FR", zones=("Europe/Paris",))
        (same, *_) = hours.examine(facts(hours=by_day, travels=(night,)))
        assert isinstance(same, Finding)
        assert between(same, "outsider", "slip") > 0

    def test_an_action_without_a_time_has_no_hour(self) -> None:
        untimed = action(published=None, end_time=START, time_basis="after object")
        assert hours.examine(facts(untimed, hours=(50,) * 24)) == ()

    def test_nobody_on_the_roster_speaks_for_an_outsider_and_overlaps_count_once(self) -> None:
        day = START.replace(hour=8, minute=0)
        duties = [
            Duty(who=who, start=begun, end=begun + timedelta(hours=9), source="rota")
            for begun in (day - timedelta(days=n) for n in range(30)) for who in ("A", "B")
        ]  # fmt: skip
        one = found(hours.examine(facts(duties=tuple(duties))))
        assert between(one, "outsider", "slip") > 0
        assert "37 %" in one.source or "38 %" in one.source

    def test_who_is_on_duty_and_who_is_away_is_said(self) -> None:
        duty = Duty(who="operator C", start=START - timedelta(hours=1), end=START + timedelta(hours=1))
        trip = Travel(who="operator D", start=START - timedelta(days=1), end=START + timedelta(days=1))
        one = found(hours.examine(facts(duties=(duty,), travels=(trip,))))
        assert "operator C" in one.because
        assert "on a journey: operator D" in one.because


class TestHand:
    def test_a_strangers_hand_speaks_against_all_of_the_team(self) -> None:
        strange = Hand(action="x:111:like:1", log10={"operator A": -1.5, "unknown": 0.5}, cases=800, source="T6")
        one = found(hand.examine(facts(hands=(strange,))))
        assert between(one, "outsider", "insider") == pytest.approx(hand.SHRUNK * 2.0)
        assert between(one, "outsider", "staged") < hand.SHRUNK * 2.0

    def test_it_says_no_more_than_its_cases_can_show(self) -> None:
        sure = Hand(action="x:111:like:1", log10={"operator A": 9.0, "unknown": 0.0}, cases=100, source="T6")
        assert between(found(hand.examine(facts(hands=(sure,)))), "slip", "outsider") == pytest.approx(2.0)

    def test_a_hand_of_another_incident_is_not_looked_at(self) -> None:
        other = Hand(action="x:111:like:7", log10={"operator A": 1.0, "unknown": 0.0}, cases=100, source="T6")
        assert hand.examine(facts(hands=(other,))) == ()


class TestContent:
    def test_one_sensitive_item_among_others_of_strangers_is_no_slip(self) -> None:
        likes = [
            action(1, sensitive=True, object_author="a"),
            action(2, object_author="b"),
            action(3, object_author="c"),
        ]
        one = found(content.examine(facts(*likes)))
        assert one.because.startswith("one sensitive item")
        assert between(one, "outsider", "slip") > 0.5

    def test_the_same_new_link_again_and_again_is_an_advertisement(self) -> None:
        posts = [action(n, "post", links=("https://coins.example/now",)) for n in range(3)]
        assert between(found(content.examine(facts(*posts))), "outsider", "owner") > 1

    def test_a_link_that_the_account_always_had_is_none(self) -> None:
        posts = [action(n, "post", links=("https://www.embassy.example/1",)) for n in range(3)]
        assert found(content.examine(facts(*posts, domains={"embassy.example": 9}))).because.startswith("the account")

    def test_a_link_that_leads_nowhere_stops_nothing(self) -> None:
        posts = [action(n, "post", links=("http://[no-address/", "//[::1", "")) for n in range(3)]
        assert found(content.examine(facts(*posts))).name == "content"

    def test_likes_of_leisure_speak_for_a_slip(self) -> None:
        assert between(found(content.examine(facts(action(1), action(2)))), "slip", "outsider") > 0.3


class TestUndo:
    def test_what_the_same_client_takes_back_at_once_is_a_slip(self) -> None:
        done = action(instrument="phone")
        back = action(1, "unlike", 40, instrument="phone")
        assert between(found(undo.examine(facts(done, undone={done.id: back}))), "slip", "outsider") > 1

    def test_what_is_taken_back_hours_later_is_not(self) -> None:
        done = action()
        one = found(undo.examine(facts(done, undone={done.id: action(1, "unlike", 20_000)})))
        assert between(one, "slip", "outsider") < 0

    def test_what_is_left_there_for_a_day_speaks_for_the_owner(self) -> None:
        assert between(found(undo.examine(facts())), "owner", "slip") > 0.5

    def test_before_a_day_has_passed_nothing_is_said(self) -> None:
        assert undo.examine(facts(as_of=START + timedelta(hours=3))) == ()

    def test_an_undo_without_a_time_gives_a_direction_only(self) -> None:
        done = action()
        back = action(1, "unlike", published=None, start_time=START, time_basis="between")
        assert found(undo.examine(facts(done, undone={done.id: back}))).basis == "direction"

    def test_of_what_was_taken_back_only_some_may_have_a_time(self) -> None:
        likes = [action(n) for n in (1, 2, 3)]
        backs = {likes[0].id: action(1, "unlike", 20_000), likes[1].id: action(2, "unlike", published=None)}
        said = found(undo.examine(facts(*likes, undone=backs))).because
        assert said.startswith("2 of 3 were taken back, 1 of them at a time that is not known, the first ")

    def test_what_stood_for_hours_while_more_was_done_was_not_taken_back_at_once(self) -> None:
        first, last = action(1), action(2, "like", 40_000)
        one = found(undo.examine(facts(first, last, undone={first.id: action(1, "unlike", 20_000)})))
        assert between(one, "slip", "outsider") < 0
        assert "5 h 33 min after it was done, while more was still to come" in one.because

    def test_what_was_taken_back_before_it_was_done_gives_no_number(self) -> None:
        done = action(1, "like", 500)
        assert found(undo.examine(facts(done, undone={done.id: action(1, "unlike", 100)}))).basis == "direction"

    def test_deleted_posts_without_a_time_are_asked_for_within_14_days(self) -> None:
        done = action(1, "post")
        back = action(1, "delete", published=None, start_time=START, time_basis="between")
        _, asked = undo.examine(facts(done, undone={done.id: back}))
        assert isinstance(asked, Missing)
        assert asked.until == START + timedelta(days=14)


class TestTheOthers:
    def test_bursts_by_the_clock_are_a_machines(self) -> None:
        clockwork = [action(3 * n + m, after=n * 28_800 + m) for n in range(5) for m in range(3)]
        assert between(found(tempo.examine(facts(*clockwork))), "app", "slip") > 1.5

    def test_a_hand_keeps_no_clock(self) -> None:
        assert tempo.examine(facts(*[action(n, after=n * n * 2000.0) for n in range(9)])) == ()

    def test_an_address_changed_minutes_before_speaks_for_an_outsider(self) -> None:
        change = action(9, "update", -600, object="email")
        assert between(found(recovery.examine(facts(changes=(change,)))), "outsider", "staged") > 0.5

    def test_a_password_changed_the_next_day_speaks_against_the_owner(self) -> None:
        change = action(9, "update", 90_000, object="password")
        assert between(found(recovery.examine(facts(changes=(change,)))), "outsider", "owner") > 0.5

    def test_no_change_that_is_known_says_nothing(self) -> None:
        assert recovery.examine(facts()) == ()

    def test_the_same_on_several_accounts_speaks_for_the_platform(self) -> None:
        same = tuple(Elsewhere(account=f"a{n}", what="url", at=START) for n in range(4))
        one = found(crowd.examine(facts(elsewhere=same, watched_accounts=9)))
        assert between(one, "platform", "outsider") > 1
        assert between(one, "platform", "slip") > 2

    def test_one_account_alone_has_no_crowd(self) -> None:
        assert crowd.examine(facts()) == ()

    def test_a_single_operator_is_not_in_two_places(self) -> None:
        beside = action(50, "post", 30, instrument="phone")
        given = {"around": (beside,), "clients": {"phone": 900, "web": 10}, "operators": ("operator A",)}
        one = found(presence.examine(facts(action(instrument="web"), **given)))
        assert between(one, "outsider", "slip") == pytest.approx(1.0)

    def test_a_statement_against_ones_own_interest_weighs_most(self) -> None:
        told = (Statement(who="B", said="no", at=START), Statement(who="C", said="by mistake", at=START, leaf=7))
        one = found(statements.examine(facts(statements=told)))
        assert between(one, "slip", "outsider") > 2
        assert one.exhibits == ("leaf:7",)

    def test_a_denial_says_little(self) -> None:
        one = found(statements.examine(facts(statements=(Statement(who="B", said="no", at=START),))))
        assert abs(between(one, "slip", "outsider")) < 0.7

    def test_people_who_were_not_asked_are_to_be_asked(self) -> None:
        assert "by mistake" in missing(statements.examine(facts())).request

    def test_a_new_clock_number_in_bluesky_keys_speaks_against_the_team(self) -> None:
        key = "3l3pte3p2e325"
        done = Activity(id="b", native_id=key, platform="bluesky", verb="like", actor="111", published=START)
        assert between(found(fingerprint.examine(facts(done, clocks=(9,) * 80))), "outsider", "slip") > 1
        assert between(found(fingerprint.examine(facts(done, clocks=(3,) * 80))), "slip", "outsider") > 0.5
        assert found(fingerprint.examine(facts(done, clocks=(3,) * 80))).basis == "estimate"
        assert fingerprint.examine(facts(done, clocks=(3,) * 10)) == ()
        assert fingerprint.examine(facts(action(), clocks=(3,) * 80)) == ()
