"""`ask`: what would settle an incident as requests, until when each can be asked for, and what became of it."""

from pathlib import Path
from typing import Any

import click

from countersign.cli.ask_calendar import write_calendar
from countersign.cli.ask_kept import became, seal_answer, seal_became
from countersign.cli.ask_list import list_requests
from countersign.cli.ask_text import write_requests
from countersign.cli.asking import about_what
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.investigation import refuse_chosen, subject
from countersign.errors import UsageError
from countersign.investigate.examining import investigate


@make_command(
    "ask",
    examples=(
        "countersign ask                                     what is still to be asked for, by last day",
        "countersign ask 1                                   what to ask whom, the most useful first",
        "countersign ask 1 --for access-log > letter.txt     one request, ready to be sent",
        "countersign ask 1 --for access-log --sent           seal that it was sent, or --refused",
        'countersign ask 1 --answer "operator C=by mistake"  seal what somebody said',
        "countersign ask --calendar reminders.ics            reminders for a phone",
    ),
)
@click.argument("number", required=False, metavar="[NUMBER|ACTION,...]")
@click.argument("what", nargs=-1, metavar="[PATH...]")
@click.option("--for", "name", metavar="NAME", help="Only this request, such as access-log.")
@click.option("--sent", is_flag=True, help="Seal that this request was sent, with the letter.")
@click.option("--refused", is_flag=True, help="Seal that it was refused.")
@click.option("--nothing-held", is_flag=True, help="Seal that the holder says that nothing is held.")
@click.option("--received", is_flag=True, help="Seal that what was asked for came.")
@click.option("--to", metavar="WHOM", help="To whom it was sent, or who answered.")
@click.option("--on", metavar="DAY", type=click.DateTime(("%Y-%m-%d",)), help="Its day (2026-09-10); by default today.")
@click.option("--reference", metavar="TEXT", help="The other side's number for it.")
@click.option("--letter", "sent_letter", type=click.Path(), help="The letter as it was sent, if it was changed.")
@click.option("--answer", "answer", metavar="WHO=ANSWER", help="Seal an answer: yes, by mistake, no, no answer.")
@click.option("--calendar", type=click.Path(dir_okay=False), help="Write the last days as a calendar (.ics).")
@about_what
def command(
    console: Console, *, number: str | None, what: tuple[str, ...], name: str | None, answer: str | None,
    calendar: str | None, source: str | None, store: str | None, **given: Any,
) -> int:  # fmt: skip
    """Write what would settle an incident as requests, keep what became of them, and say which are due (exit 1)."""
    done = became(given, name)
    if number is None:
        if name is not None or answer is not None:
            raise UsageError("which incident?", hint="countersign ask NUMBER; countersign incidents lists them")
        return write_calendar(console, Path(calendar)) if calendar else list_requests(console, store)
    if sum(part is not None for part in (done, answer, calendar)) > 1:
        raise UsageError("one thing at a time: an outcome, an answer or a calendar", hint="countersign ask --help")
    meant = subject(console, number, what, source, store)
    if done is not None or answer is not None or calendar is not None:
        refuse_chosen(meant.incident)
    if answer is not None:
        return seal_answer(console, meant, answer)
    missing = investigate(meant.facts).missing
    if done is not None:
        return seal_became(console, meant, missing, done)
    if calendar is not None:
        wanted = [one for one in missing if name in (None, one.name)]
        return write_calendar(console, Path(calendar), meant, wanted)
    return write_requests(console, meant, missing, name)
