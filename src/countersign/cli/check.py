"""`check`: says whether anything is unusual in files, or in an account of the store."""

from datetime import datetime

import click
import numpy as np

from countersign.cli import exits
from countersign.cli.asking import about_what, ask, since
from countersign.cli.check_text import check_lines
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.due import say_due
from countersign.cli.machine import write_check
from countersign.engine.verdict import Verdict


@make_command(
    "check",
    examples=(
        "countersign check twitter-archive.zip",
        "countersign check outbox.json likes.json",
        "countersign check actions.jsonl --all --format jsonl > bits.jsonl",
        "countersign check @ExamplianEmb --since 2026-09-01",
    ),
)
@click.argument("what", nargs=-1, metavar="[PATH...|@ACCOUNT]")
@click.option("--all", "everything", is_flag=True, help="Every action, not only the surprising ones.")
@click.option("--since", "start", type=click.DateTime(), help="Only incidents from this day on (UTC).")
@about_what
def command(
    console: Console,
    *,
    what: tuple[str, ...],
    everything: bool,
    start: datetime | None,
    source: str | None,
    store: str | None,
) -> int:
    """Is anything unusual in these files, or in accounts of the store (all, if none is named)? Files are not kept."""
    asked = ask(console, what, source, store)
    verdict = asked.verdict
    incidents = since(verdict.incidents, start)
    console.code = exits.exit_code(verdict.accounts)
    if console.code == exits.FOUND and not incidents:
        console.code = exits.NOTHING
    if console.look.quiet:
        return console.code
    if console.wants_text and not everything:
        console.write(*check_lines(console, verdict, incidents))
    else:
        write_check(
            console, verdict, incidents, _rows(verdict, {one.number for one in incidents}, everything=everything)
        )
    if not asked.kept:
        console.say("only looked at: nothing was kept or sealed (countersign import FILE keeps and seals)")
    if asked.kept:
        say_due(console)
    if incidents:
        console.next(f"countersign explain {incidents[-1].number} {asked.again}".rstrip())
    return console.code


def _rows(verdict: Verdict, numbers: set[int], *, everything: bool) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    if everything:
        return np.arange(verdict.reading.actions.num_rows, dtype=np.int64)
    return np.flatnonzero(np.isin(verdict.incident_of, list(numbers))).astype(np.int64)
