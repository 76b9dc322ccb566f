"""Asks several outsiders at the same time, and never waits for the slowest longer than was said."""

import time
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

from countersign.errors import CountersignError
from countersign.evidence.outside.asking import Unreachable

Got = TypeVar("Got")
Results = SimpleQueue[tuple[str, Got | CountersignError]]


def together(
    jobs: Mapping[str, Callable[[], Got]],
    *,
    seconds: float,
    again: Callable[[str, Got], Callable[[], Got] | None] = lambda name, got: None,
) -> dict[str, Got | CountersignError]:
    """Return what each job gave, or why it gave nothing, after `seconds` at the latest.

    `again` sees what a job gave, in this thread, and may return another job to be done in its place. A job that goes on
    longer is left to itself: its thread does not keep the program from ending.
    """
    until = time.monotonic() + seconds
    done: Results[Got] = SimpleQueue()
    for name, job in jobs.items():
        _start(name, job, done)
    late = Unreachable("it did not answer in time")
    results: dict[str, Got | CountersignError] = dict.fromkeys(jobs, late)
    left = len(jobs)
    while left:
        try:
            name, got = done.get(timeout=max(0.0, until - time.monotonic()))
        except Empty:
            break
        next_job = None if isinstance(got, CountersignError) else again(name, got)
        if next_job is not None:
            _start(name, next_job, done)
            continue
        results[name] = got
        left -= 1
    return results


def meanwhile(
    jobs: Mapping[str, Callable[[], Got]], *, seconds: float
) -> Callable[[], dict[str, Got | CountersignError]]:
    """Start jobs as `together` does, and return at once; what is returned waits for the results."""
    results: dict[str, Got | CountersignError] = {}
    waiting = Thread(target=lambda: results.update(together(jobs, seconds=seconds)), daemon=True)
    waiting.start()

    def wait() -> dict[str, Got | CountersignError]:
        waiting.join()
        return results

    return wait


def _start(name: str, job: Callable[[], Got], done: Results[Got]) -> None:
    Thread(target=_run, args=(name, job, done), daemon=True, name=f"asking {name}").start()


def _run(name: str, job: Callable[[], Got], done: Results[Got]) -> None:
    try:
        done.put((name, job()))
    except CountersignError as error:
        done.put((name, error))
    except Exception as defect:  # an anchor that fails must not take the evidence with it; it is told as pending
        done.put((name, Unreachable(f"a defect of ours stopped this ({type(defect).__name__})")))
