"""`import`: keeps the history of an account that its user runs, and says what was read and what was not."""

from collections import Counter
from collections.abc import Mapping, Sequence

import click
import pyarrow as pa
import pyarrow.compute as pc

from countersign.cli.asking import read_files
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.due import say_due
from countersign.cli.kept import held_of, keep
from countersign.cli.naming import account_named
from countersign.cli.rows import whose
from countersign.cli.sealing import SealedSpan, intake, login
from countersign.cli.tables import write_json, write_line
from countersign.engine.detecting import chosen
from countersign.engine.verdict import Reading
from countersign.errors import ScopeError
from countersign.store import ImportResult
from countersign.text import count, counted, day, listed, pad, visible

GIVEN_TO_OWNERS = ("x-archive", "mastodon-export", "demo")
"""Formats that a platform hands only to the owner of an account: whoever has the file has named the account."""

_NOUNS: Mapping[str | None, str] = {
    "post": "posts", "reply": "replies", "quote": "quotes", "repost": "reposts", "like": "likes",
    "follow": "follows", "block": "blocks", "mute": "mutes", "unlike": "likes taken back",
    "unrepost": "reposts taken back", "unfollow": "unfollows", "unblock": "unblocks", "unmute": "unmutes",
    "delete": "deletions", "update": "profile changes", "grant": "applications", "other": "others",
}  # fmt: skip
_LABEL = 20


@make_command(
    "import",
    examples=(
        "countersign import twitter-2026-08-20.zip",
        "countersign import repo.car --account did:plc:example",
        "countersign import actions.jsonl --account embassy --account minister",
    ),
    formats=("text", "json", "jsonl"),
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--account", "accounts", multiple=True, metavar="NAME", help="Keep this account, which you run.")
@click.option("--source", metavar="NAME", help="Read files as this format; see: countersign plugins.")
@click.option("--store", type=click.Path(dir_okay=False), help="The store to use instead of the usual one.")
def command(
    console: Console, *, paths: tuple[str, ...], accounts: tuple[str, ...], source: str | None, store: str | None
) -> int:
    """Keep the history of accounts that you run: all of a file, or nothing. Repeating it changes nothing."""
    for one in chosen(paths, source)[0]:  # one file, or the files of one split archive
        with intake(console) as taken:
            reading = read_files(console, one.paths, one.source.name, taken.sealing)
            wanted = _wanted(console, reading, accounts)
            before, captures = taken.store.log.size, taken.captures()
            result = keep(console, taken.store, reading, accounts=wanted, captures=captures, by=login())
            span = taken.span_since(before)
        _write(console, one.paths, reading, wanted, result, span)
    say_due(console)
    console.next("countersign check" + (f" --store {store}" if store else ""))
    return 0


def _wanted(console: Console, reading: Reading, asked: Sequence[str]) -> set[str]:
    """Return which accounts of a file are to be kept: those named, those held, or the one that owns the export."""
    present = {account for _, account in whose(reading.actions)} | {who.account for who in reading.identities}
    by_handle = {who.handle.casefold(): who.account for who in reading.identities if who.handle}
    wanted = {by_handle.get(name.removeprefix("@").casefold(), name) for name in asked}
    missing = wanted - present
    if missing:
        raise ScopeError(
            f"the file has nothing of {listed(sorted(missing))}", hint=f"it has: {listed(sorted(present))}"
        )
    if wanted:
        return wanted
    held = held_of(console, reading)
    if held == present or (len(present) == 1 and only_its_owner_has(reading)):
        return present
    if held:
        console.say(f"note: kept are only the accounts of the store: {listed(sorted(held))}")
        return held
    raise ScopeError(
        f"the file holds {counted(len(present), 'account')}, and none of them was named",
        hint=f"add --account NAME for each that you run, such as {sorted(present)[0]}; or only look: countersign check",
    )


def only_its_owner_has(reading: Reading) -> bool:
    """Say whether all files of a reading are such as platforms hand to an account's owner alone."""
    return all(source in GIVEN_TO_OWNERS for _, source in reading.sources)


def _write(
    console: Console, paths: Sequence[str], reading: Reading, wanted: set[str], result: ImportResult, span: SealedSpan
) -> None:
    record = {
        "paths": list(paths), "source": reading.sources[0][1], "accounts": sorted(wanted), "result": result,
        "sealed": span,
    }  # fmt: skip
    match console.look.format:
        case "json":
            write_json(console, {"import": record})
        case "jsonl":
            write_line(console, record)
        case _:
            console.write(*_text(paths, reading, wanted, result), _sealed(span), "")


def _text(paths: Sequence[str], reading: Reading, wanted: set[str], result: ImportResult) -> list[str]:
    names = [
        account_named(account, platform, reading.identities)
        for platform, account in sorted(whose(reading.actions))
        if account in wanted
    ]
    kept = reading.actions.filter(pc.is_in(reading.actions["account"], pa.array(sorted(wanted), pa.large_string())))
    verbs = Counter(kept["verb"].to_pylist()).most_common()
    return [
        f"Read {visible(', '.join(paths))} as {reading.sources[0][1]}: {listed(names)}",
        "",
        _line("actions", kept.num_rows, _span(kept)),
        *(_line(f"  {_NOUNS[verb]}", number, _basis(kept, verb)) for verb, number in verbs),
        _line("sign-ins", len(reading.sessions), "traces of access, as far as the file has them"),
        _line("not understood", reading.not_understood_count, _SHOW if reading.not_understood_count else ""),
        "",
        f"Kept: {', '.join(_taken(result))}",
    ]


def _sealed(span: SealedSpan) -> str:
    """Say where in the evidence log it stands; what was sealed before is not sealed again."""
    return f"Sealed as leaf {count(span.first)} to {count(span.last)} of log {span.origin}"


_SHOW = "kept apart, see: countersign doctor --show 10"


def _taken(result: ImportResult) -> list[str]:
    taken = [f"{count(result.new)} new", f"{count(result.already)} already known"]
    if result.better_known:
        taken.append(f"{count(result.better_known)} now better known")
    if result.undone:
        taken.append(f"{counted(result.undone, 'undo', 'undos')} told by comparing with an earlier file")
    return taken


def _basis(kept: pa.Table, verb: str | None) -> str:
    """Say of a kind of action whether the file gives its times."""
    times = kept.filter(pc.equal(kept["verb"], pa.scalar(verb, pa.large_string())))["time"]
    if times.null_count == 0:
        return ""
    return "no time in the file: known between bounds only" if times.null_count == len(times) else "some without a time"


def _span(kept: pa.Table) -> str:
    times = kept["time"].drop_null()
    ends = [pc.min(times).as_py(), pc.max(times).as_py()] if len(times) else []
    return f"{day(ends[0])} to {day(ends[1])}" if ends else "without times"


def _line(label: str, number: int, remark: str) -> str:
    return f"  {pad(label, _LABEL)}{pad(count(number), 9, 'right')}    {remark}".rstrip()
