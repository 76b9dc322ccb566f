"""Lists what is still to be asked for over all open incidents of a store, by the day on which it is deleted."""

import shlex
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from countersign.activity import Identity
from countersign.cli import exits
from countersign.cli.console import Console
from countersign.cli.kept import kept_verdict, open_store
from countersign.cli.naming import account_named
from countersign.cli.tables import Column, as_csv, laid_out, markdown, write_json, write_line
from countersign.investigate.asked import Request, days_left, is_due, is_gone, standing
from countersign.store import KeptReminders
from countersign.text import counted, day, hanging, listed, visible, wrapped

COLUMNS = (
    Column(key="incident", title="#", ours=True, side="right"),
    Column(key="account_named", title="account", most=28),
    Column(key="name", title="request", ours=True, whole=True),
    Column(key="holder", title="who has it", most=32),
    Column(key="last_day", title="until", ours=True, whole=True),
    Column(key="days_left", title="days left", ours=True, side="right"),
    Column(key="standing", title="asked", ours=True, most=60),
    Column(key="what", title="what", most=80),
)
_CSV = tuple(
    Column(key=key, title=key)
    for key in ("incident", "account", "platform", "name", "what", "holder", "until", "days_left", "due", "outcome",
                "on", "to", "reference")
)  # fmt: skip


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One request of one incident, seen from `now`."""

    kept: KeptReminders
    request: Request
    now: datetime
    due: bool


def list_requests(console: Console, store: str | None) -> int:
    """List what is still to be asked for; exit 1 if something of it is due."""
    identities = kept_verdict(console, [], all_requests=True).reading.identities
    found, gone = _requests(console)
    console.code = exits.FOUND if any(one.due for one in found) else exits.NOTHING
    _write(console, found, identities, gone)
    if found and console.wants_text:
        again = f" --store {shlex.quote(store)}" if store else ""
        console.next(f"countersign ask {found[0].kept.incident} --for {found[0].request.name}{again}")
    return console.code


def open_requests(console: Console) -> tuple[Standing, ...]:
    """Return every request of the open incidents as it was last looked at, answered and gone ones too."""
    within, today = timedelta(days=console.settings.config.ask.remind_days), datetime.now(UTC)
    with open_store(console) as opened:
        kept = [one for one in opened.reminders.every() if one.is_open]
    return tuple(
        Standing(kept=one, request=request, now=now, due=is_due(request, now, within))
        for one in kept for now in (one.reminders.as_of or today,) for request in one.reminders.requests
    )  # fmt: skip


def _requests(console: Console) -> tuple[list[Standing], int]:
    """Return what is still to be asked for, by its last day, and the number of those whose last day is over."""
    waiting = [one for one in open_requests(console) if one.request.is_open]
    there = [one for one in waiting if not is_gone(one.request, one.now)]
    return sorted(there, key=_order), len(waiting) - len(there)


def _order(one: Standing) -> tuple[bool, int, int, str]:
    until = one.request.until
    left = days_left(until, one.now) if until else 0
    return (until is None, left, -one.kept.incident, one.request.name)


def _write(console: Console, found: Sequence[Standing], identities: Sequence[Identity], gone: int) -> None:
    records = list(_records(found))
    match console.look.format:
        case "json":
            within = console.settings.config.ask.remind_days
            write_json(console, {"remind_days": within, "gone": gone, "requests": records})
        case "jsonl":
            for record in records:
                write_line(console, record)
        case "csv":
            console.write_data(as_csv(records, _CSV))
        case "md":
            console.write(*markdown(list(_rows(found, identities)), COLUMNS))
        case "text":
            console.write(*_text(console, found, identities, gone))


def _text(console: Console, found: Sequence[Standing], identities: Sequence[Identity], gone: int) -> Iterator[str]:
    dated = [one for one in found if one.request.until]
    if dated:
        yield from laid_out(console, list(_rows(dated, identities)), COLUMNS)
    due, within = sum(one.due for one in found), counted(console.settings.config.ask.remind_days, "day")
    yield f"{counted(due, 'request ends', 'requests end') if due else 'Nothing ends'} within {within}."
    yield from _undated(console, [one for one in found if one.request.until is None])
    if gone:
        number = counted(gone, "request is", "requests are")
        yield f"{number} past the last day, without an answer: countersign ask NUMBER"
    ends = sorted({one.now for one in found if one.kept.reminders.as_of})
    if ends:
        said = f"note: days of a made-up account are counted from the end of its story, {day(ends[-1])}"
        yield from wrapped(said, console.prose).split("\n")


def _undated(console: Console, found: Sequence[Standing]) -> Iterator[str]:
    """Yield what has no last day in a line a request: every incident has some, and rows of them would hide the rest."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    for one in found:
        how = f", {standing(one.request)}" if one.request.outcome else ""
        groups.setdefault((one.request.name, one.request.holder, how), []).append(one.kept.incident)
    if groups:
        yield "Without a last day, to be asked for now:"
    for (name, holder, how), incidents in groups.items():
        numbers = listed([str(number) for number in sorted(incidents, reverse=True)], most=12)
        word = "incident" if len(incidents) == 1 else "incidents"
        yield hanging("  - ", f"{visible(name)} ({visible(holder)}){how}: {word} {numbers}", console.prose)


def _records(found: Sequence[Standing]) -> Iterator[dict[str, Any]]:
    for one in found:
        request = one.request
        yield {
            "incident": one.kept.incident, "account": one.kept.account, "platform": one.kept.platform,
            "name": request.name, "what": request.what, "holder": request.holder,
            "until": _stamp(request.until), "days_left": days_left(request.until, one.now) if request.until else None,
            "due": one.due, "outcome": request.outcome, "on": request.on.isoformat() if request.on else None,
            "to": request.to, "reference": request.reference,
        }  # fmt: skip


def _rows(found: Sequence[Standing], identities: Sequence[Identity]) -> Iterator[dict[str, Any]]:
    for one, record in zip(found, _records(found), strict=True):
        until = one.request.until
        yield {
            **record, "account_named": account_named(one.kept.account, one.kept.platform, identities),
            "last_day": day(until) if until else "not known: now", "standing": standing(one.request),
        }  # fmt: skip


def _stamp(time: datetime | None) -> str | None:
    return None if time is None else time.astimezone(UTC).isoformat().replace("+00:00", "Z")
