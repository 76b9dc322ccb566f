"""The case as CASE/UCO JSON-LD: what was observed, how each exhibit was obtained, and what was made of it, by what."""

from collections.abc import Iterator

from countersign.activity import WRITTEN
from countersign.report.document import Report
from countersign.report.exports.case_uco.nodes import (
    CONTEXT,
    Node,
    account,
    address,
    application,
    decimal,
    node,
    own_account,
    post,
    ref,
    refs,
    sealed,
    span,
    time,
    urls,
)
from countersign.report.exports.notes import notes
from countersign.report.exports.saying import acted, as_json, of_kind, summary, text, tlp, traced, value, withheld
from countersign.report.formats import Attached, Format
from countersign.report.record import Action, Span, Trace
from countersign.text import bits, visible


def graph(report: Report, _: Attached) -> bytes:
    """Return a case as JSON-LD. Source: CASE 1.4.0 and UCO 1.4.0 (ontologies with SHACL shapes)."""
    found = {one["@id"]: one for one in _nodes(report)}
    things = [one for one in found.values() if not _is_part(one)]
    whole = node(
        report, "investigation:Investigation", core__name=report.title, core__description=[summary(report)],
        core__objectStatus="Draft" if report.is_draft else "Final", core__objectCreatedTime=time(report.record.since),
        core__modifiedTime=[time(report.made)], investigation__investigationForm="incident",
        investigation__investigationStatus=report.record.state, investigation__focus=["use of a social-media account"],
        core__object=refs(things), cs__checkpoint=visible(report.checkpoint), cs__reportVersion=report.version,
        cs__reader=report.reader, cs__answer=report.record.answer,
    )  # fmt: skip
    marking = next(one for one in things if one["@type"] == "marking:MarkingDefinition")
    whole["core:objectMarking"] = [ref(marking)]
    return as_json({"@context": CONTEXT, "@graph": [whole, *found.values()]})


case = Format(name="case", says="CASE/UCO (JSON-LD)", endings=(".jsonld",), write=graph)


def _is_part(one: Node) -> bool:
    """Say whether a node is a part of another one, and no object of its own."""
    return one["@type"].endswith("Facet") or one["@type"] in ("types:Hash", "marking:StatementMarking")


def _nodes(report: Report) -> Iterator[Node]:
    draft = " (draft: not to be passed on)" if report.is_draft else ""
    model = node(
        report, "marking:StatementMarking", marking__definitionType="statement",
        marking__statement=f"TLP:{tlp(report).upper()}{draft}",
    )  # fmt: skip
    yield from (model, node(report, "marking:MarkingDefinition", marking__definitionType="statement",
                            marking__definition=[ref(model)]))  # fmt: skip
    institution = node(report, "identity:Organization", core__name=report.account)
    name, _, version = report.tool.rpartition(" ")
    tool = node(report, "tool:Tool", core__name=name or report.tool, tool__version=version, tool__toolType="analysis")
    weighing = node(
        report, "analysis:Analysis", core__name=f"weighed against the account's habit ({report.tool})",
        action__instrument=[ref(tool)], action__endTime=time(report.made),
    )  # fmt: skip
    own = own_account(report)
    yield from (institution, tool, weighing, *own)
    for action in report.record.actions:
        yield from _action(report, action, own[0], weighing)
    record = report.record
    for kind, traces in (("access", record.access), ("grant", record.grants), ("change", record.changes)):
        for number, trace in enumerate(traces, start=1):
            yield from _trace(report, (kind, number), trace, own[0])
    yield from _exhibits(report, tool)
    yield from _notes(report, tool, own[0])


def _action(report: Report, action: Action, own: Node, weighing: Node) -> Iterator[Node]:
    author, by_us = value(action.author), action.verb in WRITTEN
    person = account(report, "other", author, login=author) if author else []
    message = post(report, action, [own] if by_us else person, own=by_us)
    links, client = list(urls(report, action)), application(report, action.instrument)
    things = [*([] if by_us else message[:1]), *person[:1], *(one for one in links if not _is_part(one))]
    done = node(
        report, "observable:ObservableAction", "action", action.number, core__name=action.did,
        core__description=[f"{report.account} {action.did}: {text(action.target)}"], action__performer=ref(own),
        action__object=refs(things), action__result=refs(message[:1]) if by_us else None,
        action__instrument=refs(client), cs__verb=action.verb, cs__exhibit=action.exhibit, **span(action.when),
        **{f"cs__{name}Withheld": withheld(words) for name, words in (
            ("author", action.author), ("text", action.text), ("object", action.object), ("nativeId", action.native_id),
            ("application", action.instrument))},
        cs__linkWithheld=[digest for one in action.links if (digest := withheld(one))],
    )  # fmt: skip
    yield from (*person, *message, *links, *client, done, _weighed(report, action, done, weighing))
    if action.undone:
        yield node(
            report, "observable:ObservableAction", "undo", action.number,
            core__name=f"took back action {action.number}",
            action__performer=ref(own), action__object=[ref(done)], cs__exhibit=action.undo_exhibit,
            **span(action.undone_when),
        )  # fmt: skip


def _weighed(report: Report, action: Action, done: Node, weighing: Node) -> Node:
    shares = [
        f"{one.signal} {'not observed' if one.bits is None else bits(one.bits)}: {text(one.because)}"
        for one in action.shares
    ]
    first = f"{action.bits:.4f} bits that somebody else than the account's habit did it (usual {action.usual:.4f})"
    return node(
        report, "analysis:AnalyticResult", "action", action.number, core__statement=[first, *shares],
        analysis__originatingAnalysis=ref(weighing), analysis__resultContent=[ref(done)], cs__bits=decimal(action.bits),
        cs__usualBits=decimal(action.usual),
    )  # fmt: skip


def _trace(report: Report, place: tuple[object, ...], trace: Trace, own: Node) -> Iterator[Node]:
    came_from, client = address(report, trace), application(report, of_kind(trace.what, "application"))
    yield from (*came_from, *client)
    when = span(Span(at=trace.when.at, start=trace.when.start, end=trace.when.end))
    if trace.until is not None:
        when["action__endTime"] = time(trace.until)
    yield node(
        report, "observable:ObservableAction", *place, core__name=str(place[0]), core__description=[traced(trace)],
        action__object=[ref(own)], action__participant=refs(came_from[:1]), action__instrument=refs(client), **when,
    )  # fmt: skip


def _exhibits(report: Report, tool: Node) -> Iterator[Node]:
    """Yield each exhibit with how, when and by what it was obtained."""
    for one in report.record.exhibits:
        kept = sealed(report, one)
        provenance = node(
            report, "investigation:ProvenanceRecord", one.number, investigation__exhibitNumber=str(one.number),
            core__description=[f"{text(one.what)}; {one.how}; grade {one.grade}; {one.contents}"],
            core__object=[ref(kept[0])], cs__leaf=one.leaf,
        )  # fmt: skip
        yield from (*kept, provenance)
        yield node(
            report, "investigation:InvestigativeAction", "seal", one.number, core__name="sealed in the evidence log",
            core__description=[one.how], action__startTime=time(one.at), action__endTime=time(one.at),
            action__instrument=[ref(tool)], action__result=[ref(kept[0]), ref(provenance)],
        )  # fmt: skip


def _notes(report: Report, tool: Node, own: Node) -> Iterator[Node]:
    for kind, name, acts in (
        ("act", "done about it", report.record.acts), ("correction", "corrected", report.record.corrections),
    ):  # fmt: skip
        for number, act in enumerate(acts, start=1):
            yield node(
                report, "investigation:InvestigativeAction", kind, number, core__name=name,
                core__description=[acted(act)], action__startTime=time(act.at), action__endTime=time(act.at),
                action__instrument=[ref(tool)], cs__leaf=act.leaf,
            )  # fmt: skip
    for one in notes(report.record):
        if one.kind not in ("act", "correction"):
            yield node(
                report, "core:Annotation", *one.place, core__name=one.title, core__statement=[one.lines],
                core__object=[ref(own)],
            )  # fmt: skip
