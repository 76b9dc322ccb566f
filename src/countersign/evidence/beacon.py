"""Fetches a public random number (drand): what an entry holds of it cannot have been written before it was drawn."""

import hashlib
import time
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from countersign.errors import EvidenceError
from countersign.evidence.outside import Unreachable, ask, place

CLOCK_SECONDS = 300
"""A round from further in the future is not one, or our clock is wrong."""

Hex = Annotated[str, Meta(pattern=r"^([0-9a-f]{2}){32,128}$")]


class BeaconError(EvidenceError):
    """What a beacon answered cannot be a round of it."""

    code = "CS466"


class Beacon(msgspec.Struct, frozen=True, kw_only=True):
    """A public beacon: where its newest round is read, and when its rounds are (`genesis`: when the first was)."""

    name: str
    url: str
    genesis: int
    period: int
    private: bool = False

    def time_of(self, number: int) -> int:
        """Return when a round is drawn, in seconds since 1970.

        >>> Beacon(name="drand", url="https://example.com", genesis=1_692_803_367, period=3).time_of(2)
        1692803370
        """
        return self.genesis + (number - 1) * self.period


class BeaconRound(msgspec.Struct, frozen=True, kw_only=True):
    """One round: the fields of a `beacon` entry, and when it was drawn (UTC), by the beacon's schedule."""

    source: str
    round: int
    value: str
    drawn: datetime


class _Drand(msgspec.Struct, frozen=True):
    round: Annotated[int, Meta(ge=1, lt=2**53)]
    randomness: Hex
    signature: Hex


def fetch_round(beacon: Beacon, *, seconds: float) -> BeaconRound:
    """Return a beacon's newest round; raises Unreachable offline, BeaconError for an answer that cannot be true."""
    answer = ask(place(beacon.url, private=beacon.private), seconds=seconds)
    if answer.status != 200:
        raise Unreachable(f"it answered with the status {answer.status}", where=beacon.url)
    return read_round(answer.body, beacon, now=time.time())


def read_round(data: bytes, beacon: Beacon, *, now: float) -> BeaconRound:
    """Return what a drand relay's JSON says, after the checks that need no pairing of curves. Raises BeaconError.

    The value is the hash of the group's signature: a relay cannot choose the one without the other. The signature
    itself (BLS12-381) is not checked here; who verifies a bundle looks the round up in the beacon's public archive.
    """
    try:
        found = msgspec.json.decode(data, type=_Drand)
    except (msgspec.DecodeError, UnicodeDecodeError) as cause:
        raise BeaconError("this is not a round of a drand beacon", where=beacon.url) from cause
    if hashlib.sha256(bytes.fromhex(found.signature)).hexdigest() != found.randomness:
        raise BeaconError("the beacon's value is not the hash of its signature", where=beacon.url)
    drawn = beacon.time_of(found.round)
    if drawn > now + CLOCK_SECONDS:
        hint = "is this machine's clock right, and are `genesis` and `period` this beacon's?"
        raise BeaconError("the beacon's round is of the future", where=beacon.url, hint=hint)
    return BeaconRound(
        source=beacon.name, round=found.round, value=found.randomness, drawn=datetime.fromtimestamp(drawn, UTC)
    )
