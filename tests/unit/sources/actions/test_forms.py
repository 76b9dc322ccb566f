"""CSV, Parquet, packed files and the standard input are read as JSON lines are, and told apart by their content."""

import gzip
import io
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.activity import NotUnderstood
from countersign.errors import SourceError
from countersign.sources.actions import source
from countersign.sources.source import Columnar, Source
from countersign.text import csv_cell
from tests.fixtures.writing import expected_of, said
from tests.unit.sources.actions.roads import both, fast, slow, written

_FIXTURES = Path("tests/fixtures/actions")
_SOUND: dict[str, Any] = {"account": "a", "verb": "post", "time": "2020-01-01T10:00:00Z", "id": "1"}


def _csv(folder: Path, text: str) -> Path:
    path = folder / "a.csv"
    path.write_bytes(text.encode())
    return path


def _parquet(folder: Path, **columns: Any) -> Path:
    path = folder / "a.parquet"
    rows = len(next(iter(columns.values())))
    table = pa.table({"account": ["a"] * rows, "verb": ["post"] * rows, **columns})
    pq.write_table(table, path, row_group_size=2)
    return path


def test_it_is_a_source_with_a_fast_road() -> None:
    assert isinstance(source, Source)
    assert isinstance(source, Columnar)


@pytest.mark.parametrize("name", ["input.jsonl", "input-table.csv"])
def test_the_fixture_is_read_as_expected(name: str) -> None:
    path = _FIXTURES / name
    assert source.detect(str(path))
    assert list(said(source, path)) == msgspec.json.decode(expected_of(path).read_bytes())
    both(path)


def test_the_tail_after_any_cursor_is_the_same() -> None:
    for path in (_FIXTURES / "input.jsonl", _FIXTURES / "input-table.csv"):
        whole = list(source.open(str(path)))
        for at, received in enumerate(whole):
            assert list(source.open(str(path), received.cursor)) == whole[at + 1 :]


def test_csv_holds_commas_quotes_and_line_ends_in_texts(tmp_path: Path) -> None:
    text = 'account,verb,id,text\r\na,post,1,"one, ""two""\r\nthree"\r\na,post,2,four\r\n'
    actions, failed, _ = both(_csv(tmp_path, text))
    assert [(act.content, act.position) for act in actions] == [('one, "two"\r\nthree', 2), ("four", 4)]
    assert failed == []


@pytest.mark.parametrize("cell", ['"[""a"", ""b""]"', "a b", " a  b "])
def test_csv_lists_are_json_or_words(tmp_path: Path, cell: str) -> None:
    (act,) = both(_csv(tmp_path, f"account,verb,mentions,media,sensitive\na,post,{cell},2,true\n"))[0]
    assert (act.mentions, act.media, act.sensitive) == (("a", "b"), 2, True)


@pytest.mark.parametrize("text", ["=1+1", "-1", "'quoted'", "'=1", "@a", "plain"])
def test_a_cell_of_our_own_export_is_read_as_it_was(tmp_path: Path, text: str) -> None:
    (act,) = both(_csv(tmp_path, f"account,verb,text\na,post,{csv_cell(text)}\n"))[0]
    assert act.content == (text if text != "'=1" else "=1")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_of_other_countries_and_with_a_byte_order_mark_is_read(tmp_path: Path, delimiter: str) -> None:
    (act,) = both(_csv(tmp_path, f"\ufeffid{delimiter}account{delimiter}verb\n7{delimiter}a{delimiter}like\n"))[0]
    assert (act.native_id, act.actor, act.verb) == ("7", "a", "like")


def test_csv_that_breaks_its_own_rules_is_counted_record_by_record(tmp_path: Path) -> None:
    text = 'account,verb,text\na,post,x,too,many\na,post,"x"y\na,post\n\na,post,"never closed\na,post,swallowed\n'
    actions, failed, _ = both(_csv(tmp_path, text))
    assert [(one.position, one.reason) for one in failed] == [
        (2, "5 cells under 3 columns"),
        (3, "not CSV"),
        (6, "not CSV"),
    ]
    assert b"swallowed" in failed[-1].body
    assert [act.position for act in actions] == [4]


@given(text=st.text(st.sampled_from("a,\"\n\r'=; \0"), max_size=40))
def test_whatever_a_csv_file_holds_both_roads_read_the_same(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    both(_csv(tmp_path_factory.mktemp("csv"), f"account,verb,text\n{text}"))


_AT = datetime(2020, 1, 1, 10, tzinfo=UTC)
_NAIVE = _AT.replace(tzinfo=None)


@pytest.mark.parametrize(
    "times",
    [
        pa.array([_AT, None, _AT], pa.timestamp("us", "UTC")),
        pa.array([_AT, None, _AT], pa.timestamp("ns", "Asia/Tokyo")),
        pa.array([_NAIVE, None, _NAIVE], pa.timestamp("ms")),
        pa.array(["2020-01-01T10:00:00Z", None, "2020-01-01T10:00:00Z"]),
        pa.array(["2020-01-01T10:00:00Z", None, "2020-01-01T10:00:00Z"]).dictionary_encode(),
    ],
)  # fmt: skip
def test_parquet_times_of_any_type_are_read(tmp_path: Path, times: Any) -> None:
    actions = both(_parquet(tmp_path, time=times))[0]
    assert [act.published for act in actions] == [_AT, None, _AT]


def test_a_parquet_date_is_a_day(tmp_path: Path) -> None:
    (act,) = both(_parquet(tmp_path, time=pa.array([date(2010, 3, 16)])))[0]
    assert (act.published, act.time_basis) == (None, "day")
    assert act.start_time == datetime(2010, 3, 16, tzinfo=UTC)


def test_a_parquet_time_outside_all_calendars_is_not_understood(tmp_path: Path) -> None:
    times = pa.array([2**62, 1_577_872_800_000_000], pa.int64()).cast(pa.timestamp("us", "UTC"))
    actions = both(_parquet(tmp_path, time=times))[0]
    assert [act.published for act in actions] == [None, None]
    assert actions[0].note == "time not understood"


@pytest.mark.parametrize(
    "ids",
    [
        pa.array([5, 6]), pa.array([5, 6], pa.uint64()), pa.array(["5", "6"], pa.large_string()),
        pa.array(["5", "6"]).dictionary_encode(), pa.array([b"5", b"6"]), pa.array([b"5", b"6"], pa.binary(1)),
        pa.array(["5", "6"], pa.string_view()),
    ],
)  # fmt: skip
def test_parquet_ids_of_any_type_are_read(tmp_path: Path, ids: Any) -> None:
    assert [act.native_id for act in both(_parquet(tmp_path, id=ids))[0]] == ["5", "6"]


def test_parquet_columns_of_odd_types_are_read_or_noted(tmp_path: Path) -> None:
    path = _parquet(
        tmp_path,
        text=pa.array([{"a": 1}, None]), lang=pa.array([1.5, None]), media=pa.array([2.0, -1.0]),
        seq=pa.array([1.5, float("nan")]), sensitive=pa.array([1, 0]), mentions=pa.array([[1, None], None]),
        hashtags=pa.array(["a b", "[\"c\"]"]), links=pa.array([["x"], None], pa.list_(pa.string())),
        client=pa.array([b"\xff", b"ok"]), zone=pa.array([None, None]),
    )  # fmt: skip
    (one, two), _, remarks = both(path)
    assert (one.content, one.lang, one.media, one.position, one.sensitive) == (None, "1.5", 2, 2, True)
    assert (one.mentions, one.hashtags, one.links, one.instrument) == (("1",), ("a", "b"), ("x",), "\ufffd")
    assert (one.note, two.note) == ("text not understood", "media not understood")
    assert (two.position, two.hashtags, two.links, two.sensitive) == (2, ("c",), (), False)
    assert remarks == ["columns that are not used: zone (2)"]


def test_parquet_rows_without_an_account_are_not_understood(tmp_path: Path) -> None:
    path = _parquet(tmp_path, account=pa.array(["a", None, "", "b", "c"]), media=pa.array([1, -1, 1, -1, 1]))
    actions, failed, _ = both(path)
    assert [(act.native_id, act.note) for act in actions] == [
        ("row-1", None), ("row-4", "media not understood"), ("row-5", None),
    ]  # fmt: skip
    assert [(one.position, one.reason) for one in failed] == [(2, "no account"), (3, "no account")]


@pytest.mark.parametrize("keep", [0.5, 0.95])
def test_a_parquet_file_that_is_cut_is_not_taken_for_anything(tmp_path: Path, keep: float) -> None:
    path = _parquet(tmp_path, text=["x" * 50] * 100)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    assert not source.detect(str(path))


def test_a_parquet_file_damaged_inside_gives_what_lies_before(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    rows = 100_000
    table = pa.table({"account": ["a"] * rows, "verb": ["post"] * rows, "id": [str(n * 7919) for n in range(rows)]})
    pq.write_table(table, path, row_group_size=40_000, compression="gzip", write_page_checksum=True)
    whole = bytearray(path.read_bytes())
    middle = len(whole) * 2 // 3
    whole[middle : middle + 2000] = b"\xff" * 2000
    path.write_bytes(whole)
    table, failed, _ = fast(path)
    assert table.num_rows < rows
    assert failed[-1].reason.startswith("the Parquet file is damaged")
    assert isinstance(slow(path)[1][-1], NotUnderstood)


def test_zstd_and_gzip_are_unpacked(tmp_path: Path) -> None:
    plain = written(tmp_path, [_SOUND]).read_bytes()
    for name, packed in (("a.gz", gzip.compress(plain)), ("a.zst", pa.compress(plain, "zstd", asbytes=True))):
        path = tmp_path / name
        path.write_bytes(packed)
        assert source.detect(str(path))
        assert both(path)[0][0].native_id == "1"


@pytest.mark.parametrize("packed", [False, True])
def test_the_standard_input_is_read_and_looking_at_it_takes_nothing_away(
    monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    plain = b"".join(msgspec.json.encode({**_SOUND, "id": str(number)}) + b"\n" for number in range(500))
    stdin = io.TextIOWrapper(io.BufferedReader(_Pipe(gzip.compress(plain) if packed else plain)))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert source.detect("-")
    assert sum(value.num_rows for value in source.columns("-") if isinstance(value, pa.Table)) == 500


class _Pipe(io.RawIOBase):
    """Bytes that can be read once, some at a time."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        return self._content.readinto(memoryview(target)[:1000])


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 100, b"PK\x03\x04rest", b"PAR1", b"name,age\na,5\n",
     b'{"type": "Like"}\n', b"\x1f\x8b", b"[]", b"account\nx\n"],
)  # fmt: skip
def test_foreign_files_are_left_to_others(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign"
    path.write_bytes(content)
    assert not source.detect(str(path))


def test_a_file_that_is_not_there_is_not_ours(tmp_path: Path) -> None:
    assert not source.detect(str(tmp_path / "none"))
    assert not source.detect(str(tmp_path))


def test_a_damaged_first_line_does_not_hide_what_a_file_is(tmp_path: Path) -> None:
    assert source.detect(str(written(tmp_path, [b"{broken", b"", _SOUND])))


def test_names_of_columns_that_are_no_text_harm_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"account,verb,caf\xe9\na,post,x\n")
    assert both(path)[2] == ["columns that are not used: caf\ufffd (1)"]


def test_opening_what_is_not_there_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be opened") as caught:
        list(source.open(str(tmp_path / "none")))
    assert caught.value.code == "CS161"
