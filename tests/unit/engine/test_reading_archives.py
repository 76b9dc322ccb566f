"""Archives of one account become one history: parts are joined, overlaps merge, absences tell of undos."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from countersign.engine.reading import read
from tests.unit.sources.x_archive.archives import GENERATED, OWNER, id_at, js, manifest, packed, tweet

_OLDER, _NEWER = datetime(2026, 1, 6, 13, 15, 31, 187000, UTC), datetime(2026, 3, 6, 13, 15, 31, 187000, UTC)
_TARGETS = [id_at(1_700_000_000_000 + number * 1_000) for number in range(4)]
_ACCOUNT = js("account", [{"account": {"accountId": OWNER, "username": "EmbVeldora"}}])


def _likes(*targets: str) -> str:
    return js("like", [{"like": {"tweetId": target}} for target in targets])


def _follows(*accounts: str) -> str:
    return js("following", [{"following": {"accountId": account}} for account in accounts])


def _archive(folder: Path, name: str, generated: datetime, **files: str) -> str:
    said = manifest().replace(GENERATED, generated.isoformat().replace("+00:00", "Z"))
    return packed(
        folder / name,
        {"data/manifest.js": said, **{f"data/{file}.js": text for file, text in files.items()}},
        bare=True,
    )


def _rows(paths: list[str], verb: str) -> list[dict[str, Any]]:
    return [row for row in read(paths).actions.to_pylist() if row["verb"] == verb]


def test_a_like_that_the_later_archive_lacks_was_undone_between_the_two(tmp_path: Path) -> None:
    older = _archive(tmp_path, "1.zip", _OLDER, like=_likes(*_TARGETS[:3]))
    newer = _archive(tmp_path, "2.zip", _NEWER, like=_likes(*_TARGETS[:2]))
    for paths in ([older, newer], [newer, older]):
        (undo,) = _rows(paths, "unlike")
        assert (undo["id"], undo["object"]) == (f"x:{OWNER}:unlike:{_TARGETS[2]}", _TARGETS[2])
        assert (undo["start_time"], undo["end_time"], undo["time"]) == (_OLDER, _NEWER, None)
        assert undo["time_basis"] == "between"
        assert undo["note"].startswith("concluded")
        assert len(_rows(paths, "like")) == 3


def test_what_both_archives_list_is_one_action_within_the_older_ones_bounds(tmp_path: Path) -> None:
    paths = [_archive(tmp_path, f"{at.month}.zip", at, like=_likes(_TARGETS[0])) for at in (_NEWER, _OLDER)]
    found = read(paths)
    (like,) = found.actions.to_pylist()
    assert found.duplicates == 1
    assert like["start_time"] < like["end_time"] <= _OLDER.replace(day=8)


def test_a_like_that_only_the_later_archive_lists_was_made_between_the_two(tmp_path: Path) -> None:
    older = _archive(tmp_path, "1.zip", _OLDER, like=_likes(_TARGETS[0]))
    newer = _archive(tmp_path, "2.zip", _NEWER, like=_likes(*_TARGETS[:2]))
    made = next(row for row in _rows([older, newer], "like") if row["object"] == _TARGETS[1])
    assert (made["start_time"], made["time_basis"]) == (_OLDER, "between")


def test_nothing_is_concluded_of_a_kind_that_the_later_archive_does_not_list(tmp_path: Path) -> None:
    older = _archive(tmp_path, "1.zip", _OLDER, like=_likes(*_TARGETS), following=_follows("1", "2"))
    newer = _archive(tmp_path, "2.zip", _NEWER, following=_follows("2"))
    assert _rows([older, newer], "unlike") == []
    assert [row["object"] for row in _rows([older, newer], "unfollow")] == ["1"]


def test_nothing_is_concluded_from_an_archive_with_damage(tmp_path: Path) -> None:
    older = _archive(tmp_path, "1.zip", _OLDER, like=_likes(*_TARGETS))
    broken = js("like", [{"like": {"tweetId": _TARGETS[0]}}, {"like": {}}])
    newer = _archive(tmp_path, "2.zip", _NEWER, like=broken)
    found = read([older, newer])
    assert found.not_understood_count == 1
    assert "unlike" not in found.actions["verb"].to_pylist()


def test_nothing_is_concluded_from_archives_of_different_accounts(tmp_path: Path) -> None:
    older = _archive(tmp_path, "1.zip", _OLDER, like=_likes(*_TARGETS))
    other = manifest().replace(OWNER, "77").encode()
    newer = packed(tmp_path / "2.zip", {"data/manifest.js": other, "data/like.js": _likes(_TARGETS[0])}, bare=True)
    found = read([older, newer])
    assert "unlike" not in found.actions["verb"].to_pylist()
    assert {who.account for who in found.identities} == {OWNER, "77"}


def test_the_parts_of_one_archive_are_read_as_one(tmp_path: Path) -> None:
    first = packed(tmp_path / "p1.zip", {"data/manifest.js": manifest(like=2), "data/account.js": _ACCOUNT}, bare=True)
    second = packed(tmp_path / "p2.zip", {"data/like.js": _likes(*_TARGETS[:2])}, bare=True)
    third = packed(tmp_path / "p3.zip", {"data/tweets.js": js("tweets", [tweet()])}, bare=True)
    found = read([second, first, third])
    assert sorted(found.actions["verb"].to_pylist()) == ["like", "like", "post"]
    assert {path for path, _ in found.sources} == {first, second, third}
    assert len(found.identities) == 1


def test_the_same_archive_given_twice_tells_nothing_new(tmp_path: Path) -> None:
    path = _archive(tmp_path, "1.zip", _OLDER, like=_likes(*_TARGETS), tweets=js("tweets", [tweet()]))
    copy = Path(tmp_path / "copy.zip")
    copy.write_bytes(Path(path).read_bytes())
    found = read([path, str(copy)])
    assert found.actions.equals(read([path]).actions)
    assert found.duplicates == 5
    assert found.remarks == read([path]).remarks
