"""`log`: shows the evidence log, checks it from end to end, rotates its key, erases a body, prints its checkpoint."""

import shlex
from collections.abc import Mapping
from typing import Any

import click
import msgspec

from countersign.cli import exits
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.kept import open_store
from countersign.cli.tables import Column, show
from countersign.errors import EvidenceError, UsageError
from countersign.evidence.log.checking import LogReport
from countersign.evidence.log.reading import Leaf
from countersign.store import Store
from countersign.text import count, visible

LAST = 20
"""Entries that are shown when nobody says how many: they fit a screen."""
WORDS = ("show", "check", "rotate-key", "erase", "checkpoint")
COLUMNS = (
    Column(key="leaf", title="leaf", side="right"),
    Column(key="seen", title="seen", ours=True),
    Column(key="type", title="what", ours=True),
    Column(key="src", title="by", most=20),
    Column(key="says", title="says", most=70),
    Column(key="body", title="body", ours=True),
)
PROBLEMS = (
    Column(key="code", title="code", ours=True),
    Column(key="where", title="where", most=40),
    Column(key="says", title="says", most=80),
)


@make_command(
    "log",
    examples=(
        "countersign log show --last 50",
        "countersign log check",
        "countersign log erase 4171 --ground third-person --yes",
        "countersign log rotate-key --yes",
        "countersign log checkpoint",
    ),
)
@click.argument("what", default="show", type=click.Choice(WORDS))
@click.argument("leaf", required=False, type=click.IntRange(0))
@click.option("--last", type=click.IntRange(1), default=LAST, help=f"Show the last K entries (show; {LAST}).")
@click.option("--ground", default="", help="Why, in one word: a-z and dashes (erase).")
@click.option("--yes", is_flag=True, help="Do it (erase, rotate-key).")
@click.option("--store", type=click.Path(dir_okay=False), help="The store to use instead of the usual one.")
def command(
    console: Console, *, what: str, leaf: int | None, last: int, ground: str, yes: bool, store: str | None
) -> int:
    """Show the evidence log, or check it: 0 it holds, 1 something is false, 3 cannot tell."""
    if (what == "erase") != (leaf is not None) and what != "show":
        raise UsageError(f"{what} {'needs the' if what == 'erase' else 'takes no'} number of a leaf")
    with open_store(console) as opened:
        match what:
            case "check":
                return _check(console, opened.log.check())
            case "checkpoint":
                return _checkpoint(console, opened)
            case "erase" if leaf is not None:
                return _erase(
                    console, opened, leaf, ground, sure=_sure(console, yes, _again(what, store, leaf, ground))
                )
            case "rotate-key":
                return _rotate(console, opened, sure=_sure(console, yes, _again(what, store)))
        return _show(console, opened, leaf, last)


def _show(console: Console, store: Store, leaf: int | None, last: int) -> int:
    size = store.log.size
    leaves = store.log.leaves(max(0, size - last), size) if leaf is None else (store.log.leaf(leaf),)
    show(console, "entries", [_record(one) for one in leaves], COLUMNS)
    if leaf is not None and console.wants_text and leaves[0].kept and leaves[0].entry.type != "capture":
        _, body = store.log.body(leaf) or (b"", b"")
        console.write("", visible(body.decode("utf-8", "backslashreplace")))
    return exits.NOTHING


def _check(console: Console, report: LogReport) -> int:
    problems = [msgspec.structs.asdict(problem) for problem in report.problems]
    if console.wants_text and report.holds and report.checkpoint is not None:
        console.write(intact(report))
    else:
        show(console, "problems", problems, PROBLEMS)
    if report.is_false:
        return exits.FOUND
    return exits.NOTHING if report.holds else exits.CANNOT_TELL


def intact(report: LogReport) -> str:
    """Return in a sentence how far a log that holds is intact, and which key signs it."""
    if report.checkpoint is None or report.vkey is None:
        return "the log is empty"
    last = count(report.checkpoint.size - 1)
    return f"log intact to leaf {last}: {report.checkpoint.origin}, key {report.vkey.fingerprint[:16]}"


def _checkpoint(console: Console, store: Store) -> int:
    store.log.checkpoint()
    note = store.log.note()
    if note is None:
        console.say("the log has no entry yet, and so no checkpoint")
        return exits.CANNOT_TELL
    console.write_data(note)
    return exits.NOTHING


def _erase(console: Console, store: Store, leaf: int, ground: str, *, sure: bool) -> int:
    if not ground:
        raise UsageError("an erasure needs a ground", hint="--ground WORD, such as third-person or asked-for")
    if not store.log.leaf(leaf).kept:
        raise EvidenceError(f"leaf {leaf} has no body to erase", hint="see: countersign log show", code="CS413")
    if not sure:
        return exits.COULD_NOT_RUN
    store.log.erase([leaf], ground)
    console.say(f"erased what leaf {leaf} kept; its entry stays, and the log holds")
    return exits.NOTHING


def _rotate(console: Console, store: Store, *, sure: bool) -> int:
    if not sure:
        return exits.COULD_NOT_RUN
    leaf = store.log.rotate_key()
    console.say(f"leaf {leaf} names the new key; the old one is forgotten. Give those who verify the new key:")
    console.write(str(store.log.key().vkey))
    return exits.NOTHING


def _sure(console: Console, yes: bool, again: str) -> bool:  # noqa: FBT001  # what click hands over
    if not yes:
        console.say("this cannot be undone; nothing was done")
        console.say(f"Next: {again} --yes")
    return yes


def _again(what: str, store: str | None, leaf: int | None = None, ground: str = "") -> str:
    words = ["countersign", "log", what, *([str(leaf)] if leaf is not None else [])]
    words += ["--ground", ground] if ground else []
    return shlex.join(words + (["--store", store] if store else []))


def _record(leaf: Leaf) -> Mapping[str, Any]:
    entry = leaf.entry
    says = {
        "beacon": f"{entry.source} round {entry.round}: {entry.value}",
        "erasure": f"leaf {entry.leaf} erased: {entry.ground}",
        "key": f"new key {entry.new}",
    }.get(entry.type, _facts(leaf))
    state = "-" if entry.commit is None else "kept" if leaf.kept else "erased"
    return {**msgspec.structs.asdict(entry), "leaf": leaf.leaf, "of": entry.leaf, "says": says, "body": state}


def _facts(leaf: Leaf) -> str:
    entry = leaf.entry
    told = (
        ("account", entry.acct),
        ("grade", entry.grade),
        ("clock", entry.clock if entry.clock == "stepped" else None),
    )
    return ", ".join(f"{name} {value}" for name, value in told if value)
