"""Files become one history: found by their content, each action once, in order, nothing lost."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from countersign.activity import ACTIONS
from countersign.engine import reading as module
from countersign.engine.reading import Progress, read
from countersign.errors import SourceError

_COUNTS = {
    "archives_open": (411_210, 28), "trump_open_2009_2016H1": (28_332, 1), "ira_open": (550_822, 404),
    "x_archives_likes_open": (34_274 + 21, 8), "likes_snapshots_1account": (7_788, 1), "mastodon_outbox": (3_062, 2),
    "login_rba_demo": (1_363, 95), "splices_open": (238, None), "like_swaps_open": (48, None),
}  # fmt: skip
"""Actions and accounts that data/README.md tells; 21 posts are followed by their deletions."""


def _file(folder: Path, *records: dict[str, Any], name: str = "a.jsonl") -> str:
    path = folder / name
    path.write_bytes(b"".join(msgspec.json.encode({"account": "a", "verb": "post", **one}) + b"\n" for one in records))
    return str(path)


def _ids(actions: pa.Table) -> list[str]:
    return [str(one) for one in actions["native_id"].to_pylist()]


def _at(day: int, hour: int = 0) -> str:
    return f"2020-01-{day:02}T{hour:02}:00:00Z"


def test_actions_stand_by_account_then_time_with_unknown_times_last(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        {"account": "b", "id": "1", "time": _at(2)}, {"account": "a", "id": "2", "time": _at(9)},
        {"account": "b", "id": "3"},
        {"account": "b", "id": "4", "time": _at(1)}, {"account": "a", "id": "5", "time": "2020-01-03"},
    )  # fmt: skip
    found = read([path])
    assert _ids(found.actions) == ["4", "1", "3", "5", "2"]
    assert found.actions.schema.equals(ACTIONS)
    assert found.sources == ((path, "actions"),)


def test_a_time_that_cannot_be_is_not_known_and_that_is_said(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        {"id": "1", "time": "9999-12-31T23:59:59Z"}, {"id": "2", "time": "0001-01-01T00:00:00Z"},
        {"id": "3", "time": _at(1)}, {"id": "4", "after": _at(2), "before": "9999-12-31T00:00:00Z"},
    )  # fmt: skip
    found = read([path])
    assert _ids(found.actions) == ["3", "4", "1", "2"]
    assert found.actions["time"].null_count == 3
    assert found.actions["end_time"].null_count == 3
    assert found.actions["time_basis"].to_pylist()[2:] == ["unknown", "unknown"]
    assert found.remarks == (
        "3 actions with a time before 1900 or after 9000: such a time is taken as not known",
    )  # fmt: skip


def test_likes_without_a_time_stand_oldest_first_as_their_places_tell(tmp_path: Path) -> None:
    likes = [{"verb": "like", "id": str(place), "seq": place} for place in range(4)]
    tied = [{"verb": "like", "id": f"t{place}", "seq": place, "target_time": _at(1)} for place in range(3)]
    swap = {"verb": "like", "id": "between", "seq": 1.5}
    assert _ids(read([_file(tmp_path, *likes, *tied, swap)]).actions) == [
        "t2", "t1", "t0", "3", "2", "between", "1", "0",
    ]  # fmt: skip


def test_actions_of_one_moment_stay_as_the_file_has_them(tmp_path: Path) -> None:
    records = [{"id": str(number), "time": _at(1)} for number in range(9)]
    assert _ids(read([_file(tmp_path, *records)]).actions) == [str(number) for number in range(9)]


def test_a_list_from_newest_to_oldest_is_in_order_too(tmp_path: Path) -> None:
    falling = [{"id": str(day), "time": _at(day)} for day in range(9, 0, -1)]
    mixed = [{"account": "b", "id": str(day), "time": _at(day)} for day in (1, 2, 9, 3, 4)]
    assert read([_file(tmp_path, *falling)]).out_of_order == 0
    assert read([_file(tmp_path, *falling, *mixed)]).out_of_order == 2


def test_what_two_files_say_is_counted_once(tmp_path: Path) -> None:
    first = _file(tmp_path, {"id": "1", "time": _at(1)}, {"id": "2", "time": _at(2)}, name="1.jsonl")
    second = _file(tmp_path, {"id": "2", "time": _at(2)}, {"id": "3", "time": _at(3)}, name="2.jsonl")
    found = read([first, second])
    assert (_ids(found.actions), found.duplicates, found.out_of_order) == (["1", "2", "3"], 1, 0)


def test_what_one_record_lacks_the_other_fills(tmp_path: Path) -> None:
    found = read(
        [_file(tmp_path, {"id": "1", "text": "x"}, {"id": "1", "client": "Desk", "time": _at(1), "links": ["l"]})]
    )
    (row,) = found.actions.to_pylist()
    assert (row["text"], row["client"], row["links"], row["time_basis"]) == ("x", "Desk", ["l"], "given")
    assert row["start_time"] == row["end_time"] == row["time"] == datetime(2020, 1, 1, tzinfo=UTC)
    assert found.duplicates == 1


def test_intervals_of_one_action_narrow_each_other(tmp_path: Path) -> None:
    like = {"verb": "like", "id": "1"}
    path = _file(
        tmp_path, {**like, "after": "2020-01-01", "before": _at(9)}, {**like, "after": _at(4), "before": "2020-02-01"}
    )
    (row,) = read([path]).actions.to_pylist()
    assert (row["start_time"], row["end_time"]) == (datetime(2020, 1, 4, tzinfo=UTC), datetime(2020, 1, 9, tzinfo=UTC))


def test_records_that_contradict_each_other_are_all_kept_with_ids_of_their_own(tmp_path: Path) -> None:
    path = _file(tmp_path, *({"id": "1", "time": _at(1), "text": text} for text in ("x", "y", "x", "z")))
    found = read([path])
    assert found.actions["id"].to_pylist() == ["unknown:a:post:1", "unknown:a:post:1~2", "unknown:a:post:1~3"]
    assert _ids(found.actions) == ["1", "1", "1"]
    notes = found.actions["note"].to_pylist()
    assert notes == [None, *["another record has the same id and says something else"] * 2]
    assert found.duplicates == 1


def test_a_thousand_records_of_one_id_do_not_cost_a_thousand_rounds(tmp_path: Path) -> None:
    found = read([_file(tmp_path, *({"id": "1", "text": str(number)} for number in range(1000)))])
    assert (found.actions.num_rows, found.duplicates) == (1000, 0)
    assert len(set(found.actions["id"].to_pylist())) == 1000


def test_damage_is_counted_and_kept_and_examples_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXAMPLES", 3)
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"account": "a", "verb": "post"}\n' + b"damage\n" * 9)
    found = read([str(path)])
    assert (found.actions.num_rows, found.not_understood_count, len(found.not_understood)) == (1, 9, 3)
    assert found.not_understood[0].body == b"damage\n"


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "CS163", "empty"), (b"%PDF-1.7", "CS164", "PDF"), (b"PK\x03\x04", "CS164", "zip"),
        (b'[{"account": "a", "verb": "post"}]', "CS164", "one record a line"), (b"hello", "CS164", "plugins"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_reason(tmp_path: Path, content: bytes, code: str, said: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        read([str(path)])
    assert caught.value.code == code
    assert said in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.where == str(path)


def test_a_missing_file_a_folder_and_an_unknown_source_are_named(tmp_path: Path) -> None:
    for path, name, code in (
        (tmp_path / "no", None, "CS161"),
        (tmp_path, None, "CS162"),
        (tmp_path, "action", "CS160"),
    ):
        with pytest.raises(SourceError) as caught:
            read([str(path)], source=name)
        assert caught.value.code == code
    assert "actions" in caught.value.hint


def test_a_file_of_which_no_record_can_be_read_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"account": "", "verb": "post"}\n' * 3)
    with pytest.raises(SourceError, match="no record of it can be read as actions; the first: no account") as caught:
        read([str(path)])
    assert caught.value.code == "CS166"


def test_the_source_can_be_named(tmp_path: Path) -> None:
    path = _file(tmp_path, {"account": None}, *({"account": None, "id": str(n)} for n in range(60)), {"id": "61"})
    assert read([path], source="actions").actions.num_rows == 1


def test_progress_is_told_as_rows_are_read(tmp_path: Path) -> None:
    told: list[Progress] = []
    paths = [_file(tmp_path, {"id": name}, name=f"{name}.jsonl") for name in "ab"]
    read(paths, progress=told.append)
    assert [(one.path, one.rows) for one in told] == [(paths[0], 1), (paths[1], 2)]


@pytest.mark.parametrize("name", _COUNTS)
def test_the_open_data_is_read_whole(data_folder: Path, name: str) -> None:
    rows, accounts = _COUNTS[name]
    found = read([str(data_folder / f"{name}.jsonl.gz")])
    assert (found.actions.num_rows + found.duplicates, found.not_understood_count) == (rows, 0)
    assert accounts in (None, len(found.actions["account"].unique()))


def test_reading_does_not_depend_on_how_a_file_is_packed(tmp_path: Path) -> None:
    path = Path(_file(tmp_path, {"id": "1", "time": _at(1)}, {"id": "2", "time": _at(2)}))
    packed = tmp_path / "b.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read([str(packed)]).actions.equals(read([str(path)]).actions)
