"""Holds what was received, committed to and encrypted, until it is known whether it may be kept at all."""

import hashlib
import os
import struct
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from countersign.errors import EvidenceError
from countersign.evidence.entry import SALT_BYTES, Grade
from countersign.evidence.log.appending import Captured, within_limit
from countersign.evidence.log.clock import LogClock
from countersign.evidence.log.vault import Vault, wrapped

IN_MEMORY = 8 * 1024 * 1024
"""Bytes below which nothing is put on the disk."""
AT_ONCE = 16 * 1024 * 1024
"""Bytes of several captures that are read together."""
SMALL = 1024 * 1024
"""Bytes of a body that nobody needs to ask about."""
_SALTS = 512
"""Salts drawn at once: asking the kernel for each takes as long as all else of a capture."""
_TICK = 64
"""Captures between two looks at the clock."""
_ROW = struct.Struct(">QHBQQ32s16s")
_GRADES: tuple[Grade, ...] = ("A", "B", "C", "D")
_NUMBERED = {grade: number for number, grade in enumerate(_GRADES)}
_sha256 = hashlib.sha256


class Spool:
    """Takes bytes before anything reads them; only ciphertext leaves memory, in a file without a name.

    So nothing of it is left when this process ends, however it ends.
    """

    def __init__(self, folder: Path, vault: Vault, clock: LogClock) -> None:
        self._vault, self._clock, self._folder = vault, clock, folder
        self._held: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._rows = bytearray()
        self._sources: dict[str, int] = {}
        self._salts: list[bytes] = []
        self._at = self._count = 0
        self._was_read = False
        self._wall = max(clock.tick(), 0)

    def capture(self, source: str, body: bytes, *, grade: Grade = "D") -> int:
        """Commit to these bytes, before anything has read them, and return their number: 0, 1, 2, ..."""
        length = len(body)
        if length > SMALL:
            within_limit(body)
        number = self._count
        if number % _TICK == 0:
            self._wall = max(self._clock.tick(), 0)
        salt = self._salts.pop() if self._salts else self._salt()
        commit = _sha256(salt + body).digest()
        kept = wrapped(self._vault, commit, salt, body)
        place = self._sources.setdefault(source, len(self._sources))
        received = self._vault.mark(body)
        self._rows += _ROW.pack(self._wall, place, _NUMBERED[grade], length, self._at, commit, received)
        if self._file is None and self._at < IN_MEMORY:
            self._held.append(kept)
            self._at += len(kept)
        else:
            self._write(kept)
        self._count = number + 1
        return number

    def __len__(self) -> int:
        return self._count

    def captured(self, numbers: Sequence[int], owners: Sequence[tuple[str, bytes]]) -> list[Captured]:
        """Return captures by ascending number, each with its account's pseudonym and what tells its owner from others.

        The same bytes of two owners are two captures: nobody shall see that two accounts liked one thing.
        """
        names, mark, rows = list(self._sources), self._vault.mark, self._rows
        found = []
        for number, (acct, owner), kept in zip(numbers, owners, self._kept(numbers), strict=True):
            seen, place, grade, length, _, commit, received = _ROW.unpack_from(rows, number * _ROW.size)
            found.append(
                Captured(seen, names[place], acct, _GRADES[grade], length, commit, mark(received, owner), kept)
            )
        return found

    def close(self) -> None:
        """Forget all of it."""
        self._held.clear()
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _kept(self, numbers: Sequence[int]) -> list[bytes]:
        """Return what is kept of captures, by ascending number; those that lie close together are read at once."""
        if self._file is None:
            return [self._held[number] for number in numbers]
        spans = [(self._start(number), self._start(number + 1)) for number in numbers]
        first, last = (spans[0][0], spans[-1][1]) if spans else (0, 0)
        if last - first > AT_ONCE:
            return [self._read(start, end - start) for start, end in spans]
        whole = self._read(first, last - first)
        return [whole[start - first : end - first] for start, end in spans]

    def _start(self, number: int) -> int:
        return self._at if number == self._count else int(_ROW.unpack_from(self._rows, number * _ROW.size)[4])

    def _write(self, kept: bytes) -> None:
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=str(self._folder))  # noqa: SIM115  # see `close`
                self._file.write(b"".join(self._held))
                self._held.clear()
            if self._was_read:
                self._file.seek(self._at)
                self._was_read = False
            self._file.write(kept)
        except OSError as cause:
            raise _no_room(cause) from cause
        self._at += len(kept)

    def _read(self, at: int, length: int) -> bytes:
        assert self._file is not None
        try:
            if not self._was_read or self._file.tell() != at:
                self._file.seek(at)
            self._was_read = True
            return self._file.read(length)
        except OSError as cause:
            raise _no_room(cause) from cause

    def _salt(self) -> bytes:
        drawn = os.urandom(SALT_BYTES * _SALTS)
        self._salts = [drawn[at : at + SALT_BYTES] for at in range(0, len(drawn), SALT_BYTES)]
        return self._salts.pop()


def _no_room(cause: OSError) -> EvidenceError:
    return EvidenceError(
        f"what is being read cannot be kept aside ({cause.strerror})", hint="make room on the disk", code="CS415"
    )
