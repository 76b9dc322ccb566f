"""Measures how well takeovers are found beside every peer: `./run bench quality [--short] [--json FILE]`."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

if not __package__:  # started as a file, as `./run bench` does
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.peers.settings import peers
from bench.protocol.data import ARCHIVES, Account, Side, folder, load, split
from bench.protocol.entries import Entry, entry, exact, table, to_json
from bench.protocol.figures import REACH, Sample, measure, sample
from bench.protocol.metrics import Figure
from bench.protocol.ours import Ours, Preset, engine
from bench.protocol.runs import Method
from bench.protocol.swaps import like_swaps

PER_ACCOUNT = 20
SHORT_PER_ACCOUNT = 4
SHORT_MOST_ACTIONS = 6_000
"""The short run takes the test accounts that have at most so many actions."""
CANNOT_RUN = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its table; 0 if it ran, whatever the figures, 2 if it could not."""
    options = _options().parse_args(arguments)
    data = folder()
    if data is None:
        print("The open data is not here: name its folder in COUNTERSIGN_DATA.", file=sys.stderr)
        return CANNOT_RUN
    sides = split(load(data / ARCHIVES))
    measured_on: Side = "development" if options.development else "test"
    others: Side = "test" if options.development else "development"
    chosen = _sample(sides[measured_on], data, short=options.short)
    methods: list[Method] = [Ours(engine(options.preset))]
    methods += [] if options.alone else peers(sides[others])
    measured = {method.name: _timed(method, chosen) for method in methods}
    entries = _entries(measured, chosen, short=options.short)
    entries.append(_swaps(data, options.preset))
    print(table(entries))
    if options.json:
        options.json.write_bytes(to_json(entries))
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a small sample, for CI (less than 90 s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    parser.add_argument("--alone", action="store_true", help="without the peers")
    parser.add_argument("--development", action="store_true", help="on the development accounts, for building")
    parser.add_argument("--preset", choices=["rich", "compact"], default="rich", help="which preset of ours (rich)")
    return parser


def _sample(tested: Sequence[Account], data: Path, *, short: bool) -> Sample:
    if not short:
        return sample(tested, tested, data, per_account=PER_ACCOUNT)
    small = [account for account in tested if len(account.rows) <= SHORT_MOST_ACTIONS]
    return sample(small, tested, data, per_account=SHORT_PER_ACCOUNT)


def _timed(method: Method, given: Sample) -> dict[str, Figure]:
    started = time.monotonic()
    found = measure(method, given)
    print(f"{method.name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return found


def _entries(measured: dict[str, dict[str, Figure]], given: Sample, *, short: bool) -> list[Entry]:
    ours, *others = measured
    why_short = f"{len(given.hosts)} accounts, {SHORT_PER_ACCOUNT} takeovers each: the interval holds what was asked"
    names = [*REACH, *(name for name in measured[ours] if name not in REACH)]
    return [
        entry(
            name,
            measured[ours].get(name, exact(float("nan"))),
            "per 30 days" if name.startswith("false_alerts") else "",
            reach=REACH.get(name),
            peers={peer: measured[peer][name].value for peer in others if name in measured[peer]},
            why_short=why_short if short else None,
        )
        for name in names
    ]


def _swaps(data: Path, preset: Preset) -> Entry:
    rank = like_swaps(data, Ours(engine(preset)))
    return entry("like_swaps_rank", rank, "of 1 (0.5 is chance)", reach=None, peers={}, why_short=None)


if __name__ == "__main__":
    sys.exit(main())
