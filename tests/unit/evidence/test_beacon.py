"""A beacon's round is taken only if it can be true, and its absence is said in words."""

import hashlib
import json
import socket

import pytest

from countersign import config
from countersign.evidence.anchors import drawn
from countersign.evidence.beacon import Beacon, BeaconError, BeaconRound, fetch_round, read_round
from tests.evidence_parts import answering

BEACON = Beacon(name="drand", url="https://beacon.example/latest", genesis=1_692_803_367, period=3)
NOW = 1_795_000_000.0


def drand(number: object = 34_000_000, signature: str = "ab" * 48, **other: object) -> bytes:
    randomness = hashlib.sha256(bytes.fromhex(signature)).hexdigest()
    return json.dumps({"round": number, "randomness": randomness, "signature": signature, **other}).encode()


def test_a_round_gives_the_fields_of_an_entry_and_when_it_was_drawn() -> None:
    found = read_round(drand(previous_signature="cd" * 48), BEACON, now=NOW)
    assert (found.source, found.round, len(found.value)) == ("drand", 34_000_000, 64)
    assert found.drawn.isoformat() == "2026-11-16T04:29:24+00:00"
    assert read_round(drand(1), BEACON, now=NOW).drawn.timestamp() == BEACON.genesis


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"[]", b"\xff", b"null", drand("1"), drand(0), drand(-1), drand(1.5), drand(2**53), drand(None),
        drand(randomness="00" * 32), drand(randomness="AB" * 32), drand(signature="ab" * 20),
        json.dumps({"round": 1, "randomness": "zz", "signature": "ab" * 48}).encode(), drand() + b"x",
    ],
)  # fmt: skip
def test_what_cannot_be_a_round_is_refused(data: bytes) -> None:
    with pytest.raises(BeaconError):
        read_round(data, BEACON, now=NOW)


def test_a_round_of_the_future_is_refused() -> None:
    with pytest.raises(BeaconError, match="of the future"):
        read_round(drand(40_000_000), BEACON, now=NOW)


def test_a_beacon_is_asked_over_http() -> None:
    with answering(lambda _: drand(1), "application/json") as url:
        here = Beacon(name="drand", url=url, genesis=BEACON.genesis, period=3, private=True)
        assert fetch_round(here, seconds=3).round == 1
        given = config.Beacon(name="drand", url=url, genesis=BEACON.genesis, period=3, allow_private=True)
        found = drawn(config.Evidence(beacon=given))
        assert isinstance(found, BeaconRound)
        assert found.value == hashlib.sha256(bytes.fromhex("ab" * 48)).hexdigest()


def test_offline_it_is_said_that_no_beacon_was_looked_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        url = f"http://127.0.0.1:{found.getsockname()[1]}/"
    given = config.Beacon(name="drand", url=url, genesis=0, period=3, allow_private=True)
    assert drawn(config.Evidence(beacon=given)) == "not looked up: it does not answer"
