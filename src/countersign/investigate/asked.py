"""Says of each request how far it has got: not asked yet, asked and unanswered, or answered; and which are due."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, get_args

import msgspec

from countersign.investigate.finding import Missing
from countersign.text import day

Outcome = Literal["sent", "refused", "nothing held", "received"]
"""What became of a request: it was sent; the holder refused it, holds nothing, or gave what was asked for."""
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)

ANSWERED: Final[frozenset[Outcome]] = frozenset({"refused", "nothing held", "received"})
"""Outcomes that end the waiting: "nothing is held" is an answer too."""

ANSWERED_STATES: Final = frozenset({"explained", "dismissed"})
"""Incidents ("it was us", "not important") of which nobody is reminded: what nobody needs teaches to look away."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was done about one request of an incident, on which day, as the log has it; `name` is the request's."""

    name: str
    outcome: Outcome
    on: date
    to: str = ""
    reference: str = ""
    by: str = ""
    sha256: str = ""
    """Of the letter as it was sent, in UTF-8; empty where none was written down."""
    leaf: int | None = None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to be asked for: what, of whom, until when (None: no day is known), and how far it has got.

    `outcome` and `on` are the last that was done about it, None where nobody asked yet.
    """

    name: str
    what: str
    holder: str
    until: datetime | None = None
    why_until: str = ""
    outcome: Outcome | None = None
    on: date | None = None
    to: str = ""
    reference: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be asked for, or to be waited for."""
        return self.outcome not in ANSWERED


def requests(missing: Iterable[Missing], asked: Sequence[Asked]) -> tuple[Request, ...]:
    """Return what is missing as requests, each with the last that was done about it."""
    last = {one.name: one for one in asked}
    return tuple(_request(one, last.get(one.name)) for one in missing)


def days_left(until: datetime, now: datetime) -> int:
    """Return the days from today to the last day, both in UTC; negative where it is over.

    >>> days_left(datetime(2026, 11, 8, 1, tzinfo=UTC), datetime(2026, 10, 30, 23, tzinfo=UTC))
    9
    """
    return (until.astimezone(UTC).date() - now.astimezone(UTC).date()).days


def is_gone(request: Request, now: datetime) -> bool:
    """Say whether the last day of a request is over."""
    return request.until is not None and days_left(request.until, now) < 0


def is_due(request: Request, now: datetime, within: timedelta) -> bool:
    """Say whether a request is open and ends within a time from now. What has no last day is never due."""
    if request.until is None or not request.is_open:
        return False
    return 0 <= days_left(request.until, now) <= within.days


def standing(request: Request | Asked) -> str:
    """Return in words how far a request has got.

    >>> standing(Asked(name="access-log", outcome="sent", on=date(2026, 9, 10)))
    'asked on 10 Sep 2026, no answer yet'
    """
    if request.outcome is None or request.on is None:
        return "not asked yet"
    on = day(datetime(request.on.year, request.on.month, request.on.day, tzinfo=UTC))
    return {
        "sent": f"asked on {on}, no answer yet", "refused": f"refused on {on}",
        "nothing held": f"nothing is held, answered on {on}", "received": f"received on {on}",
    }[request.outcome]  # fmt: skip


def ends(until: datetime, now: datetime) -> str:
    """Return in words when something is deleted, seen from now.

    >>> ends(datetime(2026, 11, 8, 1, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC))
    'in 9 days'
    """
    left = days_left(until, now)
    if left < 0:
        return f"gone since {day(until)}"
    return {0: "today", 1: "tomorrow"}.get(left, f"in {left:,} days")


def _request(missing: Missing, asked: Asked | None) -> Request:
    return Request(
        name=missing.name, what=missing.what, holder=missing.holder, until=missing.until, why_until=missing.why_until,
        outcome=asked.outcome if asked else None, on=asked.on if asked else None, to=asked.to if asked else "",
        reference=asked.reference if asked else "",
    )  # fmt: skip
