"""Reads the open data for the benchmark and keeps development and test accounts apart."""

import gzip
import hashlib
import os
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec
import pyarrow as pa

from countersign.activity import ACTIONS, activity_id, span

Side = Literal["development", "test"]

ARCHIVES = "archives_open.jsonl.gz"
TEST_PART = 0.75
"""Where the last quarter of an account's actions begins: what is before is history, what is after is the test."""
PLATFORM = "unknown"
"""The platform of a file that names none, as the `actions` source has it."""


class Row(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One action of the open data, as `data/README.md` describes it; what is not known is None."""

    id: str
    account: str
    verb: str
    time: datetime | None = None
    time_res: Literal["day", "minute"] | None = None
    target_author: str | None = None
    target_id: str | None = None
    text: str | None = None
    lang: str | None = None
    client: str | None = None
    links: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    sensitive: bool | None = None
    media: int | None = None

    @property
    def at(self) -> datetime:
        """Its time, for rows that must have one."""
        if self.time is None:
            raise ValueError("an action of the benchmark's archives has no time")
        return self.time


class Account(msgspec.Struct, frozen=True):
    """One account of the open data: its actions in order of time."""

    name: str
    rows: tuple[Row, ...]

    @property
    def test_start(self) -> int:
        """The first row of the test part, the last quarter."""
        return int(len(self.rows) * TEST_PART)

    def between(self, first: datetime, last: datetime) -> tuple[Row, ...]:
        """Return its actions from one time to another."""
        start = bisect_left(self.rows, first, key=lambda row: row.at)
        return self.rows[start : bisect_right(self.rows, last, key=lambda row: row.at)]


def folder() -> Path | None:
    """Return the folder with the open data, or None if it is not here.

    It is the one that COUNTERSIGN_DATA names, else `shared/data` beside the repository.
    """
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    named = Path(os.environ.get("COUNTERSIGN_DATA") or beside)
    return named if (named / ARCHIVES).is_file() else None


def load(path: Path) -> dict[str, Account]:
    """Return the accounts of a file of actions, each with its rows in order of time (seconds for 400,000 rows)."""
    rows: dict[str, list[Row]] = {}
    for row in read(path):
        rows.setdefault(row.account, []).append(row)
    return {name: Account(name, tuple(sorted(own, key=lambda row: row.at))) for name, own in sorted(rows.items())}


def read(path: Path) -> Iterator[Row]:
    """Yield the rows of a file of actions, in the file's order."""
    decoder = msgspec.json.Decoder(Row)
    with gzip.open(path) as lines:
        for line in lines:
            yield decoder.decode(line)


def split(accounts: Mapping[str, Account]) -> dict[Side, tuple[Account, ...]]:
    """Return the development and the test accounts: half and half, the same on every machine.

    Accounts under their public name (institutions, a public figure) are ordered by how much they did and dealt out
    alternately, the smallest to development; the pseudonymous ones are ordered by the SHA-256 of their name and
    dealt out alternately, the first to test. So both sides hold public accounts, and the smallest account (404
    actions, too few to test on) is never a test account. Names need not be written here for that.
    """
    public = sorted((a for a in accounts.values() if not a.name.startswith("u_")), key=lambda a: len(a.rows))
    private = sorted(
        (a for a in accounts.values() if a.name.startswith("u_")),
        key=lambda a: hashlib.sha256(a.name.encode()).digest(),
    )
    return {
        "development": tuple(public[0::2] + private[1::2]),
        "test": tuple(public[1::2] + private[0::2]),
    }


def to_actions(rows: Sequence[Row], *, account: str | None = None) -> pa.Table:
    """Return rows as a table of schema `ACTIONS`, in the order given; with `account`, all under that name."""
    names = [account or row.account for row in rows]
    spans = [_span(row) for row in rows]
    columns: dict[str, Iterable[object]] = {
        "id": [activity_id(PLATFORM, name, row.verb, row.id) for name, row in zip(names, rows, strict=True)],
        "native_id": [row.id for row in rows],
        "platform": [PLATFORM] * len(rows),
        "account": names,
        "verb": [row.verb for row in rows],
        "time": [row.time if row.time_res is None else None for row in rows],
        "start_time": [start for start, _ in spans],
        "end_time": [end for _, end in spans],
        "time_basis": [row.time_res or "given" for row in rows],
        "object": [row.target_id for row in rows],
        "object_author": [row.target_author for row in rows],
        "client": [row.client for row in rows],
        "text": [row.text for row in rows],
        "lang": [row.lang for row in rows],
        "links": [row.links for row in rows],
        "mentions": [row.mentions for row in rows],
        "hashtags": [row.hashtags for row in rows],
        "sensitive": [row.sensitive for row in rows],
        "media": [row.media for row in rows],
        "source": ["actions"] * len(rows),
        "position": range(len(rows)),
    }
    missing = [None] * len(rows)
    return pa.Table.from_arrays(
        [pa.array(columns.get(field.name, missing), type=field.type) for field in ACTIONS], schema=ACTIONS
    )


def _span(row: Row) -> tuple[datetime, datetime]:
    return span(row.at, row.time_res or "given")


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def seconds(when: datetime) -> float:
    """Return a time as seconds since 1970."""
    return (when - EPOCH) / timedelta(seconds=1)
