"""A repository export is checked whole before anything of it is believed; damage and lies are refused by name."""

import contextlib
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countersign.activity import Activity, NotUnderstood, Parsed, Remark
from countersign.errors import SourceError
from countersign.sources.bluesky import car as car_module
from countersign.sources.bluesky import source
from countersign.sources.bluesky.tree import height
from tests.unit.sources.bluesky.forge import (
    DID,
    Link,
    car,
    cid,
    encoded,
    repository,
    section,
    signed,
    tid,
    tree,
    varint,
)  # fmt: skip

_LIKE = {"$type": "app.bsky.feed.like", "subject": {"uri": f"at://{DID}/app.bsky.feed.post/3jzfcijpj2z2a"},
         "createdAt": "2026-03-01T09:00:00Z"}  # fmt: skip
_BODY = encoded(_LIKE)


def _key(minute: int) -> str:
    return f"app.bsky.feed.like/{tid(f'2026-03-01T{minute // 60:02}:{minute % 60:02}:00+00:00')}"


MANY: dict[str, object] = {_key(minute): {**_LIKE, "n": minute} for minute in range(300)}


def _of(node: object, *more: bytes) -> bytes:
    root = encoded(node)
    commit = signed(cid(root))
    return car([cid(commit)], [commit, root, *more])


def _row(prefix: int, key: bytes, under: Link | None = None) -> dict[str, object]:
    return {"p": prefix, "k": key, "v": cid(_BODY), "t": under}


def _two(one: str, two: str) -> bytes:
    return _of({"l": None, "e": [_row(0, one.encode()), _row(0, two.encode())]}, _BODY)


def _chain(length: int) -> bytes:
    blocks = [encoded({"l": None, "e": []})]
    for _ in range(length):
        blocks.append(encoded({"l": cid(blocks[-1]), "e": []}))
    commit = signed(cid(blocks[-1]))
    return car([cid(commit)], [commit, *blocks])


def _with_bad_hash() -> bytes:
    data = bytearray(repository(MANY))
    data[-1] ^= 1
    return bytes(data)


def _commit(**fields: object) -> bytes:
    root, nodes = tree({_key(1): cid(_BODY)})
    commit = encoded({"did": DID, "version": 3, "data": root, "rev": tid("2026-03-06T00:00:00+00:00"), "prev": None,
                      "sig": b""} | fields)  # fmt: skip
    return car([cid(commit)], [commit, *nodes, _BODY])


_GOOD = repository({_key(1): _LIKE})
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("CS180", lambda: b""),
    "a text": ("CS180", lambda: b"hello, this is not a repository"),
    "a header of nothing": ("CS180", lambda: b"\x00"),
    "a header that is too long": ("CS180", lambda: varint(1 << 20) + bytes(1 << 20)),
    "a header that is no map": ("CS180", lambda: varint(1) + b"\x80"),
    "a header without roots": ("CS180", lambda: car([], [])),
    "version 2": ("CS180", lambda: car([cid(_BODY)], [_BODY], {"version": 2})),
    "roots that are no links": ("CS180", lambda: car([], [], {"roots": [7]})),
    "roots that are short": ("CS180", lambda: car([], [], {"roots": [b"\x01\x71"]})),
    "a length that never ends": ("CS182", lambda: b"\xff" * 20),
    "a length written in a longer way": ("CS182", lambda: b"\x80\x00" + _GOOD),
    "a block of no length": ("CS182", lambda: _GOOD + b"\x00"),
    "a block too short for its name": ("CS182", lambda: _GOOD + varint(8) + bytes(8)),
    "a block longer than the file": ("CS182", lambda: _GOOD + varint(1000) + bytes(10)),
    "a block of 3 MB": ("CS182", lambda: _GOOD + section(bytes(3_000_000))),
    "bytes after the last block": ("CS182", lambda: _GOOD + b"\x05hello"),
    "a name of version 0": ("CS183", lambda: _GOOD + section(_BODY, b"\x12\x20" + bytes(34))),
    "a name of another hash": ("CS183", lambda: _GOOD + section(_BODY, b"\x01\x71\x13\x20" + bytes(32))),
    "a name that is the content": ("CS183", lambda: _GOOD + section(_BODY, b"\x01\x71\x00\x20" + bytes(32))),
    "a name of another codec": ("CS183", lambda: _GOOD + section(_BODY, b"\x01\x70\x12\x20" + bytes(32))),
    "a wrong hash": ("CS184", _with_bad_hash),
    "another block under a name": ("CS184", lambda: _GOOD + section(b"\xa0", bytes(cid(_BODY)))),
    "no commit in the file": ("CS185", lambda: car([cid(b"\xa0")], [_BODY])),
    "a commit that is a record": ("CS185", lambda: car([cid(_BODY)], [_BODY])),
    "a commit that is no map": ("CS185", lambda: car([cid(b"\x80")], [b"\x80"])),
    "a commit of version 9": ("CS185", lambda: _commit(version=9)),
    "a commit of nobody": ("CS185", lambda: _commit(did="embassy")),
    "a commit with a false revision": ("CS185", lambda: _commit(rev="latest")),
    "a commit with a number for its tree": ("CS185", lambda: _commit(data=7)),
    "a node that is no map": ("CS186", lambda: _of([])),
    "a node without entries": ("CS186", lambda: _of({"l": None})),
    "a node that is a record": ("CS186", lambda: _of(_LIKE)),
    "a key that is no text": ("CS186", lambda: _of({"l": None, "e": [_row(0, b"\xff\xfe/x")]}, _BODY)),
    "a key without collection": ("CS186", lambda: _of({"l": None, "e": [_row(0, b"like")]}, _BODY)),
    "a key that climbs": ("CS186", lambda: _of({"l": None, "e": [_row(0, b"app.bsky.feed.like/..")]}, _BODY)),
    "a key with a slash too many": ("CS186", lambda: _of(
        {"l": None, "e": [_row(0, b"app.bsky.feed.like/a/b")]}, _BODY)),
    "a prefix of nothing": ("CS186", lambda: _of({"l": None, "e": [_row(5, b"app.bsky.feed.like/a")]}, _BODY)),
    "a prefix below zero": ("CS186", lambda: _of({"l": None, "e": [_row(-1, b"app.bsky.feed.like/a")]}, _BODY)),
    "keys out of order": ("CS186", lambda: _two(_key(2), _key(1))),
    "the same key twice": ("CS186", lambda: _two(_key(1), _key(1))),
    "a tree too high": ("CS186", lambda: _chain(200)),
    "no tree in the file": ("CS187", lambda: car([cid(signed(cid(b"\xa1")))], [signed(cid(b"\xa1")), _BODY])),
}  # fmt: skip


@pytest.mark.parametrize(("code", "made"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_export_is_refused_before_anything_is_read(
    tmp_path: Path, code: str, made: Callable[[], bytes]
) -> None:
    path = tmp_path / "repo.car"
    path.write_bytes(made())
    with pytest.raises(SourceError) as caught:
        next(source.open(str(path)))
    assert (caught.value.code, bool(caught.value.hint)) == (code, True)
    assert isinstance(source.detect(str(path)), bool)


def test_every_record_of_a_large_tree_is_found_in_order(tmp_path: Path) -> None:
    found = _read(tmp_path, repository(MANY))
    assert [act.native_id for act in found if isinstance(act, Activity)] == [
        f"at://{DID}/{key}" for key in sorted(MANY)
    ]
    assert not any("not in the form" in value.text for value in found if isinstance(value, Remark))
    assert max(height(key) for key in MANY) >= 3


def test_every_block_of_the_file_is_handed_on_for_keeping(tmp_path: Path) -> None:
    path = tmp_path / "repo.car"
    path.write_bytes(repository(MANY))
    received = list(source.open(str(path)))
    sealed = {bytes(cid(one.body)) for one in received if one.context["kind"] in ("commit", "node", "record")}
    with car_module.Blocks.opened(str(path)) as blocks:
        assert len(sealed) == len(blocks)


def test_a_tree_of_another_form_is_read_and_said(tmp_path: Path) -> None:
    keys = sorted(MANY)[:20]
    rows = [_row(0, key.encode()) for key in keys]
    found = _read(tmp_path, _of({"l": None, "e": rows}, _BODY))
    assert sum(isinstance(value, Activity) for value in found) == 20
    assert any("not in the form" in value.text for value in found if isinstance(value, Remark))


def test_a_part_of_a_repository_is_read_and_said(tmp_path: Path) -> None:
    root, nodes = tree({key: cid(encoded(value)) for key, value in MANY.items()})
    commit = signed(root)
    bodies = [encoded(value) for value in MANY.values()]
    kept = [node for node in nodes if cid(node) == root or nodes.index(node) % 3]
    found = _read(tmp_path, car([cid(commit)], [commit, *kept, *bodies]))
    assert 0 < sum(isinstance(value, Activity) for value in found) < len(MANY)
    assert any("only a part of the repository" in value.text for value in found if isinstance(value, Remark))


def test_a_record_that_is_not_in_the_file_is_counted(tmp_path: Path) -> None:
    found = _read(tmp_path, repository(MANY, leave_out=[_key(7)]))
    lost = [value for value in found if isinstance(value, NotUnderstood)]
    assert [value.reason for value in lost] == [f"the record {_key(7)} is not in the file"]


def test_an_empty_repository_is_nobody_s_action(tmp_path: Path) -> None:
    assert not any(isinstance(value, Activity | NotUnderstood) for value in _read(tmp_path, repository({})))


def test_a_cut_anywhere_is_refused(tmp_path: Path) -> None:
    data, path = repository(dict(list(MANY.items())[:20])), tmp_path / "repo.car"
    chance = random.Random(4)
    whole_blocks = 0
    for place in chance.sample(range(len(data)), 400):
        path.write_bytes(data[:place])
        try:
            found = [value for one in source.open(str(path)) for value in source.parse(one)]
        except SourceError:
            continue
        # Cut between two blocks the file is still well formed, but says that something is missing.
        whole_blocks += 1
        assert any(isinstance(value, NotUnderstood) for value in found)
    assert whole_blocks < 20


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.data())
def test_changed_exports_give_only_typed_errors(tmp_path: Path, data: st.DataObject) -> None:
    body = bytearray(_GOOD)
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(body)))
        body[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    path = tmp_path / "repo.car"
    path.write_bytes(body)
    with contextlib.suppress(SourceError):
        assert _read(tmp_path, bytes(body))


def test_a_claimed_size_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "repo.car"
    path.write_bytes(_GOOD + varint(1 << 31) + bytes(100))
    tracemalloc.start()
    with pytest.raises(SourceError):
        next(source.open(str(path)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def _read(folder: Path, data: bytes) -> list[Parsed]:
    path = folder / "repo.car"
    path.write_bytes(data)
    return [value for received in source.open(str(path)) for value in source.parse(received)]
