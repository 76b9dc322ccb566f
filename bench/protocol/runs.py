"""What a method is to the benchmark, and what it answers: scores and alerts on the same streams for all."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from bench.protocol.changes import Change
from bench.protocol.data import Account
from bench.protocol.takeovers import Takeover, Variant

Scores = npt.NDArray[np.float64]


class Clean(msgspec.Struct, frozen=True):
    """A method's answer on an account nobody took over: one score a row, and the rows at which it alerted.

    Rows before the test part may hold any score (a batch method was fitted on them); alerts there are not counted.
    """

    scores: Scores
    alerts: tuple[int, ...]


class Outcome(msgspec.Struct, frozen=True):
    """A method's answer on one takeover: the scores of the foreign actions, and which of them raised an alert.

    `alert` is the ordinal, from 1, of the foreign action at which the first alert of the takeover went off; 0 if none.
    """

    scores: Scores
    alert: int


class Run(msgspec.Struct, frozen=True):
    """A method's answers: by account for the clean streams, and in the order given for the takeovers."""

    clean: Mapping[str, Clean]
    outcomes: tuple[Outcome, ...]


Reply = Literal["unanswered", "it was us"]
"""What the team does when told of its own change: nothing, or it marks the first notice as its own."""
Followed = tuple[tuple[float, ...], ...]
"""For each change the times of the alerts after it, in seconds since 1970."""


class Method(Protocol):
    """A detector under test: it sees each action before the next, and scores before it learns.

    It may score each account once, keep its state at every takeover's place and go on from there: the tail of a
    takeover (`Takeover.tail`) is short, the history before it is the account's own.
    """

    name: str

    def run(self, hosts: Sequence[Account], variant: Variant, takeovers: Sequence[Takeover]) -> Run:
        """Return scores and alerts for the clean streams of the hosts and for the takeovers."""
        ...

    def follow(self, hosts: Sequence[Account], changes: Sequence[Change], reply: Reply) -> Followed | None:
        """Return when it alerted after each of the owner's own changes; None if it does not take such a reply."""
        ...
