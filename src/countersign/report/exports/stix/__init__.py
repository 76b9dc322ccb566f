"""The case as a STIX 2.1 bundle: what was observed, how it weighs, how far it may go; never who did it."""

from collections.abc import Iterator, Mapping

from countersign.report.document import Report
from countersign.report.exports.notes import notes
from countersign.report.exports.saying import as_json, instant, summary, text, tlp, traced, uuid, value, withheld
from countersign.report.exports.stix.marking import constants
from countersign.report.exports.stix.objects import (
    Object,
    institution_id,
    leaf,
    made,
    ours,
    own_account,
    seen_between,
    things_behind,
    things_of,
)
from countersign.report.formats import Attached, Format
from countersign.report.record import Action, Exhibit, Trace
from countersign.text import bits


def bundle(report: Report, _: Attached) -> bytes:
    """Return a case as a STIX 2.1 bundle; nothing in it attributes anything to anybody.

    Source: OASIS, STIX Version 2.1 (10 June 2021).
    """
    objects = {one["id"]: one for one in _objects(report)}
    whole = _report(report, [ref for ref, one in objects.items() if one["type"] not in _NO_CONTENT])
    every = [*objects.values(), whole]
    return as_json({"type": "bundle", "id": f"bundle--{uuid(report, 'bundle', report.made)}", "objects": every})


stix = Format(name="stix", says="a STIX 2.1 bundle", endings=(".stix.json", ".stix"), write=bundle)

_NO_CONTENT = frozenset({"marking-definition", "extension-definition"})


def _objects(report: Report) -> Iterator[Object]:
    yield from constants(report)
    record = report.record
    institution = made(
        report, "identity", name=report.account, identity_class="organization",
        description="whoever the account belongs to",
    )  # fmt: skip
    institution["id"] = institution_id(report)
    del institution["created_by_ref"]
    account = own_account(report)
    incident = made(
        report, "incident", name=report.title, description=summary(report), labels=_labels(report),
        extensions=ours(state=record.state, answer=record.answer, checkpoint=report.checkpoint, tool=report.tool,
                        version=report.version, alarm=text(record.alarm)),
    )  # fmt: skip
    yield from (institution, account, incident)
    seen = []
    exhibits = {one.number: one for one in record.exhibits}
    for one in _observed(report, account, incident, exhibits):
        seen += [one] if one["type"] == "observed-data" else []
        yield one
    if seen:
        yield _sighting(report, incident, institution, seen)
    yield from _notes(report, incident)


def _notes(report: Report, incident: Object) -> Iterator[Object]:
    """Yield all else that is said of the incident.

    STIX' `opinion` says how far somebody agrees that an object is right, on a scale of five: no ratio between two
    explanations can be said with it, so the weighing is a note.
    """
    for one in notes(report.record):
        yield made(
            report, "note", *one.place, abstract=one.title, content=one.lines, object_refs=[incident["id"]]
        )  # fmt: skip
    for exhibit in report.record.exhibits:
        yield made(
            report, "note", "exhibit", exhibit.number, abstract=f"Exhibit {exhibit.number}",
            content=f"{text(exhibit.what)} ({exhibit.how}; {exhibit.contents})", object_refs=[incident["id"]],
            external_references=leaf(report, exhibit),
        )  # fmt: skip


def _labels(report: Report) -> list[str]:
    return ["social-media-account", *(["draft"] if report.is_draft else [])]


def _observed(report: Report, account: Object, incident: Object, exhibits: Mapping[int, Exhibit]) -> Iterator[Object]:
    for action in report.record.actions:
        things = [account, *things_of(report, action)]
        yield from things[1:]
        yield _action(report, incident, action, things, exhibits.get(action.exhibit or 0))
        if action.undone:
            yield _undo(report, incident, action, things, exhibits.get(action.undo_exhibit or 0))
    traces = {"access": report.record.access, "grant": report.record.grants, "change": report.record.changes}
    for kind, found in traces.items():
        for number, trace in enumerate(found, start=1):
            things = [account, *things_behind(report, trace)]
            yield from things[1:]
            yield _trace(report, incident, (kind, number), trace, things)


def _action(
    report: Report, incident: Object, action: Action, things: list[Object], exhibit: Exhibit | None
) -> Object:  # fmt: skip
    words = f"{action.did}: {text(action.target)} ({bits(action.bits)} bits, usual {bits(action.usual)})"
    pieces = {
        "author": action.author, "text": action.text, "object": action.object, "native_id": action.native_id,
        "client": action.instrument,
    }  # fmt: skip
    return _data(
        report, incident, ("action", action.number), words, seen_between(action.when), things, leaf(report, exhibit),
        ours(
            number=action.number, verb=action.verb, bits=action.bits, usual_bits=action.usual,
            shares={one.signal: one.bits for one in action.shares if one.bits is not None},
            because=[f"{one.signal}: {text(one.because)}" for one in action.shares if one.because],
            exact_time=action.when.at is not None, **_exhibited(exhibit),
            **{name: value(one) for name, one in pieces.items()},
            **{f"{name}_withheld": withheld(one) for name, one in pieces.items()},
        ),
    )  # fmt: skip


def _undo(report: Report, incident: Object, action: Action, things: list[Object], exhibit: Exhibit | None) -> Object:
    words = f"took back action {action.number}: {action.did} {text(action.target)}"
    extension = ours(number=action.number, exact_time=action.undone_when.at is not None, **_exhibited(exhibit))
    between = seen_between(action.undone_when)
    return _data(
        report, incident, ("undo", action.number), words, between, things, leaf(report, exhibit), extension
    )  # fmt: skip


def _trace(
    report: Report, incident: Object, place: tuple[object, ...], trace: Trace, things: list[Object]
) -> Object:  # fmt: skip
    between = seen_between(trace.when)
    if trace.until is not None and between:
        between["last_observed"] = instant(trace.until)
    return _data(
        report, incident, place, traced(trace), between, things, [], ours(kind=place[0], vouched=trace.vouched)
    )  # fmt: skip


def _exhibited(exhibit: Exhibit | None) -> Mapping[str, object]:
    return {"exhibit": exhibit.number, "leaf": exhibit.leaf, "digest": exhibit.digest} if exhibit else {}


def _data(
    report: Report, incident: Object, place: tuple[object, ...], words: str, between: Mapping[str, str],
    things: list[Object], references: list[Object], extension: Object,
) -> Object:  # fmt: skip
    """Return what was observed, or a note where no bounds of its time are known: STIX' observed-data needs both."""
    refs = list(dict.fromkeys(one["id"] for one in things))
    if not between:
        return made(
            report, "note", *place, abstract="Observed; the platform gives no time", content=words,
            object_refs=[incident["id"], *refs], external_references=references, extensions=extension,
        )  # fmt: skip
    extension = {key: {**one, "description": words} for key, one in extension.items()}
    return made(
        report, "observed-data", *place, **between, number_observed=1, object_refs=refs,
        external_references=references, extensions=extension,
    )  # fmt: skip


def _sighting(report: Report, incident: Object, institution: Object, seen: list[Object]) -> Object:
    """Return the link that STIX has between what was observed and what it belongs to."""
    mine = [one for one in seen if "bits" in next(iter(one["extensions"].values()))] or seen
    return made(
        report, "sighting", sighting_of_ref=incident["id"], where_sighted_refs=[institution["id"]],
        observed_data_refs=[one["id"] for one in seen], count=len(mine),
        first_seen=min(one["first_observed"] for one in mine), last_seen=max(one["last_observed"] for one in mine),
    )  # fmt: skip


def _report(report: Report, refs: list[str]) -> Object:
    """Return the report; a draft is a grouping, which STIX has for what is not published."""
    about = {"name": f"{report.title}, for {report.reader}, version {report.version}", "description": summary(report)}
    if report.is_draft:
        return made(report, "grouping", **about, context="suspicious-activity", object_refs=refs, labels=["draft"])
    return made(
        report, "report", **about, report_types=["observed-data"], published=instant(report.made), object_refs=refs,
        labels=[f"tlp:{tlp(report)}"],
    )  # fmt: skip
