import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from bench.cost import archive, files
from bench.cost.files import Size
from bench.cost.spent import best, countersign, run
from bench.protocol.figures import REACH
from countersign.activity import Activity, NotUnderstood, Parsed
from countersign.sources.x_archive import source

for library in ("sklearn", "river", "pyod"):
    pytest.importorskip(library, reason="the peers are not installed: they come with the extra `bench`")
with warnings.catch_warnings():
    # The peers' libraries warn on import about themselves; that is not ours to mend.
    warnings.simplefilter("ignore")
    from bench import quality, speed
    from bench.cost import kernel

SPEED_NAMES = {"kernel_actions_per_s", "parquet_actions_per_s", "jsonl_actions_per_s", "state_bytes", "archive_seconds",
               "archive_mb", "kill_lost"}  # fmt: skip


def test_a_command_is_measured_by_itself_and_not_by_what_started_it() -> None:
    ballast = bytearray(200_000_000)
    spent = run([sys.executable, "-c", "sum(range(3_000_000))"])
    assert len(ballast) > spent.megabytes * 1_000_000 > 1_000_000
    assert spent.seconds > 0.0
    assert spent.processor > 0.0


def test_a_command_that_could_not_do_its_work_gives_no_figure() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        run([sys.executable, "-c", "raise SystemExit(2)"])
    with pytest.raises(subprocess.CalledProcessError):
        countersign("check", "/nowhere/at/all")


def test_the_quickest_of_several_runs_counts() -> None:
    assert best(2, "--version").seconds <= countersign("--version").seconds * 3


def test_the_made_archive_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    archive.write(path, posts=120, likes=80)
    values: list[Parsed] = [value for received in source.open(str(path)) for value in source.parse(received)]
    acts = [value for value in values if isinstance(value, Activity)]
    assert not [value for value in values if isinstance(value, NotUnderstood)]
    assert sum(act.verb == "like" for act in acts) == 80
    assert {act.verb for act in acts} == {"post", "reply", "repost", "like"}
    assert len(acts) == 200


def test_a_long_archive_is_split_into_parts_as_x_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "PER_FILE", 50)
    path = tmp_path / "archive.zip"
    archive.write(path, posts=120, likes=0)
    values = [value for received in source.open(str(path)) for value in source.parse(received)]
    assert sum(isinstance(value, Activity) for value in values) == 120


def test_the_state_of_an_account_has_a_size() -> None:
    assert 100 < kernel.state_bytes() < 10_000


def test_without_the_data_the_quality_benchmark_says_so_and_could_not_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("COUNTERSIGN_DATA", str(tmp_path))
    assert quality.main(["--short"]) == 2
    assert "COUNTERSIGN_DATA" in capsys.readouterr().err


@pytest.mark.slow
def test_the_speed_benchmark_writes_every_permanent_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tiny = speed.Scale(kernel_accounts=20, kernel_actions=200, file=Size(2, 50), posts=50, likes=50, kills=2,
                       growth=(Size(2, 50),), times=1)  # fmt: skip
    monkeypatch.setattr(speed, "SHORT", tiny)
    out = tmp_path / "speed.json"
    assert speed.main(["--short", "--json", str(out)]) == 0
    rows = {row["name"]: row for row in json.loads(out.read_bytes())}
    assert set(rows) >= SPEED_NAMES
    assert all(rows[name]["ok"] is None and rows[name]["why"] for name in SPEED_NAMES - {"state_bytes"})
    assert rows["kill_lost"]["value"] == 0


@pytest.mark.slow
def test_the_quality_benchmark_writes_every_permanent_name(data_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "quality.json"
    assert quality.main(["--short", "--json", str(out)]) == 0
    rows = {row["name"]: row for row in json.loads(out.read_bytes())}
    assert set(REACH) <= set(rows)
    assert all(row["ok"] is not None or row["why"] for row in rows.values())
    assert {"COMPA", "HalfSpaceTrees", "ECOD", "IsolationForest", "LogReg"} == set(rows["auc_shift"]["peers"])


@pytest.mark.slow
def test_a_file_of_actions_is_scored_in_a_process_of_its_own(tmp_path: Path) -> None:
    spent = files.scored(tmp_path, "jsonl", Size(2, 20), times=1)
    assert spent.megabytes > 20
    assert not list(tmp_path.iterdir())
