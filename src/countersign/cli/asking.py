"""Gets the answer that a command is about: from files, or from an account in the store."""

import shlex
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import click
import msgspec

from countersign.cli.console import Console
from countersign.cli.progress import Progress
from countersign.cli.zones import zone_named
from countersign.config import Account
from countersign.engine.sealing import Sealing
from countersign.engine.verdict import Reading, Verdict
from countersign.errors import UsageError
from countersign.incident.incident import Incident
from countersign.text import counted, visible

STANDARD_INPUT = "-"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, and how to ask for it again: `again` are the arguments that name the same files or account."""

    verdict: Verdict
    again: str
    kept: bool


def about_what(run: Callable[..., int]) -> Callable[..., int]:
    """Put on a command the options that say which files, or which store, it is about."""
    for option in (
        click.option("--store", type=click.Path(dir_okay=False), help="The store to use instead of the usual one."),
        click.option("--source", metavar="NAME", help="Read files as this format; see: countersign plugins."),
    ):
        run = option(run)
    return run


def ask(console: Console, what: Sequence[str], source: str | None, store: str | None) -> Asked:
    """Return the answer for files, or for accounts in the store where no file has that name."""
    files = [name for name in what if name == STANDARD_INPUT or Path(name).exists()]
    if files and len(files) < len(what):
        missing = next(name for name in what if name not in files)
        raise UsageError("there is no such file", where=missing, hint="check the name, or ask about accounts apart")
    if not files and not Path(console.settings.config.store.path).exists():
        raise _nothing_to_ask(what)
    from countersign.cli.kept import kept_verdict
    from countersign.engine.embedded import check

    verdict = check(read_files(console, what, source), console.settings) if files else kept_verdict(console, what)
    return Asked(verdict=verdict, again=_again(console, what, store if not files else None), kept=not files)


def _nothing_to_ask(what: Sequence[str]) -> UsageError:
    if not what:
        return UsageError("no file was named, and there is no store yet", hint="countersign check FILE")
    return UsageError(
        "there is no such file", where=what[0], hint="check the name; there is no store with accounts yet"
    )


def _again(console: Console, what: Sequence[str], store: str | None) -> str:
    """Return the arguments that name the same thing again, to be pasted into a shell."""
    words = [shlex.quote(visible(name)) for name in what]
    if store:
        words += ["--store", shlex.quote(store)]
    if console.settings.origins.get("account.home_zone") == "flag":
        words += ["--zone", console.settings.config.account.home_zone]
    return " ".join(words)


def read_files(console: Console, paths: Sequence[str], source: str | None, sealing: Sealing | None = None) -> Reading:
    """Return what files hold, and say on stderr what of them was not understood; with `sealing`, seal it first."""
    from countersign.engine.reading import read

    with Progress(console, "Reading") as progress:
        reading = read(list(paths), source=source, progress=lambda at: progress(at.rows), sealing=sealing)
    for line in remarks(reading):
        console.say(line)
    return reading


def remarks(reading: Reading) -> list[str]:
    """Return what a reader must know of how the files were read."""
    lines = [f"note: {visible(remark)}" for remark in reading.remarks]
    if reading.not_understood_count:
        first = reading.not_understood[0] if reading.not_understood else None
        example = f"; the first: {first.ref} record {first.position}: {first.reason}" if first else ""
        number = counted(reading.not_understood_count, "record was", "records were")
        lines.append(f"note: {number} not understood and not weighed{visible(example)}")
    if reading.duplicates:
        lines.append(f"note: {counted(reading.duplicates, 'action was', 'actions were')} given twice, counted once")
    if reading.out_of_order:
        lines.append(f"note: {counted(reading.out_of_order, 'action was', 'actions were')} out of order, put in order")
    return lines


def at_home(console: Console, verdict: Verdict, account: str) -> Console:
    """Return a console that shows times in an account's home zone, unless the user named one."""
    if console.look.zone_given:
        return console
    zone = home_zone(console.settings.config.account, verdict, account)
    return console.looking(msgspec.structs.replace(console.look, zone=zone))


def home_zone(settings: Account, verdict: Verdict, account: str) -> tzinfo:
    """Return where an account is at home: as configured for it, else as the platform says, else for all."""
    named = [who.time_zone for who in verdict.reading.identities if who.account == account]
    for name in (settings.zones.get(account), *named):
        if not name:
            continue
        try:
            return zone_named(name)
        except UsageError:
            continue
    return zone_named(settings.home_zone)


def since(incidents: Sequence[Incident], start: datetime | None) -> tuple[Incident, ...]:
    """Return the incidents that were still going on at a time or came after it."""
    if start is None:
        return tuple(incidents)
    limit = start.replace(tzinfo=UTC) if start.tzinfo is None else start
    return tuple(incident for incident in incidents if _last(incident) is None or _last(incident) >= limit)


def _last(incident: Incident) -> Any:
    return incident.ended or incident.alarm_time or incident.onset
