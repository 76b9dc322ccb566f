"""An import that is killed, or that the disk refuses, at any write: nothing lost, nothing doubled, no half."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from countersign.activity import to_columns
from countersign.store import Store
from tests.faults.campaign import Row, of_every_kind
from tests.faults.faulty import TYPED, Ending, Point, has_strace
from tests.faults.judge import Judge
from tests.faults.story import FILE, STEPS, _archive, first_archive, now, second_archive, tell

CAMPAIGN = Path(__file__).with_name("campaign.py")
KILLS = 40
ERRORS = 8


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return Judge(tmp_path_factory.mktemp("judge"))


def rows(tmp_path: Path, *asked: str) -> dict[str, Row]:
    """Run the campaign in a process of its own (it forks) and return its rows."""
    written = tmp_path / "rows.json"
    done = subprocess.run(
        [sys.executable, str(CAMPAIGN), "--json", str(written), *asked], capture_output=True, text=True, check=False
    )
    assert written.exists(), done.stderr
    return {row.name: row for row in msgspec.json.decode(written.read_bytes(), type=list[Row])}


def test_killed_at_forty_different_writes_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    row = rows(tmp_path, "--kills", str(KILLS))["kill_lost"]
    assert (row.value, row.why, row.ok) == (0, (), True)
    assert row.unit.startswith(f"of {KILLS} kills")


def test_a_disk_that_is_full_or_broken_at_any_write_is_told_and_loses_nothing(tmp_path: Path) -> None:
    if not has_strace():
        pytest.skip(
            "strace is not here, or may not trace: faults of the disk cannot be injected (apt-get install strace)"
        )
    found = rows(tmp_path, "--kills", "0", "--full", str(ERRORS), "--broken", str(ERRORS))
    assert {name: (row.value, row.why) for name, row in found.items()} == {
        "disk_full_lost": (0, ()),
        "disk_error_lost": (0, ()),
    }


def test_the_judge_finds_half_an_import(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with Store.open(path, clock=now) as store:
        first_archive(store)
        store.import_reading(to_columns(_archive(100, 20)[:300]), files=(FILE,))
    assert "half an import" in judge.wrong(path, Ending(1, -9), "kill")


def test_the_judge_finds_a_step_that_was_acknowledged_and_is_lost(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with Store.open(path, clock=now) as store:
        first_archive(store)
        second_archive(store)
    assert judge.wrong(path, Ending(3, -9), "kill") == "3 steps were acknowledged, 2 are there"


def test_the_judge_finds_a_checkpoint_that_was_published_and_is_lost(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with Store.open(path, clock=now) as store:
        first_archive(store)
    assert judge.wrong(path, Ending(2, -9), "kill") == f"{judge.sizes[2]} were published, {judge.sizes[1]} are"
    (Path(f"{path}.log") / "tile/0/000").write_bytes(bytes(8192))
    assert "E_TILE tile/0/000" in judge.wrong(path, Ending(1, -9), "kill")


def test_the_judge_finds_an_error_that_is_not_typed(judge: Judge, tmp_path: Path) -> None:
    assert "not a typed error" in judge.wrong(tmp_path / "store.db", Ending(0, 4), "EIO")


def test_the_judge_is_content_with_a_story_told_to_any_step(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    tell(path, lambda _: None)
    assert judge.wrong(path, Ending(len(STEPS), 0), "kill") == ""
    assert judge.wrong(tmp_path / "none" / "store.db", Ending(0, TYPED), "ENOSPC") == ""


def test_points_are_different_and_of_every_kind() -> None:
    points = [Point("pwrite64", n) for n in range(1, 901)] + [Point("fsync", n) for n in range(1, 5)]
    found = of_every_kind(points, 30)
    assert len(set(found)) == 30
    assert [point for point in found if point.call == "fsync"] == points[-4:]
