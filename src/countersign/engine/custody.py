"""Reads back what people did, as the evidence log has it: imports, answers, claims, requests, names, signatures."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from countersign.evidence import canonical
from countersign.evidence.entry import Entry
from countersign.store import Store


class Custody(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody did: its leaf, the entry there, and what the entry says (`act` names what was done)."""

    leaf: int
    entry: Entry
    said: Mapping[str, Any]

    @property
    def at(self) -> datetime:
        """When it was sealed (UTC)."""
        return datetime.fromisoformat(self.entry.seen).astimezone(UTC)

    def is_about(self, act: str, incident: int) -> bool:
        """Say whether this was done, and about that incident."""
        return bool(self.said["act"] == act and self.said.get("incident") == incident)


def custody_of(store: Store, *, owner: str | None = None) -> Iterator[Custody]:
    """Yield what people did, oldest first, or only what concerns one account (its pseudonym in the log).

    What was erased is left out.
    """
    for leaf in store.log.of_kind("custody"):
        opened = store.log.body(leaf.leaf) if owner in (None, leaf.entry.acct) else None
        said = canonical.read_object(opened[1]) if opened else {}
        if "act" in said:
            yield Custody(leaf=leaf.leaf, entry=leaf.entry, said=said)
