"""The case as a MISP event: what happened with its bounds in time, what backs it, and the report; nothing to detect."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from countersign.activity import WRITTEN
from countersign.report.as_markdown import as_markdown
from countersign.report.document import Report
from countersign.report.exports.misp.objects import (
    ACCOUNT,
    ANNOTATION,
    CASE,
    EVENT,
    EVIDENCE,
    FILE,
    INHERIT,
    POST,
    Fields,
    attribute,
    iso,
    made,
    stamp,
)
from countersign.report.exports.notes import notes
from countersign.report.exports.saying import as_json, of_kind, summary, text, tlp, traced, uuid, value, withheld
from countersign.report.formats import Attached, Format
from countersign.report.record import Action, Span, Trace
from countersign.report.words import Words
from countersign.text import bits, visible

ORGANISATION, COMMUNITIES = "0", "3"
UNDEFINED_THREAT, COMPLETED, ONGOING = "4", "2", "1"
VIRTUAL = "Virtual Event"
_URL = re.compile(r"https?://[^\s<>\"]+")
_DIGITS = re.compile(r"\d{5,25}")


def event(report: Report, _: Attached) -> bytes:
    """Return a case as one MISP event. Source: MISP core format (draft-dulaunoy-misp-core-format) and its templates."""
    objects = list(_objects(report))
    return as_json({"Event": {
        "uuid": str(uuid(report, "event")), "info": f"{report.title}: {report.record.did}, for {report.reader}",
        "date": f"{_date(report):%Y-%m-%d}", "timestamp": stamp(report.made), "published": False,
        "threat_level_id": UNDEFINED_THREAT, "analysis": ONGOING if report.is_draft else COMPLETED,
        "distribution": _distribution(report),
        "Orgc": {"name": report.account, "uuid": str(uuid(report, "identity"))},
        "Tag": [{"name": name} for name in _tags(report)],
        "Attribute": list(_addresses(report)), "Object": objects, "EventReport": [_whole(report)],
    }})  # fmt: skip


misp = Format(name="misp", says="a MISP event (JSON)", endings=(".misp.json", ".misp"), write=event)


def _distribution(report: Report) -> str:
    """Return how far MISP may pass it on: only what the public gets, once somebody vouched for it, leaves the house."""
    return COMMUNITIES if tlp(report) == "clear" else ORGANISATION


def _tags(report: Report) -> tuple[str, ...]:
    draft = ('workflow:state="draft"',) if report.is_draft else ()
    return (f"tlp:{tlp(report)}", *draft)


def _date(report: Report) -> object:
    known = [first for one in report.record.actions if (first := one.when.first)]
    return min(known, default=report.made)


def _whole(report: Report) -> Fields:
    return {
        "uuid": str(uuid(report, "report")), "name": f"{report.title}, version {report.version}",
        "content": as_markdown(report).decode("utf-8"), "distribution": INHERIT, "timestamp": stamp(report.made),
        "deleted": False,
    }  # fmt: skip


def _objects(report: Report) -> Iterator[Fields]:
    record = report.record
    account = made(report, ACCOUNT, (), {
        "username": visible(record.handles[0].removeprefix("@")) if record.handles else None,
        "user-id": visible(record.account_id), "display-name": report.account, "account-type": visible(record.platform),
    })  # fmt: skip
    case = made(report, CASE, (), {
        "case-number": str(report.incident), "case-name": report.title,
        "additional-comments": "\n".join(filter(None, (
            summary(report), f"state: {record.state}", f"weighed: {record.answer}", f"by {report.tool}",
            f"checkpoint {visible(report.checkpoint)}" if report.checkpoint else "nothing was sealed",
        ))),
    })  # fmt: skip
    yield from (account, case)
    for action in record.actions:
        yield from _action(report, action, account["uuid"])
    for kind, traces in (("access", record.access), ("grant", record.grants), ("change", record.changes)):
        for number, trace in enumerate(traces, start=1):
            yield _trace(report, (kind, number), trace, account["uuid"])
    yield from _evidence(report, case["uuid"])
    for one in notes(record):
        fields = {"text": f"{one.title}\n{one.lines}", "type": "Annotation", "format": "text"}
        dated = {"creation-date": iso(one.at)} if one.at else {}
        yield made(report, ANNOTATION, one.place, {**fields, **dated}, to={case["uuid"]: "annotates"})


def _action(report: Report, action: Action, account: str) -> Iterator[Fields]:
    post = _post(report, action)
    refers = {account: "performed-by", **({post["uuid"]: "related-to"} if post else {})}
    shares = [
        f"{one.signal} {'not observed' if one.bits is None else bits(one.bits)}: {text(one.because)}"
        for one in action.shares
    ]
    facts = (
        f"{action.verb}; {action.bits:.4f} bits, usual {action.usual:.4f}; exhibit {action.exhibit or 'not sealed'}; "
        f"{'the platform gives the time' if action.when.at else 'the platform gives no time: bounds'}"
    )
    hidden = [f"{name}, withheld: {digest}" for name, digest in _hidden(action)]
    yield made(report, EVENT, ("action", action.number), {
        "summary": f"{report.account} {action.did}: {text(action.target)}", "type": VIRTUAL,
        "description": [facts, *shares, *hidden],
    }, when=action.when, to=refers)  # fmt: skip
    if post:
        yield post
    if action.undone:
        yield made(report, EVENT, ("undo", action.number), {
            "summary": f"{report.account} took back action {action.number}: {action.did} {text(action.target)}",
            "type": VIRTUAL, "description": [f"exhibit {action.undo_exhibit or 'not sealed'}"],
        }, when=action.undone_when, to=refers)  # fmt: skip


def _hidden(action: Action) -> Iterator[tuple[str, str]]:
    pieces: dict[str, Words] = {
        "author": action.author, "text": action.text, "object": action.object, "native id": action.native_id,
        "application": action.instrument, **{f"link {at}": one for at, one in enumerate(action.links, start=1)},
    }  # fmt: skip
    yield from ((name, digest) for name, words in pieces.items() if (digest := withheld(words)))


def _post(report: Report, action: Action) -> Fields | None:
    """Return what the action was done to, or what was written, where MISP's template has all that it needs."""
    own = action.verb in WRITTEN
    native, shown = value(action.native_id), value(action.text)
    urls = [one for words in (action.object,) if (one := value(words)) and _URL.fullmatch(one)]
    if not shown and not urls:
        return None
    links = [one for words in action.links if (one := value(words)) and _URL.fullmatch(one)]
    is_x = report.record.platform == "x" and native is not None and _DIGITS.fullmatch(native)
    gone = action.undone_when.at if own else None
    by = report.record.handles[0].removeprefix("@") if own and report.record.handles else None
    return made(report, POST, ("post", action.number), {
        "post": shown, "username": visible(by) if by else None if own else value(action.author),
        "type": "Twitter" if report.record.platform == "x" else "Other", "url": [] if own else urls,
        "embedded-link": links, "twitter-id": native if is_x else None,
        "creation-date": iso(action.when.at) if own and action.when.at else None,
        "removal-date": iso(gone) if gone else None,
    })  # fmt: skip


def _trace(report: Report, place: tuple[object, ...], trace: Trace, account: str) -> Fields:
    when = Span(start=trace.when.first, end=trace.until or trace.when.last)
    fields = {"summary": f"{report.account}: {traced(trace)}", "type": VIRTUAL}
    return made(report, EVENT, place, fields, when=when, to={account: "related-to"})


def _addresses(report: Report) -> Iterator[Fields]:
    """Yield each address that the account was reached from once, with all that is known of when."""
    found: dict[str, list[Span]] = {}
    for trace in report.record.access:
        address = value(of_kind(trace.place, "address"))
        if address and _is_address(address):
            span = Span(start=trace.when.first, end=trace.until or trace.when.last)
            found.setdefault(address, []).append(span)
    for address, spans in found.items():
        starts, ends = [one.start for one in spans if one.start], [one.end for one in spans if one.end]
        when = Span(start=min(starts, default=None), end=max(ends, default=None))
        comment = f"the account was reached from it {len(spans):,} times near the incident; that says nothing of who"
        yield attribute(report, "ip-src", address, ("address", address), comment=comment, when=when)


def _is_address(shown: str) -> bool:
    try:
        return bool(ip_address(shown))
    except ValueError:
        return False


def _evidence(report: Report, case: str) -> Iterator[Fields]:
    for one in report.record.exhibits:
        yield made(report, EVIDENCE, (one.number,), {
            "case-number": str(report.incident), "evidence-number": str(one.number), "name": text(one.what),
            "acquisition-method": "Logical collection", "acquisition-tools": [report.tool],
            "additional-comments": f"{one.how}; sealed {iso(one.at)} as leaf {one.leaf} of the evidence log; salted "
            f"SHA-256 {one.digest}; grade {one.grade}; {one.contents}",
        }, when=Span(at=one.at), to={case: "included-in"})  # fmt: skip
    if report.record.bundle:
        bundle = report.record.bundle
        yield made(report, FILE, ("bundle",), {
            "filename": visible(bundle.name), "sha256": bundle.sha256,
            "text": ["the bundle; verify.py in it checks it"],
        }, to={case: "included-in"})  # fmt: skip
