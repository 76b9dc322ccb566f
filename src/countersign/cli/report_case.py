"""Puts an incident into the plain values that a report is made of, out of a verdict and what backs it."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from countersign import __version__
from countersign.activity import Session
from countersign.cli.asking import at_home
from countersign.cli.check_text import observed_for
from countersign.cli.console import Console
from countersign.cli.explain_text import STATES, owner, span
from countersign.cli.naming import DID, account_named, done
from countersign.cli.plugins import digest
from countersign.cli.report_known import known_values, own_names, quoted_values
from countersign.cli.rows import records
from countersign.engine.verdict import AccountVerdict, Verdict
from countersign.incident.incident import Incident
from countersign.plugins import load, registered
from countersign.report.case import Case, CaseAction, Code, Habit, Looked, Outcome
from countersign.report.words import Held, Kind, Piece, Words, told
from countersign.score.surprise import Surprise
from countersign.text import counted

QUARTER = 900
"""Seconds: no time zone of today is off by less than a quarter of an hour, so hours can be counted by quarters."""
BEYOND = "beyond these actions"
"""What is looked at beside them, as a thing that could be looked at."""
NOTICED = 0.5
"""Bits from which a signal is said to have found something; below, it found nothing."""
QUOTING = frozenset({"whom", "mentions", "hashtags", "domain"})
"""Signals whose reasons quote what was acted on. A hashtag can be any word, so only there is it taken for one."""
UNNAMED = re.compile(r"operator [A-Z]{1,2}")
"""Labels that name nobody."""


def case_of(console: Console, verdict: Verdict, incident: Incident) -> Case:
    """Return an incident as a report says it, as far as the verdict alone tells; the log adds to it."""
    account = owner(verdict, incident.account, incident.platform)
    zone = at_home(console, verdict, incident.account).look.zone
    name = account_named(incident.account, incident.platform, verdict.reading.identities)
    rows = records(verdict.reading.actions, [one.row for one in incident.surprises])
    known = known_values(rows, verdict.reading.sessions, incident.account)
    own = own_names(verdict, incident)
    return Case(
        number=incident.number, account=name, account_id=incident.account, platform=incident.platform,
        home_zone=zone.key if isinstance(zone, ZoneInfo) else "UTC", did=done(row["verb"] for row in rows),
        span=span(incident, rows, zone), made=_newest(verdict), tool=f"countersign {__version__}",
        state=STATES[incident.state], actions=_actions(verdict, incident, rows, known, own),
        others_around=_others(verdict, incident),
        habit=_habit(verdict, account, incident, zone),
        looked=_looked(account, incident, known, own, partial(_reason, rows, known, own)),
        code=tuple(_code()), preset=verdict.preset, promise=_promise(verdict), known=known, own=own,
    )  # fmt: skip


def person(label: str) -> Piece:
    """Return who somebody is: a label that names nobody is no name.

    >>> person("operator A")
    'operator A'
    """
    return label if UNNAMED.fullmatch(label) else Held(kind="person", value=label)


def target_words(row: Mapping[str, Any]) -> Words:
    """Return whom or what an action was done to, each piece by its kind."""
    author, text = row.get("object_author"), row.get("text")
    own = row["verb"] in ("post", "reply", "quote")
    pieces: list[Piece] = []
    if author:
        pieces.append(Held(kind="handle", value=author if author.startswith("@") else f"@{author}"))
    if text:
        pieces += [": "] if pieces else []
        pieces.append(Held(kind="own words" if own else "text", value=text, lang=row.get("lang") or ""))
    if not pieces:
        value = str(row.get("object") or row["native_id"])
        pieces = ["id ", Held(kind="id", value=value)]
    return tuple(pieces)


def _actions(
    verdict: Verdict, incident: Incident, rows: Sequence[Mapping[str, Any]], known: Mapping[str, Kind],
    own: Sequence[str],
) -> tuple[CaseAction, ...]:  # fmt: skip
    undone = dict(incident.undone)
    undos = dict(zip(undone.values(), records(verdict.reading.actions, list(undone.values())), strict=True))
    return tuple(
        _action(number, row, surprise, undos.get(undone.get(surprise.row, -1)), partial(_reason, [row], known, own))
        for number, (row, surprise) in enumerate(zip(rows, incident.surprises, strict=True), start=1)
    )


def _action(
    number: int,
    row: Mapping[str, Any],
    surprise: Surprise,
    undo: Mapping[str, Any] | None,
    say: Callable[[str, str], Words],
) -> CaseAction:
    shares = sorted(surprise.shares, key=lambda share: -share.bits)
    because = tuple(
        (
            share.signal,
            share.bits if share.state in ("scored", "no history") else None,
            say(share.signal, share.because),
        )
        for share in shares
    )
    return CaseAction(
        number=number, id=row["id"], verb=row["verb"], did=DID[row["verb"]], target=target_words(row),
        native_id=row["native_id"], at=row["time"], start=row["start_time"], end=row["end_time"],
        bits=surprise.bits, usual=surprise.usual, because=because,
        why_no_time="the platform gives no time" if row["time"] is None else "",
        undone=undo is not None, undone_at=undo["time"] if undo else None,
        undone_start=undo["start_time"] if undo else None, undone_end=undo["end_time"] if undo else None,
        object=row["object"] or "", instrument=row["client"] or "", links=tuple(row["links"] or ()),
    )  # fmt: skip


def _reason(
    rows: Iterable[Mapping[str, Any]], known: Mapping[str, Kind], own: Sequence[str], signal: str, because: str
) -> Words:
    """Return what a signal says with what it quotes set apart."""
    return told(because, {**known, **quoted_values(rows)} if signal in QUOTING else known, own=own)


def _others(verdict: Verdict, incident: Incident) -> int:
    account = owner(verdict, incident.account, incident.platform)
    micros = _micros(verdict)[account.start : account.stop]
    ours = {one.row for one in incident.surprises} | {undo for _, undo in incident.undone}
    at = [micros[row - account.start] for row in ours if micros[row - account.start] >= 0]
    if not at:
        return 0
    day = 86_400_000_000
    inside = np.flatnonzero((micros >= min(at) - day) & (micros <= max(at) + day))
    return sum(int(row) + account.start not in ours for row in inside)


def _micros(verdict: Verdict) -> Any:
    import pyarrow as pa

    times = verdict.reading.actions["time"].cast(pa.int64()).combine_chunks().fill_null(-1)
    return times.to_numpy(zero_copy_only=False)


def _habit(verdict: Verdict, account: AccountVerdict, incident: Incident, zone: Any) -> Habit:
    micros = _micros(verdict)[account.start : account.stop]
    ours = np.zeros(len(micros), np.bool_)
    ours[[one.row - account.start for one in incident.surprises]] = True
    outside = verdict.incident_of[account.start : account.stop] == 0
    return Habit(
        usual_hours=_hours(micros[outside & ~ours], zone), incident_hours=_hours(micros[ours], zone),
        actions=account.learned, history=observed_for(verdict, account), highest=account.highest,
        quantile99=account.quantile99,
    )  # fmt: skip


def _hours(micros: Any, zone: Any) -> tuple[int, ...]:
    """Return how many of these times fall in each hour of the day in a zone."""
    counts = [0] * 24
    quarters, times = np.unique(micros[micros >= 0] // 1_000_000 // QUARTER, return_counts=True)
    for quarter, number in zip(quarters.tolist(), times.tolist(), strict=True):
        counts[datetime.fromtimestamp(quarter * QUARTER, UTC).astimezone(zone).hour] += number
    return tuple(counts)


def access_words(session: Session) -> Words:
    """Return what a trace of access is."""
    pieces: list[Piece] = [session.kind]
    if session.client:
        pieces += [", ", Held(kind="application", value=session.client)]
    if session.device:
        pieces += [", ", Held(kind="device", value=session.device)]
    return tuple(pieces)


def place_words(session: Session) -> Words:
    """Return where a trace of access came from."""
    if not session.ip:
        return ("no address given",)
    network = f", {session.network}" if session.network else ""
    return (Held(kind="address", value=session.ip), network) if network else (Held(kind="address", value=session.ip),)


def _looked(
    account: AccountVerdict, incident: Incident, known: Mapping[str, Kind], own: Sequence[str],
    say: Callable[[str, str], Words],
) -> tuple[Looked, ...]:  # fmt: skip
    questions = {signal.name: signal.question for signal in load("countersign.signals")}
    names = {share.signal: None for one in incident.surprises for share in one.shares}
    found = [
        Looked(what=questions.get(name, name), outcome=outcome, because=say(name, because))
        for name in names
        for outcome, because in [_outcome(name, incident)]
    ]
    found += [
        Looked(what=BEYOND, outcome="not looked at", because=told(reason, known, own=own))
        for reason in account.not_looked_at
    ]
    return tuple(found)


def _outcome(name: str, incident: Incident) -> tuple[Outcome, str]:
    shares = [share for one in incident.surprises for share in one.shares if share.signal == name]
    weighed = [share for share in shares if share.state in ("scored", "no history")]
    if not weighed:
        first = shares[0]
        return ("cannot tell" if first.state == "failed" else "not looked at"), first.because or first.state
    best = max(weighed, key=lambda share: share.bits)
    if best.bits >= NOTICED:
        return "found", best.because
    if all(share.state == "no history" for share in weighed):
        return "cannot tell", best.because
    return "nothing found", f"in {counted(len(weighed), 'action')}: as usual"


def _code() -> Iterable[Code]:
    """Yield the extensions that had a say; those that ship with the program as one line a kind."""
    built_in: dict[tuple[str, str, str], list[str]] = {}
    for plugin in registered():
        if plugin.group == "countersign.responders":
            continue
        sha = digest(plugin.value.split(":")[0]) or "unknown"
        if plugin.package != "countersign":
            yield Code(name=plugin.name, group=plugin.group, package=plugin.package, version=plugin.version, sha256=sha)
            continue
        built_in.setdefault((plugin.group, plugin.package, plugin.version), []).append(f"{plugin.name} {sha}")
    for (group, package, version), hashes in built_in.items():
        together = hashlib.sha256("\n".join(hashes).encode()).hexdigest()
        yield Code(
            name=f"the {len(hashes)} that ship with it", group=group.removeprefix("countersign."), package=package,
            version=version, sha256=together,
        )  # fmt: skip


def _promise(verdict: Verdict) -> str:
    return (
        f"The alarm is set to at most {verdict.alerts_per_period:g} alerts in {verdict.period_days:g} days that nobody "
        "answers for"
    )


def _newest(verdict: Verdict) -> datetime:
    """Return the newest time that the files tell: with nothing sealed, that is the state the report is about."""
    micros = _micros(verdict)
    as_of = [who.as_of for who in verdict.reading.identities if who.as_of is not None]
    newest = int(micros.max()) if len(micros) and micros.max() >= 0 else 0
    return max([datetime.fromtimestamp(newest / 1e6, UTC), *as_of])
