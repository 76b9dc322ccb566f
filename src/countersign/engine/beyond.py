"""Says what the bits of an account do not look at: how it was reached, and whether that is known for its incidents."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from countersign.engine.verdict import Reading
from countersign.text import utc

NO_LIST: Final = (
    "access: no list of sign-ins was given: countersign evidence add keeps one, countersign ask asks for it"
)
NOT_HERE: Final = "access: sign-ins are no part of these bits"
_LISTED: Final = frozenset({"ip use", "sign-in", "session"})
"""Traces that tell that somebody was there at a time; devices and keys do not."""


def not_looked_at(reading: Reading, account: str, onset: datetime | None) -> tuple[str, ...]:
    """Return what is to be known of access beside the bits; `onset` is when the account's last incident began."""
    times = list(_times(reading, account))
    if not times:
        return (NO_LIST,)
    if onset is None:
        return (NOT_HERE,)
    if onset <= max(times):
        return (f"{NOT_HERE}: countersign investigate NUMBER weighs them",)
    later = "a newer archive, or what countersign evidence add keeps, tells who was there later"
    return (f"{NOT_HERE}, and are listed until {utc(max(times))} UTC, before the last incident: {later}",)


def _times(reading: Reading, account: str) -> Iterator[datetime]:
    for one in reading.sessions:
        at = one.last_seen or one.opened
        if one.account == account and one.kind in _LISTED and at is not None:
            yield at
