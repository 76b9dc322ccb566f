"""Measures how fast the log takes events in for good, and how fast a stranger checks what comes out of it."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from countersign.activity import Activity, activity_id, to_columns
from countersign.engine.exhibits import Case, Told
from countersign.engine.handing import hand_over
from countersign.evidence.bundle import write_file
from countersign.evidence.log.checking import verify_folder
from countersign.store import Captures, Store
from countersign.testing import witnesses

PLATFORM, ACCOUNT = "x", "1398600512"
BATCH = 2_000
OWNER = frozenset({(PLATFORM, ACCOUNT)})


class Pace(NamedTuple):
    """Events a second in batches, and milliseconds of one event alone (median), each durable before it is told."""

    per_second: float
    one_ms: float


class Sealed(msgspec.Struct, frozen=True):
    """What a batch told of: all of it is of one account."""

    owners: tuple[frozenset[tuple[str, str]], ...]
    actions: tuple[tuple[str, int], ...] = ()


def sealed(folder: Path, *, events: int, singles: int = 50) -> Pace:
    """Return how fast events are sealed: encrypted, committed to disk with a signed checkpoint, batch by batch."""
    bodies = list(_bodies(events))
    with _store(folder / "pace.db") as store:
        started = time.perf_counter()
        for first in range(0, events, BATCH):
            _seal(store, bodies[first : first + BATCH])
        spent = time.perf_counter() - started
        ones = [_timed(store, b"single %d" % number) for number in range(singles)]
    return Pace(events / spent, statistics.median(ones) * 1_000)


def verified_log(folder: Path, *, entries: int, times: int) -> float:
    """Return how many seconds a whole log of so many entries takes to verify from its folder (median)."""
    with _store(folder / "whole.db") as store:
        _fill(store, entries)
        place = store.log.folder
    return statistics.median(_seconds(lambda: verify_folder(place)) for _ in range(times))


def verified_bundle(folder: Path, *, entries: int, times: int) -> float:
    """Return how many seconds `countersign verify` takes, start to end, for one incident of a log of that size."""
    target = folder / "incident.zip"
    with _store(folder / "large.db") as store:
        _fill(store, entries - 16)
        told = _imported(store)
        case = Case(number=1, title="one incident", account=ACCOUNT, platform=PLATFORM, actions=told, weighing={})
        handed = hand_over(
            store, case, by="bench", tool="bench", now=datetime.now(UTC), anchoring=witnesses.anchoring,
            proposing=witnesses.proposing, keys={},
        )  # fmt: skip
    write_file(target, handed.files)
    policy = folder / "incident.policy"
    policy.write_bytes(handed.policy)
    command = [sys.executable, "-m", "countersign.cli", "verify", str(target), "--policy", str(policy)]
    return statistics.median(
        _seconds(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(times)
    )


@contextmanager
def _store(path: Path) -> Iterator[Store]:
    with Store.open(path) as store:
        store.add_account(ACCOUNT, PLATFORM)
        yield store


def _fill(store: Store, entries: int) -> None:
    bodies = list(_bodies(entries))
    for first in range(0, entries, 50_000):
        _seal(store, bodies[first : first + 50_000])


def _seal(store: Store, bodies: list[bytes]) -> None:
    with store.log.spool() as spool:
        for body in bodies:
            spool.capture("bench", body)
        store.log.seal(spool, account=ACCOUNT, platform=PLATFORM)


def _imported(store: Store) -> tuple[Told, ...]:
    """Import ten actions, each with its record, and return them as they are handed over."""
    ids = [activity_id(PLATFORM, ACCOUNT, "like", str(number)) for number in range(10)]
    made = [
        Activity(id=one, native_id=str(number), platform=PLATFORM, verb="like", actor=ACCOUNT)
        for number, one in enumerate(ids)
    ]
    with store.log.spool() as spool:
        for one in ids:
            spool.capture("bench", one.encode())
        links = Sealed((OWNER,) * len(ids), tuple((one, at) for at, one in enumerate(ids)))
        store.import_reading(to_columns(made), files=[], captures=Captures(spool=spool, sealed=links))
    return tuple(Told(id=one, what="liked", fields={}) for one in ids)


def _bodies(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield b'{"like":{"tweetId":"%d","fullText":"%s"}}' % (number, b"words " * 40)


def _timed(store: Store, body: bytes) -> float:
    return _seconds(lambda: _seal(store, [body]))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
