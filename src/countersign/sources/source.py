"""What a source is: the protocol that every reader of a format satisfies."""

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

import pyarrow as pa

from countersign.activity import NotUnderstood, Parsed, Received, Remark


@runtime_checkable
class Source(Protocol):
    """A format that can be read. Registered in the entry-point group `countersign.sources` as an instance."""

    name: str
    """The name that users type and see, for example `x-archive`."""

    def detect(self, ref: str) -> bool:
        """Say whether this looks like ours, by its content; never raises on a foreign or damaged file."""
        ...

    def open(self, ref: str, cursor: str | None = None) -> Iterator[Received]:
        """Yield the bytes, in order: the only I/O. With a cursor (the `cursor` of an earlier Received), the tail."""
        ...

    def parse(self, received: Received) -> Iterator[Parsed]:
        """Yield what the bytes say. Pure; never raises on damaged records: they become `NotUnderstood`."""
        ...


@runtime_checkable
class Columnar(Protocol):
    """A source that can also yield columns at once, for files of millions of actions."""

    def columns(self, ref: str) -> Iterator[pa.Table | Remark | NotUnderstood]:
        """Yield tables of schema `ACTIONS` that equal `to_columns` of what `parse` yields, in order."""
        ...


@runtime_checkable
class Itemised(Protocol):
    """A source of which one `Received` holds many records: each is sealed by itself, so that one can be shown alone."""

    def records(self, received: Received) -> Iterator[tuple[int, bytes]]:
        """Yield each record as it is written, with the `position` of what `parse` makes of it. Pure; never raises.

        Nothing for values that hold no bytes of the file, only what was found out while reading it.
        """
        ...
