"""Seals what was done about a request (sent, refused, nothing held, received), and reads it back from the log."""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any, Final

import msgspec

from countersign.engine.custody import custody_of
from countersign.investigate.asked import OUTCOMES, Asked
from countersign.store import Store
from countersign.text import visible

ACT: Final = "asked"
LONGEST: Final = 200
"""Characters of a name or a reference."""


def seal_asked(store: Store, incident: int, said: Asked, *, letter: str, account: str, platform: str) -> Asked:
    """Put what was done about a request into the evidence log, with the letter as it was, and return it."""
    kept = msgspec.structs.replace(
        said, to=_short(said.to), reference=_short(said.reference), by=_short(said.by),
        sha256=hashlib.sha256(letter.encode()).hexdigest() if letter else "",
    )  # fmt: skip
    entry = {
        "act": ACT, "by": kept.by, "incident": incident, "letter": letter, "on": kept.on.isoformat(),
        "outcome": kept.outcome, "reference": kept.reference, "request": kept.name, "sha256": kept.sha256,
        "to": kept.to, "v": 1,
    }  # fmt: skip
    leaf = store.log.enter("custody", entry, account=account, platform=platform)
    return msgspec.structs.replace(kept, leaf=leaf)


def asked_of(store: Store) -> Mapping[int, tuple[Asked, ...]]:
    """Return by incident what was done about its requests, oldest first."""
    found: dict[int, list[Asked]] = {}
    for entry in custody_of(store):
        one = asked_in(entry.said, entry.leaf)
        if one is not None:
            found.setdefault(int(entry.said["incident"]), []).append(one)
    return {incident: tuple(several) for incident, several in found.items()}


def asked_in(said: Mapping[str, Any], leaf: int) -> Asked | None:
    """Return what a custody entry says of a request; None if it is about something else."""
    if said.get("act") != ACT or said.get("outcome") not in OUTCOMES:
        return None
    with suppress(KeyError, ValueError):  # another version's entry
        return Asked(
            name=str(said["request"]), outcome=said["outcome"], on=date.fromisoformat(str(said["on"])),
            to=str(said["to"]), reference=str(said["reference"]), by=str(said["by"]), sha256=str(said["sha256"]),
            leaf=leaf,
        )  # fmt: skip
    return None


def _short(text: str) -> str:
    return visible(text[:LONGEST])
