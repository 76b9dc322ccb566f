"""What was found, and what people said of it, stays: numbers are lasting, marks are only added."""

import sqlite3

import pytest

from countersign.errors import StoreError
from countersign.incident.incident import Incident, IncidentState
from countersign.score.surprise import Share, Surprise
from countersign.store import ProfileState, Store, Verdict
from tests.unit.store.acts import EMBASSY, day, keep, like, post

SHARE = Share(signal="hour", state="scored", bits=3.5, raw_bits=7.0, weight=0.5, because="4 of 900 at this hour")


def incident(*natives: int, number: int = 1, alarm: int | None = None) -> Incident:
    """Return an incident over some likes; the alarm went off at the last of them, or at `alarm`."""
    at = natives[-1] if alarm is None else alarm
    surprises = tuple(
        Surprise(row=n, id=f"x:{EMBASSY}:like:{n}", native_id=str(n), account=EMBASSY, bits=3.5, usual=1.0,
                 learned=300, incident=number, shares=(SHARE,))
        for n in natives
    )  # fmt: skip
    return Incident(number=number, account=EMBASSY, platform="x", onset=day(5), alarm_time=day(6), alert=True,
                    alarm_action=f"x:{EMBASSY}:like:{at}", alarm_native_id=str(at), actions=len(natives), peak=20.25,
                    threshold=9.5, surprises=surprises, undone=((1, 2),), notes=("at night",))  # fmt: skip


@pytest.fixture
def ready(store: Store) -> Store:
    keep(store, [post(1, 1)] + [like(n) for n in range(2, 40)])
    return store


def save(store: Store, *found: Incident) -> list[int]:
    return [one.number for one in store.save_outcome(EMBASSY, incidents=found, upto=day(50))]


def test_an_incident_comes_back_as_it_was(ready: Store) -> None:
    save(ready, incident(2, 3))
    assert ready.incidents(EMBASSY) == ready.incidents() == (incident(2, 3),)
    assert ready.scored_until(EMBASSY) == day(50)


def test_scoring_again_gives_an_incident_its_old_number(ready: Store) -> None:
    assert save(ready, incident(2, 3), incident(9, number=2)) == [1, 2]
    assert save(ready, incident(9, number=1), incident(2, 3, number=2)) == [2, 1]


def test_an_incident_that_now_begins_earlier_is_the_same(ready: Store) -> None:
    save(ready, incident(5, 6))
    assert save(ready, incident(4, 5, alarm=4)) == [1]
    assert ready.incidents()[0].actions == 2


def test_what_nobody_answered_may_vanish_and_its_number_is_not_given_again(ready: Store) -> None:
    save(ready, incident(2))
    assert save(ready) == []
    assert ready.incidents() == ()
    assert save(ready, incident(9)) == [2]


def test_what_a_person_answered_stays(ready: Store) -> None:
    save(ready, incident(2))
    ready.mark("it was not us", incident=1)
    assert save(ready, incident(9)) == [2]
    assert [(one.number, one.state) for one in ready.incidents()] == [(1, "confirmed"), (2, "new")]


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        ("it was us", "explained"),
        ("it was not us", "confirmed"),
        ("not important", "dismissed"),
        ("looking", "looking"),
    ],
)
def test_the_last_mark_says_where_an_incident_stands(ready: Store, verdict: Verdict, state: IncidentState) -> None:
    save(ready, incident(2))
    ready.mark("looking", incident=1)
    ready.mark(verdict, incident=1, note="asked the night desk", by="Ann")
    assert ready.incidents()[0].state == state
    assert save(ready, incident(2)) == [1]
    assert ready.incidents()[0].state == state
    last = ready.marks()[-1]
    assert (last.number, last.verdict, last.note, last.by, last.account) == (
        2,
        verdict,
        "asked the night desk",
        "Ann",
        EMBASSY,
    )
    assert last.at == day(100)


def test_a_single_action_can_be_marked(ready: Store) -> None:
    said = ready.mark("it was us", action=f"x:{EMBASSY}:like:7")
    assert ready.marks(EMBASSY) == (said,)
    assert (said.action, said.incident, said.account) == (f"x:{EMBASSY}:like:7", None, EMBASSY)


@pytest.mark.parametrize("what", [{}, {"incident": 1, "action": "a"}, {"incident": 77}, {"action": "x:111:like:no"}])
def test_a_mark_of_nothing_known_is_refused(ready: Store, what: dict[str, object]) -> None:
    save(ready, incident(2))
    with pytest.raises(StoreError) as refused:
        ready.mark("it was us", **what)  # type: ignore[arg-type]
    assert refused.value.code == "CS209"
    assert ready.marks() == ()


def test_a_mark_is_never_changed(ready: Store) -> None:
    save(ready, incident(2))
    ready.mark("it was us", incident=1)
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        ready._db.execute("UPDATE marks SET verdict = 'looking'")


def test_profiles_are_kept_by_slot_and_come_back_byte_for_byte(ready: Store) -> None:
    current = ProfileState(
        blob=bytes(range(256)) * 8, state_hash="77aa", learned_until=day(30), preset="rich", version="1"
    )
    shadow = ProfileState(blob=b"shadow", state_hash="88bb", slot="shadow")
    assert ready.profile(EMBASSY) is None
    ready.save_outcome(EMBASSY, profiles=(current, shadow), upto=day(30))
    assert (ready.profile(EMBASSY), ready.profile(EMBASSY, slot="shadow")) == (current, shadow)
    ready.save_outcome(EMBASSY, dropped=("shadow",), upto=day(31))
    assert (ready.profile(EMBASSY), ready.profile(EMBASSY, slot="shadow")) == (current, None)


def test_an_outcome_for_an_account_that_is_not_held_is_refused(ready: Store) -> None:
    with pytest.raises(StoreError, match="does not hold 999"):
        ready.save_outcome("999", upto=day(1))
