"""Makes STIX objects: their ids, what all of them have in common, and the things that were observed."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any
from uuid import UUID, uuid5

import msgspec

from countersign.report.document import Report
from countersign.report.exports.saying import instant, of_kind, uuid, value, without_nothing
from countersign.report.exports.stix.marking import OURS, marking
from countersign.report.record import Action, Exhibit, Span, Trace
from countersign.report.words import Words
from countersign.text import visible

Object = dict[str, Any]
OBSERVED = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""The namespace of ids of cyber-observables (STIX 2.1, section 2.9): the same address has the same id for everybody."""
ACCOUNT_TYPE: Mapping[str, str] = {"x": "twitter"}
"""STIX's own words for platforms, as far as it has one (account-type-ov)."""
# RFC 3986 without what may stand in it only percent-encoded.
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\"{}|\\^`\x00-\x1f\x7f-\U0010ffff]+")


def made(report: Report, kind: str, *place: object, **fields: Any) -> Object:
    """Return a domain or relationship object; its id is the same in every version of the case, `modified` is not."""
    record = report.record
    return {
        "type": kind, "spec_version": "2.1", "id": f"{kind}--{uuid(report, kind, *place)}",
        "created_by_ref": institution_id(report), "created": instant(record.since), "modified": instant(report.made),
        "object_marking_refs": [marking(report)], **without_nothing(fields),
    }  # fmt: skip


def institution_id(report: Report) -> str:
    """Return the id of whoever the account belongs to."""
    return f"identity--{uuid(report, 'identity')}"


def observed(report: Report, kind: str, contributing: Mapping[str, str | None], **fields: Any) -> Object:
    """Return a cyber-observable; its id is made of what the reader sees of it, as STIX wants it, and nothing else."""
    known = without_nothing(contributing)
    name = msgspec.json.encode(known, order="sorted").decode()  # as RFC 8785 for objects of plain text
    return {
        "type": kind, "spec_version": "2.1", "id": f"{kind}--{uuid5(OBSERVED, name)}",
        "object_marking_refs": [marking(report)], **known, **without_nothing(fields),
    }  # fmt: skip


def own_account(report: Report) -> Object:
    """Return the account that the case is about."""
    record = report.record
    login = visible(record.handles[0].removeprefix("@")) if record.handles else None
    return observed(
        report, "user-account", {"account_type": _type(report), "user_id": visible(record.account_id),
                                 "account_login": login}, display_name=report.account,
    )  # fmt: skip


def things_of(report: Report, action: Action) -> Iterator[Object]:
    """Yield whom and what an action was done to, as far as this reader sees it and STIX has an object for it."""
    author = value(action.author)
    if author is not None:
        yield observed(report, "user-account", {"account_type": _type(report), "account_login": author})
    for words in (action.object, *action.links):
        yield from _url(report, words)


def things_behind(report: Report, trace: Trace) -> Iterator[Object]:
    """Yield the address that an access came from."""
    address = value(of_kind(trace.place, "address"))
    try:
        version = ip_address(address or "").version
    except ValueError:
        return
    yield observed(report, f"ipv{version}-addr", {"value": address})


def seen_between(when: Span) -> dict[str, str]:
    """Return between when something was observed; nothing where no bounds are known: STIX needs both."""
    if when.first is None or when.last is None or when.first > when.last:
        return {}
    return {"first_observed": instant(when.first), "last_observed": instant(when.last)}


def ours(**fields: Any) -> dict[str, Object]:
    """Return our own properties as the extension that a bundle defines."""
    return {OURS: {"extension_type": "property-extension", **without_nothing(fields)}}


def leaf(report: Report, exhibit: Exhibit | None) -> list[Object]:
    """Return a reference to the record that shows something: its place in the evidence log."""
    if exhibit is None:
        return []
    return [
        {
            "source_name": "countersign evidence log", "external_id": f"leaf {exhibit.leaf}",
            "description": f"exhibit {exhibit.number}, {exhibit.how}, sealed {instant(exhibit.at)}, salted SHA-256 "
            f"{exhibit.digest}" + (f"; checkpoint {visible(report.checkpoint)}" if report.checkpoint else ""),
        }
    ]  # fmt: skip


def _type(report: Report) -> str:
    platform = report.record.platform
    return ACCOUNT_TYPE.get(platform, visible(platform))


def _url(report: Report, words: Words) -> Iterator[Object]:
    shown = value(words)
    if shown is not None and _URL.fullmatch(shown):
        yield observed(report, "url", {"value": shown})
