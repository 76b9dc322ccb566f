"""Runs the story in a child process that meets one fault: killed, or refused by the disk, at one chosen write."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec

from countersign.errors import CountersignError
from tests.faults.story import tell

Fault = Literal["kill", "ENOSPC", "EIO"]
"""SIGKILL as the write begins; or the write fails, the disk being full or broken."""

WRITES = "write,writev,pwrite64,pwritev,fsync,fdatasync,ftruncate,fallocate,link,linkat,rename,unlink,unlinkat,mkdir"
"""All system calls by which SQLite and we change a file; acknowledgements go by `sendto`, which is none of them."""
FINISHED, TYPED, CRASHED = 0, 3, 4
_HOOK = "sqlite"
_EVERY = 400
"""Instructions of SQLite's machine between two places at which the hook may kill."""
_CACHE_KIB = 64
"""So small that a transaction of the story is written to the log while it runs, as a large import's is."""
_PATIENCE = 120.0


class Point(msgspec.Struct, frozen=True):
    """The n-th call (from 1) of one kind: a system call, or `sqlite` for the hook inside SQLite's machine."""

    call: str
    nth: int


class Ending(msgspec.Struct, frozen=True):
    """How the child ended: steps that it had acknowledged, and how (negative: the signal that killed it)."""

    acknowledged: int
    code: int


def has_strace() -> bool:
    """Say whether strace is here and may trace our children."""
    if shutil.which("strace") is None:
        return False
    return (
        subprocess.run(["strace", "-qq", "-e", "trace=none", "true"], capture_output=True, check=False).returncode == 0
    )


def writes(folder: Path) -> list[Point]:
    """Return every write of a run without faults, as strace counts them."""
    log = folder / "strace.log"
    run(folder / "counted" / "store.db", traced_by=["-o", str(log), "-e", f"trace={WRITES}"])
    calls = Counter(re.findall(r"^(?:\d+ +)?(\w+)\(", log.read_text(), re.MULTILINE))
    return [Point(call, nth) for call, count in sorted(calls.items()) for nth in range(1, count + 1)]


def hooks(folder: Path) -> list[Point]:
    """Return every place of a run without faults at which the hook inside SQLite may kill."""
    reached = folder / "hooks"
    run(folder / "hooked" / "store.db", hook=lambda nth: _write(reached, nth))
    return [Point(_HOOK, nth) for nth in range(1, int(reached.read_text()) + 1)]


def run_with(path: Path, point: Point, fault: Fault) -> Ending:
    """Tell the story at `path` with one fault at one point."""
    if point.call == _HOOK:
        return run(path, hook=lambda nth: _killed_at(point.nth, nth))
    what = "signal=KILL" if fault == "kill" else f"error={fault}"
    inject = f"inject={point.call}:{what}:when={point.nth}"
    return run(path, traced_by=["-o", os.devnull, "-e", f"trace={point.call}", "-e", inject])


def run(path: Path, *, traced_by: list[str] | None = None, hook: Callable[[int], None] | None = None) -> Ending:
    """Tell the story in a forked child, under strace or with a hook, and wait for its end."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        ours.close()
        _child(path, theirs, hook)
    theirs.close()
    tracer = None if traced_by is None else _attached(child, traced_by)
    ours.sendall(b"g")
    acknowledged = 0
    while said := ours.recv(64):
        acknowledged = said[-1]
    ours.close()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if tracer is not None:
        tracer.communicate(timeout=_PATIENCE)
    return Ending(acknowledged, code)


def _write(path: Path, nth: int) -> None:
    path.write_text(str(nth))


def _killed_at(chosen: int, nth: int) -> None:
    if nth == chosen:
        os.kill(os.getpid(), signal.SIGKILL)


def _child(path: Path, theirs: socket.socket, hook: Callable[[int], None] | None) -> None:
    """Wait until the tracer is there, tell the story, and leave without any of the parent's clean-up."""
    code = CRASHED
    try:
        theirs.recv(1)
        _prepare_sqlite(hook)
        tell(path, lambda step: theirs.sendall(bytes([step])))
        code = FINISHED
    except CountersignError:
        code = TYPED
    except BaseException:
        traceback.print_exc(file=sys.stderr)
    finally:
        os._exit(code)


def _attached(child: int, options: list[str]) -> subprocess.Popen[str]:
    tracer = subprocess.Popen(["strace", "-p", str(child), *options], stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    said = tracer.stderr.readline()
    if "attached" not in said:
        os.kill(child, signal.SIGKILL)
        raise RuntimeError(f"strace did not attach: {said}")
    return tracer


class _Spilling(sqlite3.Connection):
    """Writes its pages out early, whatever room the store's settings give it."""

    def executescript(self, sql_script: str, /) -> sqlite3.Cursor:
        found = super().executescript(sql_script)
        self.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        return found


def _prepare_sqlite(hook: Callable[[int], None] | None) -> None:
    """Have every connection spill its pages early and, if there is a hook, call it with a running number."""
    connect, counted = sqlite3.connect, iter(range(1, sys.maxsize))

    def prepared(path: Path | str, **settings: Any) -> sqlite3.Connection:
        db = connect(path, factory=_Spilling, **settings)
        if hook is not None:
            db.set_progress_handler(lambda: hook(next(counted)), _EVERY)
        return db

    sqlite3.connect = prepared  # type: ignore[assignment]
