"""The laws that every registered source keeps, whoever wrote it; found by itself through the entry points.

A source's fixtures lie in tests/fixtures/NAME/: each `input….EXT` has its `expected….json` (see fixtures/writing.py).
"""

import contextlib
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign import plugins
from countersign.activity import VERBS, Activity, NotUnderstood, Parsed, Received, Remark, activity_id
from countersign.errors import CountersignError
from countersign.sources.source import Source
from tests.fixtures.writing import expected_of, said

FIXTURES = Path(__file__).parents[1] / "fixtures"
SOURCES: tuple[Source, ...] = plugins.load("countersign.sources")
BY_NAME = {source.name: source for source in SOURCES}
_NAMES = ["kind", "account", "key", "first", "place", "generated"]
_SEEDS = 12
_MUTATIONS = 400
"""Changed bodies a fixture: enough to reach every branch of a reader, few enough for a second each."""


def _inputs() -> Iterator[tuple[Source, Path]]:
    for source in SOURCES:
        for path in sorted((FIXTURES / source.name).glob("input*")):
            if path.is_file():
                yield source, path


CASES = list(_inputs())
IDS = [f"{source.name}-{path.name}" for source, path in CASES]
each_fixture = pytest.mark.parametrize(("source", "path"), CASES, ids=IDS)
each_source = pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])


@each_source
def test_a_source_is_what_the_protocol_says_under_the_name_that_it_is_registered_by(source: Source) -> None:
    assert isinstance(source, Source)
    names = [plugin.name for plugin in plugins.registered() if plugin.group == "countersign.sources"]
    assert names.count(source.name) == 1


@each_source
def test_a_source_has_a_fixture_with_what_is_expected_of_it_and_a_readme(source: Source) -> None:
    mine = [path for one, path in CASES if one is source]
    assert mine
    assert all(expected_of(path).is_file() for path in mine)
    assert (FIXTURES / source.name / "README.md").is_file()


@each_fixture
def test_what_is_read_is_what_is_expected(source: Source, path: Path) -> None:
    expected = json.loads(expected_of(path).read_text(encoding="utf-8"))
    assert list(said(source, path)) == expected


@each_fixture
def test_exactly_one_source_claims_a_file(source: Source, path: Path) -> None:
    assert [one.name for one in SOURCES if one.detect(str(path))] == [source.name]


@each_source
def test_detect_says_no_to_garbage_and_never_raises(source: Source, tmp_path: Path) -> None:
    for name, body in _garbage():
        path = tmp_path / name
        path.write_bytes(body)
        assert source.detect(str(path)) is False, name
    for path in (tmp_path, tmp_path / "missing", Path("/dev/null"), Path("")):
        assert source.detect(str(path)) is False


@each_fixture
def test_detect_never_raises_on_a_damaged_file(source: Source, path: Path, tmp_path: Path) -> None:
    chance, data = random.Random(1), path.read_bytes()
    damaged = tmp_path / path.name
    for _ in range(60):
        damaged.write_bytes(_mutated(chance, data))
        assert isinstance(source.detect(str(damaged)), bool)


@each_fixture
def test_opening_a_damaged_file_gives_values_or_a_typed_error(source: Source, path: Path, tmp_path: Path) -> None:
    chance, data = random.Random(2), path.read_bytes()
    damaged = tmp_path / path.name
    for _ in range(120):
        damaged.write_bytes(_mutated(chance, data))
        with contextlib.suppress(CountersignError):
            _check(_read(source, damaged))


@each_source
def test_a_file_that_is_not_there_is_a_typed_error(source: Source, tmp_path: Path) -> None:
    with pytest.raises(CountersignError):
        list(source.open(str(tmp_path / "missing")))


@each_fixture
def test_parse_is_pure(source: Source, path: Path) -> None:
    received = list(source.open(str(path)))
    once = [list(source.parse(one)) for one in received]
    backwards = [list(source.parse(one)) for one in reversed(received)]
    assert once == backwards[::-1]


@each_fixture
def test_opening_twice_gives_the_same_values(source: Source, path: Path) -> None:
    assert list(source.open(str(path))) == list(source.open(str(path)))


@each_fixture
def test_resuming_from_any_cursor_gives_the_same_tail(source: Source, path: Path) -> None:
    received = list(source.open(str(path)))
    for place, one in enumerate(received):
        assert list(source.open(str(path), one.cursor)) == received[place + 1 :]


@each_fixture
def test_positions_go_up(source: Source, path: Path) -> None:
    positions = [received.position for received in source.open(str(path))]
    assert positions == sorted(set(positions))


@each_fixture
def test_ids_are_unique_and_made_of_what_they_name(source: Source, path: Path) -> None:
    acts = [value for value in _read(source, path) if isinstance(value, Activity)]
    assert len({act.id for act in acts}) == len(acts)
    for act in acts:
        assert act.id == activity_id(act.platform, act.actor, act.verb, act.native_id)


@each_fixture
def test_ids_do_not_depend_on_where_the_file_lies(source: Source, path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "other" / path.name
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(path.read_bytes())
    ids = [[value.id for value in _read(source, one) if isinstance(value, Activity)] for one in (path, elsewhere)]
    assert ids[0] == ids[1]


@each_fixture
def test_values_are_sound(source: Source, path: Path) -> None:
    _check(_read(source, path))


@pytest.mark.parametrize("seed", range(_SEEDS))
@each_fixture
def test_parse_never_raises_on_mutated_bodies(source: Source, path: Path, seed: int) -> None:
    chance, received = random.Random(seed), list(source.open(str(path)))
    for _ in range(_MUTATIONS // _SEEDS):
        one = chance.choice(received)
        changed = msgspec.structs.replace(one, body=_mutated(chance, one.body))
        found = list(source.parse(changed))
        assert found == list(source.parse(changed))
        _check(found)


@each_source
@settings(max_examples=60)
@given(st.binary(max_size=300), st.dictionaries(st.sampled_from(_NAMES), st.text(max_size=12), max_size=6))
def test_parse_never_raises_on_any_bytes_in_any_context(source: Source, body: bytes, context: dict[str, str]) -> None:
    _check(list(source.parse(Received(source=source.name, ref="x", body=body, context=context))))


def _read(source: Source, path: Path) -> list[Parsed]:
    return [value for received in source.open(str(path)) for value in source.parse(received)]


def _check(found: list[Parsed]) -> None:
    """What holds of every value: times aware and in UTC, bounds in order, texts that can be stored."""
    for value in found:
        assert isinstance(value, Parsed)
        fields = msgspec.structs.asdict(value)
        for name, one in fields.items():
            assert not isinstance(one, datetime) or one.tzinfo is UTC or one.utcoffset() == UTC.utcoffset(None), name
        msgspec.json.encode(value)
        if isinstance(value, Activity):
            _check_activity(value)
        if isinstance(value, NotUnderstood | Remark):
            assert value.reason if isinstance(value, NotUnderstood) else value.text


def _check_activity(act: Activity) -> None:
    assert act.verb in VERBS
    assert act.actor
    assert act.native_id
    assert act.published is None or act.time_basis in ("given", "minute", "day")
    given = [time for time in (act.start_time, act.published, act.end_time) if time is not None]
    assert given == sorted(given)


def _mutated(chance: random.Random, data: bytes) -> bytes:
    body = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        place = chance.randint(0, len(body))
        how: Any = chance.randrange(5)
        if how == 0:
            del body[place : place + chance.randint(1, 20)]
        elif how == 1:
            body[place:place] = chance.choice(_SPICE)
        elif how == 2 and body:
            body[chance.randrange(len(body))] = chance.randrange(256)
        elif how == 3:
            del body[place:]
        else:
            body[place : place + 8] = body[:8]
    return bytes(body)


_SPICE = (
    b"null", b"[", b"{", b'"', b"\\", b"\x00", b"\xff", b"-1", b"1e999", b'"\\ud800"', b"9" * 40, b"[" * 200, b",",
    b"true", b'"0001-01-01T00:00:00+23:59"', b"\xed\xa0\x80", b"\xc3\xa9", b"{}", b"[]", b"\xf6", b"\x9f",
)  # fmt: skip


def _garbage() -> Iterator[tuple[str, bytes]]:
    chance = random.Random(9)
    yield "empty", b""
    yield "zeros", bytes(100_000)
    yield "noise", chance.randbytes(100_000)
    yield "text.txt", b"Dear all,\nthe archive is attached.\n"
    yield "one-line.json", b'{"hello": "world"}'
    yield "list.json", b"[1, 2, 3]"
    yield "deep.json", b"[" * 100_000
    yield "page.html", b"<!doctype html><title>like.js</title>"
    yield "picture.png", b"\x89PNG\r\n\x1a\n" + chance.randbytes(500)
    yield "gzip-of-noise.gz", b"\x1f\x8b" + chance.randbytes(500)
    yield "zip-of-noise.zip", b"PK\x03\x04" + chance.randbytes(500)
