"""The case as Timesketch's JSON lines: one event a line, and two that bound it where the platform gives no time."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from countersign.report.document import Report
from countersign.report.exports.saying import (
    acted,
    as_json,
    of_kind,
    sentence,
    text,
    tlp,
    traced,
    uuid,
    value,
    withheld,
    without_nothing,
)
from countersign.report.formats import Attached, Format
from countersign.report.record import Action, Exhibit, Span, Trace
from countersign.report.words import Words
from countersign.text import bits, visible

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NO_TIME = "the platform gives no time"
NEEDS_A_PERSON = "needs-a-person"

Fields = Mapping[str, Any]


def lines(report: Report, _: Attached) -> bytes:
    """Return a case as JSON lines, in the order of time, as Timesketch's importer takes them.

    Source: Timesketch, "Create timeline from JSON/JSONL/CSV file": message, datetime (ISO 8601) and timestamp_desc are
    needed, timestamp is microseconds since 1970; what else there is becomes an attribute.
    """
    about = _about(report)
    found = sorted(_events(report), key=lambda event: event["timestamp"])
    return b"".join(as_json({**event, **about}, indent=0) for event in found)


timesketch = Format(
    name="timesketch", says="a timeline for Timesketch (JSON lines)", endings=(".jsonl",), write=lines
)  # fmt: skip


def _about(report: Report) -> Fields:
    record = report.record
    return without_nothing({
        "account": report.account, "account_id": visible(record.account_id), "platform": visible(record.platform),
        "incident": report.incident, "reader": report.reader, "report_version": report.version, "tool": report.tool,
        "checkpoint": visible(report.checkpoint),
    })  # fmt: skip


def _events(report: Report) -> Iterator[Fields]:
    record = report.record
    exhibits = {one.number: one for one in record.exhibits}
    for action in record.actions:
        yield from _action(report, action, exhibits)
    for kind, desc, traces in (
        ("access", "Access", record.access), ("grant", "Application let in", record.grants),
        ("change", "Access changed", record.changes),
    ):  # fmt: skip
        for number, trace in enumerate(traces, start=1):
            yield from _trace(report, kind, desc, number, trace)
    for number, act in enumerate(record.acts, start=1):
        yield _event(report, ("act", number), act.at, "Done about it", acted(act), leaf=act.leaf)
    for number, act in enumerate(record.corrections, start=1):
        yield _event(report, ("correction", number), act.at, "Corrected", acted(act), leaf=act.leaf)
    yield from _said(report)
    for one in record.exhibits:
        words = f"Exhibit {one.number} sealed: {text(one.what)} ({one.how})"
        yield _event(report, ("exhibit", one.number), one.at, "Sealed", words, **_shown(one))


def _action(report: Report, action: Action, exhibits: Mapping[int, Exhibit]) -> Iterator[Fields]:
    told = {**_told(action), **_shown(exhibits.get(action.exhibit or 0))}
    words = f"{report.account} {action.did}: {text(action.target)} ({bits(action.bits)} bits)"
    yield from _spanned(report, ("action", action.number), action.when, "Action", words, told)
    if action.undone:
        told = {"number": action.number, **_shown(exhibits.get(action.undo_exhibit or 0))}
        words = f"{report.account} took back action {action.number}: {action.did} {text(action.target)}"
        yield from _spanned(report, ("undo", action.number), action.undone_when, "Taken back", words, told)


def _told(action: Action) -> Fields:
    """Return what is known of an action, flat: Timesketch has no lists but tags."""
    pieces: dict[str, Words] = {
        "author": action.author, "text": action.text, "object": action.object, "native_id": action.native_id,
        "client": action.instrument,
    }  # fmt: skip
    why = "; ".join(f"{one.signal}: {text(one.because)}" for one in action.shares if one.because)
    return without_nothing({
        "number": action.number, "verb": action.verb, "bits": action.bits, "usual_bits": action.usual,
        **{f"bits_{one.signal}": one.bits for one in action.shares}, "why": why,
        **{name: value(words) for name, words in pieces.items()},
        **{f"{name}_withheld": withheld(words) for name, words in pieces.items()},
        "links": " ".join(shown for one in action.links if (shown := value(one))),
        "links_withheld": " ".join(digest for one in action.links if (digest := withheld(one))),
        "undone": "yes" if action.undone else "no",
    })  # fmt: skip


def _trace(report: Report, kind: str, desc: str, number: int, trace: Trace) -> Iterator[Fields]:
    address, device = of_kind(trace.place, "address"), of_kind(trace.what, "device")
    told = without_nothing({
        "number": number, "ip": value(address), "ip_withheld": withheld(address), "device": value(device),
        "device_withheld": withheld(device), "client": value(of_kind(trace.what, "application")),
        "vouched": trace.vouched,
    })  # fmt: skip
    words = f"{report.account}: {traced(trace)}"
    yield from _spanned(report, (kind, number), trace.when, desc, words, told)
    if trace.until is not None:
        yield _event(report, (kind, number, "until"), trace.until, f"{desc}, last seen", words, **told)


def _said(report: Report) -> Iterator[Fields]:
    for number, one in enumerate(report.record.answers, start=1):
        tags = [NEEDS_A_PERSON] if one.sentence.needs_a_person else []
        yield _event(report, ("answer", number), one.at, "Answered", sentence(one.sentence), leaf=one.leaf, tags=tags)
    for number, claim in enumerate(report.record.claims, start=1):
        tags = [NEEDS_A_PERSON] if claim.sentence.needs_a_person else []
        when = Span(at=claim.start if claim.start == claim.end else None, start=claim.start, end=claim.end)
        told: Fields = {"answer": claim.answer, "tags": tags}
        yield from _spanned(
            report, ("claim", number), when, "Said in public of this time", sentence(claim.sentence), told
        )


def _shown(exhibit: Exhibit | None) -> Fields:
    if exhibit is None:
        return {}
    return {"exhibit": exhibit.number, "leaf": exhibit.leaf, "digest": exhibit.digest, "grade": exhibit.grade}


def _spanned(
    report: Report, place: tuple[object, ...], when: Span, desc: str, words: str, told: Fields
) -> Iterator[Fields]:
    """Yield one event for an instant, two that name each other for bounds; without any, it is not after the report."""
    if when.at is not None:
        yield _event(report, place, when.at, desc, words, **told)
        return
    start, end = when.start, when.end or report.made
    bounds = [("not before", start), ("not after", end)] if start is not None and start <= end else [("not after", end)]
    for bound, at in bounds:
        others = [str(uuid(report, *place, other)) for other, _ in bounds if other != bound]
        yield _event(
            report, (*place, bound), at, f"{desc}, {bound}", f"{words} [{bound} this: {NO_TIME}]", **told,
            bound=bound, other_bound_id="".join(others) or None,
        )  # fmt: skip


def _event(
    report: Report, place: tuple[object, ...], at: datetime, desc: str, words: str, *, tags: list[str] | None = None,
    **told: Any,
) -> Fields:  # fmt: skip
    there = at.astimezone(UTC)
    return without_nothing({
        "message": words, "datetime": there.isoformat(), "timestamp": (there - EPOCH) // timedelta(microseconds=1),
        "timestamp_desc": desc, "data_type": f"countersign:{place[0]}", "event_id": str(uuid(report, *place)),
        "tag": ["countersign", f"tlp:{tlp(report)}", *(tags or ())], **told,
    })  # fmt: skip
