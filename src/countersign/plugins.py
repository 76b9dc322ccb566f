"""Finds extensions: built-ins and plug-ins enter by the same door, Python entry points."""

from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import msgspec

GROUPS = ("countersign.sources", "countersign.signals", "countersign.examinations",
          "countersign.responders", "countersign.formats")  # fmt: skip


class Plugin(msgspec.Struct, frozen=True, kw_only=True):
    """One registered extension: what it is called, what kind it is, and where it comes from."""

    name: str
    group: str
    value: str
    package: str
    version: str


def registered() -> Iterator[Plugin]:
    """Yield every registered extension, by group and name."""
    for group in GROUPS:
        for entry in sorted(entry_points(group=group), key=lambda e: e.name):
            dist = entry.dist
            yield Plugin(
                name=entry.name,
                group=group,
                value=entry.value,
                package=dist.name if dist else "",
                version=dist.version if dist else "",
            )


@cache
def load(group: str) -> tuple[Any, ...]:
    """Return the extensions of one group, loaded, in the order of their names."""
    return tuple(entry.load() for entry in _entries(group))


def _entries(group: str) -> list[EntryPoint]:
    return sorted(entry_points(group=group), key=lambda entry: entry.name)
