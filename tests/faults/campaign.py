"""Kills imports at many different writes, or lets the disk fail there, and counts what was lost or doubled.

    python tests/faults/campaign.py --kills 200 --json FILE

Needs strace for faults at system calls; without it only the hook inside SQLite kills.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.faults.faulty import Fault, Point, has_strace, hooks, run_with, writes
from tests.faults.judge import Judge

NAMES: dict[Fault, str] = {"kill": "kill_lost", "ENOSPC": "disk_full_lost", "EIO": "disk_error_lost"}
FEW = 100
HOOKED_SHARE = 4
"""One kill in four comes from inside SQLite's machine, between writes."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the result. `value`: faults after which anything was lost, doubled, half there or untyped."""

    name: str
    value: int
    unit: str
    reach: int = 0
    peer: str | None = None
    ok: bool
    why: tuple[str, ...] = ()


def campaign(fault: Fault, count: int, folder: Path) -> Row:
    """Run `count` faults at different points and return what came of them."""
    judge, points = Judge(folder), chosen(fault, count, folder)
    why = []
    for number, point in enumerate(points):
        path = folder / str(number) / "store.db"
        ending = run_with(path, point, fault)
        if wrong := judge.wrong(path, ending, fault):
            why.append(f"{point.call} {point.nth}: {wrong}")
        shutil.rmtree(path.parent)
    unit = f"of {len(points)} {'kills' if fault == 'kill' else fault} at different points"
    return Row(name=NAMES[fault], value=len(why), unit=unit, ok=not why and len(points) == count, why=tuple(why))


def chosen(fault: Fault, count: int, folder: Path) -> list[Point]:
    """Return different points, spread evenly over the run; every one that there is if `count` is too large."""
    if not has_strace():
        return spread(hooks(folder), count) if fault == "kill" else []
    inside = count // HOOKED_SHARE if fault == "kill" else 0
    outside = of_every_kind(writes(folder), count - inside)
    return outside + spread(hooks(folder), count - len(outside)) if inside else outside


def of_every_kind(points: Sequence[Point], count: int) -> list[Point]:
    """Return `count` of the points: a third of them of calls that are few (fsync, link, ...), the rest of the many."""
    calls = Counter(point.call for point in points)
    few = [point for point in points if calls[point.call] <= FEW]
    many = [point for point in points if calls[point.call] > FEW]
    in_turn = sorted(few, key=lambda point: (point.nth, point.call))
    kept = in_turn[: max(count // 3, count - len(many))]
    return kept + spread(many, count - len(kept))


def spread(points: Sequence[Point], count: int) -> list[Point]:
    """Return `count` of the points at even distances.

    >>> [point.nth for point in spread([Point("write", n) for n in range(10)], 4)]
    [0, 2, 5, 7]
    """
    count = min(count, len(points))
    return [points[number * len(points) // count] for number in range(count)]


def main() -> int:
    """Run the campaign that the arguments ask for; exit 0 only if nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--full", type=int, default=0, help="writes at which the disk is full (ENOSPC)")
    parser.add_argument("--broken", type=int, default=0, help="writes at which the disk fails (EIO)")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    counts: dict[Fault, int] = {"kill": asked.kills, "ENOSPC": asked.full, "EIO": asked.broken}
    found = []
    for fault, count in counts.items():
        with tempfile.TemporaryDirectory() as folder:
            found += [campaign(fault, count, Path(folder))] if count else []
    text = json.dumps(msgspec.to_builtins(found), indent=1)
    if asked.json:
        asked.json.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")
    return 0 if all(row.ok for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())
