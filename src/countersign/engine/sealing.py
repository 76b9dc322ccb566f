"""Seals every record before it is parsed, and remembers of which account and of which actions each record tells."""

from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from countersign.activity import Activity, Identity, Parsed, Received, Session
from countersign.sources.source import Itemised, Source

Owner = tuple[str, str]
"""(platform, account)."""


class Keeper(Protocol):
    """Takes the bytes of a record, commits to them, and returns a number by which they can be named."""

    def capture(self, source: str, body: bytes) -> int:
        """Commit to these bytes, before anything has read them."""
        ...


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What was sealed while reading: of each capture (by its number) the accounts and actions that it told of.

    A record that told of nobody (a header, a record that could not be read) has no owners.
    """

    owners: tuple[frozenset[Owner], ...] = ()
    actions: tuple[tuple[str, int], ...] = ()


class Sealing:
    """Seals what a source yields, record by record, on its way to being parsed."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._owners: list[frozenset[Owner]] = []
        self._actions: dict[tuple[str, int], None] = {}

    def parsed(self, source: Source, ref: str) -> Iterator[Parsed]:
        """Yield all that a file says; each record of it was sealed before it was parsed."""
        for received in source.open(ref):
            numbers = {place: self._capture(source.name, body) for place, body in _records(source, received) if body}
            alone = next(iter(numbers.values())) if len(numbers) == 1 else None
            for value in source.parse(received):
                self._told(value, numbers.get(getattr(value, "position", _WHOLE), alone))
                yield value

    def sealed(self) -> Sealed:
        """Return what was sealed so far."""
        return Sealed(owners=tuple(self._owners), actions=tuple(self._actions))

    def _capture(self, source: str, body: bytes) -> int:
        number = self._keeper.capture(source, body)
        self._owners += [_NOBODY] * (number + 1 - len(self._owners))
        return number

    def _told(self, value: Parsed, number: int | None) -> None:
        if number is None or not isinstance(value, Activity | Session | Identity):
            return
        owner = (value.platform, value.actor if isinstance(value, Activity) else value.account)
        if owner not in self._owners[number]:
            self._owners[number] |= {owner}
        if isinstance(value, Activity):
            self._actions[value.id, number] = None


_WHOLE = -1
"""The place of a record that is all of what was received."""
_NOBODY: frozenset[Owner] = frozenset()


def _records(source: Source, received: Received) -> Iterable[tuple[int, bytes]]:
    return source.records(received) if isinstance(source, Itemised) else ((_WHOLE, received.body),)
