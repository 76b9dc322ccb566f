"""Says pieces of a record to other programs: harmless, of bounded length, and withheld where the reader may not see."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID, uuid5

import msgspec

from countersign.report.document import Report
from countersign.report.record import Act, Trace
from countersign.report.sentence import Sentence
from countersign.report.words import Held, Withheld, Words, plain
from countersign.text import csv_cell, json_ascii, visible

MOST_TEXT = 10_000
"""Characters of one value. MISP keeps 65,535 bytes of one, and a character may take four; the JSON report has all."""
NAMESPACE = UUID("8f5c2b6e-3a0d-5e4b-9c1f-6d7a4b8e2f10")
"""Where ids of exported things come from (RFC 9562, version 5), so that a case that is exported again has the same."""


def value(words: Words) -> str | None:
    """Return what one piece holds, harmless also in a cell of a spreadsheet; None if it is withheld or not there.

    >>> value((Held(kind="handle", value="@kx_clips"),)), value((Held(kind="text", value="=1+1"),)), value(())
    ('kx_clips', "'=1+1", None)
    """
    held = next((piece for piece in words if isinstance(piece, Held)), None)
    if held is None:
        return None
    bare = held.value.removeprefix("@") if held.kind == "handle" else held.value
    return cut(csv_cell(_start(bare)), missing=len(bare) - MOST_TEXT).strip() or None


def withheld(words: Words) -> str | None:
    """Return the salted hash that stands where one piece was taken out."""
    return next((piece.digest for piece in words if isinstance(piece, Withheld)), None)


def of_kind(words: Words, kind: str) -> Words:
    """Return the pieces of one kind, shown or withheld.

    >>> of_kind(("from ", Held(kind="address", value="192.0.2.7")), "address")[0].value
    '192.0.2.7'
    """
    return tuple(piece for piece in words if isinstance(piece, Held | Withheld) and piece.kind == kind)


def text(words: Words) -> str:
    """Return words as plain text on one line, of bounded length."""
    short = tuple(
        msgspec.structs.replace(piece, value=_start(piece.value)) if isinstance(piece, Held) else piece
        for piece in words
    )
    lost = (len(piece.value) - MOST_TEXT for piece in words if isinstance(piece, Held))
    return cut(plain(short), missing=sum(more for more in lost if more > 0)).strip()


def sentence(one: Sentence) -> str:
    """Return a sentence with what a reader has to know of it: what shows it, and that nobody has vouched for it."""
    exhibits = f" [exhibits {', '.join(map(str, one.exhibits))}]" if one.exhibits else ""
    unsigned = " [needs a person: nobody has vouched for this sentence]" if one.needs_a_person else ""
    signed = f" [vouched for in leaf {one.signed.leaf}]" if one.signed else ""
    return f"{text(one.words)}{exhibits}{unsigned}{signed}"


def traced(trace: Trace) -> str:
    """Return a trace of access as words: what, from where, and how it is vouched for."""
    since = "from " if of_kind(trace.place, "address") else ""
    place = f", {since}{text(trace.place)}" if trace.place else ""
    return f"{text(trace.what)}{place} ({trace.vouched})"


def acted(act: Act) -> str:
    """Return what somebody did about it as words."""
    by = f" by {text(act.by)}" if act.by else ""
    return f"Done about it{by}: {text(act.what)}"


def cut(shown: str, *, missing: int = 0) -> str:
    """Return text of bounded length, and say how much is missing, with what was missing before.

    >>> cut("a" * 10_002)[-25:]
    'aaaa… (2 characters more)'
    """
    more = max(0, len(shown) - MOST_TEXT) + max(0, missing)
    return f"{shown[:MOST_TEXT]}… ({more:,} characters more)" if more else shown


def _start(whole: str) -> str:
    """Return the start of a text: to make all of a very long one visible only to cut it takes seconds."""
    return whole[:MOST_TEXT]


def summary(report: Report) -> str:
    """Return the first two sections, the case in one paragraph and the key findings, as plain lines."""
    found = [
        sentence(one)
        for section in report.sections
        if section.number <= 2
        for block in section.blocks
        for one in getattr(block, "sentences", ())
    ]
    return "\n".join(found)


def uuid(report: Report, *parts: object) -> UUID:
    """Return the id of a part of a case, the same in each version of it for the same reader.

    It is made of the incident and the part's place in it, and never of what stands there: an id that is made of a
    withheld value would let everybody test a guess of it.
    """
    return uuid5(NAMESPACE, "\n".join([report.record.key, *map(str, parts)]))


def tlp(report: Report) -> Literal["clear", "amber+strict"]:
    """Return how far a report may be passed on, in the words of the Traffic Light Protocol (FIRST, TLP 2.0).

    What the public gets is for everybody once every sentence about a person is vouched for. All else stays in the
    organisation that it is written for, the platform's or the account's own.
    """
    return "clear" if report.reader == "public" and not report.is_draft else "amber+strict"


def instant(at: datetime) -> str:
    """Return a time in UTC as RFC 3339, to the millisecond or, where there is more, to the microsecond.

    >>> instant(datetime(2026, 9, 9, 1, 14, 7, tzinfo=UTC))
    '2026-09-09T01:14:07.000Z'
    """
    there = at.astimezone(UTC).replace(tzinfo=None)
    return there.isoformat(timespec="microseconds" if there.microsecond % 1000 else "milliseconds") + "Z"


def as_json(body: object, *, indent: int = 1) -> bytes:
    """Return plain values as JSON in which every text is visible, whoever it is from; `indent=0` is one line."""
    encoded = msgspec.json.encode(_visible(body))
    return json_ascii(msgspec.json.format(encoded, indent=indent) if indent else encoded) + b"\n"


def _visible(part: object) -> object:
    if isinstance(part, str):
        return "\n".join(map(visible, part.split("\n")))
    if isinstance(part, Mapping):
        return {visible(str(name)): _visible(one) for name, one in part.items()}
    return [_visible(one) for one in part] if isinstance(part, list | tuple) else part


def without_nothing(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields without those that are not known: an absent field says so, an empty one would not."""
    return {name: one for name, one in fields.items() if one is not None and one not in ("", [], ())}
