"""Attacks a witness with forks and with races over threads and processes, and counts what it countersigned twice.

python tests/faults/witness_attack.py --forks 1000 --races 1000
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[2]))

from countersign.evidence.note import parse_note, verify_line
from countersign.evidence.tree import verify_consistency
from countersign.evidence.witness import Keeper, open_keeper
from countersign.evidence.witness.submission import parse_submission, write_submission
from tests.unit.evidence.witness_parts import Log, witness

SEED = 20261123
PROCESSES, THREADS = 2, 4
RIVALS = 8
"""Contradicting checkpoints that are offered at the same time, in one race."""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What came out: how often was tried, what was countersigned, and how many pairs of it contradict each other."""

    tries: int
    cosigned: int
    doubled: int


def forks(number: int, folder: Path, seed: int = SEED) -> Tally:
    """Offer a witness that has seen a log this many forks of it, each in the way that fits it best."""
    rng = random.Random(seed)
    keeper, log = witness(folder, "witness.example/forks"), Log()
    seen = 0
    cosigned = doubled = 0
    for attempt in range(number):
        if attempt % 10 == 0:  # the true log goes on meanwhile
            seen, old = seen + rng.randrange(1, 9), seen
            assert keeper.add_checkpoint(log.submission(old, seen)).status == 200
        fork = Log(f"fork {attempt} ", since=rng.randrange(seen))
        size = seen + rng.randrange(20)
        proofs = fork.proof(seen, size), log.proof(seen, size), ()
        body = _with(fork, seen if rng.random() < 0.8 else rng.randrange(seen + 1), rng.choice(proofs), size)
        if keeper.add_checkpoint(body).status == 200:
            cosigned += 1
            doubled += fork.hashes(seen) != log.hashes(seen)
    return Tally(tries=number, cosigned=cosigned, doubled=doubled)


def races(number: int, folder: Path, seed: int = SEED) -> Tally:
    """Offer a witness several contradicting next checkpoints at the same moment, over threads and processes."""
    rng = random.Random(seed)
    name = "witness.example/races"
    state = witness(folder, name).memory.path
    logs = [Log(f"race {rival} ", since=0) for rival in range(RIVALS)]
    chain: list[bytes] = []
    size, leader = 0, logs[0]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for attempt in range(number):
            new = size + rng.randrange(1, 4)
            rivals = [Log(f"{attempt} {rival} ", since=size) for rival in range(RIVALS)]
            bodies = [_on(leader, rival, size, new) for rival in rivals]
            share = len(bodies) // PROCESSES
            parts = [bodies[start : start + share] for start in range(0, len(bodies), share)]
            won = [body for part in pool.map(_offer, [str(state)] * len(parts), parts) for body in part]
            chain += won
            leader = _joined(leader, rivals[bodies.index(won[0])], size) if won else leader
            size = new if won else size
    return Tally(tries=number, cosigned=len(chain), doubled=contradictions(chain))


def contradictions(cosigned: Iterable[bytes]) -> int:
    """Return how many submissions that were countersigned do not go on from the one before, by size."""
    bad, before = 0, None
    for submission in sorted(map(parse_submission, cosigned), key=lambda one: one.checkpoint.size):
        now = submission.checkpoint
        goes_on = before is None or (
            before.size == submission.old_size
            and verify_consistency(before.size, now.size, submission.proof, before.root, now.root)
        )
        bad += not goes_on
        before = now
    return bad


class _Joined(Log):
    """A log that goes on as another from some size on."""

    def __init__(self, first: Log, then: Log, size: int) -> None:
        super().__init__()
        self._first, self._then, self._size = first, then, size

    def hashes(self, size: int) -> list[bytes]:
        head = self._first.hashes(min(size, self._size))
        return [*head, *self._then.hashes(size)[self._size :]]


def _joined(first: Log, then: Log, size: int) -> Log:
    frozen = _Joined(first, then, size)
    flat = Log()
    flat._hashes = frozen.hashes(size + 4)  # so that a thousand races are not a thousand layers
    return flat


def _on(leader: Log, rival: Log, size: int, new: int) -> bytes:
    return _Joined(leader, rival, size).submission(size, new)


def _with(log: Log, old: int, proof: Sequence[bytes], new: int) -> bytes:
    return write_submission(old, proof, log.note(new))


def _offer(state: str, bodies: Sequence[bytes]) -> list[bytes]:
    """In a process of its own: offer all at once, and return those that were countersigned, each line checked."""
    keeper = open_keeper(Path(state), None)
    with ThreadPoolExecutor(THREADS) as pool:
        replies = list(pool.map(keeper.add_checkpoint, bodies))
    won = [body for body, reply in zip(bodies, replies, strict=True) if reply.status == 200]
    for body, reply in zip(bodies, replies, strict=True):
        assert reply.status in (200, 409), reply
        if reply.status == 200:
            _check(keeper, body, reply.body)
    return won


def _check(keeper: Keeper, body: bytes, lines: bytes) -> None:
    text = parse_submission(body).note.text
    (line,) = parse_note(f"{text}\n".encode() + lines).lines
    assert verify_line(line, keeper.keys[0].vkey, text)


def main() -> int:
    """Run both attacks and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forks", type=int, default=1000)
    parser.add_argument("--races", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = {
            "forks": forks(asked.forks, Path(folder), asked.seed),
            "races": races(asked.races, Path(folder), asked.seed),
        }
    for name, tally in found.items():
        sys.stdout.write(f"{name}: {tally.tries} tries, {tally.cosigned} countersigned, {tally.doubled} twice\n")
    return int(any(tally.doubled for tally in found.values()))


if __name__ == "__main__":
    sys.exit(main())
