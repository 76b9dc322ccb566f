"""Reads files that are to be kept: every record is committed to before it is read, and goes into the log with it."""

import getpass
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property

import msgspec

from countersign.cli.console import Console
from countersign.cli.kept import open_store
from countersign.engine.sealing import Sealing
from countersign.evidence.log.spool import Spool
from countersign.store import Captures, Store


class SealedSpan(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries of which log an import became: from leaf `first` to leaf `last`; none where `last` < `first`."""

    origin: str
    first: int
    last: int


class Intake:
    """Takes in what is read; the store is opened (or made) only when the first record comes.

    So a file that is refused leaves no store behind.
    """

    def __init__(self, console: Console, stack: ExitStack) -> None:
        self._console, self._stack = console, stack
        self.sealing = Sealing(self)

    @cached_property
    def store(self) -> Store:
        """The store that keeps it. A beacon, if one is set up, is drawn before the first record is sealed."""
        store = self._stack.enter_context(open_store(self._console, new=True))
        settings = self._console.settings.config.evidence
        if settings.beacon is not None:
            from countersign.evidence.anchors import drawn  # most have none: then nothing of asking outside is loaded

            found = drawn(settings)
            if isinstance(found, str):
                self._console.say(f"beacon {found}")
            else:
                store.log.beacon(found.source, found.round, found.value)
        return store

    @cached_property
    def spool(self) -> Spool:
        """What was committed to so far."""
        return self._stack.enter_context(self.store.log.spool())

    def capture(self, source: str, body: bytes) -> int:
        """Commit to the bytes of a record, before anything has read them."""
        return self.spool.capture(source, body)

    def captures(self) -> Captures:
        """Return all that was committed to, and what it told of."""
        return Captures(spool=self.spool, sealed=self.sealing.sealed())

    def span_since(self, size: int) -> SealedSpan:
        """Return what was added to the log since it had this size."""
        return SealedSpan(origin=self.store.log.origin or "", first=size, last=self.store.log.size - 1)


@contextmanager
def intake(console: Console) -> Iterator[Intake]:
    """Give what takes one import in; what was not kept of it is forgotten at the end."""
    with ExitStack() as stack:
        yield Intake(console, stack)


def login() -> str:
    """Return the name of this login, for the record; empty if the system has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
