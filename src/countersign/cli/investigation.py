"""Gets the incident that an investigation is about, with all that files or the store tell of it."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from countersign.cli.asking import Asked as Answer
from countersign.cli.asking import ask, home_zone
from countersign.cli.case import TOOL
from countersign.cli.console import Console
from countersign.cli.kept import open_store
from countersign.engine.by_hand import with_chosen
from countersign.engine.investigating import Beside, beside_of, end_of_story, enter, facts_of
from countersign.engine.requesting import asked_of
from countersign.errors import UsageError
from countersign.evidence.note import parse_checkpoint, parse_note
from countersign.incident.incident import BY_HAND, Incident
from countersign.investigate.asked import Asked
from countersign.investigate.evaluation import Evaluation
from countersign.investigate.facts import Facts
from countersign.investigate.letter import sealed_as
from countersign.text import counted

SHORTEST_ID = 10
"""Digits from which a number is the platform's id of an action, and no longer an incident's."""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What is investigated: how it was named, the answer that it stands in, the incident, and the facts of it."""

    which: str
    asked: Answer
    incident: Incident
    facts: Facts


def subject(console: Console, which: str, what: Sequence[str], source: str | None, store: str | None) -> Subject:
    """Return the incident of this number, or the actions of these ids, with all facts; UsageError if there is none."""
    asked, incident = meant(ask(console, what, source, store), which)
    zone = str(home_zone(console.settings.config.account, asked.verdict, incident.account))
    beside = _kept(console, incident) if asked.kept else None
    return Subject(which=which, asked=asked, incident=incident, facts=facts_of(asked.verdict, incident, zone, beside))


def meant(asked: Answer, which: str) -> tuple[Answer, Incident]:
    """Return the incident that a number means, or one made of the actions that ids mean (a comma between two)."""
    if not is_number(which):
        verdict, chosen = with_chosen(asked.verdict, [one.strip() for one in which.split(",") if one.strip()])
        return msgspec.structs.replace(asked, verdict=verdict), chosen
    found = next((one for one in asked.verdict.incidents if str(one.number) == which), None)
    if found is None:
        known = counted(len(asked.verdict.incidents), "incident")
        raise UsageError(f"there is no incident {which}", hint=f"{known} found; countersign incidents lists them")
    return asked, found


def is_number(which: str) -> bool:
    """Say whether somebody means an incident by its number; the platforms' ids of actions are longer, or no numbers.

    >>> is_number("12"), is_number("2097415844133926037"), is_number("x:1:like:2,x:1:like:3")
    (True, False, False)
    """
    return which.isascii() and which.isdecimal() and len(which) < SHORTEST_ID


def refuse_chosen(incident: Incident) -> None:
    """Raise UsageError where something would be kept of actions that were chosen by hand."""
    if incident.number == BY_HAND:
        raise UsageError("nothing is kept of actions that were chosen by hand", hint="name an incident by its number")


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
