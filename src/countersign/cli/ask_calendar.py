"""Writes the last days of requests as a calendar file, so that a phone reminds where no program of ours runs."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from countersign.activity import Identity
from countersign.cli import exits
from countersign.cli.ask_list import open_requests
from countersign.cli.console import Console
from countersign.cli.investigation import Subject, asked_about
from countersign.cli.kept import kept_verdict, open_store
from countersign.cli.naming import account_named
from countersign.cli.report_state import state_of
from countersign.cli.tables import write_json, write_line
from countersign.engine.investigating import end_of_story
from countersign.errors import UsageError
from countersign.evidence.durable import write_whole
from countersign.investigate.asked import Request, requests, standing
from countersign.investigate.finding import Missing
from countersign.report.calendar import LastDay, calendar
from countersign.text import counted, visible

_BEGINS = b"BEGIN:VCALENDAR"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One request that has a last day: of which incident of which account."""

    incident: int
    account: str
    platform: str
    called: str
    request: Request
    since: datetime


def write_calendar(console: Console, path: Path, meant: Subject | None = None, missing: Sequence[Missing] = ()) -> int:
    """Write the last days of one incident, or of all open ones, as a calendar; those over by then are left out."""
    if meant is None:
        identities = kept_verdict(console, [], all_requests=True).reading.identities
        made, revision = _state(console)
        entries = _of_store(console, made, identities)
    else:
        made, revision = _state(console) if meant.asked.kept else (meant.facts.as_of, 0)
        entries = _of_incident(console, meant, missing, made)
    days = [_day(one) for one in entries if one.request.until and one.request.until >= one.since]
    _replace(path, calendar(days, made=made, revision=revision))
    _write(console, path, days)
    return exits.NOTHING


def _of_store(console: Console, made: datetime, identities: Sequence[Identity]) -> list[Entry]:
    return [
        Entry(
            incident=one.kept.incident, account=one.kept.account, platform=one.kept.platform, request=one.request,
            called=account_named(one.kept.account, one.kept.platform, identities),
            since=one.kept.reminders.as_of or made,
        )
        for one in open_requests(console)
    ]  # fmt: skip


def _of_incident(console: Console, meant: Subject, missing: Sequence[Missing], made: datetime) -> list[Entry]:
    facts = meant.facts
    called = account_named(facts.account, facts.platform, meant.asked.verdict.reading.identities)
    return [
        Entry(
            incident=meant.incident.number, account=facts.account, platform=facts.platform, called=called,
            request=one, since=end_of_story(facts) or made,
        )
        for one in requests(missing, asked_about(console, meant))
    ]  # fmt: skip


def _state(console: Console) -> tuple[datetime, int]:
    """Return when the log's newest entry was made that is no report's own, and how many entries there were by then."""
    with open_store(console) as opened:
        state = state_of(opened)
    return (state.made, state.size) if state else (datetime.fromtimestamp(0, UTC), 0)


def _day(one: Entry) -> LastDay:
    request = one.request
    assert request.until is not None  # others have no day
    return LastDay(
        uid=_uid(one.platform, one.account, str(one.incident), request.name),
        day=request.until.astimezone(UTC).date(),
        title=f"Last day to ask {request.holder}: {request.name} (incident {one.incident}, {one.called})",
        says=f"{request.what}. Who has it: {request.holder}. {_capital(standing(request))}.\n"
        f"The letter: countersign ask {one.incident} --for {request.name}\n{request.why_until}",
        called_off=not request.is_open,
    )  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _uid(*parts: str) -> str:
    """Return the lasting name of one request of one incident (RFC 7986, 5.3: no host, nothing that tells of it)."""
    return hashlib.sha256("\0".join(("countersign", *parts)).encode("utf-8", "replace")).hexdigest()[:32]


def _replace(path: Path, data: bytes) -> None:
    """Write the calendar, over an earlier one but over nothing else."""
    if path.exists():
        with path.open("rb") as file:
            if file.read(len(_BEGINS)).upper() != _BEGINS:
                raise UsageError("there is a file of something else", where=str(path), hint="name another file")
    write_whole(path, data)


def _write(console: Console, path: Path, days: Iterable[LastDay]) -> None:
    written = list(days)
    record = {"calendar": str(path), "days": [{"uid": one.uid, "day": str(one.day)} for one in written]}
    match console.look.format:
        case "json":
            write_json(console, record)
        case "jsonl":
            write_line(console, record)
        case _:
            number = counted(len(written), "last day", "last days")
            console.write(f"Wrote {visible(str(path))}: {number}, each with reminders 14, 7, 2 days and 1 day before.")
            console.write("Open it on a phone or in a calendar. Written again, it replaces the entries of this one.")
