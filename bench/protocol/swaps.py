"""One foreign like among an account's own: how high its bits rank, where neither time nor author is known."""

import csv
import gzip
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa

from bench.protocol.data import PLATFORM
from bench.protocol.metrics import Figure, figure
from bench.protocol.ours import Ours, Told
from countersign.activity import Activity, activity_id, to_columns

LIKES = "x_archives_likes_open.jsonl.gz"
SWAPS = "like_swaps_open.jsonl.gz"
TRUTH = "like_swaps_open_truth.csv"


class Like(msgspec.Struct, frozen=True):
    """One like as an X archive has it: no time and no author; of its text only the length is known."""

    id: str
    account: str
    verb: str
    seq: float | None = None
    target_time: datetime | None = None
    text: str | None = None
    text_length: int | None = None
    lang: str | None = None
    links: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    splice_id: str | None = None


def like_swaps(data: Path, ours: Ours) -> Figure:
    """Return the mean rank of the foreign like among its account's likes, as a share: 0 is the most surprising.

    Each foreign like is put in alone, at its place in the archive's order, with its text reduced to its length as
    the account's own are.
    """
    own = _by_account(data / LIKES)
    hosts = _hosts(data / TRUTH)
    ranks: dict[str, list[float]] = {}
    for foreign in _read(data / SWAPS):
        if hosts.get(foreign.splice_id or "") != foreign.account:
            continue
        [answer] = ours.told([_stream([*own[foreign.account], foreign])])
        ranks.setdefault(foreign.account, []).append(_rank(answer, own[foreign.account], foreign))
    return figure({name: float(np.mean(found)) for name, found in ranks.items()})


def _hosts(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {record["splice_id"]: record["host"] for record in csv.DictReader(lines)}


def _by_account(path: Path) -> dict[str, list[Like]]:
    found: dict[str, list[Like]] = {}
    for like in _read(path):
        if like.verb == "like" and like.seq is not None:
            found.setdefault(like.account, []).append(like)
    return found


def _read(path: Path) -> Iterator[Like]:
    decoder = msgspec.json.Decoder(Like)
    with gzip.open(path) as lines:
        for line in lines:
            yield decoder.decode(line)


def _stream(likes: Sequence[Like]) -> pa.Table:
    # An archive lists the newest like first; a habit is learned from the oldest on.
    oldest_first = sorted(likes, key=lambda like: -(like.seq or 0.0))
    return to_columns(_activity(like, position) for position, like in enumerate(oldest_first))


def _activity(like: Like, position: int) -> Activity:
    return Activity(
        id=activity_id(PLATFORM, like.account, "like", like.id),
        native_id=like.id,
        platform=PLATFORM,
        verb="like",
        actor=like.account,
        start_time=like.target_time,
        time_basis="after object",
        object_time=like.target_time,
        content_length=len(like.text) if like.text is not None else like.text_length,
        lang=like.lang,
        links=like.links,
        mentions=like.mentions,
        hashtags=like.hashtags,
        source="actions",
        position=position,
    )


def _rank(answer: Told, own: Sequence[Like], foreign: Like) -> float:
    order = [like.id for like in sorted([*own, foreign], key=lambda like: -(like.seq or 0.0))]
    bits = dict(zip(order, answer.scores, strict=True))
    mine = bits.pop(foreign.id)
    others = np.array(list(bits.values()))
    return float((others > mine).mean() + (others == mine).mean() / 2)
