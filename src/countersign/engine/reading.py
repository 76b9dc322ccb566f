"""Reads files of any known format into one table of actions, ordered by account and time, and counts what it cannot."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from countersign.activity import ACTIONS, Activity, Identity, NotUnderstood, Parsed, Remark, Session, to_columns
from countersign.engine.absences import WHOLE, Snapshot, compared
from countersign.engine.columns import in_one_piece, possible
from countersign.engine.detecting import Chosen, chosen
from countersign.engine.merging import merged
from countersign.engine.ordering import order_of, out_of_order
from countersign.engine.sealing import Sealing
from countersign.engine.verdict import Reading
from countersign.errors import SourceError
from countersign.sources.source import Source
from countersign.text import counted

BATCH: Final = 20_000
"""Actions that are held as values before they become columns: about 40 MB."""
EXAMPLES: Final = 1_000
"""Records that were not understood and are kept whole; all are counted."""
EXAMPLE_BYTES: Final = 64 * 1024
"""What is kept of one of them: enough to see what it is."""
_ONE_LIST: Final = frozenset({"actions", "activitystreams"})
"""Sources whose files are one list, so that "out of order" means something."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far reading is: which file, and how many actions have been read of all files so far."""

    path: str
    rows: int


def read(
    paths: Sequence[str], *, source: str | None = None, progress: Callable[[Progress], None] | None = None,
    sealing: Sealing | None = None,
) -> Reading:  # fmt: skip
    """Return what files hold: the actions of every account, by account and time, and what was not understood.

    `source` names the format, else each file's content tells it; `-` is the standard input. Several files of one
    account become one history: what two of them say is counted once, and what a later archive no longer lists was
    undone between the two. Files of one split archive are read as one. With `sealing`, every record is sealed before
    it is parsed. Raises SourceError for a file that cannot be read, or of which no record can.
    """
    choice, remarks = chosen(paths, source)
    collected = _Collected(remarks, progress, sealing)
    for piece, one in enumerate(choice):
        collected.add(piece, one)
    reading = collected.reading(choice)
    del collected
    pa.default_memory_pool().release_unused()  # the pieces that were put together: else they are held to the end
    return reading


class _Collected:
    """What was read so far."""

    def __init__(
        self, remarks: Iterable[str], progress: Callable[[Progress], None] | None, sealing: Sealing | None
    ) -> None:
        self._progress = progress
        self._sealing = sealing
        self._tables: list[pa.Table] = [ACTIONS.empty_table()]
        self._rows: list[int] = []
        self._sessions: dict[Session, Session] = {}
        self._identities: dict[Identity, None] = {}
        self._failed: list[NotUnderstood] = []
        self._failures = 0
        self._remarks: dict[str, None] = dict.fromkeys(remarks)
        self._snapshots: list[Snapshot] = []

    def add(self, piece: int, one: Chosen) -> None:
        """Read one file, or the files of one split archive."""
        before, failures, sessions = sum(self._rows), self._failures, len(self._sessions)
        self._rows.append(0)
        said: list[str] = []
        found: list[Identity] = []
        for value in _values(one, self._sealing):
            if isinstance(value, pa.Table):
                self._tables.append(value)
                self._rows[piece] += value.num_rows
                self._tell(one, before + self._rows[piece])
            elif isinstance(value, Session):
                self._sessions.setdefault(msgspec.structs.replace(value, position=0), value)
            elif isinstance(value, Identity):
                found.append(value)
            elif isinstance(value, Remark):
                said.append(value.text)
            elif isinstance(value, NotUnderstood):
                self._fail(value)
        if not (self._rows[piece] or found or len(self._sessions) > sessions):
            raise self._unreadable(one, self._failures - failures)
        self._identities.update(dict.fromkeys(found))
        self._remarks.update(dict.fromkeys(said))
        if self._failures == failures and not any("manifest" in text for text in said):
            self._snapshots.extend(_snapshots(piece, one, found))

    def reading(self, choice: Sequence[Chosen]) -> Reading:
        """Return all of it in order."""
        actions, odd = possible(pa.concat_tables(self._tables))
        piece = np.repeat(np.arange(len(choice)), self._rows)
        flat = np.isin(piece, [at for at, one in enumerate(choice) if one.source.name in _ONE_LIST])
        late = out_of_order(actions.filter(pa.array(flat)) if not flat.all() else actions, piece[flat])
        actions, piece = compared(actions, piece, self._snapshots)
        whole, duplicates, _ = merged(actions)
        columns, order = list(whole.columns), order_of(whole)
        del actions, whole
        self._tables.clear()
        return Reading(
            sources=tuple((path, one.source.name) for one in choice for path in one.paths),
            actions=in_one_piece(columns, order),
            sessions=tuple(self._sessions.values()),
            identities=tuple(self._identities),
            not_understood=tuple(self._failed),
            not_understood_count=self._failures,
            duplicates=duplicates,
            out_of_order=late,
            remarks=(*self._remarks, *_odd(odd)),
        )

    def _tell(self, one: Chosen, rows: int) -> None:
        if self._progress is not None:
            self._progress(Progress(path=one.paths[0], rows=rows))

    def _fail(self, value: NotUnderstood) -> None:
        self._failures += 1
        if len(self._failed) < EXAMPLES:
            self._failed.append(msgspec.structs.replace(value, body=value.body[:EXAMPLE_BYTES]))

    def _unreadable(self, one: Chosen, failures: int) -> SourceError:
        first = self._failed[-failures:][:1] if failures else []
        said = f"; the first: {first[0].reason}" if first else ""
        hint = "Is it whole, and of the format that it seems? `countersign plugins` lists what can be read."
        return SourceError(
            f"no record of it can be read as {one.source.name}{said}", where=one.paths[0], hint=hint, code="CS166"
        )


def _values(one: Chosen, sealing: Sealing | None) -> Iterator[pa.Table | Parsed]:
    """Yield what a source says: its actions as tables, all else as it comes."""
    columns: Callable[[str], Iterator[Any]] | None = getattr(one.source, "columns", None)
    try:
        if sealing is not None:
            yield from _batched(sealing.parsed(one.source, one.ref))
        elif columns:
            yield from columns(one.ref)
        else:
            yield from _batched(_parsed(one.source, one.ref))
    except OSError as error:
        said = error.strerror or str(error)
        raise SourceError(
            f"it cannot be read: {said}", where=one.paths[0], hint="Is the disk sound?", code="CS167"
        ) from error


def _parsed(source: Source, ref: str) -> Iterator[Parsed]:
    for received in source.open(ref):
        yield from source.parse(received)


def _batched(values: Iterable[Parsed]) -> Iterator[pa.Table | Parsed]:
    batch: list[Activity] = []
    for value in values:
        if not isinstance(value, Activity):
            yield value
            continue
        batch.append(value)
        if len(batch) == BATCH:
            yield to_columns(batch)
            batch.clear()
    if batch:
        yield to_columns(batch)


def _odd(number: int) -> Iterator[str]:
    if number:
        yield f"{counted(number, 'action')} with a time before 1900 or after 9000: such a time is taken as not known"


def _snapshots(piece: int, one: Chosen, found: Iterable[Identity]) -> Iterator[Snapshot]:
    """Yield whose lists a file holds whole."""
    if one.source.name not in WHOLE:
        return
    for who in found:
        if who.as_of is not None:
            yield Snapshot(
                source=one.source.name, platform=who.platform, account=who.account, as_of=who.as_of, piece=piece
            )
