"""Damaged and hostile files: nothing raises, nothing is lost, and both roads agree on all of it."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.activity import NotUnderstood, Received
from countersign.sources.actions import decoder, files, source
from countersign.sources.actions.row import KNOWN
from tests.unit.sources.actions.roads import both, only, written

_SOUND: dict[str, Any] = {"account": "a", "verb": "post", "time": "2020-01-01T10:00:00Z"}
_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
    st.lists(st.text(max_size=3), max_size=3),
    st.sampled_from([
        "like", "post", "2020-01-01T00:00:00Z", "2020-01-01", "2020-02-30T00:00:00Z", "2016-12-31T23:59:60Z",
        "2020-01-01T10:20:30.123456789+05:30", "2020-01-01 10:20:30", "2020-01-01T10:20Z", "9999-12-31T23:59:59-05:00",
        "0001-01-01T00:00:00+05:00", "day", "minute", "a b", "[1, 2]", "[[", "3", "true", [1, None, "b"], [["x"]],
        {"a": {"b": 1}}, 10**30, -1, 2**31, 1e300, "x\0y", "\ud800",
    ]),
)  # fmt: skip
_RECORDS = st.dictionaries(st.sampled_from([*KNOWN, "region", "\udc80"]), _VALUES, max_size=9)


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps({"account": "a", **record}, ensure_ascii=len(record) % 2 == 0).encode("utf-8", "surrogatepass")


@given(records=st.lists(_RECORDS, min_size=1, max_size=12))
def test_whatever_values_a_record_holds_both_roads_read_the_same(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]]
) -> None:
    path = written(tmp_path_factory.mktemp("values"), [_line(record) for record in records])
    actions, failed, _ = both(path)
    assert len(actions) + len(failed) >= len(records)


@given(
    records=st.lists(_RECORDS, min_size=1, max_size=6),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=3)), max_size=4),
)
def test_whatever_bytes_are_damaged_both_roads_read_the_same(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]], cuts: list[tuple[float, bytes]]
) -> None:
    text = b"\n".join(_line(record) for record in records)
    for share, stray in cuts:
        at = int(share * len(text))
        text = text[:at] + stray + text[at + 1 :]
    both(written(tmp_path_factory.mktemp("bytes"), [text]))


def test_a_damaged_line_among_sound_ones_is_kept_with_its_bytes_and_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoder, "SMALL", 200)
    lines: list[Any] = [{**_SOUND, "id": str(number)} for number in range(50)]
    lines[30] = b'{"account": "a", "verb'
    actions, failed, _ = both(written(tmp_path, lines))
    assert [(one.position, one.reason, one.body) for one in failed] == [(31, "not JSON", b'{"account": "a", "verb\n')]
    assert [act.position for act in actions] == [number for number in range(1, 51) if number != 31]


def test_a_line_that_is_too_long_is_cut_and_the_next_one_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LONGEST_LINE", 300)
    monkeypatch.setattr(files, "BLOCK", 64)
    lines = [_SOUND, {**_SOUND, "text": "x" * 2000}, _SOUND, {**_SOUND, "text": "y" * 2000}]
    actions, failed, _ = both(written(tmp_path, lines))
    assert [act.position for act in actions] == [1, 3]
    assert [(one.position, len(one.body)) for one in failed] == [(2, 300), (4, 300)]
    assert "longer than" in failed[0].reason


def test_json_nested_deeper_than_any_record_is_refused_without_recursion(tmp_path: Path) -> None:
    deep = b'{"account": "a", "verb": "post", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    barely = b'{"account": "a", "verb": "post", "x": ' + b"[" * 63 + b"]" * 63 + b"}"
    actions, failed, _ = both(written(tmp_path, [deep, barely, _SOUND]))
    assert [act.position for act in actions] == [2, 3]
    assert failed[0].reason == "JSON is nested deeper than 64 levels"


@pytest.mark.parametrize("line", [b"[1]", b"5", b'"x"', b"null", b"{", b"\xff\xfe", b"{}{}"])
def test_what_is_no_record_is_not_understood(tmp_path: Path, line: bytes) -> None:
    actions, failed, _ = both(written(tmp_path, [line, _SOUND]))
    assert ([act.position for act in actions], [one.position for one in failed]) == ([2], [1])


def test_two_records_on_one_line_and_one_record_on_two_are_not_understood(tmp_path: Path) -> None:
    two = b'{"account": "a", "verb": "post"}{"account": "b", "verb": "post"}'
    split = b'{"account": "a",\n "verb": "post"}'
    actions, failed, _ = both(written(tmp_path, [two, split, _SOUND]))
    assert [one.position for one in failed] == [1, 2, 3]
    assert [act.position for act in actions] == [4]


def test_of_a_key_written_twice_the_last_counts(tmp_path: Path) -> None:
    (act,) = both(written(tmp_path, [b'{"account": "a", "verb": "post", "account": "b"}']))[0]
    assert act.actor == "b"


def test_nul_survives_and_half_a_character_is_replaced_with_a_note(tmp_path: Path) -> None:
    assert only(tmp_path, verb="post", text="a\0b").content == "a\0b"
    (act,) = both(written(tmp_path, [b'{"account": "a", "verb": "post", "text": "x\\ud83d", "lang": "\xff"}']))[0]
    assert (act.content, act.lang) == ("x\ufffd", "\ufffd")
    assert act.note is not None
    assert act.note.count("held characters that are none") == 2


def test_numbers_that_are_none_are_not_given(tmp_path: Path) -> None:
    line = b'{"account": "a", "verb": "post", "media": NaN, "seq": Infinity, "text_length": -1}'
    (act,) = both(written(tmp_path, [line]))[0]
    assert (act.media, act.position, act.content_length, act.note) == (None, 1, None, "text_length not understood")


def test_a_file_of_a_thousand_different_columns_is_read_all_the_same(tmp_path: Path) -> None:
    lines: list[Any] = [{**_SOUND, f"c{number}": number} for number in range(1000)]
    actions, _, remarks = both(written(tmp_path, lines))
    assert len(actions) == 1000
    assert remarks[0].endswith("and 970 more")


@pytest.mark.parametrize("keep", [0.9, 0.5])
def test_a_gzip_that_ends_early_gives_what_could_be_unpacked(tmp_path: Path, keep: float) -> None:
    packed = gzip.compress(b"".join(json.dumps({**_SOUND, "id": str(n * 7919)}).encode() + b"\n" for n in range(5000)))
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(packed[: int(len(packed) * keep)])
    actions, failed, _ = both(path)
    assert 1000 < len(actions) < 5000
    assert failed[-1].reason == "the gzip stream ends early"


def test_a_gzip_with_a_wrong_checksum_says_so(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(json.dumps(_SOUND).encode() + b"\n"))
    packed[-6] ^= 1
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(packed)
    actions, failed, _ = both(path)
    assert (len(actions), [one.reason for one in failed]) == (1, ["the gzip stream is damaged"])


def test_several_gzip_streams_in_one_file_are_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(b"".join(gzip.compress(json.dumps(_SOUND).encode() + b"\n") for _ in range(3)) + b"\0" * 9)
    assert [act.position for act in both(path)[0]] == [1, 2, 3]


@given(body=st.binary(max_size=60))
def test_parse_takes_any_bytes(body: bytes) -> None:
    for value in source.parse(Received(source="actions", ref="a", position=1, body=body)):
        assert isinstance(value, NotUnderstood)
        assert value.body == body
