"""Keeps up to date what each open incident still asks for: only what changed is looked at again."""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import blake2b

import msgspec

from countersign import __version__
from countersign.engine.verdict import MADE_UP, Verdict
from countersign.incident.incident import Incident
from countersign.investigate.asked import ANSWERED_STATES, Asked, Request
from countersign.investigate.windows import LONGEST
from countersign.store import Reminders, Store

HomeZone = Callable[[str], str]
"""Gives the time zone of an account's home by its id."""


def refresh(
    store: Store, verdict: Verdict, home_zone: HomeZone, now: datetime, *, tables: Sequence[str], all_of_them: bool
) -> None:  # fmt: skip
    """Look again at what the open incidents of a verdict ask for, where anything changed since it was looked at.

    Unless `all_of_them` are wanted, those are passed over of which nothing can be due any more.
    """
    held = {one.incident: one.reminders.of for one in store.reminders.every()}
    size = store.log.size
    stale = [
        (one, of) for one in verdict.incidents
        if one.state not in ANSWERED_STATES and held.get(one.number) != (of := _state(one, size, tables))
        and (all_of_them or _can_be_due(verdict, one, now))
    ]  # fmt: skip
    if stale:
        store.reminders.save(_looked_at(store, verdict, stale, home_zone, tables))


def note(store: Store, incident: int, asked: Asked) -> None:
    """Have what was done about a request known at once, before anything is looked at again."""
    for one in store.reminders.every():
        if one.incident == incident:
            changed = tuple(_noted(each, asked) for each in one.reminders.requests)
            store.reminders.save({incident: msgspec.structs.replace(one.reminders, requests=changed)})


def _noted(request: Request, asked: Asked) -> Request:
    if request.name != asked.name:
        return request
    return msgspec.structs.replace(
        request, outcome=asked.outcome, on=asked.on, to=asked.to, reference=asked.reference
    )  # fmt: skip


def _looked_at(
    store: Store, verdict: Verdict, stale: Sequence[tuple[Incident, str]], home_zone: HomeZone, tables: Sequence[str]
) -> dict[int, Reminders]:
    from countersign.engine.investigating import beside_of, end_of_story, facts_of  # the examinations take time to load
    from countersign.engine.requesting import asked_of
    from countersign.investigate.asked import requests
    from countersign.investigate.examining import examined
    from countersign.investigate.finding import Missing

    asked, found = asked_of(store), {}
    whose = {(one.account, one.platform) for one, _ in stale}
    access = {(account, platform): store.access(account, platform, tables=tables) for account, platform in whose}
    for one, of in stale:
        beside = beside_of(store, one, tables, access[one.account, one.platform])
        facts = facts_of(verdict, one, home_zone(one.account), beside)
        missing = [each for each in examined(facts) if isinstance(each, Missing)]
        found[one.number] = Reminders(
            of=of, requests=requests(missing, asked.get(one.number, ())), as_of=end_of_story(facts)
        )
    return found


def _state(incident: Incident, size: int, tables: Sequence[str]) -> str:
    """Return the name of all that the requests of an incident depend on: whatever is added is an entry of the log."""
    known = msgspec.msgpack.encode((__version__, size, tuple(tables), incident))
    return blake2b(known, digest_size=16).hexdigest()


def _can_be_due(verdict: Verdict, incident: Incident, now: datetime) -> bool:
    actions = verdict.reading.actions
    rows = [one.row for one in incident.surprises]
    if any(actions["source"][row].as_py() == MADE_UP for row in rows):
        return True
    ends = [time for row in rows if (time := actions["time"][row].as_py() or actions["end_time"][row].as_py())]
    last = max(ends, default=incident.ended or incident.alarm_time)
    return last is None or last >= now - LONGEST  # so that no time of the far future is added to
