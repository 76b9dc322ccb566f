"""The power fails at any moment: what was not synced is there, or not, or in part, and nothing acknowledged is lost."""

import random
from pathlib import Path

import pytest

from tests.faults.disk import SECTOR, Crash, Op, acknowledged, build, crashes, pending
from tests.faults.faulty import has_strace
from tests.faults.power_loss import SMALL, power_losses
from tests.faults.recording import recorded

STATES = 48
NEEDS_STRACE = "strace is not here, or may not trace: writes cannot be recorded (apt-get install strace)"
FILE = (
    Op(kind="enter", node=1, name="draft"),
    Op(kind="data", node=1, data=b"a" * SECTOR + b"b" * SECTOR),
    Op(kind="sync", node=1),
    Op(kind="data", node=1, data=b"c", at=2 * SECTOR),
    Op(kind="move", node=1, name="file", old_name="draft"),
    Op(kind="acknowledged", at=1),
    Op(kind="sync"),
)


def content(tmp_path: Path, crash: Crash) -> dict[str, bytes]:
    build(FILE, crash, tmp_path / "disk")
    return {path.name: path.read_bytes() for path in (tmp_path / "disk").iterdir()}


def test_whatever_moment_the_power_fails_nothing_is_lost_doubled_or_false(tmp_path: Path) -> None:
    if not has_strace():
        pytest.skip(NEEDS_STRACE)
    tally = power_losses(STATES, tmp_path, size=SMALL)
    assert (tally.states, tally.wrong) == (STATES, ())


def test_all_that_was_recorded_makes_the_folder_that_was_recorded(tmp_path: Path) -> None:
    if not has_strace():
        pytest.skip(NEEDS_STRACE)
    ops = recorded(tmp_path)
    build(ops, Crash(at=len(ops), kept=frozenset(range(len(ops)))), tmp_path / "built")
    found, told = ({path.relative_to(place): path.read_bytes() for path in place.rglob("*") if path.is_file()}
                   for place in (tmp_path / "built", tmp_path / "told"))  # fmt: skip
    assert found == told
    assert acknowledged(ops, len(ops)) == 8


def test_what_was_not_synced_may_be_lost_and_what_was_is_there(tmp_path: Path) -> None:
    assert pending(FILE, 6) == [0, 3, 4]
    assert pending(FILE, 7) == [3]
    assert content(tmp_path, Crash(at=6, kept=frozenset())) == {}
    assert content(tmp_path, Crash(at=7, kept=frozenset())) == {"file": b"a" * SECTOR + b"b" * SECTOR}


def test_a_later_change_may_be_there_without_an_earlier_one(tmp_path: Path) -> None:
    assert content(tmp_path, Crash(at=6, kept=frozenset({3, 4}))) == {"file": b"a" * SECTOR + b"b" * SECTOR + b"c"}


def test_of_a_torn_write_some_sectors_are_there(tmp_path: Path) -> None:
    torn = Crash(at=2, kept=frozenset({0, 1}), torn={1: ((SECTOR, 2 * SECTOR),)})
    assert content(tmp_path, torn) == {"draft": bytes(SECTOR) + b"b" * SECTOR}


def test_crashes_are_different_and_the_same_for_the_same_seed() -> None:
    found = crashes(FILE, 12, random.Random(1))
    assert len({repr(crash) for crash in found}) == len(found) == 12
    assert found == crashes(FILE, 12, random.Random(1))
