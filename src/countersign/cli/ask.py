"""`ask`: the request for what would settle an incident, ready to be sent, and the place to seal an answer."""

from typing import cast

import click

from countersign.cli import exits
from countersign.cli.asking import about_what
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.investigate_text import until
from countersign.cli.investigation import Subject, evidence_hash, subject, today
from countersign.cli.kept import open_store
from countersign.cli.sealing import login
from countersign.cli.tables import write_json
from countersign.engine.answers import ANSWERS, Said, seal_statement
from countersign.errors import UsageError
from countersign.investigate.examining import investigate
from countersign.investigate.finding import Missing
from countersign.text import day, hanging, listed, visible


@make_command(
    "ask",
    examples=(
        "countersign ask 1                                   what to ask whom, the most useful first",
        "countersign ask 1 --for access-log > letter.txt     one request, ready to be sent",
        'countersign ask 1 --answer "operator C=by mistake"  seal what somebody said',
    ),
    formats=("text", "json"),
)
@click.argument("number", type=int)
@click.argument("what", nargs=-1, metavar="[PATH...]")
@click.option("--for", "name", metavar="NAME", help="Only this request, such as access-log.")
@click.option("--answer", "answer", metavar="WHO=ANSWER", help="Seal an answer: yes, by mistake, no, no answer.")
@about_what
def command(
    console: Console, *, number: int, what: tuple[str, ...], name: str | None, answer: str | None,
    source: str | None, store: str | None,
) -> int:  # fmt: skip
    """Write what would settle an incident as requests: account, minutes, fields, deadline, and our evidence's hash."""
    meant = subject(console, number, what, source, store)
    if answer is not None:
        return _seal(console, meant, answer)
    missing = _chosen(investigate(meant.facts).missing, name)
    seal = evidence_hash(console) if meant.asked.kept else ""
    console.code = exits.NOTHING
    if console.wants_text:
        console.write(*_letters(meant, missing, seal, console.prose))
    else:
        requests = [{"name": one.name, "holder": one.holder, "until": until(one, today(meant.facts)),
                     "request": letter(one, seal)} for one in missing]  # fmt: skip
        write_json(console, {"incident": number, "requests": requests})
    return console.code


def letter(one: Missing, seal: str) -> str:
    """Return a request with the hash by which we can show later what we held when we asked."""
    text = visible_lines(one.request)
    return f"{text}\nWhat we hold on our side is sealed: {seal}" if seal else text


def visible_lines(text: str) -> str:
    """Return text of several lines with all foreign characters made harmless, line by line."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _letters(meant: Subject, missing: tuple[Missing, ...], seal: str, room: int) -> list[str]:
    if not missing:
        return ["Nothing is known to be missing."]
    now, lines = today(meant.facts), []
    for number, one in enumerate(missing, start=1):
        lines += [f"{number}. {one.name}: {visible(one.what)}   (ask by: {until(one, now)})", ""]
        lines += [hanging("    ", line, room) if line else "" for line in letter(one, seal).split("\n")]
        lines.append("")
    due = sorted((one for one in missing if one.until and one.until >= now), key=lambda one: str(one.until))
    if due:
        ends = [f"{one.name} is deleted about {day(one.until)}" for one in due if one.until]
        lines.append("Remember: " + "; ".join(ends))
    return lines


def _chosen(missing: tuple[Missing, ...], name: str | None) -> tuple[Missing, ...]:
    found = tuple(one for one in missing if name in (None, one.name))
    if name is not None and not found:
        held = listed([one.name for one in missing]) or "nothing"
        raise UsageError(f"there is no request named {name}", hint=f"missing here: {held}")
    return found


def _seal(console: Console, meant: Subject, answer: str) -> int:
    who, sign, said = answer.partition("=")
    if not sign or not who.strip() or said.strip() not in ANSWERS:
        raise UsageError("--answer takes WHO=ANSWER", hint=f"the answers: {listed(list(ANSWERS))}")
    if not meant.asked.kept:
        raise UsageError("answers are sealed in a store", hint="countersign import FILE keeps the account")
    with open_store(console) as opened:
        sealed = seal_statement(
            opened, meant.incident.number, who=who.strip(), said=cast(Said, said.strip()), by=login(),
            account=meant.facts.account, platform=meant.facts.platform,
        )  # fmt: skip
    console.write(f"Sealed as leaf {sealed.leaf:,}: {sealed.who} said: {sealed.said}.")
    console.next(f"countersign investigate {meant.incident.number} {meant.asked.again}".rstrip())
    return exits.NOTHING
