"""Keeps what each incident still asks for, so that any command can remind without weighing anything again."""

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from countersign.investigate.asked import ANSWERED_STATES, Request
from countersign.store.answers import STATE_AFTER
from countersign.store.cipher import Cipher
from countersign.store.faults import told
from countersign.store.sealing import Writing

_KEPT = """
SELECT reminders.incident, reminders.body, accounts.account, accounts.platform,
  (SELECT verdict FROM marks WHERE marks.incident = reminders.incident ORDER BY marks.id DESC LIMIT 1)
FROM reminders JOIN incidents ON incidents.number = reminders.incident JOIN accounts ON accounts.id = incidents.account
ORDER BY reminders.incident
"""


class Reminders(msgspec.Struct, frozen=True, kw_only=True):
    """The requests of one incident, and `of` what state of the store they were made.

    `as_of` is the end of a made-up story, from which its days are counted; None where today counts.
    """

    of: str
    requests: tuple[Request, ...]
    as_of: datetime | None = None


class KeptReminders(msgspec.Struct, frozen=True, kw_only=True):
    """The requests of one incident with whose it is."""

    incident: int
    account: str
    platform: str
    is_open: bool
    """Whether people have not answered it, or said that it was not them."""
    reminders: Reminders


class StoreReminders:
    """What the incidents of a store still ask for. `Store.reminders` gives it.

    It is made from what the store holds, and can be made again: what another version wrote is passed over.
    """

    def __init__(self, path: Path, db: sqlite3.Connection, cipher: Cipher, writing: Writing) -> None:
        self._path, self._db, self._cipher, self._writing = path, db, cipher, writing

    def save(self, found: Mapping[int, Reminders]) -> None:
        """Keep the requests of incidents by their number, over what was kept of these; of one that is gone, nothing."""
        with self._writing():
            for incident, one in found.items():
                body = self._cipher.encrypt("reminders", str(incident).encode(), msgspec.msgpack.encode(one))
                self._db.execute(
                    "INSERT INTO reminders SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM incidents WHERE number = ?1)"
                    " ON CONFLICT DO UPDATE SET body = excluded.body",
                    (incident, body),
                )

    def every(self) -> tuple[KeptReminders, ...]:
        """Return the requests of all incidents, by number."""
        found = []
        with told(self._path):
            for incident, body, account, platform, verdict in self._db.execute(_KEPT):
                plain = self._cipher.decrypt("reminders", str(incident).encode(), body)
                with suppress(msgspec.DecodeError):
                    found.append(KeptReminders(
                        incident=incident, account=account, platform=platform,
                        is_open=verdict is None or STATE_AFTER[verdict] not in ANSWERED_STATES,
                        reminders=msgspec.msgpack.decode(plain, type=Reminders),
                    ))  # fmt: skip
        return tuple(found)
