"""Measures time, memory and growth: `./run bench speed [--short] [--part NAME ...] [--json FILE]`."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

if not __package__:  # started as a file, as `./run bench` does
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import msgspec

from bench.cost import files, kernel
from bench.cost.files import Size
from bench.protocol.entries import Entry, Reach, entry, exact, table, to_json


class Scale(msgspec.Struct, frozen=True):
    """How large everything is that is measured."""

    kernel_accounts: int
    kernel_actions: int
    file: Size
    posts: int
    likes: int
    kills: int
    growth: tuple[Size, ...]
    times: int


FULL = Scale(
    kernel_accounts=200_000, kernel_actions=2_000_000, file=Size(1_000, 1_000), posts=100_000, likes=100_000, kills=200,
    growth=(Size(10, 100), Size(10, 1_000), Size(10, 10_000), Size(100, 10_000), Size(1_000, 10_000),
            Size(1_000, 1_000), Size(20_000, 50), Size(200_000, 5)),
    times=3,
)  # fmt: skip
SHORT = Scale(
    kernel_accounts=20_000, kernel_actions=200_000, file=Size(200, 500), posts=5_000, likes=5_000, kills=4,
    growth=(Size(10, 100), Size(10, 1_000)), times=1,
)  # fmt: skip
"""A smaller scale measures the same, but start-up counts for more and caches hold more: it decides nothing."""
WHY_SHORT = "small scale: start-up and caches count for too much to decide"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its table."""
    options = _options().parse_args(arguments)
    measured: list[Entry] = []
    with tempfile.TemporaryDirectory() as folder:
        for row in _entries(options.part or list(PARTS), Path(folder), short=options.short):
            print(f"{row.name}: {row.value} {row.unit}", file=sys.stderr, flush=True)
            measured.append(row)
            if options.json:  # at once: what was measured is not lost if the rest takes too long
                options.json.write_bytes(to_json(measured))
    print(table(measured))
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a small scale, for CI (less than 90 s)")
    parser.add_argument("--part", action="append", choices=list(PARTS), help="only this part; may be given again")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    return parser


def _entries(parts: Sequence[str], folder: Path, *, short: bool) -> Iterator[Entry]:
    files.warmed_up(folder)
    for part in parts:
        for row in PARTS[part](SHORT if short else FULL, folder):
            yield _undecided(row) if short and row.name not in _EXACT else row


_EXACT = frozenset({"state_bytes"})


def _undecided(row: Entry) -> Entry:
    return msgspec.structs.replace(row, ok=None, why=WHY_SHORT if row.asked else row.why)


def _kernel(scale: Scale, folder: Path) -> Iterator[Entry]:
    speed = kernel.actions_per_second(accounts=scale.kernel_accounts, actions=scale.kernel_actions, times=scale.times)
    peers = {"HalfSpaceTrees": kernel.peer_actions_per_second()}
    yield _row("kernel_actions_per_s", speed, "actions/s", Reach(least=300_000), peers)
    yield _row("state_bytes", kernel.state_bytes(), "bytes", Reach(most=1_024))


def _files(scale: Scale, folder: Path) -> Iterator[Entry]:
    for form, least in (("parquet", 150_000), ("jsonl", 60_000)):
        spent = files.scored(folder, form, scale.file, times=scale.times)
        yield _row(f"{form}_actions_per_s", scale.file.actions / spent.seconds, "actions/s", Reach(least=least))
        yield _row(f"{form}_processor_s", spent.processor, "s")


def _archive(scale: Scale, folder: Path) -> Iterator[Entry]:
    spent = files.archived(folder, posts=scale.posts, likes=scale.likes)
    yield _row("archive_seconds", spent.seconds, "s", Reach(most=30))
    yield _row("archive_mb", spent.megabytes, "MB", Reach(most=500))


def _kills(scale: Scale, folder: Path) -> Iterator[Entry]:
    lost, kills = files.lost_by_kills(folder, kills=scale.kills)
    yield _row("kill_lost", lost, f"of {kills} kills", Reach(most=0))


def _growth(scale: Scale, folder: Path) -> Iterator[Entry]:
    for size in scale.growth:
        spent = files.scored(folder, "parquet", size, times=1)
        name = f"growth_{size.actions}_actions_{size.accounts}_accounts"
        yield _row(f"{name}_per_s", size.actions / spent.seconds, "actions/s")
        yield _row(f"{name}_mb", spent.megabytes, "MB")


PARTS: Mapping[str, Callable[[Scale, Path], Iterator[Entry]]] = {
    "kernel": _kernel, "files": _files, "archive": _archive, "kills": _kills, "growth": _growth,
}  # fmt: skip


def _row(
    name: str, value: float, unit: str, reach: Reach | None = None, peers: dict[str, float] | None = None
) -> Entry:
    return entry(name, exact(value), unit, reach=reach, peers=peers or {}, why_short=None)


if __name__ == "__main__":
    sys.exit(main())
