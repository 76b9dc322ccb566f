"""A witness under attack countersigns one history only: forks, races of threads and processes, a kill at any moment."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from countersign.evidence.witness import open_keeper
from tests.faults.witness_attack import contradictions, forks, races
from tests.unit.evidence.witness_parts import Log, witness

KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from countersign.evidence.witness import open_keeper
from tests.unit.evidence.witness_parts import Log
keeper, log = open_keeper(Path(sys.argv[1]), None), Log()
size = keeper.memory.logs()[0].size
while True:
    assert keeper.add_checkpoint(log.submission(size, size + 1)).status == 200
    size += 1
    sys.stdout.write(f"{size}\\n")
    sys.stdout.flush()
"""
ROOT = Path(__file__).parents[2]


def test_no_fork_is_countersigned(tmp_path: Path) -> None:
    tally = forks(150, tmp_path)
    assert (tally.tries, tally.cosigned, tally.doubled) == (150, 0, 0)


def test_of_rivals_that_race_one_is_countersigned(tmp_path: Path) -> None:
    tally = races(40, tmp_path)
    assert (tally.tries, tally.cosigned, tally.doubled) == (40, 40, 0)


def test_the_referee_sees_two_histories() -> None:
    log, fork = Log(), Log("fork", since=2)
    assert contradictions([log.submission(0, 3), log.submission(3, 5)]) == 0
    assert contradictions([log.submission(0, 3), fork.submission(0, 3)]) == 1
    assert contradictions([log.submission(0, 3), fork.submission(3, 5)]) == 1


def test_a_witness_that_is_killed_remembers_everything_that_it_answered(tmp_path: Path) -> None:
    state = witness(tmp_path).memory.path
    for _ in range(3):
        running = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(state), str(ROOT)], stdout=subprocess.PIPE, env=dict(os.environ)
        )
        assert running.stdout is not None
        first = running.stdout.readline()
        time.sleep(0.15)
        running.send_signal(signal.SIGKILL)
        answered = int([first, *running.stdout.read().splitlines()][-1])
        running.stdout.close()
        running.wait()
        remembered = open_keeper(state, None).memory.logs()[0].size
        assert remembered in (answered, answered + 1)
