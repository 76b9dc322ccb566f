"""`doctor`: says whether everything is in order here, and shows the records that were not understood."""

import os
import platform
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import click
import msgspec

from countersign.cli import exits
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.due import due, due_line
from countersign.cli.kept import open_store
from countersign.cli.log import intact
from countersign.cli.tables import Column, show
from countersign.config import Settings
from countersign.errors import CountersignError
from countersign.evidence.anchors import Book, book_path
from countersign.store import Store
from countersign.text import count, counted, hanging, listed, size, visible

OLDEST_PYTHON = (3, 11)
LEAST_ROOM = 500_000_000
"""Bytes free below which an import of a large archive may fail."""
FIRST_POSSIBLE_YEAR = 2026
SHOWN_BYTES = 200
"""Of a record that was not understood: enough to recognise it."""

Health = Literal["ok", "warn", "fail", "-"]

COLUMNS = (
    Column(key="health", title="state", ours=True),
    Column(key="what", title="what", ours=True),
    Column(key="says", title="says", most=90),
    Column(key="help", title="help", most=60, ours=True),
)
_RECORDS = (
    Column(key="source", title="source"),
    Column(key="ref", title="where", most=40),
    Column(key="position", title="record", side="right"),
    Column(key="reason", title="reason", most=60),
    Column(key="body", title="begins", most=60),
)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at: its state, what it says, and what would help."""

    health: Health
    what: str
    says: str
    help: str = ""


@make_command("doctor", examples=("countersign doctor", "countersign doctor --show 14"))
@click.option("--show", "shown", type=int, default=0, metavar="N", help="Show N records that were not understood.")
@click.option("--store", type=click.Path(dir_okay=False), help="The store to use instead of the usual one.")
def command(console: Console, *, shown: int, store: str | None) -> int:
    """Is everything in order: the store, the clock, the disk, data that was not understood? Exit 1 if not."""
    if shown:
        return _show_records(console, shown)
    findings = list(_findings(console))
    if console.wants_text:
        console.write(*(line for finding in findings for line in _lines(console, finding)))
    else:
        show(console, "findings", [msgspec.structs.asdict(finding) for finding in findings], COLUMNS)
    return exits.FOUND if any(finding.health == "fail" for finding in findings) else exits.NOTHING


def _lines(console: Console, finding: Finding) -> list[str]:
    lines = [hanging(f"{finding.health:<5} {finding.what:<9} ", visible(finding.says), console.prose)]
    return [*lines, hanging(" " * 16 + "help: ", finding.help, console.prose)] if finding.help else lines


def _findings(console: Console) -> Iterator[Finding]:
    yield _python()
    yield _clock()
    yield from _store(console)
    yield _disk(Path(console.settings.config.store.path))
    yield _privacy(console)


def _privacy(console: Console) -> Finding:
    """Say whom this program connects to: nobody, or those that its user named."""
    says = "no telemetry, no update check: this program connects to nobody"
    evidence, book = console.settings.config.evidence, book_path(console.settings.config.store.path)
    named = sorted(evidence.authorities) + ([evidence.beacon.name] if evidence.beacon else [])
    named += [one.name for one in Book(book).witnesses()] if book.exists() else []
    if named:
        says = f"no telemetry, no update check: this program connects only to {listed(named)}, when it seals"
    return Finding(health="ok", what="privacy", says=says)


def _python() -> Finding:
    version = f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.system()} {platform.machine()}"
    if sys.version_info < OLDEST_PYTHON:
        return Finding(health="fail", what="python", says=version, help="3.11 or newer is needed")
    return Finding(health="ok", what="python", says=version)


def _clock() -> Finding:
    """Say whether the clock can be believed. Its offset from UTC is not measured: that would need the network."""
    now = time.gmtime()
    says = f"{time.strftime('%Y-%m-%d %H:%M:%S', now)} UTC (not compared with any other clock)"
    if now.tm_year < FIRST_POSSIBLE_YEAR:
        return Finding(health="fail", what="clock", says=says, help="set the clock: it is before this program was made")
    return Finding(health="ok", what="clock", says=says)


def _store(console: Console) -> Iterator[Finding]:
    path = Path(console.settings.config.store.path)
    if not path.exists():
        yield Finding(health="-", what="store", says=f"none yet ({path})", help="countersign import FILE makes one")
        return
    try:
        with open_store(console) as store:
            yield from _of_store(store, path, console.settings)
    except CountersignError as error:
        yield Finding(health="fail", what="store", says=error.message, help=error.hint)


def _of_store(store: Store, path: Path, settings: Settings) -> Iterator[Finding]:
    wrong = store.examine()
    if wrong:
        yield Finding(health="fail", what="store", says="; ".join(wrong), help="restore it and its key from a backup")
    else:
        accounts = counted(len(store.accounts()), "account")
        yield Finding(
            health="ok", what="store", says=f"{path}, {size(path.stat().st_size)}, {accounts}, every row reads"
        )
    yield _log(store)
    yield _requests(store, settings)
    failed = len(store.not_understood())
    if failed:
        number = counted(failed, "record")
        yield Finding(
            health="warn",
            what="data",
            says=f"{number} not understood",
            help=f"countersign doctor --show {count(failed)}",
        )
    else:
        yield Finding(health="ok", what="data", says="nothing that was not understood")


def _log(store: Store) -> Finding:
    report = store.log.check()
    if report.is_false:
        first = report.problems[0]
        return Finding(health="fail", what="log", says=f"{first.where}: {first.says}", help="countersign log check")
    if not report.holds:
        return Finding(health="-", what="log", says=report.problems[0].says)
    return Finding(health="ok", what="log", says=intact(report))


def _requests(store: Store, settings: Settings) -> Finding:
    found = due(store, settings)
    if found:
        return Finding(health="warn", what="requests", says=due_line(found, settings), help="countersign ask")
    within = counted(settings.config.ask.remind_days, "day")
    return Finding(health="ok", what="requests", says=f"none of those that are known ends within {within}")


def _disk(path: Path) -> Finding:
    folder = next(parent for parent in (path.parent, *path.parent.parents) if parent.exists())
    free = shutil.disk_usage(folder).free
    if not os.access(folder, os.W_OK):
        return Finding(
            health="fail", what="disk", says=f"{folder} cannot be written to", help="choose another: --store FILE"
        )
    if free < LEAST_ROOM:
        return Finding(
            health="warn", what="disk", says=f"{size(free)} free in {folder}", help="make room before an import"
        )
    return Finding(health="ok", what="disk", says=f"{size(free)} free")


def _show_records(console: Console, most: int) -> int:
    with open_store(console) as store:
        found = store.not_understood()[:most]
    rows = [
        {
            "source": one.source,
            "ref": one.ref,
            "position": one.position,
            "reason": one.reason,
            "body": one.body[:SHOWN_BYTES].decode("utf-8", "backslashreplace"),
        }
        for one in found
    ]
    show(console, "not_understood", rows, _RECORDS)
    return exits.NOTHING
