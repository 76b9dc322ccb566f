"""Populations of made-up accounts, benign changes of streams, and the flat files that they are written to."""

import gzip
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from countersign.activity import ACTIONS, VERBS, from_columns, to_columns
from countersign.testing import stream
from countersign.testing.flat import write_actions_jsonl, write_actions_parquet
from countersign.testing.population import Order, Population, tables
from countersign.testing.scenarios import play
from countersign.testing.traits import NOVEL

ORDERS: tuple[Order, ...] = ("account", "time")
SINCE = datetime(2026, 6, 1, tzinfo=UTC)


def one(population: Population) -> pa.Table:
    return pa.concat_tables(tables(population))


def moments(actions: pa.Table) -> list[datetime]:
    return [moment for moment in actions["time"].to_pylist() if moment is not None]


@pytest.mark.parametrize("order", ORDERS)
def test_a_population_is_made_of_valid_actions(order: Order) -> None:
    found = one(Population(accounts=200, actions=150, order=order, rows=4000))
    found.validate(full=True)
    assert found.schema.equals(ACTIONS)
    assert len(found) == 30_000 == len(set(found["id"].to_pylist()))
    first = next(from_columns(found.slice(0, 1)))
    assert first.id == f"x:{first.actor}:{first.verb}:{first.native_id}"
    assert set(found["verb"].to_pylist()) <= set(VERBS)


def test_accounts_come_whole_and_in_the_order_of_their_times() -> None:
    found = one(Population(accounts=30, actions=100, rows=1000)).to_pylist()
    assert set(Counter(row["account"] for row in found).values()) == {100}
    keys = [(row["account"], row["time"]) for row in found]
    assert keys == sorted(keys)


@pytest.mark.parametrize(("accounts", "days"), [(50, 730), (2000, 3)])
def test_a_mixed_population_is_in_the_order_of_time_across_tables(accounts: int, days: int) -> None:
    found = one(Population(accounts=accounts, actions=10, order="time", rows=500 if days == 730 else 4000, days=days))
    times = moments(found)
    assert times == sorted(times)
    assert len(set(found["account"].to_pylist())) > accounts * 0.9


def test_the_same_seed_gives_the_same_population_and_another_seed_another() -> None:
    first, again, other = (one(Population(accounts=40, actions=40, seed=seed)) for seed in (7, 7, 8))
    assert first.equals(again)
    assert first["text"].to_pylist() != other["text"].to_pylist()


def test_accounts_of_a_population_have_habits_of_their_own() -> None:
    found = one(Population(accounts=60, actions=400))
    rows = found.select(["account", "client", "lang", "object_author", "verb"]).to_pylist()
    accounts = [rows[at : at + 400] for at in range(0, len(rows), 400)]
    clients = [Counter(row["client"] for row in own).most_common(1)[0] for own in accounts]
    assert all(count > 200 for _, count in clients)
    assert len({client for client, _ in clients}) > 10
    assert len({Counter(row["lang"] for row in own).most_common(1)[0][0] for own in accounts}) > 4
    targets = [r["object_author"] for r in rows[:400] if r["object_author"]]
    singles = sum(count == 1 for count in Counter(targets).values()) / len(targets)
    assert NOVEL * 0.5 < singles < 0.6


def test_texts_are_about_as_long_as_asked_for_or_left_out() -> None:
    short, long = (one(Population(accounts=50, actions=50, text_length=length)) for length in (60, 240))
    means = [np.mean([length for length in found["text_length"].to_pylist() if length]) for found in (short, long)]
    assert 30 < means[0] < 120 < 170 < means[1] < 400
    none = one(Population(accounts=5, actions=50, text_length=0))
    assert none["text"].null_count == len(none)


def test_at_least_two_hundred_thousand_actions_are_made_in_a_second() -> None:
    every = tables(Population(accounts=4000, actions=100))
    next(every)
    began = time.perf_counter()
    rows = sum(len(found) for found in every)
    assert rows / (time.perf_counter() - began) > 200_000


def test_a_stream_takes_up_a_new_application() -> None:
    before = to_columns(play("morning").activities)
    after = stream.new_application(before, since=SINCE, client="PostKeeper")
    used = [(row["time"] >= SINCE, row["client"]) for row in after.to_pylist()]
    assert (False, "PostKeeper") not in used
    assert (True, "PostKeeper") in used
    assert (True, "Twitter for iPhone") not in used
    assert after["id"].equals(before["id"])


def test_a_stream_goes_on_a_journey_and_comes_back() -> None:
    before = to_columns(play("morning").activities)
    after = stream.travel(before, since=SINCE, hours=-7)
    moved = {row["id"]: row["time"] for row in after.to_pylist()}
    for row in before.to_pylist():
        away = SINCE <= row["time"] < SINCE + timedelta(days=10)
        assert moved[row["id"]] == row["time"] - timedelta(hours=7 if away else 0)
    assert moments(after) == sorted(moments(after))


def test_a_stream_does_three_times_as_much_for_two_weeks() -> None:
    before = to_columns(play("morning").activities)
    after = stream.campaign(before, since=SINCE)
    window = [row for row in moments(before) if SINCE <= row < SINCE + timedelta(days=14)]
    assert len(window) > 20
    assert len(after) - len(before) == 2 * len(window)
    assert len(set(after["id"].to_pylist())) == len(after)
    assert moments(after) == sorted(moments(after))


def test_a_colleague_writes_some_of_what_a_stream_writes() -> None:
    before, donor = (to_columns(play(name).activities) for name in ("morning", "new-colleague"))
    theirs = set(donor["text"].to_pylist()) - set(before["text"].to_pylist())
    after = stream.new_colleague(before, to_columns(play("mass-event").activities[:8000]), since=SINCE)
    rows = list(zip(before.to_pylist(), after.to_pylist(), strict=True))
    written = [(old, new) for old, new in rows if old["verb"] in ("post", "reply", "quote") and old["time"] >= SINCE]
    swapped = [new for old, new in written if new["text"] != old["text"]]
    assert theirs
    assert 0.2 < len(swapped) / len(written) < 0.4
    assert all(old == new for old, new in rows if old["time"] < SINCE)
    assert [new["client"] for _, new in rows] == [old["client"] for old, _ in rows]


def test_a_stream_without_applications_or_history_is_left_as_it_is() -> None:
    nothing = to_columns(())
    assert stream.new_application(nothing, since=SINCE, client="A") is nothing
    assert stream.campaign(nothing, since=SINCE) is nothing


@pytest.mark.parametrize("name", ["actions.jsonl", "actions.jsonl.gz"])
def test_flat_lines_leave_out_what_is_not_known(tmp_path: Path, name: str) -> None:
    actions = play("morning").activities[-6:]
    assert write_actions_jsonl(tmp_path / name, to_columns(actions)) == 6
    raw = (tmp_path / name).read_bytes()
    rows = [msgspec.json.decode(line) for line in (gzip.decompress(raw) if name.endswith("gz") else raw).splitlines()]
    assert [row["id"] for row in rows] == [action.native_id for action in actions]
    assert rows[0] == {
        "id": actions[0].native_id, "platform": "x", "account": "1398600512", "time": "2026-09-09T01:14:07.000Z",
        "verb": "like", "target_author": "kx_clips", "target_id": actions[0].object,
        "target_time": rows[0]["target_time"], "text": actions[0].content, "text_length": actions[0].content_length,
        "lang": "en", "client": "Twitter Web App", "hashtags": ["nolimits"], "sensitive": True, "media": 1,
    }  # fmt: skip
    assert "text" not in rows[-1]


def test_a_like_without_a_time_is_written_with_its_bounds(tmp_path: Path) -> None:
    like = msgspec.structs.replace(
        play("morning").activities[-6], published=None, time_basis="between",
        start_time=datetime(2026, 9, 1, tzinfo=UTC), end_time=datetime(2026, 9, 20, tzinfo=UTC),
    )  # fmt: skip
    write_actions_jsonl(tmp_path / "likes.jsonl", to_columns([like]))
    row = msgspec.json.decode((tmp_path / "likes.jsonl").read_bytes())
    assert "time" not in row
    assert row["after"] == "2026-09-01T00:00:00.000Z"
    assert row["before"] == "2026-09-20T00:00:00.000Z"


def test_flat_rows_are_the_same_in_parquet(tmp_path: Path) -> None:
    population = Population(accounts=20, actions=30, rows=300)
    assert write_actions_parquet(tmp_path / "actions.parquet", tables(population)) == 600
    assert write_actions_jsonl(tmp_path / "actions.jsonl", tables(population)) == 600
    rows = pq.read_table(tmp_path / "actions.parquet").to_pylist()
    lines = [msgspec.json.decode(line) for line in (tmp_path / "actions.jsonl").read_bytes().splitlines()]
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    assert [row["text"] for row in rows] == [line.get("text") for line in lines]
