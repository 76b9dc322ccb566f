"""`incidents`: lists the incidents of files, or of the accounts in the store."""

from datetime import datetime

import click

from countersign.cli import exits
from countersign.cli.asking import about_what, ask, since
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.due import say_due
from countersign.cli.machine import document_head, incident_records
from countersign.cli.naming import account_named, done
from countersign.cli.rows import records
from countersign.cli.tables import Column, as_csv, laid_out, markdown, write_json, write_line
from countersign.engine.verdict import Verdict
from countersign.incident.incident import INCIDENT_STATES, Incident
from countersign.text import counted, utc

COLUMNS = (
    Column(key="number", title="#", ours=True, side="right"),
    Column(key="account_named", title="account", most=28),
    Column(key="onset_utc", title="onset (UTC)", ours=True, most=27, whole=True),
    Column(key="alarm_utc", title="alarm (UTC)", ours=True, most=27, whole=True),
    Column(key="actions", title="actions", ours=True, side="right"),
    Column(key="told", title="told", ours=True),
    Column(key="state", title="state", ours=True),
    Column(key="what", title="what", ours=True, most=60),
)
_CSV = tuple(
    Column(key=key, title=key)
    for key in ("number", "account", "platform", "state", "severity", "onset", "alarm_time", "ended", "alarm_action",
                "alarm_native_id", "alert", "actions", "peak", "threshold")
)  # fmt: skip


@make_command(
    "incidents",
    examples=(
        "countersign incidents twitter-archive.zip",
        "countersign incidents actions.jsonl --format jsonl",
        "countersign incidents --state new",
    ),
)
@click.argument("what", nargs=-1, metavar="[PATH...|@ACCOUNT]")
@click.option("--state", type=click.Choice(INCIDENT_STATES), help="Only those that people are with at this point.")
@click.option("--since", "start", type=click.DateTime(), help="Only incidents from this day on (UTC).")
@about_what
def command(
    console: Console,
    *,
    what: tuple[str, ...],
    state: str | None,
    start: datetime | None,
    source: str | None,
    store: str | None,
) -> int:
    """List the incidents in these files, or in the store."""
    asked = ask(console, what, source, store)
    found = [one for one in since(asked.verdict.incidents, start) if state in (None, one.state)]
    console.code = exits.FOUND if found else _without(asked.verdict)
    _write(console, asked.verdict, found)
    if asked.kept:
        say_due(console)
    if found and console.wants_text:
        console.next(f"countersign explain {found[-1].number} {asked.again}".rstrip())
    return console.code


def _without(verdict: Verdict) -> int:
    code = exits.exit_code(verdict.accounts)
    return exits.NOTHING if code == exits.FOUND else code


def _write(console: Console, verdict: Verdict, found: list[Incident]) -> None:
    match console.look.format:
        case "jsonl":
            for record in incident_records(verdict, found):
                write_line(console, record)
        case "json":
            write_json(console, document_head(verdict, found))
        case "csv":
            console.write_data(as_csv(incident_records(verdict, found), _CSV))
        case "md":
            console.write(*markdown([_row(verdict, incident) for incident in found], COLUMNS))
        case "text":
            console.write(*_text(console, verdict, found))


def _text(console: Console, verdict: Verdict, found: list[Incident]) -> list[str]:
    if not found:
        actions = counted(verdict.reading.actions.num_rows, "action")
        return [f"no incidents in {actions} of {counted(len(verdict.accounts), 'account')}"]
    rows = [_row(verdict, incident) for incident in found]
    return laid_out(console, rows, COLUMNS)


def _row(verdict: Verdict, incident: Incident) -> dict[str, object]:
    rows = records(verdict.reading.actions, [surprise.row for surprise in incident.surprises])
    return {
        "number": incident.number,
        "account_named": account_named(incident.account, incident.platform, verdict.reading.identities),
        "onset_utc": utc(incident.onset) if incident.onset else "not known",
        "alarm_utc": utc(incident.alarm_time) if incident.alarm_time else "not known",
        "actions": incident.actions,
        "told": "at once" if incident.alert else "in the digest",
        "state": incident.state,
        "what": done(row["verb"] for row in rows),
    }
