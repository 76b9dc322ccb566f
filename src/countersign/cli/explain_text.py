"""Explains an incident, or one action, part by part: the text of `explain`."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from countersign.cli.check_text import COLUMNS, most_surprising, not_looked_at, observed_for, table_row
from countersign.cli.console import Console
from countersign.cli.naming import DID, account_named, done, target
from countersign.cli.rows import records
from countersign.cli.tables import Column, laid_out
from countersign.engine.verdict import AccountVerdict, Verdict
from countersign.incident.incident import Incident
from countersign.score.surprise import Share, Surprise
from countersign.text import (
    bits,
    count,
    counted,
    cut,
    duration,
    hanging,
    interval,
    moment,
    pad,
    period,
    utc,
    visible,
    when,
    width,
    wrapped,
)  # fmt: skip

MOST_EXPLAINED = 3
"""Actions explained in full, the most surprising; the others get a line each."""
MOST_LISTED = 20
LONGEST_BAR = 16
SMALL = 0.5
"""Bits below which a signal's share is told with the others in one line; `--format json` has every sentence."""
REST = "rest"
MOST_AROUND = 5
"""Actions shown from before and from after."""

STATES = {
    "new": "open, nobody has looked at it yet",
    "looking": "open, somebody is looking at it",
    "explained": 'closed: "it was us"',
    "confirmed": 'open: "it was not us"',
    "dismissed": 'closed: "not important"',
}
_AROUND = (
    Column(key="when", title="when", ours=True, most=27, whole=True),
    Column(key="did", title="did", ours=True, most=18),
    Column(key="to", title="to", most=44),
    Column(key="bits", title="bits", ours=True, side="right"),
)
_NO_TIME = {"after object": "X archives keep no time for likes", "page order": "narrowed by the archive's own order"}


def incident_lines(console: Console, verdict: Verdict, incident: Incident) -> list[str]:
    """Return the explanation of an incident."""
    account = owner(verdict, incident.account, incident.platform)
    explained = most_surprising(incident.surprises, MOST_EXPLAINED)
    found = records(verdict.reading.actions, [surprise.row for surprise in explained])
    lines = _headline(console, verdict, incident)
    for record, surprise in zip(found, explained, strict=True):
        lines += ["", *action_lines(console, record, surprise)]
    lines += _others(console, verdict, incident, explained)
    lines += ["", *meaning(console, verdict, account)]
    lines += _around(console, verdict, incident)
    lines += _undone(verdict, incident, console.look.zone)
    return [*lines, *_notes(console, incident), *not_looked_at(account, console.prose)]


def action_lines(console: Console, record: dict[str, Any], surprise: Surprise) -> list[str]:
    """Return one action with its bits and every signal's share of them."""
    what = f"{DID[record['verb']]} {visible(target(record))}".strip()
    figures = f"{bits(surprise.bits)} bits, usual {bits(surprise.usual)}"
    room = console.prose - width(figures) - 2
    head = pad(cut(f"{_when(record, console.look.zone)}: {what}", room), room)
    if console.look.plain:
        return [f"{_when(record, console.look.zone)}: {what}; {figures}", *_plain_shares(surprise)]
    return [f"{console.strong(head)}  {figures}", "", *_bars(surprise, console.prose)]


def meaning(console: Console, verdict: Verdict, account: AccountVerdict) -> list[str]:
    """Return what a bit means, and this account's own yardstick."""
    history = observed_for(verdict, account)
    text = (
        'What a bit means: one bit = twice as well explained by "somebody else" as by this account\'s habit, after'
        " discounting signals that overlap. The parts add up. It is not the odds of a break-in."
    )
    yardstick = (
        f"99 of 100 of its other actions have under {bits(account.quantile99)} bits; the most"
        f"{f' in {history}' if history else ''} was {bits(account.highest)}."
    )
    return [wrapped(line, console.prose, indent="  ") for line in (text, yardstick)]


def owner(verdict: Verdict, account: str, platform: str) -> AccountVerdict:
    """Return the verdict on the account that an incident belongs to."""
    return next(one for one in verdict.accounts if (one.account, one.platform) == (account, platform))


def span(incident: Incident, rows: Sequence[dict[str, Any]], zone: tzinfo) -> str:
    """Return when the actions of an incident happened: home time and UTC, or between which days if nobody knows."""
    if incident.onset is not None and all(row["time"] is not None for row in rows):
        return period(incident.onset, incident.ended or incident.onset, zone)
    starts = [row["start_time"] for row in rows if row["start_time"] is not None]
    ends = [row["end_time"] for row in rows if row["end_time"] is not None]
    return f"{interval(min(starts, default=None), max(ends, default=None))} (not all times are given)"


def _headline(console: Console, verdict: Verdict, incident: Incident) -> list[str]:
    rows = records(verdict.reading.actions, [surprise.row for surprise in incident.surprises])
    name = account_named(incident.account, incident.platform, verdict.reading.identities)
    return [
        console.strong(f"Incident {incident.number}: {name} {done(row['verb'] for row in rows)}"),
        f"When: {span(incident, rows, console.look.zone)}",
        f"State: {STATES[incident.state]}. Severity: {incident.severity}.",
        wrapped(_alarm(incident, rows), console.prose, indent="  "),
    ]


def _alarm(incident: Incident, rows: Sequence[dict[str, Any]]) -> str:
    timed = any(row["id"] == incident.alarm_action and row["time"] is not None for row in rows)
    went_off = f"went off at {utc(incident.alarm_time)} UTC" if incident.alarm_time and timed else "went off"
    told = "somebody is told at once" if incident.alert else "kept for the digest, since the cap on alerts was reached"
    figures = f"it stood at {bits(incident.peak)}, and this account's threshold is {bits(incident.threshold)}"
    return f"Alarm: {went_off}; {told} ({figures})."


def _when(record: dict[str, Any], zone: tzinfo) -> str:
    if record["time"] is not None:
        return moment(record["time"], zone)
    reason = _NO_TIME.get(record["time_basis"], "")
    words = interval(record["start_time"], record["end_time"])
    return f"{words} ({reason})" if reason else words


def _bars(surprise: Surprise, cells: int) -> list[str]:
    weighed, small, silent = _parted(surprise)
    names = max((width(share.signal) for share in weighed), default=0)
    bars = max((len(_bar(share)) for share in weighed), default=0)
    lines = [
        hanging(
            f"  {pad(share.signal, names)}  {pad(bits(share.bits), 5, 'right')}  {pad(_bar(share), bars)}  ",
            visible(share.because),
            cells,
        )
        for share in weighed
    ]
    if small:
        together = f"  {pad(REST, names)}  {pad(bits(_sum(small)), 5, 'right')}  {pad('', bars)}  "
        lines.append(hanging(together, _figures(small), cells))
    return lines + [hanging(f"  {', '.join(signals)}: ", reason, cells) for reason, signals in silent.items()]


def _plain_shares(surprise: Surprise) -> list[str]:
    weighed, small, silent = _parted(surprise)
    lines = [f"{share.signal}: {bits(share.bits)} bits. {visible(share.because)}" for share in weighed]
    if small:
        lines.append(f"{REST}: {bits(_sum(small))} bits together. {_figures(small)}")
    return lines + [f"{', '.join(signals)}: {reason}" for reason, signals in silent.items()]


def _parted(surprise: Surprise) -> tuple[list[Share], list[Share], dict[str, list[str]]]:
    """Return the shares that matter and those that hardly do, largest first, and what was not weighed by its reason."""
    weighed = [share for share in surprise.shares if share.state in ("scored", "no history")]
    ordered = sorted(weighed, key=lambda share: -share.bits)
    silent: dict[str, list[str]] = {}
    for share in surprise.shares:
        if share.state not in ("scored", "no history"):
            silent.setdefault(_reason(share), []).append(share.signal)
    large = [share for share in ordered if abs(share.bits) >= SMALL]
    return large, [share for share in ordered if abs(share.bits) < SMALL], silent


def _sum(shares: Sequence[Share]) -> float:
    return sum(share.bits for share in shares)


def _figures(shares: Sequence[Share]) -> str:
    return ", ".join(f"{share.signal} {bits(share.bits)}" for share in shares)


def _reason(share: Share) -> str:
    words = visible(share.because)
    return words if words.startswith(share.state) else f"{share.state}: {words}" if words else share.state


def _bar(share: Share) -> str:
    return ("#" if share.bits > 0 else "-") * min(LONGEST_BAR, round(abs(share.bits)))


def _others(console: Console, verdict: Verdict, incident: Incident, explained: Sequence[Surprise]) -> list[str]:
    told = {surprise.row for surprise in explained}
    rest = [surprise for surprise in incident.surprises if surprise.row not in told]
    if not rest:
        return []
    shown = most_surprising(rest, MOST_LISTED)
    found = records(verdict.reading.actions, [surprise.row for surprise in shown])
    rows = [table_row(record, surprise, None) for record, surprise in zip(found, shown, strict=True)]
    left = incident.actions - len(explained) - len(shown)
    more = [f"  … {counted(left, 'more action')}"] if left > 0 else []
    return ["", "The others:        times in UTC", *laid_out(console, rows, COLUMNS[1:], indent="  "), *more]


def _around(console: Console, verdict: Verdict, incident: Incident) -> list[str]:
    lines: list[str] = []
    for title, rows in (("Before it:", incident.before[-MOST_AROUND:]), ("After it:", incident.after[:MOST_AROUND])):
        if rows:
            lines += [
                "",
                f"{title}        times in UTC",
                *laid_out(console, _context(verdict, rows), _AROUND, indent="  "),
            ]
    return [*lines, ""]


def _context(verdict: Verdict, rows: Sequence[int]) -> list[dict[str, Any]]:
    found = records(verdict.reading.actions, rows)
    return [
        {
            "when": when(record["time"], record["start_time"], record["end_time"]),
            "did": DID[record["verb"]],
            "to": target(record),
            "bits": bits(float(verdict.bits[row])),
        }
        for record, row in zip(found, rows, strict=True)
    ]


def _undone(verdict: Verdict, incident: Incident, zone: tzinfo) -> list[str]:
    if not incident.undone:
        return ["None of it was taken back, as far as these data show."]
    rows = records(verdict.reading.actions, [undo for _, undo in incident.undone])
    head = f"Taken back: {count(len(rows))} of {count(incident.actions)}"
    times = sorted(row["time"] for row in rows if row["time"] is not None)
    if not times:
        return [f"{head}, {interval(rows[0]['start_time'], rows[0]['end_time'])}."]
    later = f", {duration(times[0] - incident.onset)} after it began" if incident.onset else ""
    return [f"{head}, {period(times[0], times[-1], zone)}{later}."]


def _notes(console: Console, incident: Incident) -> list[str]:
    return [wrapped(f"Note: {visible(note)}", console.prose, indent="  ") for note in incident.notes]
