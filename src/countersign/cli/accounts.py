"""`accounts`: lists, adds and removes the accounts that the store holds; the scope guard is asked for each."""

import shlex
from pathlib import Path
from typing import Any

import click

from countersign.cli import exits
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.kept import called, named, open_store
from countersign.cli.lines import stamp
from countersign.cli.tables import Column, show
from countersign.errors import UsageError
from countersign.store import Account, Store
from countersign.text import counted, day

COLUMNS = (
    Column(key="called", title="account", most=36),
    Column(key="kind", title="kind"),
    Column(key="actions", title="actions", side="right"),
    Column(key="from_day", title="from"),
    Column(key="to_day", title="to"),
    Column(key="sessions", title="sign-ins", side="right"),
    Column(key="permission", title="permission"),
)


@make_command(
    "accounts",
    examples=(
        "countersign accounts",
        "countersign accounts add embassy --platform x",
        "countersign accounts add minister --kind public-office --reason URL --approver A --approver B",
        "countersign accounts remove embassy --yes",
    ),
)
@click.argument("what", default="list", type=click.Choice(("list", "add", "remove")))
@click.argument("name", required=False)
@click.option("--platform", default="unknown", help="x, bluesky, mastodon, ... (add)")
@click.option("--kind", type=click.Choice(("own", "public-office")), default="own", help="Whose it is (add).")
@click.option("--reason", default="", help="The office, and where its holder is documented (add).")
@click.option("--approver", "approvers", multiple=True, help="Who approves it; twice for a public office (add).")
@click.option("--yes", is_flag=True, help="Erase it and everything of it (remove).")
@click.option("--store", type=click.Path(dir_okay=False), help="The store to use instead of the usual one.")
def command(console: Console, *, what: str, name: str | None, yes: bool, store: str | None, **given: Any) -> int:
    """List, add or remove the accounts that are kept: yours, or public offices, each by its name; at most 50."""
    if what != "list" and not name:
        raise UsageError(f"{what} needs the name of an account", hint="countersign accounts --help")
    if what == "add":
        return _add(console, str(name), given)
    if what == "remove":
        return _remove(console, str(name), sure=yes, store=store)
    return _list(console)


def _list(console: Console) -> int:
    if not Path(console.settings.config.store.path).exists():
        show(console, "accounts", [], COLUMNS)
        console.next("countersign import FILE")
        return 0
    with open_store(console) as store:
        show(console, "accounts", [_record(store, account) for account in store.accounts()], COLUMNS)
    return 0


def _add(console: Console, name: str, given: dict[str, Any]) -> int:
    with open_store(console, new=True) as store:
        account = store.add_account(
            name, given["platform"], given["kind"], given["reason"], approvers=given["approvers"]
        )
        console.say(f"added {called(store, account)}")
    console.next(f"countersign import FILE    that holds actions of {name}")
    return 0


def _remove(console: Console, name: str, *, sure: bool, store: str | None) -> int:
    with open_store(console) as opened:
        account = named(opened, name)
        kept = f"{called(opened, account)} with {counted(_actions(opened, account), 'action')}"
        if not sure:
            console.say(f"this would erase {kept}; nothing was done")
            console.say("Next: " + shlex.join(["countersign", "accounts", "remove", name, "--yes", *_again(store)]))
            return exits.COULD_NOT_RUN
        opened.erase(account.account, account.platform, ground="asked for on the command line")
    console.say(f"erased {kept}, its habit, incidents and answers")
    return exits.NOTHING


def _actions(store: Store, account: Account) -> int:
    return sum(store.holding(account.account, account.platform).verbs.values())


def _again(store: str | None) -> list[str]:
    return ["--store", store] if store else []


def _record(store: Store, account: Account) -> dict[str, Any]:
    held = store.holding(account.account, account.platform)
    return {
        "account": account.account,
        "platform": account.platform,
        "called": called(store, account),
        "kind": account.kind,
        "actions": sum(held.verbs.values()),
        "verbs": held.verbs,
        "first": stamp(held.first),
        "last": stamp(held.last),
        "from_day": day(held.first) if held.first else "-",
        "to_day": day(held.last) if held.last else "-",
        "sessions": held.sessions,
        "reason": account.reason,
        "approvers": list(account.approvers),
        "expires": stamp(account.expires),
        "permission": f"until {day(account.expires)}" if account.expires else "own",
    }
