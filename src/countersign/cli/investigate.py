"""`investigate`: which explanation the findings of an incident support, and what would settle it."""

import shlex
from collections.abc import Sequence

import click
import msgspec

from countersign.cli import exits
from countersign.cli.asking import about_what
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.due import say_due
from countersign.cli.investigate_record import evaluation_record
from countersign.cli.investigate_text import evaluation_lines
from countersign.cli.investigation import Subject, refuse_chosen, seal_weighing, subject
from countersign.cli.kept import open_store
from countersign.cli.own_ratios import keep_own
from countersign.cli.sealing import login
from countersign.cli.tables import write_json
from countersign.errors import UsageError
from countersign.investigate.evaluation import Evaluation
from countersign.investigate.examining import investigate, weighed
from countersign.investigate.facts import Facts
from countersign.investigate.reader import Own, parse_prior, parse_ratio, posterior, with_ratios
from countersign.investigate.weighing import CANNOT_TELL
from countersign.text import listed, visible


@make_command(
    "investigate",
    examples=(
        "countersign investigate 1",
        "countersign investigate x:111:like:2079 twitter-archive.zip   actions that raised no alarm",
        "countersign investigate 1 --ratio sign-in=outsider:slip:5     your number beside ours",
        "countersign investigate 1 --prior slip=10                     your odds: we have none",
    ),
    formats=("text", "json"),
)
@click.argument("which", metavar="NUMBER|ACTION,...")
@click.argument("what", nargs=-1, metavar="[PATH...]")
@click.option("--prior", "priors", multiple=True, metavar="WHAT=ODDS", help="Your odds for an explanation; others 1.")
@click.option("--ratio", "ratios", multiple=True, metavar="FINDING=A:B:VALUE", help="Your ratio beside ours.")
@click.option("--why", default="", help="Keep your ratios with this reason; the report shows them beside ours.")
@click.option("--by", default=None, help="Whose ratios they are; by default the name of this login.")
@click.option("--hands", is_flag=True, help="Learn how the account's people work, and whose hand it was: a minute.")
@about_what
def command(
    console: Console, *, which: str, what: tuple[str, ...], priors: tuple[str, ...], ratios: tuple[str, ...],
    why: str, by: str | None, hands: bool, source: str | None, store: str | None,
) -> int:  # fmt: skip
    """Which explanation of an incident do the findings support? Ratios with their sources, and what would settle it."""
    owns, prior = [parse_ratio(one) for one in ratios], parse_prior(priors)
    meant = subject(console, which, what, source, store)
    if hands:
        meant = msgspec.structs.replace(meant, facts=_with_hands(console, meant))
    ours = investigate(meant.facts)
    theirs = _with_owns(ours, owns)
    if prior is not None:
        ours = posterior(ours, prior)
        theirs = posterior(theirs, prior) if theirs else None
    console.code = exits.CANNOT_TELL if ours.answer == CANNOT_TELL else exits.FOUND
    leaf = seal_weighing(console, ours, meant.facts) if meant.asked.kept else None
    if owns and why.strip():
        refuse_chosen(meant.incident)
        _keep(console, meant, owns, why, login() if by is None else by)
    _write(console, meant, ours, theirs, leaf)
    if meant.asked.kept:
        say_due(console)
    return console.code


def _with_hands(console: Console, meant: Subject) -> Facts:
    from countersign.engine.handedness import with_hands  # its numerics take a second to load

    console.say("learning how the account's people work ...")
    return with_hands(meant.facts, meant.asked.verdict)


def _with_owns(ours: Evaluation, owns: Sequence[Own]) -> Evaluation | None:
    """Return the weighing with the reader's ratios; None if there are none."""
    if not owns:
        return None
    return weighed(ours.incident, (*with_ratios(ours.findings, owns), *ours.missing), margin=ours.margin)


def _keep(console: Console, meant: Subject, owns: Sequence[Own], why: str, by: str) -> None:
    if not meant.asked.kept:
        raise UsageError("ratios are kept in a store", hint="countersign import FILE keeps the account")
    facts = meant.facts
    with open_store(console) as store:
        leaves = keep_own(
            store, meant.incident.number, owns, by=by, why=why, account=facts.account, platform=facts.platform
        )  # fmt: skip
    console.say(f"Kept beside ours, leaf {listed([f'{leaf:,}' for leaf in leaves])}.")


def _write(console: Console, meant: Subject, ours: Evaluation, theirs: Evaluation | None, leaf: int | None) -> None:
    if console.look.quiet:
        return
    if not console.wants_text:
        write_json(console, evaluation_record(meant.facts, ours, theirs, leaf))
        return
    console.write(*evaluation_lines(console, meant, ours, theirs))
    if leaf is not None:
        console.write(f"This weighing is sealed as leaf {leaf:,}.")
    if ours.missing:
        console.next(f"countersign ask {shlex.quote(visible(meant.which))} {meant.asked.again}".rstrip())
