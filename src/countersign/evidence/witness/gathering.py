"""Asks witnesses to countersign a checkpoint, all at the same time, and checks every line that comes back."""

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from countersign.errors import CountersignError, EvidenceError
from countersign.evidence.keys import Vkey
from countersign.evidence.note import Line, cosigned_at, parse_checkpoint, parse_note, verify_line
from countersign.evidence.outside import Answer, Unreachable, ask, place, together
from countersign.evidence.witness.keeper import SIZE
from countersign.evidence.witness.submission import write_submission

Proof = Callable[[int], Sequence[bytes]]
"""Gives the consistency proof from an older size of the log to the checkpoint's."""

MOST_ROUNDS = 4
"""A witness that says another size each time is asked no further: somebody else asks it at the same time."""
CLOCK_SECONDS = 300
"""A witness whose clock differs from ours by more is told of: one of the two is wrong."""

_SIZE = re.compile(rb"(0|[1-9][0-9]{0,15})\n")
_REFUSALS = {
    400: "it does not understand the request",
    403: "it does not accept this log's signature",
    404: "it does not know this log yet; its keeper adds it: countersign witness allow VKEY",
    422: "it says that this log does not go on from what it saw: somebody was shown another history",
}


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """A witness to ask: where, by which key it is known, and up to which size it is known to have seen this log."""

    url: str
    vkey: Vkey
    private: bool = False
    size: int = 0

    @property
    def name(self) -> str:
        """Return what it is called."""
        return self.vkey.name


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """What witnesses gave: good cosignature lines by name, sizes that they have seen, and what is still missing."""

    lines: Mapping[str, Line]
    sizes: Mapping[str, int]
    pending: tuple[str, ...]
    remarks: tuple[str, ...]


def gather(note: bytes, witnesses: Iterable[Witness], *, proof: Proof, seconds: float) -> Gathered:
    """Return the cosignatures on a checkpoint (a signed note) that witnesses give within `seconds` in all.

    Never fails for what a witness does or does not do: that is `pending`, in words. `proof` is called in this thread
    only. Raises EvidenceError if the note itself is no checkpoint.
    """
    asking = _Asking(note, {one.name: one for one in witnesses}, proof, time.monotonic() + seconds)
    lines: dict[str, Line] = {}
    pending: list[str] = []
    for name, got in together(asking.first(), seconds=seconds, again=asking.again).items():
        try:
            lines[name] = asking.line(name, got)
        except CountersignError as error:
            pending.append(f"witness {name}: {error.message}")
    seen = {**asking.seen, **dict.fromkeys(lines, asking.checkpoint.size)}
    remarks = tuple(f"the clock of witness {name} and ours differ" for name, line in lines.items() if _is_off(line))
    return Gathered(lines=lines, sizes=seen, pending=tuple(pending), remarks=remarks)


class _Asking:
    """One round of asking: what was sent to whom, and what came back."""

    def __init__(self, note: bytes, witnesses: Mapping[str, Witness], proof: Proof, until: float) -> None:
        self.note, self.text = note, parse_note(note).text
        self.checkpoint = parse_checkpoint(self.text)
        self.seen: dict[str, int] = {}
        self._witnesses, self._proof, self._until = witnesses, proof, until
        self._sent = {one.name: min(one.size, self.checkpoint.size) for one in witnesses.values()}
        self._rounds = dict.fromkeys(witnesses, 1)

    def first(self) -> dict[str, Callable[[], Answer]]:
        """Return the first question to each witness."""
        return {name: self._job(name) for name in self._witnesses}

    def again(self, name: str, answer: Answer) -> Callable[[], Answer] | None:
        """Return the next question to a witness that says that it stands elsewhere (409), if there is one to ask."""
        size = _told_size(answer)
        if size is None:
            return None
        self.seen[name] = size
        if size > self.checkpoint.size or size == self._sent[name] or self._rounds[name] >= MOST_ROUNDS:
            return None
        self._sent[name] = size
        self._rounds[name] += 1
        return self._job(name)

    def line(self, name: str, got: Answer | CountersignError) -> Line:
        """Return the good cosignature in an answer; raises CountersignError in words for people."""
        if isinstance(got, CountersignError):
            raise got
        if got.status == 409:
            raise self._conflict(name)
        if got.status != 200:
            raise Unreachable(_REFUSALS.get(got.status, f"it answered with the status {got.status}"))
        try:
            lines = parse_note(f"{self.text}\n".encode() + got.body).lines
        except EvidenceError:
            raise Unreachable("it did not answer with a cosignature") from None
        vkey = self._witnesses[name].vkey
        good = [line for line in lines if line.of(vkey) and verify_line(line, vkey, self.text)]
        if not good:
            raise Unreachable("its cosignature does not hold: is it another key?")
        return good[0]

    def _job(self, name: str) -> Callable[[], Answer]:
        witness, size = self._witnesses[name], self._sent[name]
        body = write_submission(size, self._proof(size) if 0 < size < self.checkpoint.size else (), self.note)
        left = self._until - time.monotonic()

        def job() -> Answer:
            where = place(witness.url, private=witness.private).below("add-checkpoint")
            return ask(where, body, seconds=left)

        return job

    def _conflict(self, name: str) -> Unreachable:
        seen = self.seen.get(name)
        if seen is not None and seen > self.checkpoint.size:
            return Unreachable(f"it has already seen {seen} entries of this log, more than there are here")
        if seen is not None and seen == self.checkpoint.size:
            return Unreachable(_REFUSALS[422])
        return Unreachable("it says each time that it stands elsewhere")


def _told_size(answer: Answer) -> int | None:
    match = _SIZE.fullmatch(answer.body) if answer.status == 409 and answer.kind == SIZE else None
    return int(match[1]) if match else None


def _is_off(line: Line) -> bool:
    return abs(cosigned_at(line) - time.time()) > CLOCK_SECONDS
