"""Makes MISP objects after MISP's own templates, with types and categories as the templates have them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from countersign.report.document import Report
from countersign.report.exports.saying import uuid, without_nothing
from countersign.report.record import Span

Fields = dict[str, Any]
Value = str | None
INHERIT = "5"
"""Distribution of a part: that of the event."""


class Template(msgspec.Struct, frozen=True):
    """One object template: what MISP calls it, its category, id and version, and the type of each attribute."""

    name: str
    kind: str
    uuid: str
    version: str
    types: Mapping[str, str]


def _texts(*names: str) -> Mapping[str, str]:
    return dict.fromkeys(names, "text")


ACCOUNT = Template(
    "user-account", "misc", "49606b06-22f0-4ac8-8eee-2f12ad46f3d3", "6",
    _texts("username", "user-id", "display-name", "account-type", "description"),
)  # fmt: skip
EVENT = Template(
    "temporal-event", "misc", "d79f2d25-2937-44d3-a6d4-2f36f2505448", "2",
    _texts("summary", "description", "type"),
)  # fmt: skip
POST = Template(
    "microblog", "misc", "8ec8c911-ddbe-4f5b-895b-fbff70c42a60", "20",
    {"post": "text", "username": "text", "type": "text", "language": "text", "url": "url", "embedded-link": "url",
     "twitter-id": "twitter-id", "creation-date": "datetime", "removal-date": "datetime"},
)  # fmt: skip
CASE = Template(
    "forensic-case", "misc", "3ea36022-ae93-455e-88b1-d43aca789cac", "1",
    _texts("case-number", "case-name", "additional-comments"),
)  # fmt: skip
EVIDENCE = Template(
    "forensic-evidence", "misc", "fe44c648-63ef-43fc-b3de-af71a2e023e4", "2",
    _texts("case-number", "evidence-number", "name", "acquisition-method", "acquisition-tools", "additional-comments",
            "type"),
)  # fmt: skip
ANNOTATION = Template(
    "annotation", "misc", "5d8dc046-15a1-4ca3-a09f-ed4ede7c4487", "3",
    {"text": "text", "type": "text", "format": "text", "creation-date": "datetime"},
)  # fmt: skip
FILE = Template(
    "file", "file", "688c46fb-5edb-40a3-8273-1af7923e2215", "25",
    {"filename": "filename", "sha256": "sha256", "text": "text"},
)  # fmt: skip

CATEGORY: Mapping[str, str] = {
    "text": "Other", "datetime": "Other", "url": "External analysis", "twitter-id": "Social network",
    "filename": "External analysis", "sha256": "External analysis", "ip-src": "Network activity",
}  # fmt: skip
TELLING = frozenset({"username", "user-id", "url", "embedded-link", "twitter-id", "sha256", "ip-src"})
"""What may be correlated with other events; numbers, kinds and sentences would only be found everywhere."""


def made(
    report: Report, template: Template, place: Iterable[object], fields: Mapping[str, Value | Iterable[str]], *,
    when: Span | None = None, comment: str = "", to: Mapping[str, str] | None = None,
) -> Fields:  # fmt: skip
    """Return an object; `when` bounds when it was seen, `to` are objects that it refers to, by how it does."""
    place = tuple(place)
    mine = str(uuid(report, template.name, *place))
    attributes = [
        attribute(report, template.types[relation], one, (template.name, *place, relation, number), relation=relation)
        for relation, values in fields.items()
        for number, one in enumerate([values] if isinstance(values, str) else values or ())
        if one.strip()
    ]
    references = [
        {
            "uuid": str(uuid(report, mine, other)), "object_uuid": mine, "referenced_uuid": other,
            "relationship_type": how, "timestamp": stamp(report.made),
        }
        for other, how in (to or {}).items()
    ]  # fmt: skip
    return without_nothing({
        "name": template.name, "meta-category": template.kind, "template_uuid": template.uuid,
        "template_version": template.version, "uuid": mine, "timestamp": stamp(report.made), "distribution": INHERIT,
        "comment": comment, **seen(when), "Attribute": attributes, "ObjectReference": references, "deleted": False,
    })  # fmt: skip


def attribute(
    report: Report, kind: str, value: str, place: Iterable[object], *, relation: str = "", comment: str = "",
    when: Span | None = None,
) -> Fields:  # fmt: skip
    """Return one attribute: never for detection, since what an account did is no indicator of anything."""
    return without_nothing({
        "uuid": str(uuid(report, "attribute", *place)), "type": kind, "category": CATEGORY[kind],
        "object_relation": relation, "value": value.strip(), "to_ids": False, "distribution": INHERIT,
        "comment": comment, "timestamp": stamp(report.made), **seen(when), "deleted": False,
        "disable_correlation": (relation or kind) not in TELLING,
    })  # fmt: skip


def stamp(at: datetime) -> str:
    """Return a time as MISP writes when something was last changed: seconds since 1970."""
    return str(int(at.timestamp()))


def iso(at: datetime) -> str:
    """Return a time as MISP writes when something was seen: ISO 8601 with microseconds and offset.

    >>> iso(datetime(2026, 9, 9, 1, 14, 7, tzinfo=UTC))
    '2026-09-09T01:14:07.000000+00:00'
    """
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def seen(when: Span | None) -> Fields:
    """Return between when something was seen, as far as it is known: for an instant, the same twice."""
    if when is None:
        return {}
    first, last = when.first, when.last
    if first is not None and last is not None and first > last:
        return {}
    return without_nothing({"first_seen": iso(first) if first else None, "last_seen": iso(last) if last else None})
