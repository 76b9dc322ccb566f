"""What is kept between runs: one encrypted file that takes an import whole or not at all, and each action once."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import pyarrow as pa

from countersign.activity import Identity, NotUnderstood, Session
from countersign.incident.incident import Incident
from countersign.store import accounts, answers, capturing, examining, importing, records
from countersign.store import actions as kept_actions
from countersign.store.absence import Snapshot
from countersign.store.access import Access
from countersign.store.cipher import Cipher
from countersign.store.evidence import StoreEvidence
from countersign.store.faults import told, whole
from countersign.store.importing import Intake
from countersign.store.key import store_key
from countersign.store.opening import opened
from countersign.store.reminders import StoreReminders
from countersign.store.scope import Account, AccountKind
from countersign.store.sealing import Captures, StoreLog
from countersign.store.values import (
    Cursor,
    Erasure,
    Holding,
    ImportedFile,
    ImportRecord,
    ImportResult,
    Mark,
    ProfileState,
    Progress,
    Slot,
    Verdict,
    micros,
    present,
    writable,
)
from countersign.store.vault import LogVault

WAIT_SECONDS = 5.0
"""How long another process may write before we say so: longer than any transaction but a large import."""


class Store:
    """The store of one team: at most 50 accounts, each named, with their actions, profiles, incidents and marks.

    Every method raises StoreError, with what to do, where the file or the disk fails; whatever writes is one
    transaction. `platform` is needed only where two platforms have an account of the same name.
    """

    def __init__(
        self, path: Path, db: sqlite3.Connection, key: bytes, clock: Callable[[], datetime], origin: str = ""
    ) -> None:
        self.path = path
        self._db, self._cipher, self._clock = db, Cipher(key), clock
        self._writing = partial(whole, db, path)
        self.log = StoreLog(path, db, LogVault(key), clock, self._writing, wished_origin=origin)
        self.evidence = StoreEvidence(path, db, self._cipher, self.log, clock, self._writing)
        self.reminders = StoreReminders(path, db, self._cipher, self._writing)
        self.log.catch_up()

    @classmethod
    def open(
        cls, path: str | Path, *, key: bytes | None = None, wait: float = WAIT_SECONDS,
        clock: Callable[[], datetime] = present, origin: str = "",
    ) -> Self:  # fmt: skip
        """Open the store at `path`, or make it; `key` (32 bytes) is by default that of the file beside it.

        `origin` is what its evidence log is to be called, once it gets its first entry.
        """
        place = Path(path)
        secret = store_key(place) if key is None else key
        return cls(place, opened(place, secret, wait=wait), secret, clock, origin)

    def close(self) -> None:
        """Publish what is not yet, and close the file."""
        self.log.catch_up()
        with told(self.path):
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add_account(
        self, account: str, platform: str, kind: AccountKind = "own", reason: str = "", *,
        approvers: Sequence[str] = (),
    ) -> Account:  # fmt: skip
        """Let an account into the store, named by its user; ScopeError where the guard refuses it.

        A public office needs a reason and two approvers, and its permission ends after 90 days unless given anew.
        """
        asked = Account(account=account, platform=platform, kind=kind, reason=reason, approvers=tuple(approvers))
        with self._writing():
            return accounts.add(self._db, asked, self._clock())

    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts that the store holds, in the order in which they were added."""
        with told(self.path):
            return tuple(accounts.every(self._db).values())

    def holding(self, account: str, platform: str | None = None) -> Holding:
        """Return how much is held of an account."""
        with self._reading(account, platform) as row:
            return accounts.holding(self._db, row, accounts.every(self._db)[row])

    def erase(self, account: str, platform: str | None = None, *, by: str = "", ground: str = "") -> Erasure:
        """Erase an account and all that is kept of it; what stays says only that something was erased."""
        with self._writing():
            row = accounts.row_of(self._db, account, platform)
            self.log.erase_within(capturing.leaves_of_account(self._db, row), "account-removed")
            records.drop_remarks(self._db, self._cipher, row)
            gone = Erasure(at=self._clock(), by=by, ground=ground, actions=accounts.erase(self._db, row))
            accounts.add_erasure(self._db, gone)
        self.log.empty()
        self.log.checkpoint()
        return gone

    def erasures(self) -> tuple[Erasure, ...]:
        """Return what was erased: when, by whom, on what ground; not whose."""
        with told(self.path):
            return accounts.erasures(self._db)

    def forget(self, before: datetime) -> int:
        """Erase the actions received before a moment, but those of incidents or marks; return how many.

        Profiles stay: they hold counts, not actions.
        """
        with self._writing():
            needed = {surprise.id for one in self.incidents() for surprise in one.surprises}
            needed |= {mark.action for mark in self.marks() if mark.action is not None}
            linked = capturing.linked_leaves(self._db)
            gone = kept_actions.forget(self._db, self._cipher, micros(before), frozenset(needed))
            self.log.erase_within(capturing.leaves_without_action(self._db, linked), "retention")
        self.log.empty()
        self.log.checkpoint()
        return gone

    def import_reading(
        self, actions: pa.Table, *, files: Sequence[ImportedFile], sessions: Sequence[Session] = (),
        identities: Sequence[Identity] = (), not_understood: Sequence[NotUnderstood] = (),
        remarks: Sequence[str] = (), snapshots: Sequence[Snapshot] = (), cursors: Sequence[Cursor] = (),
        adding: Sequence[Account] = (), progress: Progress | None = None, captures: Captures | None = None,
        by: str = "",
    ) -> ImportResult:  # fmt: skip
        """Keep what was read, in one transaction: all of it or, on any error, nothing. Repeating it changes nothing.

        `actions` has the schema `ACTIONS`. Its accounts are held already, or named in `adding`. An action that is
        there already is joined with what is new about it. `snapshots` says which lists are whole: two of them tell
        what was undone between them, so import one snapshot at a time. `captures` is what was sealed while reading: it
        goes into the evidence log in the same transaction, as far as it may be kept; `by` says who imported it.
        """
        intake = Intake(
            actions=actions, files=tuple(files), sessions=tuple(sessions), identities=tuple(identities),
            not_understood=tuple(not_understood), remarks=tuple(remarks), snapshots=tuple(snapshots),
            cursors=tuple(cursors),
        )  # fmt: skip
        with self._writing():
            now = self._clock()
            for account in adding:
                accounts.add(self._db, account, now)
            ids = accounts.permitted(self._db, importing.named(intake), now)
            result = importing.take(self._db, self._cipher, intake, ids, at=now, progress=progress)
            if captures is not None:
                capturing.seal_import(
                    self._db, self._cipher, self.log, captures, ids, importing.told(intake, result, by)
                )
        self.log.checkpoint()
        return result

    def imports(self) -> tuple[ImportRecord, ...]:
        """Return every import, oldest first."""
        with told(self.path):
            return records.imports(self._db, self._cipher)

    def actions(self, account: str, platform: str | None = None) -> pa.Table:
        """Return an account's actions, schema `ACTIONS`, in order of time; of those without one, of its lower bound.

        Undos that only snapshots tell are among them, with the interval between the two (`time_basis` "between").
        """
        with self._reading(account, platform) as row:
            return kept_actions.kept(self._db, self._cipher, row)

    def sessions(self, account: str, platform: str | None = None) -> tuple[Session, ...]:
        """Return an account's sessions in order of time."""
        with self._reading(account, platform) as row:
            return records.sessions(self._db, self._cipher, row)

    def access(self, account: str, platform: str | None = None, *, tables: Sequence[str] = ()) -> Access:
        """Return all that is known of how an account was reached; `tables` are paths of network tables of the settings.

        Every address is looked up in these tables and in those that were added.
        """
        return self.evidence.access(account, platform, tables=tables)

    def identities(self, account: str, platform: str | None = None) -> tuple[Identity, ...]:
        """Return who an account was, oldest statement first."""
        with self._reading(account, platform) as row:
            return records.identities(self._db, self._cipher, row)

    def not_understood(self) -> tuple[NotUnderstood, ...]:
        """Return the records that could not be read."""
        with told(self.path):
            return records.not_understood(self._db, self._cipher)

    def cursor(self, source: str, ref: str) -> str | None:
        """Return how far a source has been read."""
        with told(self.path):
            return records.cursor(self._db, source, ref)

    def save_outcome(
        self, account: str, platform: str | None = None, *, profiles: Sequence[ProfileState] = (),
        dropped: Sequence[Slot] = (), incidents: Sequence[Incident] = (), upto: datetime,
    ) -> tuple[Incident, ...]:  # fmt: skip
        """Keep what scoring an account up to a moment gave, and return its incidents with their lasting numbers.

        `incidents` are all of the account: those that nobody has answered and that are no longer among them vanish.
        """
        with self._writing():
            row = accounts.row_of(self._db, account, platform)
            for slot in dropped:
                answers.drop_profile(self._db, row, slot)
            for state in profiles:
                answers.save_profile(self._db, self._cipher, row, state)
            answers.save_scored_until(self._db, row, upto)
            return answers.save_incidents(self._db, self._cipher, row, incidents)

    def profile(self, account: str, platform: str | None = None, *, slot: Slot = "current") -> ProfileState | None:
        """Return the bytes of an account's profile, None if nothing was learned yet."""
        with self._reading(account, platform) as row:
            return answers.profile(self._db, self._cipher, row, slot)

    def scored_until(self, account: str, platform: str | None = None) -> datetime | None:
        """Return up to when an account's actions have been scored."""
        with self._reading(account, platform) as row:
            return answers.scored_until(self._db, row)

    def incidents(self, account: str | None = None, platform: str | None = None) -> tuple[Incident, ...]:
        """Return the incidents of one account or of all, by number, each in the state its last mark put it in."""
        with told(self.path):
            rows = [accounts.row_of(self._db, account, platform)] if account else list(accounts.every(self._db))
            found = (one for row in rows for one in answers.incidents(self._db, self._cipher, row))
            return tuple(sorted(found, key=lambda one: one.number))

    def mark(
        self, verdict: Verdict, *, incident: int | None = None, action: str | None = None, note: str = "",
        by: str = "",
    ) -> Mark:  # fmt: skip
        """Keep what a person says of an incident (its number) or of an action (its id): one of the two."""
        with self._writing():
            row = answers.marked(self._db, self._cipher, incident, action)
            whose = accounts.every(self._db)[row]
            said = Mark(
                at=self._clock(), account=whose.account, platform=whose.platform, incident=incident,
                action=action, verdict=verdict, note=writable(note), by=writable(by),
            )  # fmt: skip
            said = msgspec.structs.replace(said, number=answers.add_mark(self._db, self._cipher, row, said))
            self.log.enter_within(answers.told(said), {(whose.platform, whose.account): row})
        self.log.checkpoint()
        return said

    def leaves_of(self, actions: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """Return the leaves of the evidence log that hold what was received of each action (by its id)."""
        with told(self.path):
            return capturing.leaves_of(self._db, self._cipher, actions)

    def marks(self, account: str | None = None, platform: str | None = None) -> tuple[Mark, ...]:
        """Return everything that people said, in order."""
        with told(self.path):
            whose = None if account is None else accounts.row_of(self._db, account, platform)
            return answers.marks(self._db, self._cipher, whose)

    def examine(self) -> tuple[str, ...]:
        """Return what is wrong with the file, nothing if all is well: every page is read and every row decrypted."""
        with told(self.path):
            found = examining.pages(self._db)
        parts: list[Callable[[], object]] = [self.imports, self.not_understood, self.incidents, self.marks]
        parts += [self.evidence.every, self.reminders.every]
        for one in self.accounts():
            name, platform = one.account, one.platform
            parts += [partial(read, name, platform) for read in (self.actions, self.sessions, self.identities)]
            parts += [partial(self.profile, name, platform, slot=slot) for slot in ("current", "shadow")]
        return (*found, *examining.troubles(parts))

    @contextmanager
    def _reading(self, account: str, platform: str | None) -> Iterator[int]:
        with told(self.path):
            yield accounts.row_of(self._db, account, platform)
