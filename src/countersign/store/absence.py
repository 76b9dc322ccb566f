"""What two whole lists of one account tell by what is missing: an undo between them, or a doing between them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from countersign.activity import UNDONE_BY, Verb, activity_id
from countersign.store.rows import AT, KEPT, Row

Keys = npt.NDArray[np.uint64]
"""Short keyed hashes of action ids, sorted, each once."""

NOTE = "concluded: listed in the older snapshot, not in the newer; a deleted or suspended object looks the same"
AGAIN = "concluded: listed again after it had been missing from a snapshot in between"
DISAGREE = "its sources give intervals that do not overlap; both are covered"
_NARROWED = frozenset({"between", "page order", "after object", "unknown"})
_AGAIN = "~"
"""Sets the number of a repetition off from a native id: no platform's ids hold it."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Says that an import lists ALL that an account has of some verbs, as of one moment.

    Only for lists that are whole: from one that is cut short, what it lacks would be taken for undone.
    """

    account: str
    platform: str
    source: str
    as_of: datetime
    verbs: tuple[Verb, ...]


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What one snapshot lists of one verb. `as_of` in microseconds since 1970 (UTC)."""

    source: str
    verb: Verb
    as_of: int
    keys: Keys


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One key that went missing from, or came into, the newer of two snapshots, between `start` and `end`."""

    kind: Literal["gone", "again", "first"]
    key: int
    start: int
    end: int
    nth: int
    source: str


def changes(listings: Sequence[Listing]) -> Iterator[Change]:
    """Yield what changed from each snapshot to the next, for one source and verb, in order of time."""
    ordered = sorted(listings, key=lambda listing: listing.as_of)
    ever = ordered[0].keys if ordered else np.empty(0, np.uint64)
    times_gone: dict[int, int] = {}
    for older, newer in pairwise(ordered):
        came = np.setdiff1d(newer.keys, older.keys, assume_unique=True)
        again = np.isin(came, ever, assume_unique=True)
        for key in np.setdiff1d(older.keys, newer.keys, assume_unique=True).tolist():
            times_gone[key] = times_gone.get(key, 0) + 1
            yield _change("gone", key, older, newer, times_gone[key])
        yield from (_change("again", key, older, newer, times_gone[key]) for key in came[again].tolist())
        yield from (_change("first", key, older, newer, 0) for key in came[~again].tolist())
        ever = np.union1d(ever, newer.keys)


def changed(listings: Sequence[Listing]) -> list[Change]:
    """Return what changed over all the snapshots of an account, source by source and verb by verb."""
    return [change for group in _groups(listings) for change in changes(group)]


def narrowed(row: Row, first: Change | None) -> Row:
    """Return the row made not before the last snapshot that did not yet list it, and its interval put right."""
    return _consistent(row if first is None else _narrowed(row, first))


def concluded(rows: Mapping[int, Row], found: Sequence[Change]) -> list[Row]:
    """Return the undos, and the doings again, that the changes tell of these rows (by short key), each id once.

    A pure function of what is kept, so the order of imports cannot matter. Its ids are those that a source would
    give, so that an undo which a source did record can be told from these and is not doubled.
    """
    made = [_concluded(rows[change.key], change) for change in found if _tells(change, rows)]
    return list({row[AT["id"]]: row for row in reversed(made)}.values())[::-1]


def _change(kind: Literal["gone", "again", "first"], key: int, older: Listing, newer: Listing, nth: int) -> Change:
    return Change(kind=kind, key=key, start=older.as_of, end=newer.as_of, nth=nth, source=newer.source)


def _groups(listings: Sequence[Listing]) -> list[list[Listing]]:
    groups: dict[tuple[str, str], list[Listing]] = {}
    for listing in listings:
        groups.setdefault((listing.source, listing.verb), []).append(listing)
    return [groups[name] for name in sorted(groups)]


def _tells(change: Change, rows: Mapping[int, Row]) -> bool:
    return change.kind != "first" and change.key in rows and rows[change.key][AT["verb"]] in UNDONE_BY


def _narrowed(row: Row, first: Change) -> Row:
    start, end = row[AT["start_time"]], row[AT["end_time"]]
    known_start = first.start if start is None else max(start, first.start)
    known_end = first.end if end is None else min(end, first.end)
    if row[AT["time_basis"]] not in _NARROWED or known_start > known_end or (known_start, known_end) == (start, end):
        return row
    return _with(row, start_time=known_start, end_time=known_end, time_basis="between")


def _consistent(row: Row) -> Row:
    start, end, note = row[AT["start_time"]], row[AT["end_time"]], row[AT["note"]]
    if start is None or end is None or start <= end:
        return row
    return _with(row, start_time=end, end_time=start, note=f"{note}; {DISAGREE}" if note else DISAGREE)


def _concluded(done: Row, change: Change) -> Row:
    """Return the undo, or the doing again, of an action between two snapshots."""
    platform, account, verb = (done[AT[name]] for name in ("platform", "account", "verb"))
    native = done[AT["native_id"]]
    made: Verb = UNDONE_BY[verb] if change.kind == "gone" else verb
    number = change.nth if change.kind == "gone" else change.nth + 1
    named = native if number == 1 else f"{native}{_AGAIN}{number}"
    row: Row = [None] * len(KEPT)
    return _with(
        row,
        id=activity_id(platform, account, made, named), native_id=named, platform=platform, account=account, verb=made,
        start_time=change.start, end_time=change.end, time_basis="between",
        object=native if made == "delete" else done[AT["object"]],
        object_author=done[AT["object_author"]], object_time=done[AT["object_time"]],
        links=[], mentions=[], hashtags=[], source=change.source, position=done[AT["position"]],
        note=NOTE if change.kind == "gone" else AGAIN,
    )  # fmt: skip


def _with(row: Row, **values: object) -> Row:
    changed = list(row)
    for name, value in values.items():
        changed[AT[name]] = value
    return changed
