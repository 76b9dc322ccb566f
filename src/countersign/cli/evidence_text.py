"""Says what was added of access evidence, and what it is worth together with what was known before."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from countersign.cli.evidence_taking import Adding, Taken
from countersign.cli.kept import called
from countersign.sources.access.told import Told
from countersign.store import Access, Account, KeptEvidence, Store
from countersign.store.comparing import Disagreement
from countersign.text import counted, utc, visible

MOST_REMARKS = 20
"""Sentences about one file that are shown; all are kept, and shown in JSON."""


MOST_CONTRADICTIONS = 5


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of how one account was reached."""

    account: str
    platform: str
    name: str
    access: Access


def known(store: Store, beside: Sequence[KeptEvidence] = ()) -> tuple[Known, ...]:
    """Return what is known of each account of the store, with evidence that is looked at as if it were kept."""
    return tuple(
        Known(
            account=one.account, platform=one.platform, name=called(store, one),
            access=store.evidence.access(one.account, one.platform, beside=[
                other.evidence for other in beside if (other.account, other.platform) == (one.account, one.platform)
            ]),
        )
        for one in store.accounts()
    )  # fmt: skip


def added_lines(store: Store, taken: Taken, adding: Adding) -> Iterator[str]:
    """Yield what one file holds, and what is to be known of it."""
    one = record(store, taken.kept)
    verb = "Would keep" if adding.dry else "Kept anew" if taken.again else "Kept"
    yield f"{verb} {visible(one['name'])} as {one['kind']}"
    yield f"  holds         {visible(one['holds'])}"
    told = taken.kept.evidence.told
    if told is not None:
        yield from _times(told)
    if one["called"]:
        yield f"  account       {one['called']}"
    yield f"  vouched for   {one['vouched']}"
    if taken.again:
        yield "  known         the same file was kept before: it counts once"
    if not adding.dry:
        yield f"  sealed        leaf {one['leaf']}"
    remarks = [*taken.left_out_said, *one["remarks"]]
    for remark in remarks[:MOST_REMARKS]:
        yield f"  note          {visible(remark)}"
    if len(remarks) > MOST_REMARKS:
        yield f"  note          and {len(remarks) - MOST_REMARKS} more, see --format json"


def together_lines(
    before: Sequence[Known], after: Sequence[Known], done: Sequence[KeptEvidence], adding: Adding
) -> Iterator[str]:  # fmt: skip
    """Yield what is known together with what was added: sign-ins, spans, what was told already, contradictions."""
    known_so = "With it would be known" if adding.dry else "Known now"
    touched = {(one.account, one.platform) for one in done if one.evidence.told is not None}
    for was, now in zip(before, after, strict=True):
        if (now.account, now.platform) not in touched:
            continue
        access = now.access
        new = len(access.sign_ins) - len(was.access.sign_ins)
        again = access.again - was.access.again
        traces = counted(len(access.sign_ins), "trace of access", "traces of access")
        yield f"{known_so} of {visible(now.name)}: {traces}, {max(new, 0):,} new"
        if again > 0:
            yield f"  told already  {counted(again, 'sign-in')}: counted once"
        yield from _reach(access.covers)
        yield from _contradictions(access)


def list_lines(store: Store, whom: Account | None, every: Sequence[Known]) -> Iterator[str]:
    """Yield, of each account with any evidence, of which spans every sign-in is listed, and what contradicts itself."""
    for one in every:
        if (whom is not None and one.account != whom.account) or not store.evidence.every(one.account, one.platform):
            continue
        if one.access.covers or one.access.disagreements:
            yield ""
            yield f"{visible(one.name)}:"
            yield from _reach(one.access.covers)
            yield from _contradictions(one.access)
    tables = {table: None for one in every for table in one.access.tables}
    yield from ("", *(f"Networks by {visible(table)}" for table in tables)) if tables else ()


def record(store: Store, kept: KeptEvidence, disagreements: Sequence[Disagreement] = ()) -> dict[str, Any]:
    """Return one file of access evidence in values for programs and tables."""
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
        "path": table.path if table else None,
        "not_understood": len(told.not_understood) if told else table.not_understood if table else 0,
        "contradictions": [one.because for one in disagreements if kept.evidence.name in one.names],
        "remarks": _remarks(kept),
    }


def _times(told: Told) -> Iterator[str]:
    """Yield from when to when what a file tells is, and of which span it has every sign-in."""
    times = [time for one in told.traces for time in (one.session.opened, one.session.last_seen) if time]
    times += [time for shift in told.shifts for time in (shift.start, shift.end)]
    times += [time for journey in told.journeys for time in (journey.start, journey.end)]
    if times:
        yield f"  times         {utc(min(times))} to {utc(max(times))} UTC"
    if told.covers_from and told.covers_until:
        yield f"  lists all     from {utc(told.covers_from)} to {utc(told.covers_until)} UTC"


def _reach(covers: Sequence[tuple[datetime, datetime]]) -> Iterator[str]:
    for since, until in covers:
        yield f"  lists all     from {utc(since)} to {utc(until)} UTC"
    if not covers:
        yield "  lists all     of no time: that a sign-in is missing says nothing"


def _contradictions(access: Access) -> Iterator[str]:
    """Yield where lists contradict each other, the first of them; all are in JSON, with the files that they are of."""
    yield from (f"  contradiction {visible(one.because)}" for one in access.disagreements[:MOST_CONTRADICTIONS])
    more = len(access.disagreements) - MOST_CONTRADICTIONS
    if more > 0:
        yield f"  contradiction and {more:,} more: countersign evidence list --format json"


def _holds(kept: KeptEvidence) -> str:
    told, table = kept.evidence.told, kept.evidence.table
    if table is not None:
        return f"{table.name}, {table.date or 'without a date'}, {counted(table.entries, 'entry', 'entries')}"
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
    told, table = kept.evidence.told, kept.evidence.table
    if table is not None:
        said = [f"it lies at {table.path}, and is used from there"]
        said += [] if table.date else ['it does not say as of when it is; a line "# date: 2026-10-01" would']
        lost = table.not_understood
        return [*said, *([f"{counted(lost, 'line')} of it {'is' if lost == 1 else 'are'} no network"] if lost else [])]
    if told is None:
        return []
    lost_records = [f"not understood: record {one.position + 1}: {one.reason}" for one in told.not_understood]
    return [*told.remarks, *lost_records]
