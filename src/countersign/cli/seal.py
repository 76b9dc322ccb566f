"""`seal`: hands an incident over as a bundle that outsiders check without us, and without believing us."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from countersign.cli.asking import ask
from countersign.cli.case import TOOL, case_of
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.kept import open_store
from countersign.cli.seal_report import reporting_for
from countersign.cli.sealing import login
from countersign.cli.tables import write_json, write_line
from countersign.engine.exhibits import Disclosure, Reporting, no_report
from countersign.engine.handing import HandedOver, hand_over
from countersign.engine.verdict import Verdict
from countersign.errors import StoreError, UsageError
from countersign.evidence.anchors import Book, anchored, book_path, proposed
from countersign.evidence.bundle import write_file
from countersign.incident.incident import Incident
from countersign.report import READERS, Reader
from countersign.text import counted, visible

MOST_DOCUMENT = 4 << 20
"""Bytes of a DID document or an audit log: the longest known history has some hundred kilobytes."""

WHOLE = (
    "Note: the report withholds names and words of others, but the records in this bundle show them; --fields "
    "withholds them there too."
)


@make_command(
    "seal",
    examples=(
        "countersign seal 1 -o case-1.zip",
        "countersign seal 1 -o case-1.zip --only 2          one action, the rest withheld",
        "countersign seal 1 -o case-1.zip --fields          without the words and names of others",
        "countersign seal 1 -o case-1.zip --report public   with the report for the public",
    ),
    formats=("text", "json", "jsonl"),
)
@click.argument("number", type=int)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False), help="The bundle, a zip.")
@click.option(
    "--only", "only", metavar="N,N", default="", help="Show these actions of the incident, withhold the rest."
)
@click.option(
    "--fields", is_flag=True, help="Show fields of records, without others' names and words, not the records."
)
@click.option("--did-document", "document", type=click.Path(exists=True, dir_okay=False),
              help="Bluesky: the account's DID document, or the audit log of its did:plc.")  # fmt: skip
@click.option("--report", "reader", type=click.Choice(READERS),
              help="Put the report for this reader in; any form is made from it again.")  # fmt: skip
@click.option("--hands", is_flag=True, help="The report also says whose way of working it is like: a minute.")
@click.option("--replace", is_flag=True, help="Replace a bundle that is there already.")
@click.option("--by", default=None, help="Who hands it over; by default this login, or nobody with --report public.")
@click.option("--store", type=click.Path(dir_okay=False), help="The store to use instead of the usual one.")
def command(
    console: Console, *, number: int, output: str, only: str, fields: bool, document: str | None,
    reader: Reader | None, hands: bool, replace: bool, by: str | None, store: str | None,
) -> int:  # fmt: skip
    """Hand over an incident of the store: its records as received, why they surprised, and the proof of both."""
    target = Path(output)
    if target.exists() and not replace:
        raise UsageError("there is a file of this name already", where=output, hint="add --replace, or name another")
    verdict, incident = _meant(console, number)
    shown: Disclosure = "fields" if fields else "whole"
    leaves_the_house = reader in ("platform", "public")
    case = case_of(verdict, incident, shown=shown, only=_within(incident, _numbers(only)))
    case = msgspec.structs.replace(case, named=not leaves_the_house)
    settings = console.settings.config.evidence
    now = datetime.now(UTC)
    with open_store(console) as opened:
        reporting: Reporting = no_report
        if reader:
            reporting = reporting_for(console, opened, verdict, incident, reader, now, hands=hands)
        book = Book(book_path(opened.path))
        handed = hand_over(
            opened, case, by=_who(by, leaves_the_house=leaves_the_house), tool=TOOL, now=now,
            anchoring=lambda note, proof: anchored(note, settings, book, proof=proof),
            proposing=lambda key: proposed([key], settings, book),
            keys={case.account: _document(document)} if document else {}, reporting=reporting,
        )  # fmt: skip
    size = write(target, handed, replace=replace)
    if leaves_the_house and not fields and not only:
        console.say(WHOLE)
    _tell(console, target, size, handed)
    return 0


def _who(by: str | None, *, leaves_the_house: bool) -> str:
    """Return who is said to hand it over: nobody's name leaves the house that was not given for it."""
    if by is not None:
        return by
    return "" if leaves_the_house else login()


def write(target: Path, handed: HandedOver, *, replace: bool) -> int:
    """Write the bundle, and beside it the policy, which reaches its reader by another way; return the bundle's size."""
    size = write_file(target, handed.files, replace=replace)
    policy_beside(target).write_bytes(handed.policy)
    return size


def policy_beside(target: Path) -> Path:
    """Return where the policy of a bundle is put.

    >>> policy_beside(Path("case-1.zip")).name
    'case-1.policy'
    """
    return target.with_suffix(".policy")


def lines(target: Path, size: int, handed: HandedOver) -> list[str]:
    """Return what to say of a bundle that was written: what is in it, what is missing, how it is checked."""
    held = (
        counted(handed.exhibits, "exhibit"),
        f"proofs to checkpoint {handed.size:,}",
        counted(handed.cosigned, "cosignature"),
        counted(len(handed.anchors.stamps), "time stamp"),
    )
    said = [
        f"Wrote {visible(str(target))} ({max(1, size // 1000):,} KB): {', '.join(held)}",
        *(f"Pending: {visible(one)}" for one in handed.anchors.pending),
        *(f"Note: {visible(one)}" for one in handed.anchors.remarks),
        *(f"Not in it, never sealed (imported by an older version): {visible(one)}" for one in handed.unsealed),
        f"Give {visible(str(policy_beside(target)))} to its reader by another way: it says whose keys count.",
    ]
    return [*said, "", "An outsider checks it with one of:"]


def ways(target: Path) -> list[str]:
    """Return the commands that check a bundle."""
    name, policy = visible(str(target)), visible(str(policy_beside(target)))
    return [
        f"  countersign verify {name} --policy {policy}",
        f"  python3 verify.py {name} --policy {policy}      verify.py, verify.html and verify.sh lie in the bundle",
    ]


def _meant(console: Console, number: int) -> tuple[Verdict, Incident]:
    """Return the incident of the store that has this number, with the answer that it stands in."""
    with open_store(console) as opened:
        meant = next((one for one in opened.incidents() if one.number == number), None)
    if meant is None:
        raise StoreError(
            f"the store has no incident {number}", hint="list them with: countersign incidents", code="CS209"
        )
    verdict = ask(console, [f"{meant.platform}:{meant.account}"], None, None).verdict
    incident = next((one for one in verdict.incidents if one.number == number), None)
    if incident is None:
        raise StoreError(
            f"incident {number} is no longer found in this history", hint="countersign incidents", code="CS209"
        )
    return verdict, incident


def _within(incident: Incident, only: Sequence[int]) -> Sequence[int]:
    beyond = [one for one in only if not 1 <= one <= len(incident.surprises) + len(incident.undone)]
    if beyond:
        raise UsageError(
            f"the incident has no action {beyond[0]}", hint=f"countersign explain {incident.number} shows them"
        )
    return only


def _numbers(only: str) -> tuple[int, ...]:
    parts = [part.strip() for part in only.split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts):
        raise UsageError(f"--only takes numbers of actions, such as 1,3; not {visible(only)}")
    return tuple(map(int, parts))


def _document(path: str) -> bytes:
    with open(path, "rb") as file:
        data = file.read(MOST_DOCUMENT + 1)
    if len(data) > MOST_DOCUMENT:
        raise UsageError("this is too large for a DID document or an audit log", where=path)
    return data


def _tell(console: Console, target: Path, size: int, handed: HandedOver) -> None:
    record = {
        "bundle": str(target), "policy": str(policy_beside(target)), "bytes": size, "exhibits": handed.exhibits,
        "checkpoint": handed.size, "cosignatures": handed.cosigned,
        "stamps": [one.name for one in handed.anchors.stamps], "pending": list(handed.anchors.pending),
    }  # fmt: skip
    match console.look.format:
        case "json":
            write_json(console, {"seal": record})
        case "jsonl":
            write_line(console, record)
        case _:
            console.write(*lines(target, size, handed), *ways(target))
