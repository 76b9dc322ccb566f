"""`witness`: countersigns the logs of peers (serve, allow), and has one's own log countersigned by them (add)."""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.lines import stamp
from countersign.cli.tables import Column, show
from countersign.config import usual_store
from countersign.errors import UsageError
from countersign.evidence.anchors import Book, book_path
from countersign.evidence.keys import LOG, parse_vkey
from countersign.evidence.witness import Keeper, KnownLog, Witness, listening, open_keeper
from countersign.text import counted

LISTEN = "127.0.0.1:7380"
WITNESSES = (
    Column(key="name", title="witness", whole=True),
    Column(key="url", title="asked at"),
    Column(key="fingerprint", title="key", most=16),
)
LOGS = (
    Column(key="origin", title="log", whole=True),
    Column(key="size", title="entries", side="right"),
    Column(key="at", title="last countersigned"),
    Column(key="keys", title="keys", side="right"),
    Column(key="refused", title="contradictions", side="right"),
)
ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "list": (), "add": ("URL", "VKEY"), "remove": ("NAME",), "quorum": ("NUMBER",),
    "serve": (), "allow": ("VKEY",), "disallow": ("VKEY",), "logs": (),
}  # fmt: skip
"""What can be done, and what each takes."""


@make_command(
    "witness",
    examples=(
        "countersign witness add URL VKEY         ask this witness from now on",
        "countersign witness quorum 2             two of them must have countersigned",
        "countersign witness list",
        "countersign witness remove NAME",
        "countersign witness serve --name witness.example/1",
        "countersign witness allow VKEY           countersign this log from now on",
        "countersign witness disallow VKEY",
        "countersign witness logs                 what was countersigned, and what contradicted it",
    ),
)
@click.argument("what", default="list", type=click.Choice(tuple(ARGUMENTS)))
@click.argument("given", nargs=-1)
@click.option("--allow-private", is_flag=True, help="Also http, ports, hosts of your own network (add).")
@click.option("--name", help="What the witness is called, at its first start (serve).")
@click.option("--listen", metavar="HOST:PORT", default=LISTEN, help=f"Where it answers (serve); {LISTEN}.")
@click.option("--mldsa", is_flag=True, help="Sign with ML-DSA-44 too (serve).")
@click.option("--state", type=click.Path(dir_okay=False), help="The witness's memory; its key lies beside it.")
@click.option("--store", type=click.Path(dir_okay=False), help="The store to use instead of the usual one.")
def command(console: Console, *, what: str, given: tuple[str, ...], store: str | None, **options: Any) -> int:
    """Ask witnesses to countersign your log, and be one for your peers; they never see what is in it."""
    wanted = ARGUMENTS[what]
    if len(given) != len(wanted):
        says = " and ".join(wanted) or "nothing more"
        raise UsageError(f"{what} takes {says}", hint="countersign witness --help")
    state = Path(options["state"]) if options["state"] else usual_state()
    match what:
        case "serve":
            return _serve(console, open_keeper(state, options["name"], mldsa=options["mldsa"]), options["listen"])
        case "allow" | "disallow" | "logs":
            return _peers(console, what, open_keeper(state, options["name"]), given)
        case _:
            return _own(console, what, given, private=options["allow_private"])


def usual_state() -> Path:
    """Return where a witness's memory lies if nothing else is said: beside the usual store."""
    return usual_store(os.environ).with_name("witness.db")


def _serve(console: Console, keeper: Keeper, address: str) -> int:
    with listening(keeper, address) as server:
        host, port = server.server_address[:2]
        console.write(*(str(key.vkey) for key in keeper.keys))
        console.say(
            f"answering at http://{host!s}:{port} (put a web server with https before it); Ctrl-C ends it",
            f"known: {counted(len(keeper.memory.logs()), 'log')}; another one: countersign witness allow VKEY",
        )
        console.flush()
        server.serve_forever()
    return 0


def _peers(console: Console, what: str, keeper: Keeper, given: Sequence[str]) -> int:
    if what == "logs":
        show(console, "logs", [_log_record(log) for log in keeper.memory.logs()], LOGS)
        return 0
    vkey = parse_vkey(given[0])
    if vkey.algorithm != LOG:
        raise UsageError("this is not the key of a log", hint="its keeper sees it with: countersign log show")
    if what == "allow":
        keeper.memory.allow(vkey)
        console.say(f"{vkey.name} is countersigned from now on")
    elif keeper.memory.disallow(vkey):
        console.say(f"{vkey.name} is not countersigned by this key any more")
    else:
        raise UsageError(f"this key of {vkey.name} was not allowed", hint="countersign witness logs")
    return 0


def _own(console: Console, what: str, given: Sequence[str], *, private: bool) -> int:
    path = book_path(console.settings.config.store.path)
    if what == "list" and not path.exists():
        show(console, "witnesses", [], WITNESSES)
        console.next("countersign witness add URL VKEY")
        return 0
    book = Book(path)
    done: Mapping[str, Callable[[], str]] = {
        "add": lambda: f"{book.add(given[0], parse_vkey(given[1]), private=private).name} is asked from now on",
        "remove": lambda: _removed(book, given[0]),
        "quorum": lambda: _required(book, given[0]),
    }
    if what in done:
        console.say(done[what](), _standing(book))
    else:
        show(console, "witnesses", [_witness_record(one) for one in book.witnesses()], WITNESSES)
        console.say(_standing(book))
    return 0


def _removed(book: Book, name: str) -> str:
    book.remove(name)
    return f"{name} is not asked any more"


def _required(book: Book, number: str) -> str:
    if not number.isascii() or not number.isdigit() or len(number) > 2:
        raise UsageError(f"{number} is not a number of witnesses", hint="countersign witness quorum 2")
    book.set_quorum(int(number))
    return "noted"


def _standing(book: Book) -> str:
    count = len(book.witnesses())
    if not count:
        return "no witness is listed: whoever holds the log's key could show two histories"
    return f"{book.quorum} of {counted(count, 'witness', 'witnesses')} must have countersigned"


def _witness_record(witness: Witness) -> dict[str, Any]:
    vkey = witness.vkey
    return {
        "name": witness.name, "url": witness.url, "vkey": str(vkey), "fingerprint": vkey.fingerprint,
        "private": witness.private,
    }  # fmt: skip


def _log_record(log: KnownLog) -> dict[str, Any]:
    return {
        "origin": log.origin, "size": log.size, "root": log.root.hex(), "keys": len(log.vkeys),
        "at": stamp(datetime.fromtimestamp(log.at, UTC)) if log.at else "-", "refused": log.suspects,
    }  # fmt: skip
