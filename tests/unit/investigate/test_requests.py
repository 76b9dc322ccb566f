"""Each window of a platform leads to a request where it can settle something, and none moves more than its finding."""

from collections.abc import Sequence
from datetime import timedelta
from math import log10
from typing import Any

import msgspec
import pytest

from countersign.investigate.examinations import hours, presence, sign_in, statements, undo
from countersign.investigate.examinations.expecting import reach
from countersign.investigate.facts import Duty, Facts, Statement
from countersign.investigate.finding import Finding, Missing
from countersign.investigate.letter import leaves_the_house
from countersign.investigate.windows import LONGEST, WINDOWS
from tests.unit.investigate.test_examinations import START, access, action, between, facts, found, listed

ROUNDED = 0.01


def on_bluesky(*actions: Any, **more: Any) -> Facts:
    done = [msgspec.structs.replace(one, platform="bluesky") for one in (actions or (action(),))]
    return msgspec.structs.replace(facts(*done, **more), platform="bluesky")


def missed(said: Sequence[Finding | Missing]) -> dict[str, Missing]:
    return {one.name: one for one in said if isinstance(one, Missing)}


def taken_back(verb: str, **more: Any) -> dict[str, Any]:
    done = action(1, verb)  # type: ignore[arg-type]
    back = action(1, "delete", published=None, time_basis="between", **more)
    return {"done": done, "undone": {done.id: back}}


def test_every_window_leads_to_a_request_of_that_length_and_the_longest_is_known() -> None:
    deleted = taken_back("post", start_time=START)
    liked = action(published=None, start_time=START, end_time=START, source="xaa")
    kept = {
        "ip-audit": sign_in.examine(facts()), "link clicks": presence.examine(facts()),
        "branch links": presence.examine(facts()),
        "deleted posts": undo.examine(facts(deleted["done"], undone=deleted["undone"])),
        "jetstream": undo.examine(on_bluesky(deleted["done"], undone=deleted["undone"])),
        "webhook replay": hours.examine(facts(liked, as_of=START + timedelta(hours=2))),
    }  # fmt: skip
    assert set(kept) == set(WINDOWS)
    for held, said in kept.items():
        window = WINDOWS[held]  # type: ignore[index]
        assert START + window.kept in {one.until for one in missed(said).values()}, held
        assert window.why in {one.why_until for one in missed(said).values()}, held
    assert max(window.kept for window in WINDOWS.values()) == LONGEST


def test_what_x_lists_for_a_while_says_what_the_team_can_do_itself() -> None:
    for name, one in missed((*sign_in.examine(facts()), *presence.examine(facts()))).items():
        assert "data archive before" in one.ourselves, name
        assert one.holder == "X"
        assert "Name, office" not in one.request, "the place to sign is put where the letter is written"


def test_a_last_day_of_actions_without_a_time_is_said_to_be_the_latest() -> None:
    untimed = action(published=None, start_time=START - timedelta(days=90), end_time=START, source="x-archive")
    asked = missed(sign_in.examine(facts(untimed)))["access-log"]
    assert asked.until == START + timedelta(days=60)
    assert "it may end sooner" in asked.why_until
    assert "it may end sooner" in asked.request


def test_deleted_posts_are_listed_from_their_deletion_on() -> None:
    later = taken_back("post", start_time=START + timedelta(days=3))
    (asked,) = missed(undo.examine(facts(later["done"], undone=later["undone"]))).values()
    assert asked.until == START + timedelta(days=17)


def test_likes_that_were_taken_back_on_x_are_asked_of_nobody() -> None:
    taken = taken_back("like", start_time=START)
    assert missed(undo.examine(facts(taken["done"], undone=taken["undone"]))) == {}


def test_a_webhook_is_asked_for_only_where_a_stream_told_of_it_within_its_day() -> None:
    liked = action(published=None, start_time=START, end_time=START, source="xaa")
    assert "webhook" in missed(hours.examine(facts(liked, as_of=START + timedelta(hours=23))))
    assert missed(hours.examine(facts(liked, as_of=START + timedelta(hours=25)))) == {}
    archived = msgspec.structs.replace(liked, source="x-archive")
    assert missed(hours.examine(facts(archived, as_of=START + timedelta(hours=2)))) == {}
    assert missed(hours.examine(on_bluesky(liked, as_of=START + timedelta(hours=2)))) == {}


def test_on_bluesky_the_team_reads_its_devices_itself_and_the_host_is_asked() -> None:
    asked = missed(sign_in.examine(on_bluesky()))
    assert {name: one.holder for name, one in asked.items()} == {
        "access-log": "the account's host (PDS)", "devices": "the team",
    }  # fmt: skip
    assert "two hours" in asked["devices"].request
    assert {one.until for one in asked.values()} == {None}
    assert [name for name, one in asked.items() if leaves_the_house(one.request)] == ["access-log"]


def test_a_move_is_that_of_the_widest_outcome_and_never_away_from_nothing() -> None:
    assert reach([{"outsider": 0.9, "slip": 0.3}], ("outsider", "slip")) == (0.0, 0.48)
    assert reach([{"outsider": 0.0, "slip": 1.0}], ("outsider", "slip"))[0] == pytest.approx(log10(0.0005), abs=ROUNDED)


class TestNoFindingMovesMoreThanWasSaidOfIt:
    def check(self, missing: Missing, *said: Finding) -> None:
        low, high = missing.could_move
        for one in said:
            assert low - ROUNDED <= between(one, *missing.pair) <= high + ROUNDED, one.because

    def test_a_statement(self) -> None:
        answers: tuple[statements.Said, ...] = ("yes", "by mistake", "no")
        told = [statements.examine(facts(statements=(Statement(who="B", said=one, at=START),))) for one in answers]
        missing = missed(statements.examine(facts()))["statement"]
        self.check(missing, *(found(one) for one in told))
        assert missing.could_move == (-2.44, 0.48)

    @pytest.mark.parametrize("days", [1, 30])
    def test_a_roster(self, days: int) -> None:
        missing = missed(hours.examine(facts()))["roster"]
        for start in (START - timedelta(hours=1), START + timedelta(days=2)):
            duties = (
                Duty(who="operator A", start=start, end=start + timedelta(hours=8)),
                Duty(who="operator B", start=start + timedelta(days=days), end=start + timedelta(days=days, hours=1)),
            )
            (said,) = (one for one in hours.examine(facts(duties=duties)) if isinstance(one, Finding))
            self.check(missing, said)

    @pytest.mark.parametrize("people", [("operator A",), ("operator A", "operator B")])
    def test_a_presence(self, people: tuple[str, ...]) -> None:
        beside = action(50, "post", 30, instrument="phone")
        given = {"clients": {"phone": 900, "web": 10}, "operators": people}
        asked = missed(presence.examine(facts(action(instrument="web"), **given)))
        said = found(presence.examine(facts(action(instrument="web"), around=(beside,), **given)))
        for name in ("presence", "deep-links"):
            self.check(asked[name], said)
            assert asked[name].could_move[1] == pytest.approx(between(said, "outsider", "slip"), abs=ROUNDED)

    def test_a_time_of_deletion(self) -> None:
        taken = taken_back("post", start_time=START)
        missing = missed(undo.examine(facts(taken["done"], undone=taken["undone"])))["deleted-posts"]
        times = [action(1, "delete", seconds) for seconds in (60, 20_000)]
        done = taken["done"]
        self.check(missing, *(found(undo.examine(facts(done, undone={done.id: back}))) for back in times))

    @pytest.mark.parametrize("days", [60, 400])
    def test_a_list_of_sign_ins(self, days: int) -> None:
        strange = access(START - timedelta(minutes=2), "2001:db8:bad::5", 64511, "unknown", network="hosting")
        usual = access(START - timedelta(minutes=2), network="office")
        before = listed(days=days)["sign_ins"]
        short = {"sign_ins_from": None, "sign_ins_until": None}
        missing = missed(sign_in.examine(facts(sign_ins=before, **short)))["access-log"]
        self.check(missing, *(found(sign_in.examine(facts(**listed(one, days=days)))) for one in (strange, usual)))
