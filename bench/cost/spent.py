"""Runs a command in a process of its own and tells what it spent: wall time, processor time, most memory."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[2]
RAN = frozenset({0, 1, 3})
"""Exit codes of a command that did its work: nothing found, found, cannot tell."""


_SMALL_PARENT = """
import json, os, subprocess, sys, time
started = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
seconds = time.perf_counter() - started
print(json.dumps([os.waitstatus_to_exitcode(status), seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss]))
"""
"""What starts and waits for the command: Linux counts the memory of whoever starts a process as the process's own, so
that must be small."""


class Spent(msgspec.Struct, frozen=True):
    """Seconds by the clock, seconds of the processor, and the most memory held at once in megabytes."""

    seconds: float
    processor: float
    megabytes: float


def countersign(*arguments: str) -> Spent:
    """Run a command of ours, its answer thrown away; raises if it could not do its work."""
    return run([sys.executable, "-m", "countersign.cli", *arguments])


def run(command: Sequence[str]) -> Spent:
    """Run a command; raises CalledProcessError if it ends with a code that means that it could not."""
    source = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]))
    parent = [sys.executable, "-I", "-S", "-c", _SMALL_PARENT, *command]
    answer = subprocess.run(parent, env={**os.environ, "PYTHONPATH": source}, stdout=subprocess.PIPE, check=True)
    code, seconds, processor, kilobytes = json.loads(answer.stdout)
    if code not in RAN:
        raise subprocess.CalledProcessError(code, command)
    return Spent(seconds, processor, kilobytes / 1024)


def best(times: int, *arguments: str) -> Spent:
    """Return the quickest of several runs: what else the machine does only ever makes one slower."""
    return min((countersign(*arguments) for _ in range(times)), key=lambda spent: spent.seconds)
