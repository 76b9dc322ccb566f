"""`mark`: takes a person's answer to an incident, and says what it changes."""

import click

from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.kept import open_store
from countersign.cli.sealing import login
from countersign.cli.tables import write_json, write_line
from countersign.store import Mark, Verdict

ANSWERS: dict[str, Verdict] = {
    "us": "it was us",
    "not-us": "it was not us",
    "not-important": "not important",
    "looking": "looking",
}
CHANGES: dict[Verdict, str] = {
    "it was us": "What it did becomes part of the account's habit, and such actions will surprise less.",
    "it was not us": "What it did stays out of the account's habit for good, and the incident stays open.",
    "not important": "The incident is closed; what it did becomes part of the habit.",
    "looking": "The incident shows that somebody is on it. Nothing is learned of it meanwhile.",
}


@make_command(
    "mark",
    examples=(
        "countersign mark 1 us",
        'countersign mark 1 not-us --note "nobody on shift; see minutes of 9 Sep"',
        "countersign mark 1 looking",
    ),
    formats=("text", "json", "jsonl"),
)
@click.argument("number", type=int)
@click.argument("answer", type=click.Choice(tuple(ANSWERS)))
@click.option("--note", default="", help="Why, for those who read it later.")
@click.option("--by", default=None, help="Who says so; by default the name of this login.")
@click.option("--store", type=click.Path(dir_okay=False), help="The store to use instead of the usual one.")
def command(console: Console, *, number: int, answer: str, note: str, by: str | None, store: str | None) -> int:
    """Answer an incident of the store: was it us? A later answer follows an earlier one; none is overwritten."""
    with open_store(console) as opened:
        mark = opened.mark(ANSWERS[answer], incident=number, note=note, by=login() if by is None else by)
    _write(console, mark)
    return 0


def _write(console: Console, mark: Mark) -> None:
    match console.look.format:
        case "json":
            write_json(console, {"mark": mark})
        case "jsonl":
            write_line(console, {"mark": mark})
        case _:
            console.write(f'Incident {mark.incident}: "{mark.verdict}". {CHANGES[mark.verdict]}')
