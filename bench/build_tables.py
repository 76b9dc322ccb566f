"""Rebuilds the background table from development accounts of the open data and the generator, in one command.

    ./run bench build_tables

Writes src/countersign/score/tables/background-1.npz. Takes nothing from test accounts.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

if not __package__:  # started as a file, as `./run bench` does
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.protocol import data
from countersign.activity import to_columns
from countersign.errors import SourceError
from countersign.profile.layout import Plan, plan
from countersign.score import tables
from countersign.score.background import Tally, assemble, even, tally
from countersign.score.observe import observe
from countersign.score.scorer import signals
from countersign.testing import offices, world

OFFICES, SEED = 12, 20_200_914
OFFICE_SHARE = 0.1
"""What a made-up account counts beside a real one: enough to know likes and follows, which the archives lack."""
OUT = Path(tables.__file__).parent / f"background-{tables.VERSION}.npz"


def main() -> int:
    """Build the table and write it; return 0."""
    chosen = signals()
    layout = plan([s.name for s in chosen], [s.habit for s in chosen], "rich")
    counted, shares = [], []
    for actions, share in sources():
        counted.append(_tallied(layout, actions))
        shares.append(share)
    table = assemble(layout, counted, shares)
    np.savez_compressed(OUT, allow_pickle=False, **table)
    print(f"{OUT}: {OUT.stat().st_size:,} bytes, {len(counted)} accounts")
    return 0


def sources() -> Iterator[tuple[pa.Table, float]]:
    """Yield the accounts that the table is made of, each with its share."""
    for account in data.split(data.load(_archives()))["development"]:
        yield data.to_actions(account.rows), 1.0
    for number in range(OFFICES):
        activities = world.build(offices.office(number, seed=SEED), seed=SEED).activities
        yield to_columns(activities), OFFICE_SHARE


def _archives() -> Path:
    found = data.folder()
    if found is None:
        raise SourceError("the open data is not here", hint="name its folder in COUNTERSIGN_DATA")
    return found / data.ARCHIVES


def _tallied(layout: Plan, actions: pa.Table) -> Tally:
    seen = observe(actions, signals(), {"": "UTC"})
    return tally(layout, seen, even(layout))


if __name__ == "__main__":
    sys.exit(main())
