"""A full-size archive is read in seconds and in little memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.sources.x_archive.large import make_archive

PEAK_MB = 250
SECONDS = 60
"""Measured 6 s on an idle core; a loaded machine takes its time."""

_READ = """
import json, sys, time
from pathlib import Path
start = time.perf_counter()
from countersign.sources.x_archive import source
count = sum(1 for received in source.open(sys.argv[1]) for value in source.parse(received))
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
peak = int(status["VmHWM"].split()[0]) / 1024
json.dump({"count": count, "seconds": time.perf_counter() - start, "peak": peak}, sys.stdout)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is told by Linux only")
def test_a_hundred_thousand_posts_and_likes_fit_into_250_megabytes(tmp_path: Path) -> None:
    make_archive(tmp_path / "large.zip")
    done = subprocess.run([sys.executable, "-c", _READ, str(tmp_path / "large.zip")], capture_output=True, check=True)
    told = json.loads(done.stdout)
    assert told["count"] == 200_002
    assert told["peak"] < PEAK_MB
    assert told["seconds"] < SECONDS
