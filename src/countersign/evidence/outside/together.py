"""Asks several outsiders at the same time, and never waits for the slowest longer than was said."""

import time
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

from countersign.errors import CountersignError
from countersign.evidence.outside.asking import Unreachable

Got = TypeVar("Got")


def together(jobs: Mapping[str, Callable[[], Got]], *, seconds: float) -> dict[str, Got | CountersignError]:
    """Return what each job gave, or why it gave nothing, after `seconds` at the latest.

    A job that goes on longer is left to itself: its thread does not keep the program from ending.
    """
    until = time.monotonic() + seconds
    done: SimpleQueue[tuple[str, Got | CountersignError]] = SimpleQueue()
    for name, job in jobs.items():
        Thread(target=_run, args=(name, job, done), daemon=True, name=f"asking {name}").start()
    results: dict[str, Got | CountersignError] = {}
    while len(results) < len(jobs):
        try:
            name, result = done.get(timeout=max(0.0, until - time.monotonic()))
        except Empty:
            break
        results[name] = result
    late = Unreachable("it did not answer in time")
    return {name: results.get(name, late) for name in jobs}


def _run(name: str, job: Callable[[], Got], done: "SimpleQueue[tuple[str, Got | CountersignError]]") -> None:
    try:
        done.put((name, job()))
    except CountersignError as error:
        done.put((name, error))
    except Exception as defect:  # an anchor that fails must not take the evidence with it; it is told as pending
        done.put((name, Unreachable(f"a defect of ours stopped this ({type(defect).__name__})")))
