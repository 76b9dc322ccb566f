"""Made-up actions of a made-up embassy's account, for the tests of the store."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from countersign.activity import UNDONE_BY, Activity, Verb, activity_id, to_columns
from countersign.store import Account, ImportedFile, ImportResult, Snapshot, Store

EMBASSY = "111"
START = datetime(2026, 1, 1, tzinfo=UTC)
FILES = (ImportedFile(path="twitter-2026.zip", source="x-archive", sha256="ab" * 32),)
OURS = Account(account=EMBASSY, platform="x", reason="our own archive")


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def act(verb: Verb, native: object, *, account: str = EMBASSY, **more: Any) -> Activity:
    return Activity(
        id=activity_id("x", account, verb, str(native)), native_id=str(native), platform="x", verb=verb, actor=account,
        **{"source": "x-archive", **more},
    )  # fmt: skip


def post(native: object, when: float, **more: Any) -> Activity:
    at = day(when)
    given = {"published": at, "start_time": at, "end_time": at, "time_basis": "given", "content": "Good morning."}
    return act("post", native, **{**given, **more})


def like(native: object, *, after: float = -50, before: float = 10, **more: Any) -> Activity:
    given = {"start_time": day(after), "end_time": day(before), "time_basis": "after object", "object": str(native)}
    return act("like", native, **{**given, **more})


def snapshot(as_of: float, verbs: tuple[Verb, ...] = ("like",), source: str = "x-archive") -> Snapshot:
    return Snapshot(account=EMBASSY, platform="x", source=source, as_of=day(as_of), verbs=verbs)


def keep(store: Store, activities: Iterable[Activity], **more: Any) -> ImportResult:
    """Import some actions, as the command line would."""
    return store.import_reading(to_columns(activities), files=FILES, **{"adding": (OURS,), **more})


def keep_snapshot(store: Store, natives: Iterable[object], as_of: float) -> ImportResult:
    """Import an archive of one day that lists these likes and no others."""
    return keep(store, [like(native, before=as_of) for native in natives], snapshots=(snapshot(as_of),))


def undos(actions: pa.Table) -> dict[str, tuple[datetime, datetime]]:
    """Return the undos among some actions: native id to the interval in which it happened."""
    found = [row for row in actions.to_pylist() if row["verb"] in UNDONE_BY.values()]
    return {row["native_id"]: (row["start_time"], row["end_time"]) for row in found}
