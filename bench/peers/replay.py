"""Takes a model through an account's history once, and from each takeover's place through its tail."""

from collections.abc import Mapping, Sequence
from typing import Protocol, Self, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from bench.peers.observed import Observed, observe_all
from bench.protocol.changes import Change
from bench.protocol.data import Account
from bench.protocol.takeovers import Takeover, Variant, stripped

CALIBRATION_PART = 0.60
"""Batch peers are fitted on what is before; thresholds of all peers are learned from here on."""

Episode = Takeover | Change

Seen = TypeVar("Seen")
Answer = TypeVar("Answer")
Seen_contra = TypeVar("Seen_contra", contravariant=True)
Answer_co = TypeVar("Answer_co", covariant=True)


class Online(Protocol[Seen_contra, Answer_co]):
    """A model that scores an action, then learns it; `fork` is a copy that goes its own way."""

    def score(self, action: Seen_contra) -> Answer_co:
        """Return what the model says of an action, without learning it."""
        ...

    def learn(self, action: Seen_contra) -> None:
        """Learn an action."""
        ...

    def fork(self) -> Self:
        """Return a copy that goes its own way."""
        ...


class Tail(msgspec.Struct, frozen=True):
    """What follows a takeover's place: actions, and for each its ordinal among the foreign ones or -1."""

    number: int
    place: int
    actions: tuple[Observed, ...]
    foreign: npt.NDArray[np.int64]

    @property
    def times(self) -> npt.NDArray[np.float64]:
        """Return the actions' times, in seconds since 1970."""
        return np.array([action.time for action in self.actions])


class Streams(msgspec.Struct, frozen=True):
    """All that a method sees of one account: its own actions, and the tails of its takeovers or changes."""

    account: Account
    own: tuple[Observed, ...]
    tails: tuple[Tail, ...]

    @property
    def calibration_start(self) -> int:
        """The first row of the calibration part."""
        return int(len(self.own) * CALIBRATION_PART)


def streams(host: Account, variant: Variant, episodes: Mapping[int, Episode]) -> Streams:
    """Return a host's streams in a variant; `episodes` are its own by their number."""
    rows = [stripped(row, variant) for row in host.rows]
    tails = [_tail(host, variant, number, episode) for number, episode in episodes.items()]
    return Streams(account=host, own=tuple(observe_all(rows)), tails=tuple(tails))


def _tail(host: Account, variant: Variant, number: int, episode: Episode) -> Tail:
    pairs = episode.tail(host.rows)
    rows = [stripped(row, variant) for row, _ in pairs]
    return Tail(
        number=number,
        place=episode.place,
        actions=tuple(observe_all(rows, host.rows[episode.place])),
        foreign=np.array([ordinal for _, ordinal in pairs], dtype=np.int64),
    )


def replay(
    model: Online[Seen, Answer],
    own: Sequence[Seen],
    tails: Sequence[tuple[int, Sequence[Seen]]],
    *,
    scored_from: int = 0,
) -> tuple[list[Answer], list[list[Answer]]]:
    """Return what a model says of the own actions from `scored_from` on, and of each tail (place, actions)."""
    at_place: dict[int, list[int]] = {}
    for index, (place, _) in enumerate(tails):
        at_place.setdefault(place, []).append(index)
    answers: list[Answer] = []
    of_tails: list[list[Answer]] = [[] for _ in tails]
    for row, action in enumerate(own):
        if row >= scored_from:
            answers.append(model.score(action))
        model.learn(action)
        for index in at_place.get(row, ()):
            of_tails[index] = _follow(model.fork(), tails[index][1])
    return answers, of_tails


def _follow(model: Online[Seen, Answer], actions: Sequence[Seen]) -> list[Answer]:
    answers = []
    for action in actions:
        answers.append(model.score(action))
        model.learn(action)
    return answers


class Shelf:
    """Keeps streams, so that peers which are measured on the same sample take its actions apart only once."""

    def __init__(self) -> None:
        # Episodes are kept beside their streams, so that no other object can come to have their identity.
        self._kept: dict[tuple[Variant, int], tuple[Sequence[Episode], list[Streams]]] = {}

    def of_hosts(self, hosts: Sequence[Account], variant: Variant, episodes: Sequence[Episode]) -> list[Streams]:
        """Return the streams of all hosts."""
        key = (variant, id(episodes))
        if key not in self._kept:
            self._kept[key] = (episodes, of_hosts(hosts, variant, episodes))
        return self._kept[key][1]


def of_hosts(hosts: Sequence[Account], variant: Variant, episodes: Sequence[Episode]) -> list[Streams]:
    """Return the streams of all hosts."""
    numbered: dict[str, dict[int, Episode]] = {host.name: {} for host in hosts}
    for number, episode in enumerate(episodes):
        numbered[episode.host][number] = episode
    return [streams(host, variant, numbered[host.name]) for host in hosts]
