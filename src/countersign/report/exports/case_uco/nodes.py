"""Makes nodes of CASE and UCO: their ids, times, and the things that were observed."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from countersign.report.document import Report
from countersign.report.exports.saying import instant, of_kind, uuid, value, without_nothing
from countersign.report.record import Action, Exhibit, Span, Trace
from countersign.report.words import Words
from countersign.text import visible

Node = dict[str, Any]
CONTEXT: Mapping[str, str] = {
    "kb": "https://countersign.example/kb/", "cs": "https://countersign.example/ns/",
    "action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "analysis": "https://ontology.unifiedcyberontology.org/uco/analysis/",
    "core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "investigation": "https://ontology.caseontology.org/case/investigation/",
    "marking": "https://ontology.unifiedcyberontology.org/uco/marking/",
    "observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
"""The namespaces of CASE 1.4 and UCO 1.4; `kb` holds our nodes, `cs` the figures that no ontology has a word for."""


def node(report: Report, kind: str, *place: object, **fields: Any) -> Node:
    """Return a node; its id ends in a UUID, as UCO wants it, made of its place in the case."""
    name = kind.partition(":")[2].lower()
    return {
        "@id": f"kb:{name}-{uuid(report, kind, *place)}", "@type": kind,
        **{key.replace("__", ":"): one for key, one in without_nothing(fields).items()},
    }  # fmt: skip


def ref(one: Node) -> Node:
    """Return what points at a node."""
    return {"@id": one["@id"]}


def refs(nodes: Iterator[Node] | list[Node]) -> list[Node]:
    """Return what points at nodes, each once."""
    return [{"@id": one} for one in dict.fromkeys(one["@id"] for one in nodes)]


def time(at: datetime | None) -> Node | None:
    """Return a time as UCO writes it; None where there is none."""
    return None if at is None else {"@type": "xsd:dateTime", "@value": instant(at)}


def decimal(number: float | None) -> Node | None:
    """Return a figure with all its digits, never in the notation with an exponent, which xsd:decimal has not."""
    return None if number is None else {"@type": "xsd:decimal", "@value": f"{number:.10f}".rstrip("0").rstrip(".")}


def span(when: Span) -> dict[str, Any]:
    """Return when an action was: its instant as start and end, or the bounds that it lies between, marked as such."""
    first, last = when.first, when.last
    if first is not None and last is not None and first > last:
        first = last = None
    tag = None if when.at is not None else "time-not-given: startTime and endTime are bounds"
    return {"action__startTime": time(first), "action__endTime": time(last), "core__tag": tag}


def account(
    report: Report, *place: object, login: str | None, number: str | None = None, shown: str = ""
) -> list[Node]:
    """Return an account with its facets."""
    facets = [
        node(report, "observable:AccountFacet", *place, observable__accountIdentifier=number),
        node(report, "observable:DigitalAccountFacet", *place, observable__accountLogin=login,
             observable__displayName=shown),
    ]  # fmt: skip
    kept = [one for one in facets if len(one) > 2]
    return [node(report, "observable:DigitalAccount", *place, core__name=login, core__hasFacet=refs(kept)), *kept]


def own_account(report: Report) -> list[Node]:
    """Return the account that the case is about."""
    record = report.record
    login = visible(record.handles[0].removeprefix("@")) if record.handles else None
    return account(report, "own", login=login, number=visible(record.account_id), shown=report.account)


def post(report: Report, action: Action, by: list[Node], *, own: bool) -> list[Node]:
    """Return what was written, or what an action was done to, with its text and id as far as the reader sees them."""
    shown, native = value(action.text), value(action.native_id)
    if shown is None and native is None:
        return []
    facet = node(
        report, "observable:MessageFacet", action.number, observable__messageText=shown, observable__messageID=native,
        observable__sentTime=time(action.when.at) if own else None, observable__from=ref(by[0]) if by else None,
    )  # fmt: skip
    return [node(report, "observable:Message", action.number, core__hasFacet=[ref(facet)]), facet]


def urls(report: Report, action: Action) -> Iterator[Node]:
    """Yield the addresses that an action was done to or linked to, each followed by its facet."""
    for number, words in enumerate((action.object, *action.links)):
        shown = value(words)
        if shown is not None and "://" in shown:
            facet = node(report, "observable:URLFacet", action.number, number, observable__fullValue=shown)
            yield node(report, "observable:URL", action.number, number, core__hasFacet=[ref(facet)])
            yield facet


def application(report: Report, words: Words) -> list[Node]:
    """Return an application; the same name is the same node."""
    name = value(words)
    return [node(report, "observable:Application", name, core__name=name)] if name else []


def address(report: Report, trace: Trace) -> list[Node]:
    """Return the address that an access came from, with its facet."""
    shown = value(of_kind(trace.place, "address"))
    try:
        kind = f"observable:IPv{ip_address(shown or '').version}Address"
    except ValueError:
        return []
    facet = node(report, f"{kind}Facet", shown, observable__addressValue=shown)
    return [node(report, kind, shown, core__hasFacet=[ref(facet)]), facet]


def sealed(report: Report, exhibit: Exhibit) -> list[Node]:
    """Return the record that an exhibit is, with its hash."""
    digest = node(
        report, "types:Hash", exhibit.number, types__hashMethod="SHA256",
        types__hashValue={"@type": "xsd:hexBinary", "@value": exhibit.digest},
    )  # fmt: skip
    if not exhibit.digest:
        return [node(report, "observable:ObservableObject", "exhibit", exhibit.number)]
    facet = node(report, "observable:ContentDataFacet", exhibit.number, observable__hash=[ref(digest)])
    return [
        node(report, "observable:ObservableObject", "exhibit", exhibit.number, core__hasFacet=[ref(facet)],
             core__description="a record in the evidence log; the hash is of its random salt and its bytes"),
        facet, digest,
    ]  # fmt: skip
