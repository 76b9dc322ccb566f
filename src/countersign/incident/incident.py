"""What belongs together: an incident is a run of surprising actions of one account, with its onset and its end."""

from datetime import datetime
from typing import Final, Literal

import msgspec

from countersign.score.surprise import Surprise

IncidentState = Literal["new", "looking", "explained", "confirmed", "dismissed"]
"""Where people are with it: nobody looked; somebody looks; "it was us"; "it was not us"; "not important"."""

INCIDENT_STATES: tuple[IncidentState, ...] = ("new", "looking", "explained", "confirmed", "dismissed")

Severity = Literal["low", "medium", "high"]


BY_HAND: Final = 0
"""The number of an incident that no alarm found: somebody chose its actions. It is kept nowhere."""


def called(number: int) -> str:
    """Return what to call an incident.

    >>> called(12), called(BY_HAND)
    ('Incident 12', 'Actions chosen by hand')
    """
    return f"Incident {number}" if number != BY_HAND else "Actions chosen by hand"


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """Surprising actions of one account that belong together.

    `onset` is the last moment before which nothing of it had happened (the CUSUM's last zero), `alarm_time` and
    `alarm_action` say at which action the alarm went off; `alert` is True where somebody is told at once, False
    where the cap on alerts sends it to the digest. `surprises` are its actions in order; `before` and `after` are
    rows of the table around it, `undone` pairs (row of the action, row of its undo). `threshold` and `peak` are in
    bits of the account's CUSUM. Source: Page 1954 (CUSUM); NIST SP 800-61r2 for the states.
    """

    number: int
    account: str
    platform: str
    state: IncidentState = "new"
    severity: Severity = "low"
    onset: datetime | None = None
    ended: datetime | None = None
    alarm_time: datetime | None = None
    alarm_action: str
    alarm_native_id: str
    alert: bool
    actions: int
    peak: float
    threshold: float
    surprises: tuple[Surprise, ...] = ()
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    undone: tuple[tuple[int, int], ...] = ()
    notes: tuple[str, ...] = ()
