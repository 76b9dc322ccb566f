"""Reads files of any known format into one table of actions, ordered by account and time, and counts what it cannot."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from countersign import plugins
from countersign.activity import ACTIONS, Activity, Identity, NotUnderstood, Parsed, Session, to_columns
from countersign.engine.verdict import Reading
from countersign.errors import SourceError
from countersign.sources.source import Source

BATCH = 50_000
EXAMPLES = 1_000


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far reading is: which file, how many of its actions are read so far."""

    path: str
    rows: int
    done: bool = False


def read(
    paths: Sequence[str], *, source: str | None = None, progress: Callable[[Progress], None] | None = None
) -> Reading:
    """Return what files hold: every action of every account, by account and time."""
    tables: list[pa.Table] = [ACTIONS.empty_table()]
    sessions: list[Session] = []
    identities: list[Identity] = []
    failed: list[NotUnderstood] = []
    remarks: list[str] = []
    names: list[tuple[str, str]] = []
    for path in paths:
        reader = _source_of(path, source)
        names.append((path, reader.name))
        batch: list[Activity] = []
        for found in _parsed(reader, path):
            if isinstance(found, Activity):
                batch.append(found)
                if len(batch) == BATCH:
                    tables.append(to_columns(batch))
                    batch.clear()
            elif isinstance(found, Session):
                sessions.append(found)
            elif isinstance(found, Identity):
                identities.append(found)
            elif isinstance(found, NotUnderstood):
                failed.append(found)
            else:
                remarks.append(found.text)
        tables.append(to_columns(batch))
    actions = _ordered(pa.concat_tables(tables))
    return Reading(
        sources=tuple(names),
        actions=actions,
        sessions=tuple(sessions),
        identities=tuple(identities),
        not_understood=tuple(failed[:EXAMPLES]),
        not_understood_count=len(failed),
        remarks=tuple(remarks),
    )


def _parsed(reader: Source, path: str) -> Iterator[Parsed]:
    for received in reader.open(path):
        yield from reader.parse(received)


def _source_of(path: str, name: str | None) -> Source:
    if path != "-" and not Path(path).is_file():
        raise SourceError("not found or not a file", where=path, hint="Check the path.")
    for candidate in _known():
        if candidate.name == name or (name is None and candidate.detect(path)):
            return candidate
    raise SourceError("unknown format", where=path, hint="See `countersign plugins` for what can be read.")


def _known() -> Iterable[Source]:
    from importlib.metadata import EntryPoint

    for plugin in plugins.registered():
        if plugin.group != "countersign.sources":
            continue
        try:
            yield EntryPoint(plugin.name, plugin.value, plugin.group).load()
        except (ImportError, AttributeError):
            continue


def _ordered(actions: pa.Table) -> pa.Table:
    first = pc.index_in(actions["account"], value_set=pc.unique(actions["account"]))
    moment = pc.coalesce(actions["time"], actions["start_time"])
    keys = pa.table({"account": first, "moment": moment})
    order: Any = pc.sort_indices(
        keys, sort_keys=[("account", "ascending", "at_end"), ("moment", "ascending", "at_end")]
    )
    return actions.take(order).combine_chunks()
