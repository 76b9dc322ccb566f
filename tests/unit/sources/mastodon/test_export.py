"""A Mastodon archive is known, opened and read whole, or refused with a clear error before anything is read."""

import json
import tracemalloc
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from countersign.activity import Activity, Identity, NotUnderstood, Parsed, Remark
from countersign.errors import HostileArchive, SourceError
from countersign.sources.mastodon import source
from tests.unit.sources.container.forge import good_tar

_ME = "https://social.veldora.example/users/embassy"
_ACTOR = {"id": _ME, "type": "Person", "preferredUsername": "embassy", "name": "Embassy"}
_POST = {"type": "Create", "actor": _ME, "published": "2026-03-01T09:00:00Z",
         "object": {"id": f"{_ME}/statuses/1", "type": "Note", "content": "<p>Hello</p>"}}  # fmt: skip
_LIKED = "https://town.example/users/mayor/statuses/116149557657600077"


def _collection(*items: object, **more: object) -> str:
    return json.dumps({"type": "OrderedCollection", **more, "orderedItems": list(items)})


def _archive(folder: Path, files: Mapping[str, str], name: str = "archive.zip") -> str:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        for member, text in files.items():
            box.writestr(member, text)
    return str(path)


def _read(ref: str) -> list[Parsed]:
    return [value for received in source.open(ref) for value in source.parse(received)]


def _whole(outbox: str, likes: str = _collection(), **more: str) -> dict[str, str]:
    return {"actor.json": json.dumps(_ACTOR), "outbox.json": outbox, "likes.json": likes, **more}


def test_a_zip_and_a_tar_of_the_same_files_say_the_same(tmp_path: Path) -> None:
    files = _whole(_collection(_POST), _collection(_LIKED))
    zipped = _archive(tmp_path, files)
    tarred = tmp_path / "archive.tar.gz"
    tarred.write_bytes(good_tar({f"./{name}": text.encode() for name, text in files.items()}))
    acts = [[value for value in _read(ref) if isinstance(value, Activity)] for ref in (zipped, str(tarred))]
    assert acts[0] == acts[1]
    assert [act.verb for act in acts[0]] == ["post", "like"]


def test_a_folder_around_everything_does_no_harm(tmp_path: Path) -> None:
    files = {f"my archive/{name}": text for name, text in _whole(_collection(_POST)).items()}
    assert source.detect(_archive(tmp_path, files))
    assert any(isinstance(value, Activity) for value in _read(_archive(tmp_path, files)))


def test_a_like_lies_between_the_post_and_the_making_of_the_archive(tmp_path: Path) -> None:
    name = f"archive-20260306131530-{'0' * 32}.zip"
    like = next(value for value in _read(_archive(tmp_path, _whole(_collection(), _collection(_LIKED)), name))
                if isinstance(value, Activity))  # fmt: skip
    assert (like.published, like.time_basis) == (None, "after object")
    assert like.start_time == like.object_time == datetime(2026, 2, 28, 18, tzinfo=UTC)
    assert like.end_time == datetime(2026, 3, 6, 13, 15, 30, tzinfo=UTC)


def test_a_like_of_an_unknown_kind_of_server_has_no_time_at_all(tmp_path: Path) -> None:
    like = next(value for value in _read(_archive(tmp_path, _whole(_collection(), _collection("https://f.example/n/1"))))
                if isinstance(value, Activity))  # fmt: skip
    assert (like.published, like.start_time, like.end_time, like.time_basis) == (None, None, None, "unknown")


def test_whose_archive_it_is_the_posts_tell_where_the_actor_is_missing(tmp_path: Path) -> None:
    files = _whole(_collection(_POST))
    del files["actor.json"]
    found = _read(_archive(tmp_path, files))
    identity = next(value for value in found if isinstance(value, Identity))
    assert (identity.account, identity.handle) == (_ME, None)
    assert any("actor.json is missing" in value.text for value in found if isinstance(value, Remark))


@pytest.mark.parametrize("name", ["preferredUsername", "name"])
def test_a_damaged_actor_does_not_stop_the_reading(tmp_path: Path, name: str) -> None:
    files = _whole(_collection(_POST)) | {"actor.json": json.dumps(_ACTOR | {name: [7]})}
    found = _read(_archive(tmp_path, files))
    assert [type(value) for value in found[:2]] == [Identity, Activity]


def test_fewer_items_than_said_are_remarked_and_more_are_not(tmp_path: Path) -> None:
    few = _read(_archive(tmp_path, _whole(_collection(_POST, totalItems=3))))
    many = _read(_archive(tmp_path, _whole(_collection(_POST, _POST, totalItems=1))))
    text = "outbox.json says that it holds 3 items, 1 were read"
    assert [any(text in value.text for value in found if isinstance(value, Remark)) for found in (few, many)] == [
        True,
        False,
    ]


def test_a_list_that_breaks_off_is_read_as_far_as_it_goes_and_said(tmp_path: Path) -> None:
    outbox = _collection(_POST, {**_POST, "object": {"id": "x", "content": "second"}})
    found = _read(_archive(tmp_path, _whole(outbox[:-20])))
    kinds = [type(value) for value in found if isinstance(value, Activity | NotUnderstood)]
    assert kinds == [Activity, NotUnderstood]
    assert any("breaks off" in value.text for value in found if isinstance(value, Remark))


def test_bookmarks_are_not_read_and_that_is_said(tmp_path: Path) -> None:
    found = _read(_archive(tmp_path, _whole(_collection(), **{"bookmarks.json": _collection("https://f.example/n/9")})))
    assert "f.example/n/9" not in repr(found)
    assert any("bookmarks.json is not read" in value.text for value in found if isinstance(value, Remark))


def test_every_byte_of_the_lists_is_handed_on(tmp_path: Path) -> None:
    files = _whole(_collection(_POST, _POST), _collection(_LIKED))
    received = list(source.open(_archive(tmp_path, files)))
    for name in ("outbox.json", "likes.json", "actor.json"):
        assert b"".join(one.body for one in received if one.ref.endswith(name)).decode() == files[name]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"actor.json": json.dumps(_ACTOR)}, "CS173"),
        ({"a/outbox.json": _collection(_POST), "b/outbox.json": _collection(_POST)}, "CS172"),
        ({"outbox.json": _collection()}, "CS174"),
        ({"actor.json": "7", "likes.json": _collection(_LIKED)}, "CS174"),
        ({"actor.json": json.dumps(_ACTOR), "outbox.json": "{}"}, "CS171"),
        (_whole(_collection(_POST), "[]"), "CS171"),
        (_whole(_collection(_POST), **{"../evil": "x"}), "CS122"),
    ],
    ids=["no lists", "two outboxes", "nobody", "likes of nobody", "no list", "likes no list", "slip"],
)
def test_what_cannot_be_read_is_refused_before_anything_is_read(
    tmp_path: Path, files: dict[str, str], code: str
) -> None:
    with pytest.raises(SourceError) as caught:
        next(source.open(_archive(tmp_path, files)))
    assert (caught.value.code, bool(caught.value.hint)) == (code, True)


def test_a_lie_about_a_size_stops_the_reading_with_the_archive_s_error(tmp_path: Path) -> None:
    path = Path(_archive(tmp_path, _whole(_collection(_POST, _POST))))
    data = bytearray(path.read_bytes())
    place = data.index(b"outbox.json") + len("outbox.json") + 3
    data[place] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(HostileArchive):
        list(source.open(str(path)))


def test_foreign_and_missing_files_are_not_ours(tmp_path: Path) -> None:
    assert not source.detect(str(tmp_path / "missing"))
    assert not source.detect(str(tmp_path))
    assert not source.detect(_archive(tmp_path, {"data/like.js": "x"}))


def test_an_old_tar_that_begins_with_media_is_ours(tmp_path: Path) -> None:
    path = tmp_path / "archive.tar.gz"
    path.write_bytes(good_tar({"media_attachments/files/1/original/a.jpg": b"x", "outbox.json": b"{}"}))
    assert source.detect(str(path))


@pytest.mark.slow
def test_a_hundred_thousand_posts_are_read_in_little_memory(tmp_path: Path) -> None:
    notes = [{"id": f"{_ME}/statuses/{n}", "type": "Note", "content": f"<p>Post {n}</p>"} for n in range(100_000)]
    posts = [{**_POST, "object": note} for note in notes]
    ref = _archive(tmp_path, _whole(_collection(*posts)))
    tracemalloc.start()
    count = sum(1 for received in source.open(ref) for _ in source.parse(received))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count > 100_000
    assert peak < 100_000_000
