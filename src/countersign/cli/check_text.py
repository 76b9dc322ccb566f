"""Says for one account what was found, how unusual it was, and what was not looked at: the text of `check`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from countersign.cli.console import Console
from countersign.cli.naming import DID, account_named, target
from countersign.cli.rows import records
from countersign.cli.tables import Column, laid_out
from countersign.engine.verdict import AccountVerdict, Verdict
from countersign.incident.incident import Incident
from countersign.score.surprise import Share, Surprise
from countersign.text import bits, count, counted, duration, when, wrapped

MOST_ROWS = 12
"""Actions shown of one incident; the most surprising are kept."""
MOST_INCIDENTS = 10
"""Incidents shown of one account."""
MOST_QUIET = 20
"""Accounts without incidents that are named one by one."""
REASONS = 3

COLUMNS = (
    Column(key="number", title="#", ours=True, side="right"),
    Column(key="when", title="when", ours=True, most=27, whole=True),
    Column(key="did", title="did", ours=True, most=18),
    Column(key="to", title="to", most=32),
    Column(key="bits", title="bits", ours=True, side="right"),
    Column(key="usual", title="usual", ours=True, side="right"),
    Column(key="why", title="why", most=44),
)


def check_lines(console: Console, verdict: Verdict, incidents: Sequence[Incident]) -> list[str]:
    """Return the text of a whole check: accounts with incidents first, then the others."""
    by_account = {(account.account, account.platform): account for account in verdict.accounts}
    lines: list[str] = []
    for key, account in by_account.items():
        own = [incident for incident in incidents if (incident.account, incident.platform) == key]
        if own:
            lines += [*account_lines(console, verdict, account, own), ""]
    quiet = [account for key, account in by_account.items() if not _has(incidents, key)]
    return lines + quiet_lines(console, verdict, quiet)


def account_lines(
    console: Console, verdict: Verdict, account: AccountVerdict, incidents: Sequence[Incident]
) -> list[str]:
    """Return what is to be said of an account with incidents."""
    shown, rest = incidents[-MOST_INCIDENTS:], len(incidents[:-MOST_INCIDENTS])
    rows = [row for incident in shown for row in table_rows(verdict, incident)]
    layout = laid_out(console, rows, COLUMNS, indent="  ")
    name = account_named(account.account, account.platform, verdict.reading.identities)
    surprising = sum(incident.actions for incident in incidents)
    head = (
        f"{name}: {counted(len(incidents), 'incident')}, {counted(surprising, 'surprising action')}"
        f" of {count(account.stop - account.start)}"
    )
    lines = [f"{console.strong(head)}        times in UTC", "", *layout]
    lines += [f"  … {left}" for left in _left_out(shown)]
    if rest:
        lines.append(f"  … {counted(rest, 'earlier incident')}: countersign incidents lists all")
    return [*lines, "", *_foot(console, verdict, account)]


def quiet_lines(console: Console, verdict: Verdict, accounts: Sequence[AccountVerdict]) -> list[str]:
    """Return what is to be said of accounts without incidents: a sentence each, or their number if they are many."""
    lines = [line for account in accounts[:MOST_QUIET] for line in _quiet(console, verdict, account)]
    rest = accounts[MOST_QUIET:]
    for answer in ("nothing unusual", "cannot tell"):
        number = sum(account.answer == answer for account in rest)
        if number:
            lines.append(f"{counted(number, 'more account')}: {answer} (--format jsonl lists them)")
    return lines


def table_rows(verdict: Verdict, incident: Incident, most: int = MOST_ROWS) -> list[dict[str, Any]]:
    """Return the most surprising actions of an incident, in order, as rows of the table."""
    shown = most_surprising(incident.surprises, most)
    found = records(verdict.reading.actions, [surprise.row for surprise in shown])
    return [table_row(record, surprise, incident.number) for record, surprise in zip(found, shown, strict=True)]


def table_row(record: dict[str, Any], surprise: Surprise, number: int | None) -> dict[str, Any]:
    """Return one action as a row of the table."""
    return {
        "number": number,
        "when": when(record["time"], record["start_time"], record["end_time"]),
        "did": DID[record["verb"]],
        "to": target(record),
        "bits": bits(surprise.bits),
        "usual": bits(surprise.usual),
        "why": why(surprise.shares),
    }


def most_surprising(surprises: Sequence[Surprise], most: int) -> list[Surprise]:
    """Return the most surprising ones, in the order in which they happened."""
    return sorted(sorted(surprises, key=lambda one: -one.bits)[:most], key=lambda one: one.row)


def why(shares: Sequence[Share]) -> str:
    """Return the largest parts of the bits in short: `about 9.4, whom 6.8, hour 3.9`."""
    parts = sorted((share for share in shares if share.bits > 0), key=lambda share: -share.bits)
    return ", ".join(f"{share.signal} {bits(share.bits)}" for share in parts[:REASONS])


def observed_for(verdict: Verdict, account: AccountVerdict) -> str:
    """Return how long the history of an account is, in words; "" if its actions have no times."""
    first, last = bounds(verdict, account)
    return duration(last - first) if first and last and last > first + timedelta(days=1) else ""


def bounds(verdict: Verdict, account: AccountVerdict) -> tuple[datetime | None, datetime | None]:
    """Return the first and last known time of an account's actions."""
    times = verdict.reading.actions["time"].slice(account.start, account.stop - account.start).drop_null()
    return (times[0].as_py(), times[-1].as_py()) if len(times) else (None, None)


def too_little(account: AccountVerdict) -> str:
    """Return why nothing can be told of an account.

    >>> from types import SimpleNamespace as Fake
    >>> too_little(Fake(start=0, stop=40, learned=40, needed=200))
    "cannot tell: 40 actions are too few to know this account's habit (about 200 are needed)"
    """
    if account.learned >= account.needed:
        return "cannot tell: its habit is known, but these actions could not be weighed"
    number = account.stop - account.start
    return (
        f"cannot tell: {counted(number, 'action is', 'actions are')} too few to know this account's habit"
        f" (about {count(account.needed)} are needed)"
    )


def not_looked_at(account: AccountVerdict, width: int) -> list[str]:
    """Return what was not looked at, and why: absence of data is not data."""
    return [wrapped(f"Not looked at: {reason}", width, indent="  ") for reason in account.not_looked_at]


def _quiet(console: Console, verdict: Verdict, account: AccountVerdict) -> list[str]:
    name = account_named(account.account, account.platform, verdict.reading.identities)
    if account.answer == "cannot tell":
        said = too_little(account)
    else:
        said = f"nothing unusual in {counted(account.stop - account.start, 'action')}"
    indented = [f"  {line}" for reason in not_looked_at(account, console.prose - 2) for line in reason.split("\n")]
    return [f"{name}: {said}", *indented]


def _foot(console: Console, verdict: Verdict, account: AccountVerdict) -> list[str]:
    period = observed_for(verdict, account)
    outside = "this incident" if len(account.incidents) == 1 else "these incidents"
    within = f" in {period}" if period else ""
    lines = [f"Outside {outside} no action of this account{within} had more than {bits(account.highest)} bits."]
    if account.answer == "cannot tell" or account.learned < account.needed:
        lines.append(f"Still learning: {count(account.learned)} of about {count(account.needed)} actions.")
    return lines + not_looked_at(account, console.prose)


def _left_out(incidents: Sequence[Incident]) -> list[str]:
    return [
        f"{counted(incident.actions - MOST_ROWS, 'more action')} in incident {incident.number}"
        for incident in incidents
        if incident.actions > MOST_ROWS
    ]


def _has(incidents: Sequence[Incident], key: tuple[str, str]) -> bool:
    return any((incident.account, incident.platform) == key for incident in incidents)
