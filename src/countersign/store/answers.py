"""Keeps what the engine found and what people said of it: profile states, incidents, marks."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from countersign.errors import StoreError
from countersign.incident.incident import Incident, IncidentState
from countersign.store import accounts
from countersign.store.actions import knows
from countersign.store.cipher import Cipher
from countersign.store.values import Mark, ProfileState, Slot, Verdict, micros, moment

STATE_AFTER: Mapping[Verdict, IncidentState] = {
    "it was us": "explained",
    "it was not us": "confirmed",
    "not important": "dismissed",
    "looking": "looking",
}
"""Where an answer puts its incident."""


def save_profile(db: sqlite3.Connection, cipher: Cipher, account: int, state: ProfileState) -> None:
    """Keep a profile's bytes in their slot; encrypted, since they hold hashes of targets that could be guessed."""
    body = cipher.encrypt("profiles", _slot(account, state.slot), msgspec.msgpack.encode(state))
    db.execute(
        "INSERT INTO profiles VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
        (account, state.slot, body),
    )


def drop_profile(db: sqlite3.Connection, account: int, slot: Slot) -> None:
    """Erase a slot: the shadow after "it was not us"."""
    db.execute("DELETE FROM profiles WHERE account = ? AND slot = ?", (account, slot))


def profile(db: sqlite3.Connection, cipher: Cipher, account: int, slot: Slot) -> ProfileState | None:
    """Return the bytes of an account's profile."""
    found = db.execute("SELECT body FROM profiles WHERE account = ? AND slot = ?", (account, slot)).fetchone()
    if found is None:
        return None
    return msgspec.msgpack.decode(cipher.decrypt("profiles", _slot(account, slot), found[0]), type=ProfileState)


def save_incidents(
    db: sqlite3.Connection, cipher: Cipher, account: int, found: Sequence[Incident]
) -> tuple[Incident, ...]:
    """Keep the incidents of an account and return them with the numbers that they have for good.

    One that shares its alarm or an action with a kept one is that one again. What nobody has answered may be revised
    or vanish; what a person has answered stays. No number is given twice.
    """
    held = {one.number: one for one in incidents(db, cipher, account)}
    numbered = [_numbered(db, account, one, held) for one in found]
    for one in numbered:
        body = cipher.encrypt("incidents", _row(one.number), msgspec.msgpack.encode(one))
        db.execute("UPDATE incidents SET body = ? WHERE number = ?", (body, one.number))
    answered = "SELECT incident FROM marks WHERE incident IS NOT NULL"
    vanished = [(number,) for number in held]
    db.executemany(f"DELETE FROM incidents WHERE number = ? AND number NOT IN ({answered})", vanished)
    return tuple(_with_state(db, one) for one in numbered)


def incidents(db: sqlite3.Connection, cipher: Cipher, account: int) -> tuple[Incident, ...]:
    """Return the incidents of an account by number, each in the state that the last mark put it in."""
    found = db.execute("SELECT number, body FROM incidents WHERE account = ? ORDER BY number", (account,))
    kept = [msgspec.msgpack.decode(cipher.decrypt("incidents", _row(n), body), type=Incident) for n, body in found]
    return tuple(_with_state(db, one) for one in kept)


def add_mark(db: sqlite3.Connection, cipher: Cipher, account: int, mark: Mark) -> int:
    """Keep what a person said and return its number."""
    assert mark.at is not None  # the store stamps it
    last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'marks'").fetchone()
    number = 1 if last is None else int(last[0]) + 1
    body = cipher.encrypt("marks", _row(number), msgspec.msgpack.encode(msgspec.structs.replace(mark, number=number)))
    db.execute(
        "INSERT INTO marks (id, at, account, incident, verdict, body) VALUES (?, ?, ?, ?, ?, ?)",
        (number, micros(mark.at), account, mark.incident, mark.verdict, body),
    )
    return number


def marked(db: sqlite3.Connection, cipher: Cipher, incident: int | None, action: str | None) -> int:
    """Return the account (its row) that a mark of one incident or of one action is about."""
    if (incident is None) == (action is None):
        raise StoreError("a mark is of one incident or of one action", hint="name one of the two", code="CS209")
    if incident is not None:
        return account_of_incident(db, incident)
    for row in accounts.every(db):
        if knows(db, cipher, row, str(action)):
            return row
    raise StoreError(f"the store has no action {action}", hint="see: countersign check --all", code="CS209")


def told(mark: Mark) -> dict[str, Any]:
    """Return what the evidence log says of a person's answer."""
    said = {"action": mark.action, "by": mark.by, "incident": mark.incident, "note": mark.note}
    return {"act": "mark", "number": mark.number, "v": 1, "verdict": mark.verdict, **said}


def marks(db: sqlite3.Connection, cipher: Cipher, account: int | None) -> tuple[Mark, ...]:
    """Return everything that people said, in order."""
    found = db.execute("SELECT id, body FROM marks WHERE ?1 IS NULL OR account = ?1 ORDER BY id", (account,))
    return tuple(msgspec.msgpack.decode(cipher.decrypt("marks", _row(n), body), type=Mark) for n, body in found)


def account_of_incident(db: sqlite3.Connection, number: int) -> int:
    """Return the account row of an incident."""
    found = db.execute("SELECT account FROM incidents WHERE number = ?", (number,)).fetchone()
    if found is None:
        raise StoreError(
            f"the store has no incident {number}", hint="list them with: countersign incidents", code="CS209"
        )
    return int(found[0])


def save_scored_until(db: sqlite3.Connection, account: int, until: datetime) -> None:
    """Keep up to when an account's actions have been scored."""
    db.execute("UPDATE accounts SET scored_until = ? WHERE id = ?", (micros(until), account))


def scored_until(db: sqlite3.Connection, account: int) -> datetime | None:
    """Return up to when an account's actions have been scored."""
    found = db.execute("SELECT scored_until FROM accounts WHERE id = ?", (account,)).fetchone()[0]
    return None if found is None else moment(found)


def _numbered(db: sqlite3.Connection, account: int, one: Incident, held: dict[int, Incident]) -> Incident:
    """Return the incident under its kept number, which is taken out of `held`, or under a new one."""
    number = next((number for number, other in held.items() if _same(one, other)), None)
    if number is not None:
        del held[number]
    else:
        number = db.execute("INSERT INTO incidents (account, body) VALUES (?, x'')", (account,)).lastrowid
    assert number is not None  # an INSERT always has one
    return msgspec.structs.replace(one, number=number)


def _same(one: Incident, other: Incident) -> bool:
    return one.alarm_action == other.alarm_action or not _actions(one).isdisjoint(_actions(other))


def _actions(incident: Incident) -> frozenset[str]:
    return frozenset(surprise.id for surprise in incident.surprises)


def _with_state(db: sqlite3.Connection, incident: Incident) -> Incident:
    last = "SELECT verdict FROM marks WHERE incident = ? ORDER BY id DESC LIMIT 1"
    found = db.execute(last, (incident.number,)).fetchone()
    return incident if found is None else msgspec.structs.replace(incident, state=STATE_AFTER[found[0]])


def _slot(account: int, slot: Slot) -> bytes:
    return f"{account} {slot}".encode()


def _row(number: int) -> bytes:
    return str(number).encode()
