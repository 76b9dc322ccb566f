"""Says of each action of an incident how well each known operator, or somebody unknown, explains how it was done."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from math import log10
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from countersign.activity import Activity
from countersign.investigate.facts import Hand
from countersign.investigate.hands.calibration import Calibration, calibrated, for_size
from countersign.investigate.hands.learning import Learned, learned
from countersign.investigate.hands.stranger import Stranger, strangers

UNKNOWN: Final = "unknown"
LEAST_LEARNED: Final = 30
"""Actions of a hand that are needed to learn it."""
LEAST_CALIBRATED: Final = 10
"""Later actions of every hand that are needed to know how much its scores are worth."""
CALIBRATED_PART: Final = 2 / 7
"""The last part of what is known: not learned from, but what ratios are calibrated on."""
MOST_ACTIONS: Final = 3_000
"""The latest count; more of them take memory (16 kB each) and time, and are another team's habits."""

Values = NDArray[np.float64]


class HandModel(msgspec.Struct, frozen=True, eq=False):
    """The hands of an account: their labels (the caller's), what was learned of them, and how much it is worth."""

    hands: tuple[str, ...]
    learned: Learned
    calibrations: tuple[Calibration, ...]
    stranger: Stranger
    cases: int
    source: str

    def weigh(self, actions: Sequence[Activity], of: Set[str]) -> tuple[Hand, ...]:
        """Return a `Hand` for each action whose id is in `of`; the other actions are what stands around them.

        Values are log10 P(how it was done | hand) against the mean over the known hands. The client is not looked at.
        An action without a time has no neighbours.
        """
        ordered, places = _chosen(actions, of)
        if not places:
            return ()
        known = self.calibrations[0].log10(self.learned.scores(ordered)[places])
        strange = self.stranger.log10([ordered[place] for place in places])
        return tuple(
            Hand(action=ordered[place].id, log10=self._named(row, value), cases=self.cases, source=self.source)
            for place, row, value in zip(places, known, strange.tolist(), strict=True)
        )

    def together(self, actions: Sequence[Activity], of: Set[str]) -> Mapping[str, float]:
        """Return the same for all actions of `of` taken to be one hand's: fused, since they depend on each other.

        For more actions than were calibrated together, it says what so many as were would say: rather too little.
        """
        ordered, places = _chosen(actions, of)
        if not places:
            return {}
        calibration = for_size(self.calibrations, len(places))
        mean = self.learned.scores(ordered)[places].mean(axis=0, keepdims=True)
        strange = self.stranger.together([ordered[place] for place in places])
        return self._named(calibration.log10(mean * calibration.size)[0], strange)

    def _named(self, known: Values, strange: float) -> dict[str, float]:
        mean = log10(float(np.mean(10.0**known)))
        values = {hand: float(value) - mean for hand, value in zip(self.hands, known, strict=True)}
        return values | {UNKNOWN: strange}


def learn_hands(actions: Sequence[Activity], whose: Mapping[str, str], zone: str, *, data: str) -> HandModel | None:
    """Return the model of an account's hands, or None where there is too little to tell even two hands apart.

    `whose` maps ids of actions to labels: those of `find_operators`, or names that the caller may use. `data` says
    what it is learned from, for the reader. `zone` is the account's home time zone. Actions without a time are left
    out; none of the incident's own actions may be among those in `whose`.
    """
    if UNKNOWN in whose.values():
        raise ValueError(f"{UNKNOWN!r} cannot be the label of a known hand")
    ordered = _in_order(actions)[-MOST_ACTIONS:]
    hands, places, labels = _known(ordered, whose)
    if len(hands) < 2:
        return None
    first = _learned_part(len(places))
    model = learned(ordered[: places[first - 1] + 1], places[:first], labels[:first], len(hands), zone)
    calibrations = calibrated(model.scores(ordered)[places[first:]], labels[first:], len(hands))
    stranger = strangers([ordered[place] for place in places], labels, len(hands), learned_from=first, zone=zone)
    if stranger is None:
        return None
    cases = len(places) - first
    return HandModel(
        hands=hands, learned=model, calibrations=calibrations, stranger=stranger, cases=cases,
        source=f"learned from {first} actions of {data}, calibrated on the {cases} that followed",
    )  # fmt: skip


def _in_order(actions: Sequence[Activity]) -> list[Activity]:
    timed = [(one.published, one.id, one) for one in actions if one.published is not None]
    return [one for _, _, one in sorted(timed, key=lambda row: row[:2])]


def _known(
    ordered: Sequence[Activity], whose: Mapping[str, str]
) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64]]:
    """Return the hands with enough actions both to learn from and to try on, their actions' places, and whose each is.

    A hand that has come or gone within that time is left out: to leave it out moves where the parts meet, so again.
    """
    kept = {whose[one.id] for one in ordered if one.id in whose}
    while True:
        told = [(place, whose[one.id]) for place, one in enumerate(ordered) if whose.get(one.id) in kept]
        first = _learned_part(len(told))
        enough = _often(told[:first], LEAST_LEARNED) & _often(told[first:], LEAST_CALIBRATED)
        if enough == kept:
            break
        kept = enough
    hands = tuple(sorted(kept))
    labels = [hands.index(hand) for _, hand in told]
    return hands, np.array([place for place, _ in told], dtype=np.int64), np.array(labels, dtype=np.int64)


def _learned_part(known: int) -> int:
    return round(known * (1 - CALIBRATED_PART))


def _often(told: Sequence[tuple[int, str]], least: int) -> set[str]:
    counts = Counter(hand for _, hand in told)
    return {hand for hand, count in counts.items() if count >= least}


def _chosen(actions: Sequence[Activity], of: Set[str]) -> tuple[list[Activity], list[int]]:
    """Return actions in order of time (those without one last), and the places of those that are asked about."""
    ordered = [*_in_order(actions), *(one for one in actions if one.published is None)]
    return ordered, [place for place, one in enumerate(ordered) if one.id in of]
