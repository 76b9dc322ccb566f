"""Says in one line what is to be asked for soon, wherever somebody looks at a store: nobody has to remember it."""

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from countersign.cli.console import Console
from countersign.cli.kept import open_store
from countersign.config import Settings
from countersign.investigate.asked import Request, days_left, ends, is_due, standing
from countersign.store import Store
from countersign.text import counted, visible


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """One request that ends soon: of which incident, and from when its days are counted."""

    incident: int
    request: Request
    now: datetime

    @property
    def left(self) -> int:
        """Return the days that are left."""
        assert self.request.until is not None  # nothing else is due
        return days_left(self.request.until, self.now)


def due(store: Store, settings: Settings) -> tuple[Due, ...]:
    """Return the requests of a store that end within the reminder time, the soonest first."""
    within = timedelta(days=settings.config.ask.remind_days)
    return tuple(sorted(_due(store, within), key=lambda one: (one.left, one.incident, one.request.name)))


def due_line(found: tuple[Due, ...], settings: Settings) -> str:
    """Return the line on the first of them; empty if nothing is due."""
    if not found:
        return ""
    first = found[0]
    request, number = first.request, first.incident
    again = f"--store {shlex.quote(settings.config.store.path)}" if settings.origins.get("store.path") == "flag" else ""
    assert request.until is not None  # nothing else is due
    ask = f"countersign ask {number} {again}".rstrip()
    more = f"; {counted(len(found) - 1, 'more', 'more')}: countersign ask {again}".rstrip() if found[1:] else ""
    return (
        f"Due: request {visible(request.name)} of incident {number} ({visible(request.holder)}): deleted "
        f"{ends(request.until, first.now)}, {standing(request)}: {ask}{more}"
    )


def say_due(console: Console) -> None:
    """Say on stderr what is due in the store that the settings name."""
    with open_store(console) as store:
        line = due_line(due(store, console.settings), console.settings)
    if line:
        console.say(line)


def _due(store: Store, within: timedelta) -> Iterator[Due]:
    today = datetime.now(UTC)
    for one in store.reminders.every():
        now = one.reminders.as_of or today
        if one.is_open:
            yield from (
                Due(incident=one.incident, request=request, now=now)
                for request in one.reminders.requests if is_due(request, now, within)
            )  # fmt: skip
