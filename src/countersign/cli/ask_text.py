"""Writes the requests of one incident: all of them to choose from, or one letter as it is pasted into a mail."""

from collections.abc import Sequence
from typing import Any

from countersign.cli import exits
from countersign.cli.console import Console
from countersign.cli.investigate_text import until
from countersign.cli.investigation import Subject, asked_about, evidence_hash, today
from countersign.cli.tables import Column, show, write_json
from countersign.errors import UsageError
from countersign.incident.incident import BY_HAND
from countersign.investigate.asked import Request, is_gone, requests, standing
from countersign.investigate.finding import Missing
from countersign.investigate.letter import leaves_the_house, signed
from countersign.text import day, hanging, listed, visible

COLUMNS = (
    Column(key="name", title="request", ours=True), Column(key="what", title="what", most=60),
    Column(key="holder", title="who has it", most=40), Column(key="until", title="until"),
    Column(key="standing", title="asked", ours=True), Column(key="request", title="letter", whole=True, most=10_000),
)  # fmt: skip


def write_requests(console: Console, meant: Subject, missing: Sequence[Missing], name: str | None) -> int:
    """Write the requests of an incident, or the one that is named as a bare letter."""
    chosen = _chosen(missing, name)
    seal = evidence_hash(console) if meant.asked.kept else ""
    found = requests(chosen, asked_about(console, meant))
    console.code = exits.NOTHING
    match console.look.format:
        case "json":
            records = [_record(meant, *pair, seal) for pair in zip(chosen, found, strict=True)]
            write_json(console, {"incident": meant.incident.number, "requests": records})
        case "text" if name is not None:
            console.write(*letter(chosen[0], seal).split("\n"))
            console.say(*_beside(meant, chosen[0], found[0]))
        case "text":
            console.write(*_all(console, meant, chosen, found, seal))
        case _:
            show(
                console, "requests", [_record(meant, *pair, seal) for pair in zip(chosen, found, strict=True)], COLUMNS
            )
    return console.code


def letter(one: Missing, seal: str) -> str:
    """Return the text to send: letters that leave the house get the hash of what we hold, and a place to sign."""
    text = "\n".join(visible(line) for line in one.request.split("\n"))
    return signed(text, seal) if leaves_the_house(one.request) else text


def _record(meant: Subject, one: Missing, request: Request, seal: str) -> dict[str, Any]:
    return {
        "name": one.name, "what": one.what, "holder": one.holder, "until": until(one, today(meant.facts)),
        "last_day": one.until.isoformat() if one.until else None, "outcome": request.outcome,
        "on": request.on.isoformat() if request.on else None, "standing": standing(request), "to": request.to,
        "reference": request.reference, "ourselves": one.ourselves, "request": letter(one, seal),
    }  # fmt: skip


def _all(
    console: Console, meant: Subject, missing: Sequence[Missing], found: Sequence[Request], seal: str
) -> list[str]:
    if not missing:
        return ["Nothing is known to be missing."]
    now, lines, room = today(meant.facts), [], console.prose
    for number, (one, request) in enumerate(zip(missing, found, strict=True), start=1):
        end, how = until(one, now), f"; {standing(request)}" if request.outcome else ""
        lines += [f"{number}. {visible(one.name)}: {visible(one.what)}   (ask by: {end}{how})", ""]
        lines += [hanging("    ", line, room) if line else "" for line in letter(one, seal).split("\n")]
        if one.ourselves:
            lines += ["", hanging("    Meanwhile: ", visible(one.ourselves), room)]
        lines.append("")
    return [*lines, *_remember(found, meant)]


def _remember(found: Sequence[Request], meant: Subject) -> list[str]:
    now = today(meant.facts)
    open_ones = [(one.until, one) for one in found if one.until and one.is_open and not is_gone(one, now)]
    if not open_ones:
        return []
    due = sorted(open_ones, key=lambda pair: (pair[0], pair[1].name))
    return ["Remember: " + "; ".join(f"{visible(one.name)} is deleted about {day(end)}" for end, one in due)]


def _beside(meant: Subject, one: Missing, request: Request) -> list[str]:
    """Return what whoever sends a letter should know, and what does not belong into it."""
    said = [f"note: {standing(request)}; ask by: {until(one, today(meant.facts))}"]
    if one.ourselves:
        said.append(f"note: meanwhile {visible(one.ourselves)}")
    if meant.asked.kept and meant.incident.number != BY_HAND and leaves_the_house(one.request):
        again = f" {meant.asked.again}" if meant.asked.again else ""
        said.append(f"Next: countersign ask {meant.incident.number} --for {visible(one.name)} --sent{again}")
    return said


def _chosen(missing: Sequence[Missing], name: str | None) -> tuple[Missing, ...]:
    found = tuple(one for one in missing if name in (None, one.name))
    if name is not None and not found:
        held = listed([one.name for one in missing], most=10) or "nothing"
        raise UsageError(f"there is no request named {name}", hint=f"missing here: {held}")
    return found
