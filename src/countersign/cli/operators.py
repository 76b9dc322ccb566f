"""`operators`: who works on an account, as unnamed groups of habits; named only with consent, and never in a report."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import click
import msgspec

from countersign.cli import exits
from countersign.cli.asking import Asked, about_what, ask, home_zone
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.kept import open_store
from countersign.cli.naming import account_named
from countersign.cli.sealing import login
from countersign.cli.tables import write_json
from countersign.engine.handedness import groups
from countersign.engine.operators import Named, names_of, seal_name, seal_showing, whose
from countersign.errors import StoreError, UsageError
from countersign.investigate.hands.operators import Operator
from countersign.text import day, hanging, listed, visible, wrapped

NOT_PEOPLE = (
    "Groups of habits, not people: one person with two telephones may be two, and two who work alike one. Nothing here "
    "says who somebody is."
)


class _Account(msgspec.Struct, frozen=True, kw_only=True):
    """The account, and the groups found in what it did last."""

    asked: Asked
    account: str
    platform: str
    called: str
    operators: tuple[Operator, ...]


class _Naming(msgspec.Struct, frozen=True, kw_only=True):
    """A name that is to be given."""

    label: str
    name: str
    consent: str
    by: str
    second: str


@make_command(
    "operators",
    examples=(
        "countersign operators @ExamplianEmb",
        'countersign operators --name "operator A=Ana" --consent "signed 3 Sep" --second CEM',
        'countersign operators --show-names --reason "incident 12: whom to call"',
        "countersign log erase 4171 --ground consent-withdrawn      forgets a name",
    ),
    formats=("text", "json"),
)
@click.argument("what", nargs=-1, metavar="[ACCOUNT | PATH...]")
@click.option("--name", "name", metavar="LABEL=NAME", help="Give a group the name of a person who agreed to it.")
@click.option("--consent", default="", help="What the consent is, and where it lies.")
@click.option("--second", default="", help="The second person who vouches for the name.")
@click.option("--show-names", is_flag=True, help="Break the glass: show names. It is logged first, with your reason.")
@click.option("--reason", default="", help="Why names are shown.")
@click.option("--by", default=None, help="Who does it; by default the name of this login.")
@about_what
def command(
    console: Console, *, what: tuple[str, ...], name: str | None, consent: str, second: str, show_names: bool,
    reason: str, by: str | None, source: str | None, store: str | None,
) -> int:  # fmt: skip
    """Show the groups of habits that share an account. People are named with their consent only, for 90 days."""
    naming = _naming(name, consent, by or login(), second) if name is not None else None
    if show_names and not reason.strip():
        raise UsageError("names are shown for a reason, which is logged", hint='--reason "incident 12: whom to call"')
    found = _found(console, what, source, store)
    if (naming or show_names) and not found.asked.kept:
        raise StoreError("names are sealed in a store, and files keep nothing", code="CS209",
                         hint="countersign import FILE keeps the account")  # fmt: skip
    if naming is not None:
        return _give(console, found, naming)
    shown = _break_glass(console, found, by or login(), reason) if show_names else {}
    _write(console, found, shown)
    return exits.NOTHING if len(found.operators) > 1 else exits.CANNOT_TELL


def _naming(given: str, consent: str, by: str, second: str) -> _Naming:
    label, sign, name = (part.strip() for part in given.partition("="))
    if not sign or not label or not name:
        raise UsageError("--name takes LABEL=NAME", hint='--name "operator A=Ana Example"')
    if not consent.strip():
        raise UsageError("a name needs the person's consent", hint='--consent "signed 3 Sep 2026, folder 12"')
    if not second.strip() or second.strip().casefold() == by.strip().casefold():
        raise UsageError("a name needs two people who vouch for it", hint="--by ONE --second ANOTHER")
    return _Naming(label=label, name=name, consent=consent.strip(), by=by.strip(), second=second.strip())


def _found(console: Console, what: Sequence[str], source: str | None, store: str | None) -> _Account:
    asked = ask(console, what, source, store)
    accounts = asked.verdict.accounts
    if len(accounts) != 1:
        known = listed([account_named(one.account, one.platform, asked.verdict.reading.identities) for one in accounts])
        raise UsageError("operators are those of one account", hint=f"name one of: {known or 'none is here'}")
    one = accounts[0]
    zone = str(home_zone(console.settings.config.account, asked.verdict, one.account))
    return _Account(
        asked=asked, account=one.account, platform=one.platform,
        called=account_named(one.account, one.platform, asked.verdict.reading.identities),
        operators=groups(asked.verdict, one.account, one.platform, zone).operators,
    )  # fmt: skip


def _give(console: Console, found: _Account, naming: _Naming) -> int:
    operator = next((one for one in found.operators if one.label == naming.label), None)
    if operator is None:
        known = listed([one.label for one in found.operators])
        raise UsageError(f"there is no {visible(naming.label)}", hint=f"there are: {known or 'none'}")
    with open_store(console) as store:
        leaf = seal_name(
            store, operator, name=naming.name, consent=naming.consent, by=naming.by, second=naming.second,
            account=found.account, platform=found.platform,
        )  # fmt: skip
    console.write(f"Sealed as leaf {leaf:,}: {operator.label} is named for 90 days. No report shows the name.")
    console.next(f"countersign log erase {leaf} --ground consent-withdrawn    forgets it")
    return exits.NOTHING


def _break_glass(console: Console, found: _Account, by: str, reason: str) -> Mapping[str, Named]:
    """Return the names, after it was logged that they are shown."""
    with open_store(console) as store:
        names = names_of(store, found.account, found.platform, now=datetime.now(UTC))
        known = whose(found.operators, names)
        leaf = seal_showing(
            store, len(known), by=by, reason=reason, account=found.account, platform=found.platform
        )  # fmt: skip
    console.say(f"That names were shown is sealed as leaf {leaf:,}.")
    return known


def _write(console: Console, found: _Account, names: Mapping[str, Named]) -> None:
    if not console.wants_text:
        rows = [
            {"label": one.label, "share": one.share, "habits": one.habits,
             "name": names[one.label].name if one.label in names else None}
            for one in found.operators
        ]  # fmt: skip
        write_json(console, {"account": visible(found.account), "platform": found.platform, "operators": rows})
        return
    console.write(f"{found.called}: {listed([one.label for one in found.operators]) or 'no operator'}", "")
    for one in found.operators:
        console.write(console.strong(f"{one.label}{_called(names.get(one.label))}, {_share(one.share)} of its actions"))
        console.write(*(hanging("  ", visible(habit.words()), console.prose) for habit in one.habits), "")
    if len(found.operators) < 2:
        console.write("Cannot tell: too few timed actions, or one application only, to tell two hands apart.")
    console.write(wrapped(NOT_PEOPLE, console.prose))


def _called(name: Named | None) -> str:
    return (
        f" ({visible(name.name)}, named {day(name.at)} by {visible(name.by)} and {visible(name.second)})"
        if name
        else ""
    )


def _share(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")
