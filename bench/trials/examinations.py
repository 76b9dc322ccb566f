"""Holds every measured examination to what was true on real accounts: rows, plots and numbers for the benchmark."""

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from sys import stderr
from typing import Final

import msgspec

from bench.protocol.data import ARCHIVES, Account, Side, load, split
from bench.protocol.entries import Entry, Reach, entry, exact
from bench.protocol.metrics import Figure
from bench.trials import calibration, tippett
from bench.validation import new_clients, record_keys, sign_ins, taken_back, unlabelled
from bench.validation.timelines import asked
from bench.validation.trial import Trial, Tried, direction_only, figures, ratio
from countersign.investigate.examinations import client, hours
from countersign.investigate.hands.ratios import calibration_curve
from countersign.investigate.proposition import Key
from countersign.investigate.validation import VALIDATED

PAIR: Final[tuple[Key, Key]] = ("slip", "outsider")
"""The team's own hand against an outsider's: what the data can tell. A slip and an owner's act have one share each."""
NO_WORSE: Final = Reach(most=1.0)
"""A cost above 1 is worse than saying nothing."""
MOST_MISLEADING: Final = Reach(most=0.005)


class Outcome(msgspec.Struct, frozen=True):
    """What was tried on one side of the accounts, and what else the data at hand tell of examinations.

    `direction_only` is by trial the share of cases of which no number is said; `fresh` are the team's own new clients.
    """

    trials: tuple[Trial, ...]
    direction_only: Mapping[str, float]
    fresh: Trial
    clocks: record_keys.Clocks
    deleted: taken_back.Counts


def tried(data: Path, side: Side, *, short: bool = False) -> Outcome:
    """Return what every examination says on the accounts of one side.

    Minutes: hands are learned over and over; `short` learns them once an account.
    """
    accounts = split(load(data / ARCHIVES))[side]
    personas = sign_ins.personas(data)
    found = (
        *on_timelines(accounts),
        sign_ins.trial(sign_ins.sides(personas)[side], personas),
        *_timed(accounts, blocks=1 if short else unlabelled.BLOCKS),
    )
    shares = {one.name: direction_only(one) for one in found} | {"sign-in": sign_ins.direction_only(personas)}
    return Outcome(
        found, shares, new_clients.trial(accounts, data), record_keys.measured(data), taken_back.measured(data)
    )


def on_timelines(accounts: Sequence[Account]) -> tuple[Trial, Trial]:
    """Return what hours and applications say of an account's own later actions, and of others' about then."""
    cases = list(asked(accounts))
    hour, used = (
        tuple(Tried(one.account, one.own, ratio(look(one.facts), name, PAIR)) for one in cases)
        for name, look in (("hour", hours.examine), ("client", client.examine))
    )
    return Trial("hour", PAIR, hour), Trial("client", PAIR, used)


def _timed(accounts: Sequence[Account], *, blocks: int) -> tuple[Trial, Trial]:
    started = time.monotonic()
    found = unlabelled.trials(accounts, blocks=blocks)
    print(f"hands without labels: {time.monotonic() - started:.0f} s", file=stderr, flush=True)
    return found


def rows(outcome: Outcome, *, resamples: int, short: bool = False) -> list[Entry]:
    """Return the rows: each examination's cost, what of it is calibration, what misleads, and where it says nothing."""
    found: list[Entry] = []
    for trial in outcome.trials:
        known, name = figures(trial, resamples), trial.name.replace("-", "_")
        why = f"hands: {min(_size(trial))} cases a side" if short and name.startswith("hand") else None
        found += [
            _row(f"{name}_cllr", known["cllr"], NO_WORSE, why),
            _row(f"{name}_cllr_min", known["cllr_min"]),
            _row(f"{name}_loss", known["loss"]),
            _row(f"{name}_misleading", known["misleading"], MOST_MISLEADING, why),
            _row(f"{name}_direction_only", exact(outcome.direction_only[trial.name])),
        ]
    said = outcome.fresh.ratios(own=True)
    return [
        *found,
        _row("new_client_misleading", exact(float((said < -2).mean())), MOST_MISLEADING),
        _row("clock_below_32", exact(outcome.clocks.below)),
        _row("undo_at_once", exact(outcome.deleted.at_once / outcome.deleted.posts)),
        _row("undo_later", exact(outcome.deleted.later / outcome.deleted.posts)),
    ]


def _row(name: str, figure: Figure, reach: Reach | None = None, why_short: str | None = None) -> Entry:
    return entry(name, figure, "", reach=reach, peers={}, why_short=why_short)


def sizes(outcome: Outcome) -> list[str]:
    """Return in a line a trial how many accounts and cases stand behind it, for people."""
    lines = [
        f"{one.name}: {len(one.accounts)} accounts, {_size(one)[0]} own and {_size(one)[1]} others' cases"
        for one in outcome.trials
    ]
    return [*lines, *_beside(outcome)]


def _beside(outcome: Outcome) -> list[str]:
    clocks, deleted, said = outcome.clocks, outcome.deleted, outcome.fresh.ratios(own=True)
    fresh = f"new client: {len(said)} of {len(outcome.fresh.cases)} dates with a number"
    fresh += f", log10 LR for the team from {said.min():.2f} to {said.max():.2f}" if len(said) else ""
    keys = f"clock numbers: {clocks.records} new records of {clocks.accounts} accounts, at most {clocks.most} of one; "
    keys += f"{clocks.met} numbers met, p {clocks.alike:.2f} that all are as likely"
    gone = f"deleted: {deleted.posts} posts of {deleted.accounts} accounts, {deleted.at_once} within 15 minutes, "
    return [fresh, keys, gone + f"{deleted.later} later within a day"]


def written(outcome: Outcome, folder: Path, *, resamples: int) -> None:
    """Write a Tippett plot and a calibration plot of each examination, and the numbers behind them."""
    folder.mkdir(parents=True, exist_ok=True)
    measured = [one for one in outcome.trials if one.accounts]
    for one in measured:
        own, others = one.sides()
        what = f"{one.name}: {len(own)} own cases, {len(others)} of others, {len(one.accounts)} accounts"
        curves = tippett.drawn({one.name: (own, others)}, f"{what} (own solid, others dashed)")
        (folder / f"{one.name}-tippett.svg").write_text(curves, encoding="utf-8")
        picture = calibration.drawn(own, others, f"{what}; on the line, what was said held")
        (folder / f"{one.name}-calibration.svg").write_text(picture, encoding="utf-8")
    numbers = {one.name: _numbers(one, outcome, resamples) for one in measured}
    (folder / "examinations.json").write_bytes(msgspec.json.format(msgspec.json.encode(numbers), indent=2))


def _numbers(trial: Trial, outcome: Outcome, resamples: int) -> dict[str, object]:
    own, others = trial.sides()
    return {
        "pair": trial.pair, "accounts": len(trial.accounts), "own": len(own), "others": len(others),
        "direction_only": outcome.direction_only[trial.name], "figures": figures(trial, resamples),
        "curve": calibration_curve(own, others),
        "said": {"own": sorted(own.tolist()), "others": sorted(others.tolist())},
    }  # fmt: skip


def unlike_the_table(trials: Iterable[Trial]) -> list[str]:
    """Return in what the package's table of validations differs from what was measured here: nothing, if it is true."""
    return [line for one in trials if one.name in VALIDATED for line in _unlike(one)]


def _unlike(trial: Trial) -> Iterable[str]:
    told, known = VALIDATED[trial.name], figures(trial, 0)
    pairs = {
        "accounts": (told.accounts, len(trial.accounts)), "cases": (told.cases, min(_size(trial))),
        "cllr": (told.cllr, round(known["cllr"].value, 3)), "loss": (told.loss, round(known["loss"].value, 3)),
        "misleading": (told.misleading, round(known["misleading"].value, 4)),
    }  # fmt: skip
    return [f"{trial.name}: {name} is {new}, the table says {old}" for name, (old, new) in pairs.items() if old != new]


def _size(trial: Trial) -> tuple[int, int]:
    own, others = trial.sides()
    return len(own), len(others)
