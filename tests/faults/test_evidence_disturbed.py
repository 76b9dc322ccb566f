"""Access evidence on a disk that is full, and in a process that is killed: each file is whole, or not there."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from countersign.cli import main
from countersign.store import Store

FILES = 120
KILLED_AFTER = (0.02, 0.06, 0.13, 0.21, 0.34, 0.55)
"""Seconds from the first file on; adding all takes about a second."""
ADDING = """
import sys
from countersign.cli import main
print("ready", flush=True)
sys.exit(main(["evidence", "add", "--store", sys.argv[1], "--quiet", *sys.argv[2:]]))
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.delenv("COUNTERSIGN_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "store.db"


def account(path: Path) -> None:
    assert main(["accounts", "add", "111", "--platform", "x", "--store", str(path), "--quiet"]) == 0


def dumps(folder: Path, count: int, rows: int) -> list[str]:
    folder.mkdir()
    for number in range(count):
        lines = [
            f"2026-08-{1 + row % 28:02d}T{number % 24:02d}:{row % 60:02d}:00Z,198.51.100.{number},x"
            for row in range(rows)
        ]
        (folder / f"{number:03d}.csv").write_text("created_at,ip,agent\n" + "\n".join(lines) + "\n")
    return sorted(str(one) for one in folder.iterdir())


def check(path: Path) -> int:
    """Return how many files are kept, each of them whole and in a log that holds."""
    with Store.open(path) as store:
        kept = store.evidence.every()
        assert [one.code for one in store.log.check().problems] in ([], ["I_EMPTY"])
        assert store.examine() == ()
        for one in kept:
            assert one.evidence.told is not None
            body = store.log.body(one.leaves[0])
            assert body is not None
            assert body[1].count(b"\n") == 1 + len(one.evidence.told.traces)
        return len(kept)


def test_killed_while_it_is_added_evidence_is_whole_or_not_there(store: Path, tmp_path: Path) -> None:
    account(store)
    files = dumps(tmp_path / "dumps", FILES, 5)
    seen = []
    for seconds in KILLED_AFTER:
        adding = subprocess.Popen([sys.executable, "-c", ADDING, str(store), *files], stdout=subprocess.PIPE)
        assert adding.stdout is not None
        adding.stdout.readline()
        time.sleep(seconds)
        adding.send_signal(signal.SIGKILL)
        adding.wait()
        adding.stdout.close()
        seen.append(check(store))
    assert seen == sorted(seen)
    assert main(["evidence", "add", "--store", str(store), "--quiet", *files]) == 0
    assert check(store) == FILES


def test_on_a_full_disk_evidence_is_refused_and_nothing_of_it_is_kept(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=900k,mode=700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here: that needs root and the right to mount")
    try:
        path = folder / "store.db"
        account(path)
        (large,) = dumps(tmp_path / "large", 1, 40_000)
        capsys.readouterr()
        assert main(["evidence", "add", large, "--store", str(path)]) == 2
        said = capsys.readouterr().err
        assert "disk is full" in said
        assert "Traceback" not in said
        assert check(path) == 0
    finally:
        subprocess.run(["umount", str(folder)], check=True)
