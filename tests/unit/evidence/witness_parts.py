"""A small log for tests of witnesses: its leaves, its checkpoints, and forks of it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from countersign.evidence.note import Checkpoint, sign_note
from countersign.evidence.tree import consistency_proof, leaf_hash, root_of
from countersign.evidence.witness import Keeper, WitnessServer, listening, open_keeper
from countersign.evidence.witness.submission import write_submission
from tests.evidence_parts import ORIGIN, log_key


class Log:
    """A log of numbered entries; one with another `fork` has other entries from `since` on."""

    def __init__(self, fork: str = "", since: int = 0) -> None:
        self.fork, self.since = fork, since
        self._hashes: list[bytes] = []

    def hashes(self, size: int) -> list[bytes]:
        while len(self._hashes) < size:
            number = len(self._hashes)
            entry = f"{self.fork if number >= self.since else ''}{number}"
            self._hashes.append(leaf_hash(entry.encode()))
        return self._hashes[:size]

    def text(self, size: int) -> str:
        return Checkpoint(origin=ORIGIN, size=size, root=root_of(self.hashes(size))).text

    def note(self, size: int) -> bytes:
        text = self.text(size)
        return f"{text}\n".encode() + sign_note(text, log_key())

    def proof(self, old: int, new: int) -> tuple[bytes, ...]:
        return consistency_proof(self.hashes(new), old)

    def submission(self, old: int, new: int) -> bytes:
        return write_submission(old, self.proof(old, new), self.note(new))


def witness(folder: Path, name: str = "witness.example/one", *, mldsa: bool = False) -> Keeper:
    """Return a new witness that knows the log."""
    keeper = open_keeper(folder / f"{hashlib.sha256(name.encode()).hexdigest()[:8]}.db", name, mldsa=mldsa)
    keeper.memory.allow(log_key().vkey)
    return keeper


@contextmanager
def served(keeper: Keeper) -> Iterator[WitnessServer]:
    """Serve a witness on loopback."""
    server = listening(keeper, "127.0.0.1:0")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def url_of(server: WitnessServer) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}/"
