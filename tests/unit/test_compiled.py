"""Compiled code is kept where its user may write and nobody else may, and never for other sources than its own."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from countersign.config.compiled import NUMBA_FOLDER, PREFIX, UNUSED_SECONDS, fingerprint, keep_compiled


def sources(folder: Path, text: str) -> Path:
    (folder / "package" / "score").mkdir(parents=True, exist_ok=True)
    (folder / "package" / "score" / "kernel.py").write_text(text, encoding="utf-8")
    return folder / "package"


def home(folder: Path) -> dict[str, str]:
    return {"HOME": str(folder / "home")}


def test_it_is_kept_in_the_users_cache_folder_and_numba_is_told(tmp_path: Path) -> None:
    environ = home(tmp_path)
    folder = keep_compiled(environ, package=sources(tmp_path, "a = 1\n"))
    assert folder.parent == tmp_path / "home" / ".cache" / "countersign"
    assert environ[NUMBA_FOLDER] == str(folder)
    assert folder.is_dir()
    assert folder.stat().st_mode & 0o077 == 0


def test_the_cache_folder_of_the_environment_is_respected(tmp_path: Path) -> None:
    folder = keep_compiled({**home(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "c")})
    assert folder.parent == tmp_path / "c" / "countersign"


def test_a_folder_that_somebody_named_stays(tmp_path: Path) -> None:
    environ = {**home(tmp_path), NUMBA_FOLDER: "/named"}
    assert keep_compiled(environ) == Path("/named")
    assert environ[NUMBA_FOLDER] == "/named"
    assert not (tmp_path / "home").exists()


def test_other_sources_have_another_folder_and_the_same_ones_the_same(tmp_path: Path) -> None:
    first = fingerprint(sources(tmp_path, "a = 1\n"))
    assert fingerprint(sources(tmp_path, "a = 1\n")) == first
    assert fingerprint(sources(tmp_path, "a = 2\n")) != first, "a change of the same length is a change"


def test_what_nobody_used_for_a_month_goes_and_nothing_else(tmp_path: Path) -> None:
    package, environ = sources(tmp_path, "a = 1\n"), home(tmp_path)
    kept = keep_compiled(environ, package=package).parent
    old, recent, other = kept / f"{PREFIX}old", kept / f"{PREFIX}recent", kept / "other"
    for folder, age in ((old, UNUSED_SECONDS + 60), (recent, UNUSED_SECONDS - 60), (other, UNUSED_SECONDS + 60)):
        folder.mkdir()
        (folder / "file").write_bytes(b"")
        os.utime(folder, (time.time() - age, time.time() - age))
    current = keep_compiled(home(tmp_path), package=package)
    assert sorted(kept.iterdir()) == sorted([current, recent, other])


def test_a_folder_in_use_is_never_old(tmp_path: Path) -> None:
    package = sources(tmp_path, "a = 1\n")
    folder = keep_compiled(home(tmp_path), package=package)
    os.utime(folder, (0, 0))
    assert keep_compiled(home(tmp_path), package=package) == folder
    assert folder.stat().st_mtime > time.time() - 60


@pytest.mark.parametrize("obstacle", ["a file", "somebody else's"])
def test_where_nothing_can_be_kept_the_folder_goes_with_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, obstacle: str
) -> None:
    environ = home(tmp_path)
    if obstacle == "a file":
        (tmp_path / "home").write_bytes(b"")
    else:
        monkeypatch.setattr("os.geteuid", lambda: os.getuid() + 1)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = keep_compiled(environ)
    assert folder.parent == tmp_path
    assert folder.is_dir()
    assert environ[NUMBA_FOLDER] == str(folder)


def test_two_first_starts_at_once_both_answer(tmp_path: Path) -> None:
    script = (
        "import os\n"
        "from countersign.config import keep_compiled\n"
        "keep_compiled(os.environ)\n"
        "import pyarrow as pa\n"
        "from countersign.score.observe import hashes\n"
        "print(hashes(pa.array(['a'], pa.large_string()))[0][0])\n"
    )
    environ = {name: value for name, value in os.environ.items() if name not in (NUMBA_FOLDER, "XDG_CACHE_HOME")}
    environ |= {**home(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-W", "error", "-c", script]
    both = [subprocess.Popen(command, env=environ, stdout=subprocess.PIPE) for _ in range(2)]
    answers = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert answers[0] == answers[1] != b""
    assert any((tmp_path / "home" / ".cache" / "countersign").rglob("*.nbi"))
