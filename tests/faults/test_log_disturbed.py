"""The log where the machine disturbs it: two writers at once, one killed while another waits, disks, jumping clocks."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from countersign.errors import CountersignError, EvidenceError, StoreError
from countersign.evidence.log.checking import verify_folder
from countersign.store import Store
from tests.faults.story import EMBASSY, first_archive, mark, now, outcome, second_archive, state

ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from countersign.store import Store
from tests.faults import story
sys.stdin.readline()
with Store.open(Path(sys.argv[1]), clock=story.now, wait=60) as store:
    for number in range(int(sys.argv[3])):
        story.second_archive(store) if number == 3 else story.mark(store)
        sys.stdout.write("done\\n")
        sys.stdout.flush()
"""
HOLDER = """
import sys, time
sys.path.insert(0, sys.argv[2])
from countersign.store import Store
from tests.faults import story
with Store.open(sys.argv[1], clock=story.now) as store, store._writing(), store.log.appending() as log:
    log.enter("analysis", {"never": "finished"})
    sys.stdout.write("holding\\n")
    sys.stdout.flush()
    time.sleep(600)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "store.db"
    with Store.open(place, clock=now) as store:
        first_archive(store)
        outcome(store)
    return place


def child(code: str, path: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path), str(ROOT), *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip


def kinds(store: Store) -> list[str]:
    return [leaf.entry.type for leaf in store.log.leaves(0, store.log.size)]


def test_two_processes_import_and_answer_at_the_same_time_and_nothing_is_lost(path: Path) -> None:
    writers = [child(WRITER, path, "6") for _ in range(2)]
    said = [writer.communicate("go\n", timeout=120)[0].splitlines() for writer in _started(writers)]
    assert said == [["done"] * 6] * 2
    with Store.open(path, clock=now) as store:
        assert store.log.check().problems == ()
        assert len(store.marks()) == 10
        assert kinds(store).count("custody") == 13
        assert len({row["id"] for row in store.actions(EMBASSY).to_pylist()}) == store.actions(EMBASSY).num_rows


def _started(writers: list[subprocess.Popen[str]]) -> list[subprocess.Popen[str]]:
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    return writers


def test_a_writer_that_is_killed_while_another_waits_leaves_nothing_behind(path: Path) -> None:
    before = state(path)
    holder = child(HOLDER, path)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n"
    waiting = child(WRITER, path, "1")
    _started([waiting])
    with Store.open(path, clock=now, wait=0.1) as store, pytest.raises(StoreError, match="another countersign") as busy:
        mark(store)
    assert busy.value.code == "CS203"
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    assert waiting.communicate(timeout=60)[0] == "done\n"
    with Store.open(path, clock=now) as store:
        assert store.log.check().problems == ()
        assert "analysis" not in kinds(store)
        assert len(store.marks()) == 1
    assert state(path) != before


@pytest.fixture
def mounted(path: Path) -> Iterator[Path]:
    """The published folder on a disk of its own, which is small."""
    folder = Path(f"{path}.log")
    if os.geteuid() != 0:
        pytest.skip("a disk cannot be mounted here: that needs root")
    folder.rename(f"{folder}.aside")
    folder.mkdir(mode=0o700)
    options = ["-t", "tmpfs", "-o", "size=400k,mode=700", "tmpfs", str(folder)]
    if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("a disk cannot be mounted here: that needs the right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


def test_what_cannot_be_published_on_a_full_disk_is_told_as_kept_and_published_later(path: Path, mounted: Path) -> None:
    with Store.open(path, clock=now) as store:
        assert store.log.check().holds
        _fill(mounted / "filler")
        size = store.log.size
        with pytest.raises(EvidenceError) as full:
            mark(store)
        assert (full.value.code, store.log.size, len(store.marks())) == ("CS416", size + 1, 1)
        assert "what was kept is safe in the store" in full.value.hint
        assert verify_folder(mounted).holds, "the folder is still the one before"
        (mounted / "filler").unlink()
    with Store.open(path, clock=now) as store:
        assert store.log.check().problems == ()
        assert verify_folder(mounted).checkpoint == store.log.check().checkpoint


def test_a_disk_that_became_read_only_is_told_and_what_is_there_can_be_read(path: Path, mounted: Path) -> None:
    with Store.open(path, clock=now) as store:
        subprocess.run(["mount", "-o", "remount,ro", str(mounted)], check=True)
        with pytest.raises(EvidenceError) as refused:
            mark(store)
        assert refused.value.code == "CS416"
        assert len(store.marks()) == 1
        assert verify_folder(mounted).holds
        report = store.log.check()
        assert (report.is_false, [problem.code for problem in report.problems]) == (False, ["I_FOLDER"])


JUMPS = (1, -1, 60, -60, 3_700, -3_700, 86_400, -86_400, 40_000_000, -40_000_000, 300_000_000, -300_000_000)
"""Seconds: a correction, an hour, a day, a year, ten years, both ways."""


@pytest.mark.parametrize("seed", range(8))
def test_whatever_the_clock_does_time_in_the_log_never_runs_back(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    hands = [datetime(2026, 1, 1, tzinfo=UTC)]
    path, jumped = tmp_path / "store.db", 0
    for _ in range(4):
        with Store.open(path, clock=lambda: hands[0]) as store:
            for _ in range(6):
                step = rng.choice(JUMPS)
                jumped += step < -1
                hands[0] = max(hands[0] + timedelta(seconds=step), datetime(1970, 1, 1, tzinfo=UTC))
                store.log.enter("analysis", {"year": hands[0].year})
            assert store.log.check().problems == ()
    with Store.open(path, clock=lambda: hands[0]) as store:
        entries = [leaf.entry for leaf in store.log.leaves(0, store.log.size)]
    assert [entry.seen for entry in entries] == sorted(entry.seen for entry in entries)
    assert sum(entry.type == "clock" for entry in entries) >= min(jumped, 1)
    assert sum(entry.type == "analysis" for entry in entries) == 24


def _showing(moment: datetime) -> datetime:
    return moment


def test_a_clock_that_was_set_to_1970_is_an_entry_and_the_log_goes_on(path: Path) -> None:
    for moment in (datetime(1970, 1, 1, tzinfo=UTC), now()):
        with Store.open(path, clock=partial(_showing, moment)) as store:
            second_archive(store)
    with Store.open(path, clock=now) as store:
        assert store.log.check().problems == ()
        seen = [leaf.entry.seen for leaf in store.log.leaves(0, store.log.size)]
        assert "clock" in kinds(store)
    assert seen == sorted(seen)
    assert min(seen) > "2026"


def test_a_store_whose_folder_was_removed_is_checked_as_it_is_and_published_anew(path: Path) -> None:
    with Store.open(path, clock=now) as store:
        subprocess.run(["rm", "-r", f"{path}.log"], check=True)
        report = store.log.check()
        assert (report.is_false, report.problems[0].code) == (False, "I_FOLDER")
        try:
            mark(store)
        except CountersignError as error:  # pragma: no cover  # told with its words, if it comes to that
            pytest.fail(f"{error.code} {error.message}")
        assert store.log.check().problems == ()
