"""Attacks evidence and measures its pace: `./run bench evidence [--short] [--json FILE]`."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

if not __package__:  # started as a file, as `./run bench` does
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import msgspec

from bench import atproto_proof
from bench.protocol.entries import Entry, Reach, entry, exact, table, to_json
from bench.trials import altered, pace, parsers, repositories
from tests.faults.campaign import campaign
from tests.faults.faulty import Fault

SEED = 20260909


class Scale(msgspec.Struct, frozen=True):
    """How often everything is tried."""

    flips: int
    mutants: int
    changes: int
    rebuilds: int
    faults: int
    inputs: int
    events: int
    whole_log: int
    large_log: int
    times: int


FULL = Scale(
    flips=100_000, mutants=10_000, changes=20_000, rebuilds=6_000, faults=1_000, inputs=1_000_000, events=200_000,
    whole_log=100_000, large_log=1_000_000, times=5,
)  # fmt: skip
SHORT = Scale(
    flips=1_000, mutants=60, changes=300, rebuilds=60, faults=6, inputs=2_000, events=20_000, whole_log=10_000,
    large_log=20_000, times=1,
)  # fmt: skip
WHY_SHORT = "small scale: it says that nothing was let through here, not that nothing is"
FAULTS: tuple[Fault, ...] = ("kill", "ENOSPC", "EIO")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its table."""
    options = _options().parse_args(arguments)
    short = bool(options.short)
    entries = list(_entries(SHORT if short else FULL, short=short, only=options.only))
    print(table(entries))
    if options.json:
        options.json.write_bytes(to_json(entries))
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a small scale, for CI (about two minutes)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    parser.add_argument("--only", metavar="PART", choices=sorted(PARTS), help="one part: " + ", ".join(sorted(PARTS)))
    return parser


def _entries(scale: Scale, *, short: bool, only: str | None) -> Iterator[Entry]:
    for name, part in PARTS.items():
        if only in (None, name):
            for row in part(scale):
                print(f"{row.name}: {row.value} {row.unit}", file=sys.stderr, flush=True)
                yield _undecided(row) if short else row


def _undecided(row: Entry) -> Entry:
    """Of a small sample only a failure decides."""
    decided = row.ok is False and row.name not in _TIMED
    return row if decided or not row.asked else msgspec.structs.replace(row, ok=None, why=WHY_SHORT)


_TIMED = frozenset({"sealed_events_per_s", "sealed_event_ms", "verify_bundle_s", "verify_log_s"})


def _altered(scale: Scale) -> Iterator[Entry]:
    yield _all("bit_flips", altered.flips_found(scale.flips, SEED), scale.flips, "refused")
    agreed, verifiers = altered.agreements(scale.mutants, SEED)
    yield _all("verdicts_agree", agreed, scale.mutants, f"same and right by {verifiers} verifiers")
    yield _all("truncations", altered.changes_found(scale.changes, SEED), scale.changes, "refused")
    yield _all("rebuilds", altered.rebuilds_found(scale.rebuilds, SEED), scale.rebuilds, "not taken for true")


def _repositories(scale: Scale) -> Iterator[Entry]:
    accepted, tried = repositories.accepted()
    yield _row("atproto_malicious", accepted, f"accepted of {tried:,} trees, flips, truncations", Reach(most=0))
    measured = atproto_proof.measure()
    yield _row(
        "proof_bytes", measured.inclusion_bytes_last, "bytes, the newest like of 10,000 records", Reach(most=3_000)
    )
    yield _row("proof_bytes_median", measured.inclusion_bytes, "bytes, the median of 100 records")
    yield _row("proof_verify_ms", round(measured.verify_ms, 3), "ms, median", Reach(most=5))


def _faults(scale: Scale) -> Iterator[Entry]:
    with tempfile.TemporaryDirectory() as folder:
        rows = [campaign(fault, scale.faults, Path(folder) / fault) for fault in FAULTS]
    told = ", ".join(row.unit for row in rows)
    yield _row(
        "syscall_faults", sum(row.value for row in rows), f"lost, doubled or unverifiable: {told}", Reach(most=0)
    )


def _fuzz(scale: Scale) -> Iterator[Entry]:
    for name in parsers.PARSERS:
        count = max(1, scale.inputs // parsers.SLOW.get(name, 1)) if scale is SHORT else scale.inputs
        wrong = parsers.untyped(name, count, SEED)
        yield _row(f"fuzz_{name}", wrong, f"untyped errors of {count:,} inputs", Reach(most=0))


def _pace(scale: Scale) -> Iterator[Entry]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = pace.sealed(folder, events=scale.events)
        yield _row("sealed_events_per_s", round(found.per_second), "events/s, batches of 2,000", Reach(least=50_000))
        yield _row("sealed_event_ms", round(found.one_ms, 2), "ms, one event, median", Reach(most=10))
        spent = pace.verified_log(folder, entries=scale.whole_log, times=scale.times)
        yield _row("verify_log_s", round(spent, 3), f"s, whole log of {scale.whole_log:,} entries", Reach(most=1))
        spent = pace.verified_bundle(folder, entries=scale.large_log, times=scale.times)
        unit = f"s, whole command, one incident of a log of {scale.large_log:,}"
        yield _row("verify_bundle_s", round(spent, 3), unit, Reach(most=1))


def _all(name: str, found: int, of: int, what: str) -> Entry:
    return _row(name, found, f"of {of:,} {what}", Reach(least=of))


def _row(name: str, value: float, unit: str, reach: Reach | None = None) -> Entry:
    return entry(name, exact(value), unit, reach=reach, peers={}, why_short=None)


PARTS: dict[str, Callable[[Scale], Iterator[Entry]]] = {
    "altered": _altered, "repositories": _repositories, "faults": _faults, "fuzz": _fuzz, "pace": _pace,
}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
