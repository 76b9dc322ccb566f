"""Measures which hand and which explanation beside peers: `./run bench attribution [--short] [--json FILE]`."""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

if not __package__:  # started as a file, as `./run bench` does
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import msgspec

from bench.protocol.data import folder
from bench.protocol.entries import Entry, Reach, entry, exact, table, to_json
from bench.protocol.metrics import Figure
from bench.trials import examinations, logins, reporting, weighing
from bench.trials.hands import Costs, measured, shared
from bench.trials.tippett import drawn

CANNOT_RUN: Final = 2
OF_THE_BEST: Final = 0.93
"""What part of the best peer's cost ours may be, for one action."""
MOST_COST: Final = {"cllr_3": 0.14, "cllr_5": 0.06}
MOST_SECONDS: Final = Reach(most=10.0)
ASKED: Final = ("cllr_1", "accuracy_1", "cllr_3", "cllr_5")
OURS: Final = "ours"
LESS: Final = ("cllr", "misleading")
SHORT_RESAMPLES, RESAMPLES = 200, 2_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its table; 0 if it ran, whatever the figures, 2 if it could not."""
    options = _options().parse_args(arguments)
    data = folder()
    if data is None:
        print("The open data is not here: name its folder in COUNTERSIGN_DATA.", file=sys.stderr)
        return CANNOT_RUN
    if options.examinations:
        return _alone(data, options)
    started = time.monotonic()
    costs = measured(shared(data))
    print(f"which hand: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    found = which_hand(costs, resamples=SHORT_RESAMPLES if options.short else RESAMPLES)
    found += which_explanation()
    found += _report_seconds()
    sign_ins = logins.weighed(data)
    found.append(_rank_agreement(logins.agreement(sign_ins)))
    found += _examinations(data, options)
    print(table(found))
    if options.personas:
        print("", *logins.tested(sign_ins), sep="\n")
    if options.json:
        options.json.write_bytes(to_json(found))
    if options.tippett:
        options.tippett.write_text(_picture(costs), encoding="utf-8")
    return 0


def _alone(data: Path, options: argparse.Namespace) -> int:
    found = _examinations(data, options)
    print(table(found))
    if options.json:
        options.json.write_bytes(to_json(found))
    return 0


def _examinations(data: Path, options: argparse.Namespace) -> list[Entry]:
    """Return the rows of the measured examinations, and say on how many cases; with `--plots` draw them too."""
    outcome = examinations.tried(data, "development" if options.development else "test", short=options.short)
    resamples = SHORT_RESAMPLES if options.short else RESAMPLES
    notes = [] if options.development or options.short else examinations.unlike_the_table(outcome.trials)
    print(*examinations.sizes(outcome), *notes, sep="\n", file=sys.stderr, flush=True)
    if options.plots:
        examinations.written(outcome, options.plots, resamples=resamples)
    return examinations.rows(outcome, resamples=resamples, short=options.short)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer resamples, and hands less often, for CI")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    parser.add_argument("--personas", action="store_true", help="list what is said of each persona's sign-ins (T5)")
    parser.add_argument("--tippett", type=Path, metavar="FILE", help="draw the Tippett plot of single actions (SVG)")
    parser.add_argument("--examinations", action="store_true", help="only the measured examinations, on real accounts")
    parser.add_argument("--development", action="store_true", help="those on the development accounts, for building")
    parser.add_argument(
        "--plots", type=Path, metavar="FOLDER", help="draw each examination's Tippett and calibration plots (SVG, JSON)"
    )
    return parser


def which_hand(costs: Mapping[str, Costs], *, resamples: int) -> list[Entry]:
    """Return the rows of T6, those that are asked for first."""
    figures = {name: cost.figures(resamples) for name, cost in costs.items()}
    own = figures.pop(OURS)
    reach = _reach(figures)
    names = [*ASKED, *(name for name in own if name not in ASKED)]
    rows = [
        entry(
            name, own[name], "", reach=reach.get(name), why_short=None,
            peers={peer: known[name].value for peer, known in figures.items() if name in known},
        )
        for name in names
    ]  # fmt: skip
    return [_less_is_better(row) if row.name.startswith(LESS) else row for row in rows]


def _less_is_better(row: Entry) -> Entry:
    return msgspec.structs.replace(row, peer=min(row.peers.values()))


def _reach(peers: Mapping[str, Mapping[str, Figure]]) -> dict[str, Reach]:
    """Return what is asked: against the best peer of this run for one action, and plain figures for several."""
    return {
        "cllr_1": Reach(most=round(OF_THE_BEST * min(known["cllr_1"].value for known in peers.values()), 4)),
        "accuracy_1": Reach(least=round(max(known["accuracy_1"].value for known in peers.values()), 4)),
        **{name: Reach(most=most) for name, most in MOST_COST.items()},
    }


def which_explanation() -> list[Entry]:
    """Return the rows of the weighing of made-up cases, on seeds that no estimate was looked at with.

    A short run weighs them all too (13 s): the best recalibration fits the chance of a small sample. Eight of the forty
    seeds, drawn 200 times, had a loss of 0.036 in the median, where all forty have 0.023.
    """
    found = weighing.measured()
    asked = {
        "right_proposition": (found.right, Reach(least=0.90)),
        "misleading_lr": (found.misleading, Reach(most=0.005)),
        "calibration_loss": (found.loss, Reach(most=0.03)),
    }
    return [
        entry(name, exact(value), "", reach=reach, peers={}, why_short=None) for name, (value, reach) in asked.items()
    ]


def _report_seconds() -> list[Entry]:
    """Return how long the report of a long incident takes by the clock and of the processor; with no PDF, unknown."""
    made = reporting.reported()
    clock, busy = (made.seconds, made.cpu_s) if made.pdf_s is not None else (float("nan"), float("nan"))
    return [
        entry("report_s", exact(clock), "s", reach=MOST_SECONDS, peers={}, why_short=None),
        entry("report_processor_s", exact(busy), "s", reach=None, peers={}, why_short=None),
    ]


def _rank_agreement(found: Figure) -> Entry:
    return entry("login_rank_agreement", found, "(Spearman)", reach=None, peers={}, why_short=None)


def _picture(costs: Mapping[str, Costs]) -> str:
    curves = {name: (cost.owner[1], cost.staff[1]) for name, cost in costs.items()}
    return drawn(curves, "Which hand, single actions: owner (solid) and staff (dashed)")


if __name__ == "__main__":
    sys.exit(main())
