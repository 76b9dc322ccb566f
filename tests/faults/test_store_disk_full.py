"""A disk that is really full: the import is refused in words, nothing of it is kept, and the store still opens."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from countersign.errors import StoreError
from countersign.store import Store
from tests.faults.story import first_archive, now, second_archive

SMALL_DISK = "500k"
"""Room for an empty store (about 150 KB) and its key, not for an import of 800 rows and its log."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={SMALL_DISK},mode=700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here: that needs root and the right to mount")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_on_a_full_disk_an_import_is_refused_whole_and_the_store_still_opens(small_disk: Path) -> None:
    path = small_disk / "store.db"
    with Store.open(path, clock=now) as store, pytest.raises(StoreError, match="disk is full") as full:
        first_archive(store)
    assert full.value.code == "CS205"
    assert "nothing of it was kept" in full.value.hint
    with Store.open(path, clock=now) as store:
        assert (store.accounts(), store.imports(), store.examine()) == ((), (), ())


def test_a_store_cannot_be_made_on_a_full_disk(small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(bytes(480 * 1024))
    with pytest.raises(StoreError) as full:
        Store.open(small_disk / "store.db")
    assert full.value.code == "CS207"
    assert not (small_disk / "store.db").exists()


LIMITED = """
import resource, signal, sys
from pathlib import Path
from countersign.errors import StoreError
from countersign.store import Store
from tests.faults.story import now, second_archive
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
path = Path(sys.argv[1])
with Store.open(path, clock=now) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, resource.RLIM_INFINITY))
    try:
        second_archive(store)
    except StoreError as error:
        sys.exit(f"{error.code} {error.message}")
"""


def test_a_quota_on_file_sizes_is_told_and_what_was_kept_stays(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with Store.open(path, clock=now) as store:
        first_archive(store)
        before = store.actions("111")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("CS206 "), done.stderr
    with Store.open(path, clock=now) as store:
        assert store.examine() == ()
        assert store.actions("111").equals(before)
        second_archive(store)
