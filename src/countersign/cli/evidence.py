"""`evidence`: keeps what tells who reached an account (alert mails, dumps, rosters, tables), and lists what is kept."""

from collections.abc import Iterator, Sequence
from typing import Any

import click

from countersign.cli import exits
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.evidence_taking import KINDS_TYPED, Adding, Taken, added, archived_keys
from countersign.cli.kept import called, named, open_store
from countersign.cli.tables import Column, show
from countersign.cli.zones import zone_named
from countersign.errors import CountersignError, StoreError, UsageError
from countersign.store import KeptEvidence, Store
from countersign.text import counted, utc, visible

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
MOST_REMARKS = 20
"""Sentences about one file that are shown; all are kept, and shown in JSON."""


@make_command(
    "evidence",
    examples=(
        "countersign evidence add alert.eml --key dkim-key.txt     an alert mail, with its key",
        "countersign evidence add alert.eml --dns                  ask DNS for the key, and keep it",
        "countersign evidence add sessions.csv --times-in UTC      an admin's dump: CSV, JSON, JSON lines",
        "countersign evidence add duty.ics --as roster             on duty; --as travel: who was where",
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
@click.option("--key", "keys", multiple=True, type=click.Path(), help="A file with a DKIM key (its TXT record).")
@click.option("--dns", is_flag=True, help="Look the keys of mails up now; DNS servers learn which.")
@click.option("--times-in", metavar="ZONE", default="", help="The zone of times that name none.")
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
    zone = str(zone_named(given["times_in"])) if given["times_in"] else ""
    adding = Adding(kind=given["kind"] or "", zone=zone, dns=given["dns"], keys=archived_keys(given["keys"]))
    return _add(console, paths, account, adding)


def _add(console: Console, paths: Sequence[str], account: str | None, adding: Adding) -> int:
    """Add each file; one that cannot be read does not keep the others out, and is told at the end."""
    failed: list[CountersignError] = []
    records: list[dict[str, Any]] = []
    with open_store(console) as store:
        whom = named(store, account) if account else None
        for path in paths:
            try:
                for taken in added(store, path, whom, adding):
                    records.append(_record(store, taken.kept))
                    if console.wants_text:
                        console.write(*_text(records[-1], taken), "")
            except StoreError:
                raise
            except CountersignError as error:
                failed.append(error)
    if not console.wants_text:
        show(console, "evidence", records, COLUMNS)
    for other in failed[:-1]:
        console.say(f"error {other.code}: {visible(other.where)}: {visible(other.message)}")
    if failed:
        raise failed[-1]
    console.next("countersign investigate NUMBER    weighs it with the rest; see: countersign incidents")
    return exits.NOTHING


def _text(record: dict[str, Any], taken: Taken) -> Iterator[str]:
    yield f"{'Kept' if not taken.again else 'Kept anew'} {visible(record['name'])} as {record['kind']}"
    yield f"  holds         {record['holds']}"
    if record["called"]:
        yield f"  account       {record['called']}"
    yield f"  vouched for   {record['vouched']}"
    yield f"  sealed        leaf {record['leaf']}"
    for remark in record["remarks"][:MOST_REMARKS]:
        yield f"  note          {visible(remark)}"
    if len(record["remarks"]) > MOST_REMARKS:
        yield f"  note          and {len(record['remarks']) - MOST_REMARKS} more, see --format json"


def _list(console: Console, account: str | None) -> int:
    with open_store(console) as store:
        whom = named(store, account) if account else None
        kept = store.evidence.every(whom.account, whom.platform) if whom else store.evidence.every()
        show(console, "evidence", [_record(store, one) for one in kept], COLUMNS)
    return exits.NOTHING


def _record(store: Store, kept: KeptEvidence) -> dict[str, Any]:
    told, table = kept.evidence.told, kept.evidence.table
    whose = [one for one in store.accounts() if (one.platform, one.account) == (kept.platform, kept.account)]
    return {
        "number": kept.number,
        "added": utc(kept.at) if kept.at else "",
        "kind": told.kind if told else (table.kind or "networks") if table else "",
        "name": kept.evidence.name,
        "account": kept.account,
        "platform": kept.platform,
        "called": called(store, whose[0]) if whose else "",
        "holds": _holds(kept),
        "vouched": _vouched(kept),
        "leaf": kept.leaves[0] if kept.leaves else None,
        "leaves": list(kept.leaves),
        "sha256": kept.evidence.sha256,
        "by": kept.by,
        "key_from": kept.evidence.key_from,
        "covers_from": utc(told.covers_from) if told and told.covers_from else None,
        "covers_until": utc(told.covers_until) if told and told.covers_until else None,
        "not_understood": len(told.not_understood) if told else 0,
        "remarks": _remarks(kept),
    }


def _holds(kept: KeptEvidence) -> str:
    told, table = kept.evidence.told, kept.evidence.table
    if table is not None:
        return f"{table.name}, {table.date or 'without a date'}"
    if told is None:
        return "nothing"
    parts = (
        (len(told.traces), "trace of access", "traces of access"), (len(told.grants), "application", "applications"),
        (len(told.changes), "change", "changes"), (len(told.shifts), "duty", "duties"),
        (len(told.journeys), "journey", "journeys"), (len(told.not_understood), "not understood", "not understood"),
    )  # fmt: skip
    return ", ".join(counted(number, one, many) for number, one, many in parts if number) or "nothing that tells"


def _vouched(kept: KeptEvidence) -> str:
    told = kept.evidence.told
    if told is None:
        return "-"
    signed = any(trace.signed for trace in told.traces)
    return "the platform's signature" if signed else "whoever gave it"


def _remarks(kept: KeptEvidence) -> list[str]:
    told = kept.evidence.told
    if told is None:
        return []
    lost = [f"not understood: record {one.position + 1}: {one.reason}" for one in told.not_understood]
    return [*told.remarks, *lost]
