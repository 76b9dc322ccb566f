"""Seals what became of a request, and what people answered: an entry of the log each, never changed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import msgspec

from countersign.cli import exits
from countersign.cli.ask_text import letter
from countersign.cli.console import Console
from countersign.cli.investigation import Subject, asked_about, evidence_hash, today
from countersign.cli.kept import open_store
from countersign.cli.sealing import login
from countersign.cli.tables import write_json, write_line
from countersign.engine.answers import ANSWERS, Said, seal_statement
from countersign.engine.reminding import note
from countersign.engine.requesting import seal_asked
from countersign.errors import SourceError, UsageError
from countersign.investigate.asked import Asked, Outcome, standing
from countersign.investigate.finding import Missing
from countersign.investigate.span import first_time
from countersign.text import day, listed, visible

LONGEST_LETTER = 65_536
"""Bytes of a letter that is kept as it was sent: many times what we write."""

_FLAGS: Mapping[str, Outcome] = {
    "sent": "sent", "refused": "refused", "nothing_held": "nothing held", "received": "received",
}  # fmt: skip


class Became(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says became of a request, as it was typed."""

    name: str
    outcome: Outcome
    to: str
    reference: str
    on: date | None
    letter: str | None


def became(given: Mapping[str, Any], name: str | None) -> Became | None:
    """Return what became of a request as the options say; None if they say nothing. UsageError where they clash."""
    said = [outcome for flag, outcome in _FLAGS.items() if given[flag]]
    others = [f"--{one.replace('sent_', '')}" for one in ("to", "on", "reference", "sent_letter") if given[one]]
    if not said:
        if others:
            raise UsageError(f"{others[0]} says more of an outcome", hint="add --sent, --refused, --nothing-held ...")
        return None
    if len(said) > 1:
        raise UsageError(f"a request is {said[0]} or {said[1]}", hint="seal one after the other: both are kept")
    if name is None:
        raise UsageError("which request?", hint="--for NAME; countersign ask NUMBER shows their names")
    if given["sent_letter"] and said[0] != "sent":
        raise UsageError("only what is sent has a letter", hint="--sent --letter FILE")
    return Became(
        name=name, outcome=said[0], to=given["to"] or "", reference=given["reference"] or "",
        on=given["on"].date() if given["on"] else None, letter=given["sent_letter"],
    )  # fmt: skip


def seal_became(console: Console, meant: Subject, missing: Sequence[Missing], done: Became) -> int:
    """Seal what became of a request of an incident of the store."""
    if not meant.asked.kept:
        raise UsageError("what became of a request is sealed in a store", hint="countersign import FILE keeps it")
    request = next((one for one in missing if one.name == done.name), None)
    if request is None and done.name not in {one.name for one in asked_about(console, meant)}:
        held = listed([one.name for one in missing], most=10) or "nothing"
        raise UsageError(f"there is no request named {done.name}", hint=f"missing here: {held}")
    said = Asked(
        name=done.name, outcome=done.outcome, on=_on(meant, done.on), to=done.to, reference=done.reference, by=login()
    )
    text = _letter(console, request, done) if done.outcome == "sent" else ""
    with open_store(console) as opened:
        sealed = seal_asked(
            opened, meant.incident.number, said, letter=text, account=meant.facts.account,
            platform=meant.facts.platform,
        )  # fmt: skip
        note(opened, meant.incident.number, sealed)
    _write(console, meant, sealed, request)
    return exits.NOTHING


def seal_answer(console: Console, meant: Subject, answer: str) -> int:
    """Seal what somebody answered when asked "was this you?"."""
    who, sign, said = answer.partition("=")
    if not sign or not who.strip() or said.strip() not in ANSWERS:
        raise UsageError("--answer takes WHO=ANSWER", hint=f"the answers: {listed(list(ANSWERS))}")
    if not meant.asked.kept:
        raise UsageError("answers are sealed in a store", hint="countersign import FILE keeps the account")
    with open_store(console) as opened:
        sealed = seal_statement(
            opened, meant.incident.number, who=who.strip(), said=cast(Said, said.strip()), by=login(),
            account=meant.facts.account, platform=meant.facts.platform,
        )  # fmt: skip
    console.write(f"Sealed as leaf {sealed.leaf:,}: {sealed.who} said: {sealed.said}.")
    console.next(f"countersign investigate {meant.incident.number} {meant.asked.again}".rstrip())
    return exits.NOTHING


def _on(meant: Subject, given: date | None) -> date:
    """Return the day it was done: not before the incident, and not after today."""
    now = today(meant.facts)
    latest, first = max(now, datetime.now(UTC)).date(), first_time(meant.facts)
    if given is None:
        return now.date()
    if given > latest:
        raise UsageError(f"{given} is still to come", hint="--on is the day on which it was done")
    if first is not None and given < first.date():
        raise UsageError(f"{given} is before the incident", hint=f"--on is {first.date()} or later")
    return given


def _letter(console: Console, request: Missing | None, done: Became) -> str:
    """Return the letter as it was sent: as `ask --for NAME > FILE` writes it, with that file's SHA-256."""
    if done.letter is None:
        return f"{letter(request, evidence_hash(console))}\n" if request else ""
    with Path(done.letter).open("rb") as file:
        data = file.read(LONGEST_LETTER + 1)
    if len(data) > LONGEST_LETTER:
        raise SourceError(f"a letter of more than {LONGEST_LETTER:,} bytes", where=done.letter, code="CS196",
                          hint="give the text of the letter, without what was attached")  # fmt: skip
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError("the letter is no plain text in UTF-8", where=done.letter, code="CS196",
                          hint="save it as plain text") from error  # fmt: skip


def _write(console: Console, meant: Subject, sealed: Asked, request: Missing | None) -> None:
    record = {"incident": meant.incident.number, "asked": {**msgspec.structs.asdict(sealed), "on": str(sealed.on)}}
    match console.look.format:
        case "json":
            write_json(console, record)
        case "jsonl":
            write_line(console, record)
        case _:
            console.write(*_lines(sealed, request))
            number, again = meant.incident.number, meant.asked.again
            after = "evidence add FILE" if sealed.outcome == "received" else f"ask {number} {again}".rstrip()
            console.next(f"countersign {after}")


def _lines(sealed: Asked, request: Missing | None) -> list[str]:
    to = f" (to {sealed.to})" if sealed.to else ""
    lines = [f"Sealed as leaf {sealed.leaf:,}: {visible(sealed.name)}, {standing(sealed)}{to}."]
    if sealed.sha256:
        lines.append(f"The letter's SHA-256: {sealed.sha256}")
    if sealed.outcome == "sent" and request and request.until:
        lines.append(f"It is deleted about {day(request.until)}; the reminder stays until an answer is sealed.")
    return lines
