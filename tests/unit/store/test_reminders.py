"""What incidents ask for is kept by incident, goes with it, and never stops anybody."""

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from countersign.investigate.asked import Request
from countersign.store import Reminders, Store, Verdict
from tests.unit.store.acts import EMBASSY, day, keep, like, post
from tests.unit.store.test_answers import incident, save
from tests.unit.store.test_opening import KEY, older

ASKED = Request(
    name="access-log", what="X's access log", holder="X", until=datetime(2026, 11, 8, 1, tzinfo=UTC),
    why_until="60 days", outcome="sent", on=date(2026, 9, 10), to="X", reference="7-0001",
)  # fmt: skip


@pytest.fixture
def ready(store: Store) -> Store:
    keep(store, [post(1, 1)] + [like(n) for n in range(2, 40)])
    save(store, incident(2, 3), incident(9, number=2))
    return store


def test_what_an_incident_asks_for_comes_back_as_it_was(ready: Store) -> None:
    ready.reminders.save({1: Reminders(of="one state", requests=(ASKED,), as_of=day(3))})
    (kept,) = ready.reminders.every()
    assert (kept.incident, kept.account, kept.platform, kept.is_open) == (1, EMBASSY, "x", True)
    assert kept.reminders == Reminders(of="one state", requests=(ASKED,), as_of=day(3))


def test_what_is_looked_at_anew_replaces_what_was_kept(ready: Store) -> None:
    ready.reminders.save({1: Reminders(of="one state", requests=(ASKED,)), 2: Reminders(of="other", requests=())})
    ready.reminders.save({1: Reminders(of="another state", requests=())})
    assert [(one.incident, one.reminders.of) for one in ready.reminders.every()] == [(1, "another state"), (2, "other")]


@pytest.mark.parametrize(
    ("verdict", "is_open"),
    [("it was us", False), ("not important", False), ("it was not us", True), ("looking", True)],
)
def test_nobody_is_reminded_of_what_is_answered(ready: Store, verdict: Verdict, *, is_open: bool) -> None:
    ready.reminders.save({1: Reminders(of="one state", requests=(ASKED,))})
    ready.mark(verdict, incident=1)
    assert [one.is_open for one in ready.reminders.every()] == [is_open]


def test_reminders_go_with_their_incident_and_with_the_account(ready: Store) -> None:
    ready.reminders.save({number: Reminders(of="one state", requests=(ASKED,)) for number in (1, 2)})
    save(ready, incident(2, 3))
    assert [one.incident for one in ready.reminders.every()] == [1]
    ready.erase(EMBASSY)
    assert ready.reminders.every() == ()


def test_of_an_incident_that_is_gone_nothing_is_kept(ready: Store) -> None:
    ready.reminders.save({99: Reminders(of="one state", requests=(ASKED,))})
    assert ready.reminders.every() == ()


def test_what_another_version_wrote_is_passed_over(ready: Store) -> None:
    ready.reminders.save({1: Reminders(of="one state", requests=(ASKED,))})
    body = ready._cipher.encrypt("reminders", b"1", b"\xc1 not of this version")
    ready._db.execute("UPDATE reminders SET body = ?", (body,))
    assert ready.reminders.every() == ()
    assert ready.examine() == ()


def test_a_reminder_that_was_altered_is_noticed(ready: Store) -> None:
    ready.reminders.save({number: Reminders(of="one state", requests=(ASKED,)) for number in (1, 2)})
    db = sqlite3.connect(ready.path)
    db.execute("UPDATE reminders SET body = (SELECT body FROM reminders WHERE incident = 2) WHERE incident = 1")
    db.commit()
    db.close()
    assert "reminders" in ready.examine()[0]


def test_a_store_that_had_reminders_still_has_them(path: Path) -> None:
    with Store.open(older(4, path), key=KEY) as store:
        assert [one.reminders.requests[0].name for one in store.reminders.every()] == ["access-log"]
