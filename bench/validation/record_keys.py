"""Checks what the fingerprint examination takes for granted: that clients draw a clock number from few."""

from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from countersign.activity import Activity
from countersign.investigate.examinations.fingerprint import CLOCKS
from countersign.investigate.tid import clock_of

STREAM: Final = Path("jetstream") / "expected_v1.jsonl"


SIMULATED: Final = 10_000
SEED: Final = 1


class Commit(msgspec.Struct, frozen=True):
    """What was done to one record; other fields are not read."""

    operation: str
    rkey: str


class Event(msgspec.Struct, frozen=True):
    """One event of the public stream."""

    did: str
    commit: Commit | None = None


class Clocks(msgspec.Struct, frozen=True):
    """What keys of new records show: how many have a clock, the share below `CLOCKS`, how many numbers were met, by how
    many accounts, the p of their being drawn alike, and the most records that one account has."""

    records: int
    accounts: int
    below: float
    met: int
    alike: float
    most: int


def measured(data: Path) -> Clocks:
    """Return what the records that were made in the stream at hand show."""
    decoder = msgspec.json.Decoder(Event)
    events = [decoder.decode(line) for line in (data / STREAM).read_bytes().splitlines()]
    made = [(one.did, one.commit.rkey) for one in events if one.commit and one.commit.operation == "create"]
    clocked = [(did, clock) for did, key in made if (clock := _clock(key)) is not None]
    numbers = np.array([clock for _, clock in clocked])
    counts = np.bincount(numbers[numbers < CLOCKS], minlength=CLOCKS)
    by_account = [sum(did == other for other, _ in clocked) for did in {did for did, _ in clocked}]
    return Clocks(
        records=len(clocked), accounts=len(by_account), below=float((numbers < CLOCKS).mean()),
        met=int((counts > 0).sum()), alike=_alike(counts), most=max(by_account),
    )  # fmt: skip


def _alike(counts: NDArray[np.int64]) -> float:
    """Return how often numbers that are all as likely are spread as unevenly as these (simulated, Pearson's sum)."""
    drawn = np.random.default_rng(SEED).multinomial(counts.sum(), np.full(CLOCKS, 1 / CLOCKS), SIMULATED)
    return float(((drawn**2).sum(axis=1) >= (counts**2).sum()).mean())


def _clock(key: str) -> int | None:
    return clock_of(Activity(id="", native_id=key, platform="bluesky", verb="post", actor=""))
