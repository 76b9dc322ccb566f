"""A peer as a method of the benchmark: its scores, and the shared alarm layer over them."""

from collections.abc import Sequence
from typing import Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from bench.peers.alarm import Setting, Walked, alerts_in, mean_excess, scaled, walk
from bench.peers.replay import Shelf, Streams
from bench.protocol.changes import Change
from bench.protocol.data import Account
from bench.protocol.runs import Clean, Followed, Outcome, Reply, Run
from bench.protocol.takeovers import Takeover, Variant

Floats = npt.NDArray[np.float64]


class Scored(msgspec.Struct, frozen=True):
    """A peer's scores of one account: of its own actions from the calibration part on, and of each tail."""

    own: Floats
    tails: tuple[Floats, ...]


class Scorer(Protocol):
    """What a peer must answer: scores of an account's streams; the higher, the less the owner's."""

    name: str

    def scores(self, streams: Streams, variant: Variant) -> Scored:
        """Return scores, each made before the action was learned."""
        ...


class Peer:
    """A scorer with the alarm layer that all peers share."""

    def __init__(self, scorer: Scorer, setting: Setting, shelf: Shelf) -> None:
        self.name = scorer.name
        self._shelf = shelf
        self._scorer = scorer
        self._setting = setting

    def run(self, hosts: Sequence[Account], variant: Variant, takeovers: Sequence[Takeover]) -> Run:
        """Return scores and alerts for the clean streams of the hosts and for the takeovers."""
        of_all = self._shelf.of_hosts(hosts, variant, takeovers)
        return alarmed(of_all, [self._scorer.scores(streams, variant) for streams in of_all], self._setting)

    def follow(self, hosts: Sequence[Account], changes: Sequence[Change], reply: Reply) -> Followed | None:
        """Return the times of the alerts after each of the owner's changes; None if it takes no such reply."""
        if reply != "unanswered":
            return None
        of_all = self._shelf.of_hosts(hosts, "full", changes)
        scored = [self._scorer.scores(streams, "full") for streams in of_all]
        times: dict[int, tuple[float, ...]] = {}
        for levelled in walked_all(of_all, scored, self._setting):
            for number, tail in enumerate(levelled.streams.tails):
                alerts = levelled.alerts(number, self._setting.drift)
                times[tail.number] = tuple(float(tail.times[index]) for index in alerts)
        return tuple(times[number] for number in sorted(times))


class Levelled(msgspec.Struct, frozen=True):
    """One account's streams, its scores on the alarm's scale, and the CUSUM over its own actions."""

    streams: Streams
    scores: Scored
    walked: Walked

    def alerts(self, number: int, drift: float) -> list[int]:
        """Return which actions of a tail raise an alert."""
        tail = self.streams.tails[number]
        at = tail.place - self.streams.calibration_start
        before = (
            float(self.walked.level[at]),
            float(self.walked.threshold[at]),
            float(self.walked.last_alarm[at]),
        )
        return alerts_in(self.scores.tails[number], tail.times, drift, before)


def alarmed(of_all: Sequence[Streams], scored: Sequence[Scored], setting: Setting) -> Run:
    """Return the alerts that the shared layer makes of scores."""
    clean: dict[str, Clean] = {}
    outcomes: dict[int, Outcome] = {}
    for raw, levelled in zip(scored, walked_all(of_all, scored, setting), strict=True):
        clean[levelled.streams.account.name] = _clean(raw, levelled)
        outcomes.update(_outcomes(raw, levelled, setting))
    return Run(clean=clean, outcomes=tuple(outcomes[number] for number in sorted(outcomes)))


def walked_all(of_all: Sequence[Streams], scored: Sequence[Scored], setting: Setting) -> list[Levelled]:
    """Return every account's CUSUM; what is known of all accounts' excursions steadies those that have few."""
    levelled = [_levelled(streams, scores, setting) for streams, scores in zip(of_all, scored, strict=True)]
    excess = [
        mean_excess(scores.own[: _tested_from(streams)], setting.drift)
        for streams, scores in zip(of_all, levelled, strict=True)
    ]
    known = [value for value in excess if not np.isnan(value)]
    population = float(np.mean(known)) if known else 1.0
    return [
        Levelled(streams, scores, _walk(streams, scores, setting, population))
        for streams, scores in zip(of_all, levelled, strict=True)
    ]


def _levelled(streams: Streams, scores: Scored, setting: Setting) -> Scored:
    calibration = scores.own[: _tested_from(streams)]
    return Scored(
        own=scaled(scores.own, calibration, setting.scale),
        tails=tuple(scaled(tail, calibration, setting.scale) for tail in scores.tails),
    )


def _tested_from(streams: Streams) -> int:
    return streams.account.test_start - streams.calibration_start


def _walk(streams: Streams, scores: Scored, setting: Setting, population: float) -> Walked:
    times = np.array([action.time for action in streams.own[streams.calibration_start :]])
    return walk(scores.own, times, setting.drift, _tested_from(streams), population)


def _clean(raw: Scored, levelled: Levelled) -> Clean:
    start = levelled.streams.calibration_start
    alerts = np.flatnonzero(levelled.walked.alerts) + start
    return Clean(scores=np.concatenate([np.full(start, np.nan), raw.own]), alerts=tuple(map(int, alerts)))


def _outcomes(raw: Scored, levelled: Levelled, setting: Setting) -> dict[int, Outcome]:
    found = {}
    for number, (tail, scores) in enumerate(zip(levelled.streams.tails, raw.tails, strict=True)):
        foreign = [tail.foreign[index] for index in levelled.alerts(number, setting.drift) if tail.foreign[index] >= 0]
        alert = int(foreign[0]) + 1 if foreign else 0
        found[tail.number] = Outcome(scores=scores[tail.foreign >= 0], alert=alert)
    return found
