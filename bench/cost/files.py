"""How fast files become scored incidents: `countersign incidents FILE`, start to end, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec

from bench.cost import archive
from bench.cost.spent import ROOT, Spent, best, countersign
from countersign.testing.flat import write_actions_jsonl, write_actions_parquet
from countersign.testing.population import Population, tables


class Size(msgspec.Struct, frozen=True):
    """How many accounts a file holds, and how many actions each did."""

    accounts: int
    each: int

    @property
    def actions(self) -> int:
        """Return how many actions the file holds."""
        return self.accounts * self.each


def warmed_up(folder: Path) -> None:
    """Run once on a small file, so that compiling the kernel is in no figure."""
    scored(folder, "parquet", Size(2, 50), times=1)
    scored(folder, "jsonl", Size(2, 50), times=1)


def scored(folder: Path, form: str, size: Size, *, times: int) -> Spent:
    """Return what it takes to score a file of that size; `form` is jsonl or parquet."""
    path = folder / f"actions-{size.accounts}-{size.each}.{form}"
    made = tables(Population(accounts=size.accounts, actions=size.each))
    if form == "parquet":
        write_actions_parquet(path, made)
    else:
        write_actions_jsonl(path, made)
    spent = best(times, "incidents", str(path), "--format", "jsonl")
    path.unlink()
    return spent


def archived(folder: Path, *, posts: int, likes: int) -> Spent:
    """Return what it takes to go from an X archive to its incidents."""
    path = folder / "archive.zip"
    archive.write(path, posts=posts, likes=likes)
    spent = countersign("incidents", str(path), "--format", "jsonl")
    path.unlink()
    return spent


def lost_by_kills(folder: Path, *, kills: int) -> tuple[int, int]:
    """Return after how many kills of an import something was lost or doubled, and how many kills there were."""
    out = folder / "kills.json"
    command = [
        sys.executable,
        str(ROOT / "tests" / "faults" / "campaign.py"),
        "--kills",
        str(kills),
        "--json",
        str(out),
    ]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    [row] = [row for row in json.loads(out.read_bytes()) if row["name"] == "kill_lost"]
    return int(row["value"]), int(row["unit"].split()[1])
