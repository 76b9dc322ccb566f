"""Seals what people answered when asked "was this you?", and reads it back: the evidence log is where it lies."""

from datetime import UTC, datetime
from typing import Final, Literal, get_args

from countersign.engine.custody import custody_of
from countersign.investigate.facts import Statement
from countersign.store import Store
from countersign.text import visible

Said = Literal["yes", "by mistake", "no", "no answer"]
ANSWERS: Final[tuple[Said, ...]] = get_args(Said)
ACT: Final = "statement"
LONGEST: Final = 200
"""Characters of a name; it is a label such as "operator C", not a biography."""


def seal_statement(
    store: Store, incident: int, *, who: str, said: Said, by: str, account: str, platform: str
) -> Statement:
    """Put an answer into the evidence log, with who wrote it down, and return it."""
    entry = {"act": ACT, "by": visible(by), "incident": incident, "said": said, "v": 1, "who": visible(who[:LONGEST])}
    leaf = store.log.enter("custody", entry, account=account, platform=platform)
    return Statement(who=str(entry["who"]), said=said, at=_seen(store, leaf), leaf=leaf)


def statements(store: Store, incident: int) -> tuple[Statement, ...]:
    """Return the answers about an incident, oldest first; of one person only the last counts."""
    found: dict[str, Statement] = {}
    for one in custody_of(store):
        if one.is_about(ACT, incident) and one.said.get("said") in ANSWERS:
            who = str(one.said.get("who", ""))
            found.pop(who, None)
            found[who] = Statement(who=who, said=one.said["said"], at=one.at, leaf=one.leaf)
    return tuple(found.values())


def _seen(store: Store, leaf: int) -> datetime:
    return datetime.fromisoformat(store.log.leaf(leaf).entry.seen).astimezone(UTC)
