"""What a piece of access evidence says, as values: traces of access, duties, journeys, grants, changes."""

from datetime import datetime
from typing import Literal, get_args

import msgspec

from countersign.activity import Activity, NotUnderstood, Session

Kind = Literal["login-alert", "sessions", "roster", "travel", "legal-return", "timeline"]
"""What a file is. `roster` and `travel` are calendars, `sessions` is what an instance's admin dumps."""
KINDS: tuple[Kind, ...] = get_args(Kind)


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """One trace of access with what the file itself says of it.

    `native_id` is what the platform calls it ("" where it has no name): two files that say different things of one
    name contradict each other. `notice` marks a platform's own notice of a new sign-in, `signed` one whose DKIM
    signature by the platform holds.
    """

    session: Session
    native_id: str = ""
    country: str = ""
    operating_system: str = ""
    browser: str = ""
    notice: bool = False
    signed: bool = False


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody (a label) was on duty from when to when (UTC)."""

    who: str
    start: datetime
    end: datetime


class Journey(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody (a label) declared to be in a country (ISO 3166-1 alpha-2, "" if unknown) from when to when."""

    who: str
    start: datetime
    end: datetime
    country: str = ""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """All that one file says. `covers_from` to `covers_until` is the span of which it lists every sign-in, if any.

    `unread_at` are the times of records that may be sign-ins and could not be read: around them it lists not every one.
    `remarks` are sentences that a reader of the result should know; `not_understood` are records nobody could read.
    """

    kind: Kind
    traces: tuple[Trace, ...] = ()
    grants: tuple[Session, ...] = ()
    changes: tuple[Activity, ...] = ()
    shifts: tuple[Shift, ...] = ()
    journeys: tuple[Journey, ...] = ()
    covers_from: datetime | None = None
    covers_until: datetime | None = None
    unread_at: tuple[datetime, ...] = ()
    remarks: tuple[str, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()

    @property
    def records(self) -> int:
        """Return how many records were understood."""
        return sum(map(len, (self.traces, self.grants, self.changes, self.shifts, self.journeys)))
