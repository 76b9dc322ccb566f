"""`explain`: why an incident, or one action, is unusual, part by part."""

import shlex
from typing import Any

import click
import msgspec
import numpy as np

from countersign.cli import exits
from countersign.cli.asking import Asked, about_what, ask, at_home
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.explain_text import action_lines, incident_lines, meaning, owner
from countersign.cli.importing import only_its_owner_has
from countersign.cli.machine import Rows, account_record, incident_records, write_check
from countersign.cli.machine import action_lines as machine_lines
from countersign.cli.rows import records
from countersign.cli.tables import write_json
from countersign.engine.by_hand import row_of
from countersign.engine.verdict import AccountVerdict, Verdict
from countersign.errors import UsageError
from countersign.incident.incident import Incident
from countersign.text import counted, visible


@make_command(
    "explain",
    examples=(
        "countersign explain 1 twitter-archive.zip",
        "countersign explain 1                        an incident of the store",
        "countersign explain x:111:like:2079 twitter-archive.zip",
        "countersign explain 1 twitter-archive.zip --format json",
    ),
)
@click.argument("which", metavar="NUMBER|ACTION")
@click.argument("what", nargs=-1, metavar="[PATH...]")
@about_what
def command(console: Console, *, which: str, what: tuple[str, ...], source: str | None, store: str | None) -> int:
    """Why is an incident, or one action, unusual? Each signal's part, in bits that add up."""
    asked = ask(console, what, source, store)
    rows = _rows_of_action(asked.verdict, which)
    if len(rows):
        return _explain_action(console, asked.verdict, rows)
    return _explain_incident(console, asked, _incident(asked.verdict, which))


def _explain_incident(console: Console, asked: Asked, incident: Incident) -> int:
    console.code = exits.FOUND
    if console.look.quiet:
        return console.code
    rows = np.array([surprise.row for surprise in incident.surprises], np.int64)
    account = owner(asked.verdict, incident.account, incident.platform)
    if console.look.format == "json":
        record = next(incident_records(asked.verdict, [incident]))
        _write_json(
            console, asked.verdict, account, rows, {"incident": record, "around": _around(asked.verdict, incident)}
        )
    elif not console.wants_text:
        write_check(console, asked.verdict, [incident], rows)
    else:
        console.write(*incident_lines(at_home(console, asked.verdict, incident.account), asked.verdict, incident))
        console.next(_after(asked, incident))
    return console.code


def _explain_action(console: Console, verdict: Verdict, rows: Rows) -> int:
    from countersign.engine.embedded import surprises

    account = next(one for one in verdict.accounts if one.start <= rows[0] < one.stop)
    console.code = exits.FOUND if verdict.incident_of[rows[0]] else exits.NOTHING
    if console.look.quiet:
        return console.code
    if console.look.format == "json":
        _write_json(console, verdict, account, rows, {})
    elif not console.wants_text:
        write_check(console, verdict, [], rows)
    else:
        home = at_home(console, verdict, account.account)
        found = records(verdict.reading.actions, rows.tolist())
        for record, surprise in zip(found, surprises(verdict, rows.tolist()), strict=True):
            console.write(*action_lines(home, record, surprise), "", *meaning(home, verdict, account))
    return console.code


def _write_json(console: Console, verdict: Verdict, account: AccountVerdict, rows: Rows, more: dict[str, Any]) -> None:
    actions = [msgspec.to_builtins(line) for line in machine_lines(verdict, rows)]
    write_json(console, {**more, "account": account_record(account), "actions": actions})


def _around(verdict: Verdict, incident: Incident) -> dict[str, list[str]]:
    native = verdict.reading.actions["native_id"]
    return {
        "before": [native[row].as_py() for row in incident.before],
        "after": [native[row].as_py() for row in incident.after],
    }


def _incident(verdict: Verdict, which: str) -> Incident:
    for incident in verdict.incidents:
        if str(incident.number) == which:
            return incident
    known = counted(len(verdict.incidents), "incident")
    raise UsageError(f"there is no incident or action {which}", hint=f"{known} found; countersign incidents lists them")


def _rows_of_action(verdict: Verdict, which: str) -> Rows:
    """Return the rows whose id is the one named; a bare number means an incident."""
    if which.isdecimal() and int(which) <= len(verdict.incidents):
        return np.empty(0, np.int64)
    row = row_of(verdict, which)
    return np.array([] if row is None else [row], np.int64)


def _after(asked: Asked, incident: Incident) -> str:
    if asked.kept:
        return f"countersign mark {incident.number} us    (or not-us, not-important, looking)"
    name = "" if only_its_owner_has(asked.verdict.reading) else f" --account {shlex.quote(visible(incident.account))}"
    return f"countersign import {asked.again}{name}    keeps it, so that it can be answered"
