"""`evidence`: keeps what tells who reached an account (alert mails, dumps, rosters, tables), and lists what is kept."""

from collections.abc import Sequence
from typing import Any

import click

from countersign.cli import exits
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.evidence_taking import KINDS_TYPED, Adding, Taken, added, archived_keys
from countersign.cli.evidence_text import added_lines, known, list_lines, record, together_lines
from countersign.cli.kept import named, open_store
from countersign.cli.tables import Column, show
from countersign.cli.zones import zone_named
from countersign.errors import CountersignError, StoreError, UsageError
from countersign.sources.access.times import ABBREVIATIONS
from countersign.text import visible

SPELLED_DATES = ("day-first", "month-first")
COLUMNS = (
    Column(key="number", title="no.", side="right"),
    Column(key="added", title="added (UTC)"),
    Column(key="kind", title="kind", ours=True),
    Column(key="name", title="file", most=40),
    Column(key="called", title="account", most=36),
    Column(key="holds", title="holds", most=60, ours=True),
    Column(key="vouched", title="vouched for", ours=True),
    Column(key="leaf", title="leaf", side="right"),
)


@make_command(
    "evidence",
    examples=(
        "countersign evidence add alert.eml --key dkim-key.txt     a mail, its key; --dns: ask DNS",
        "countersign evidence add sessions.csv --dry-run           what would be read; keeps nothing",
        "countersign evidence add sessions.csv --times-in UTC      an admin's dump: CSV, JSON, JSON lines",
        "countersign evidence add duty.ics --as roster             on duty; --as travel: who was where",
        "countersign evidence add mails/ inbox.mbox                all mails of a folder, of a mailbox",
        "countersign evidence add returns.zip timeline.jsonl       a lawful return; plaso, Timesketch",
        "countersign evidence add asn.mmdb                         a table of networks, from now on",
        "countersign evidence add office.txt --as office           a list of networks, of a kind",
        "countersign evidence list",
    ),
)
@click.argument("what", type=click.Choice(("add", "list")))
@click.argument("paths", nargs=-1, metavar="FILE...")
@click.option("--as", "kind", type=click.Choice(KINDS_TYPED), metavar="KIND", help=f"One of {', '.join(KINDS_TYPED)}.")
@click.option("--account", metavar="NAME", help="Whom it is about, if the store holds several.")
@click.option("--key", "keys", multiple=True, type=click.Path(), help="A file with a key: DKIM (TXT record), or PGP.")
@click.option("--dns", is_flag=True, help="Look the keys of mails up now; DNS servers learn which.")
@click.option("--times-in", metavar="ZONE", default="", help="The zone of times that name none; so does --zone.")
@click.option(
    "--dates", type=click.Choice(SPELLED_DATES), metavar="ORDER", help=f"Of 10/08/2026: {' or '.join(SPELLED_DATES)}."
)
@click.option("--called", metavar="NAME", default="", help="What the files call the account, if otherwise.")
@click.option("--dry-run", is_flag=True, help="Say what would be read; keep and ask nothing.")
@click.option("--store", type=click.Path(dir_okay=False), help="The store to use instead of the usual one.")
def command(
    console: Console, *, what: str, paths: tuple[str, ...], account: str | None, store: str | None, **given: Any
) -> int:
    """Keep access evidence, sealed before it is read, or list what is kept (of one account, or of all)."""
    if what == "list" and paths:
        raise UsageError("list takes no file", hint="countersign evidence add FILE")
    if what == "add" and not paths:
        raise UsageError("add needs a file", hint="countersign evidence add FILE")
    if what == "list":
        return _list(console, account)
    adding = Adding(
        kind=given["kind"] or "", zone=_zone(console, given["times_in"]), order=given["dates"] or "",
        called=given["called"], dns=given["dns"], dry=given["dry_run"], keys=archived_keys(given["keys"]),
    )  # fmt: skip
    return _add(console, paths, account, adding)


def _zone(console: Console, times_in: str) -> str:
    """Return the zone of times that name none: as was said for them, else as was said on the command line for all."""
    settings = console.settings
    typed = settings.config.account.home_zone if settings.origins.get("account.home_zone") == "flag" else ""
    name = times_in or typed
    if name in ABBREVIATIONS:
        raise UsageError(f"several places call their zone {name}", hint="name a place, such as Europe/London")
    return str(zone_named(name)) if name else ""


def _add(console: Console, paths: Sequence[str], account: str | None, adding: Adding) -> int:
    """Add each file; one that cannot be read does not keep the others out, and is told at the end."""
    failed: list[CountersignError] = []
    done: list[Taken] = []
    with open_store(console) as store:
        whom = named(store, account) if account else None
        before = known(store)
        for path in paths:
            try:
                for taken in added(store, path, whom, adding):
                    done.append(taken)
                    if console.wants_text:
                        console.write(*added_lines(store, taken, adding), "")
            except StoreError:
                raise
            except CountersignError as error:
                failed.append(error)
        kept = [one.kept for one in done]
        after = known(store, kept) if done else before
        if not console.wants_text:
            said = {one.account: one.access.disagreements for one in after}
            show(console, "evidence", [record(store, one, said.get(one.account, ())) for one in kept], COLUMNS)
    if console.wants_text and any(one.evidence.told is not None for one in kept):
        console.write(*together_lines(before, after, kept, adding), "")
    for other in failed[:-1]:
        console.say(f"error {other.code}: {visible(other.where)}: {visible(other.message)}")
    if failed:
        raise failed[-1]
    console.next(
        "the same without --dry-run keeps it" if adding.dry
        else "countersign investigate NUMBER    weighs it with the rest; see: countersign incidents"
    )  # fmt: skip
    return exits.NOTHING


def _list(console: Console, account: str | None) -> int:
    with open_store(console) as store:
        whom = named(store, account) if account else None
        kept = store.evidence.every(whom.account, whom.platform) if whom else store.evidence.every()
        every = known(store)
        disagreements = {one.account: one.access.disagreements for one in every}
        show(console, "evidence", [record(store, one, disagreements.get(one.account, ())) for one in kept], COLUMNS)
        if console.wants_text:
            console.write(*list_lines(store, whom, every))
    return exits.NOTHING
