"""Gets the incident that an investigation is about, with all that files or the store tell of it."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from countersign.cli.asking import Asked as Answer
from countersign.cli.asking import ask, home_zone
from countersign.cli.case import TOOL
from countersign.cli.console import Console
from countersign.cli.kept import open_store
from countersign.engine.investigating import Beside, beside_of, end_of_story, enter, facts_of
from countersign.engine.requesting import asked_of
from countersign.errors import UsageError
from countersign.evidence.note import parse_checkpoint, parse_note
from countersign.incident.incident import Incident
from countersign.investigate.asked import Asked
from countersign.investigate.evaluation import Evaluation
from countersign.investigate.facts import Facts
from countersign.investigate.letter import sealed_as
from countersign.text import counted


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What is investigated: the answer that it stands in, the incident, and the facts of it."""

    asked: Answer
    incident: Incident
    facts: Facts


def subject(console: Console, number: int, what: Sequence[str], source: str | None, store: str | None) -> Subject:
    """Return the incident of this number with its facts; UsageError if there is none."""
    asked = ask(console, what, source, store)
    incident = next((one for one in asked.verdict.incidents if one.number == number), None)
    if incident is None:
        known = counted(len(asked.verdict.incidents), "incident")
        raise UsageError(f"there is no incident {number}", hint=f"{known} found; countersign incidents lists them")
    zone = str(home_zone(console.settings.config.account, asked.verdict, incident.account))
    beside = _kept(console, incident) if asked.kept else None
    return Subject(asked=asked, incident=incident, facts=facts_of(asked.verdict, incident, zone, beside))


def seal_weighing(console: Console, evaluation: Evaluation, facts: Facts) -> int:
    """Put a weighing of an incident of the store into its evidence log; return the leaf."""
    with open_store(console) as opened:
        return enter(opened, evaluation, facts, tool=TOOL)


def evidence_hash(console: Console) -> str:
    """Return the public name of all that was sealed so far: the log, its size and its root; empty without a log."""
    with open_store(console) as opened:
        note = opened.log.note()
    if note is None:
        return ""
    held = parse_checkpoint(parse_note(note).text)
    return sealed_as(held.origin, held.size, held.root.hex())


def asked_about(console: Console, meant: Subject) -> tuple[Asked, ...]:
    """Return what was done about the requests of an incident, oldest first; nothing for files."""
    if not meant.asked.kept:
        return ()
    with open_store(console) as opened:
        return asked_of(opened).get(meant.incident.number, ())


def today(facts: Facts) -> datetime:
    """Return from which day a deadline is looked at: today, for a made-up account the end of its story."""
    return end_of_story(facts) or datetime.now(UTC)


def _kept(console: Console, incident: Incident) -> Beside:
    with open_store(console) as opened:
        return beside_of(opened, incident, console.settings.config.evidence.networks)
