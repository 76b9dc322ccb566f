"""Keeps a report as one record of the log, so that a bundle carries it and any form is made from it again."""

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from countersign.errors import EvidenceError
from countersign.report.as_json import SCHEMA, as_json
from countersign.report.case import Bundle
from countersign.report.document import Report, Section
from countersign.report.readers import FOR, Reader
from countersign.report.sections.kept import HOW_TO_CHECK, how_to_check

KIND: Final = "report"
"""What the body of the `analysis` entry says that it is."""


class _Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of the entry: the JSON report as text, since canonical JSON has no fractions."""

    incident: int
    kind: Literal["report"]
    reader: str
    report: str
    v: Literal[1]


class _Written(msgspec.Struct, frozen=True, kw_only=True):
    """A JSON report, as `as_json` writes it."""

    schema: str
    report: Report


def to_record(report: Report) -> Mapping[str, Any]:
    """Return a report as the values of an `analysis` entry; what it says of a bundle is added when it is read."""
    text = as_json(report).decode("utf-8")
    record = _Record(incident=report.incident, kind=KIND, reader=report.reader, report=text, v=1)
    found: dict[str, Any] = msgspec.to_builtins(record)
    return found


def is_record(said: Mapping[str, Any]) -> bool:
    """Say whether the body of an `analysis` entry is a report."""
    return said.get("kind") == KIND


def read_record(said: Mapping[str, Any]) -> Report:
    """Return the report that an entry holds; EvidenceError (CS420) if it is not one that this version reads."""
    try:
        record = msgspec.convert(said, _Record)
        written = msgspec.json.decode(record.report, type=_Written)
    except (msgspec.MsgspecError, ValueError, OverflowError) as cause:
        raise EvidenceError(
            f"the report in the bundle cannot be read: {cause}", code="CS420",
            hint="it was made by another version of this program, or by another program",
        ) from cause  # fmt: skip
    report = written.report
    if written.schema != SCHEMA or (report.incident, report.reader) != (record.incident, record.reader):
        raise EvidenceError("the report in the bundle is not the one that its record names", code="CS420")
    return report


def with_bundle(report: Report, bundle: Bundle, checkpoint: str) -> Report:
    """Return a report that names the bundle which carries it, and the checkpoint that its exhibits are proved to."""
    carrier = msgspec.structs.replace(bundle, holds_report=True)
    told = Section(number=HOW_TO_CHECK, title=_title(report), blocks=how_to_check(report.incident, checkpoint, carrier))
    sections = tuple(told if one.number == HOW_TO_CHECK else one for one in report.sections)
    record = msgspec.structs.replace(report.record, bundle=carrier)
    return msgspec.structs.replace(
        report, sections=sections, record=record, checkpoint=checkpoint, bundle=bundle.sha256
    )  # fmt: skip


def what(reader: Reader, version: int) -> str:
    """Return what a sealed report is, as an exhibit.

    >>> what("public", 2)
    'the report of the incident, version 2. For the public'
    """
    return f"the report of the incident, version {version}. {FOR[reader]}"


def _title(report: Report) -> str:
    return next(one.title for one in report.sections if one.number == HOW_TO_CHECK)
