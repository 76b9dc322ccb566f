"""Archives of every age and shape are read: old ones, split ones, ones without a manifest, ones in a folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from countersign.activity import Activity, Identity, Session
from countersign.errors import HostileArchive, SourceError
from countersign.sources.source import Source
from countersign.sources.x_archive import source
from tests.unit.sources.x_archive.archives import OWNER, actions, js, manifest, only, packed, read, remarks, tweet

_ACCOUNT = js("account", [{"account": {"accountId": OWNER, "username": "EmbVeldora"}}])
_LIKE = js("like", [{"like": {"tweetId": "1690395372546301952"}}])


def _numbered(count: int, start: int = 0) -> list[dict[str, object]]:
    return [tweet(str(1690395372546301952 + number), "word " * 60) for number in range(start, start + count)]


def test_it_is_a_source() -> None:
    assert isinstance(source, Source)
    assert source.name == "x-archive"


def test_an_archive_of_2018_has_no_data_folder_and_bare_posts(tmp_path: Path) -> None:
    name = "twitter-2018-11-20-" + "ab" * 32 + ".zip"
    bare = [tweet("1061395372546301952")["tweet"], tweet("1062395372546301952")["tweet"]]
    ref = packed(tmp_path / name, {"account.js": _ACCOUNT, "tweet.js": js("tweet", bare), "like.js": _LIKE}, bare=True)
    assert source.detect(ref)
    found = actions(ref)
    assert [one.verb for one in found] == ["post", "post", "like"]
    assert str(found[2].end_time) == "2018-11-22 00:00:00+00:00"
    assert "when the archive was made is known from its file name only" in remarks(ref)


def test_the_time_of_approval_of_2018_is_in_milliseconds(tmp_path: Path) -> None:
    app = {"connectedApplication": {"name": "PostLater", "id": "5", "approvedAtMsec": "1515621494000"}}
    ref = packed(tmp_path / "a.zip", {"connected-application.js": js("connected_application", [app])})
    (grant,) = only(Activity, read(ref))
    assert str(grant.published) == "2018-01-10 21:58:14+00:00"


def test_without_any_date_of_the_archive_likes_have_no_end(tmp_path: Path) -> None:
    ref = packed(tmp_path / "a.zip", {"account.js": _ACCOUNT, "like.js": _LIKE}, bare=True)
    assert [like.end_time for like in actions(ref)] == [None]
    assert any("nothing bounds the likes from above" in text for text in remarks(ref))


def test_an_archive_of_before_2019_is_refused_with_advice(tmp_path: Path) -> None:
    ref = packed(tmp_path / "a.zip", {"tweets.csv": "tweet_id", "data/js/tweet_index.js": "var a = []"}, bare=True)
    assert source.detect(ref)
    with pytest.raises(SourceError, match=r"before 2019") as refused:
        read(ref)
    assert refused.value.code == "CS151"
    assert "new archive" in refused.value.hint


def test_a_folder_packed_around_the_archive_does_no_harm(tmp_path: Path) -> None:
    files = {"export/data/manifest.js": manifest(like=1), "export/data/like.js": _LIKE}
    ref = packed(tmp_path / "a.zip", files, bare=True)
    assert source.detect(ref)
    assert [one.verb for one in actions(ref)] == ["like"]
    assert not any("manifest.js" in text for text in remarks(ref))


def test_files_of_the_same_name_elsewhere_are_not_read(tmp_path: Path) -> None:
    assert actions(packed(tmp_path / "a.zip", {"data/deeper/like.js": "no", "assets/js/tweets.js": "no"})) == []


def test_posts_split_over_files_are_all_read_in_order(tmp_path: Path) -> None:
    files = {
        "data/tweets.js": js("tweets", _numbered(3)),
        "data/tweets-part10.js": js("tweets", _numbered(1, 9), part=10),
        "data/tweets-part2.js": js("tweets", _numbered(2, 5), part=2),
    }
    last = [int(one.native_id[-2:]) - 52 for one in actions(packed(tmp_path / "a.zip", files))]
    assert last == [0, 1, 2, 5, 6, 9]


def test_an_archive_split_over_zips_is_read_as_one(tmp_path: Path) -> None:
    first = packed(tmp_path / "1.zip", {"data/manifest.js": manifest(like=1, tweets=2)}, bare=True)
    second = packed(tmp_path / "2.zip", {"data/tweets.js": js("tweets", _numbered(2))}, bare=True)
    third = packed(tmp_path / "3.zip", {"data/like.js": _LIKE, "data/account.js": _ACCOUNT}, bare=True)
    ref = os.pathsep.join((second, third, first))
    assert source.detect(ref)
    assert [(one.verb, one.actor) for one in actions(ref)] == [("post", OWNER), ("post", OWNER), ("like", OWNER)]
    assert not any("manifest.js" in text for text in remarks(ref))


def test_a_part_alone_that_does_not_say_whose_it_is_is_refused(tmp_path: Path) -> None:
    ref = packed(tmp_path / "2.zip", {"data/like.js": _LIKE}, bare=True)
    assert source.detect(ref)
    with pytest.raises(SourceError, match="whose archive") as refused:
        read(ref)
    assert "all its parts" in refused.value.hint


def test_a_part_alone_is_read_where_one_of_its_files_says_whose_it_is(tmp_path: Path) -> None:
    audit = {"ipAudit": {"accountId": OWNER, "createdAt": "2026-03-01T23:41:07.000Z", "loginIp": "203.0.113.7"}}
    ref = packed(tmp_path / "2.zip", {"data/ip-audit.js": js("ip_audit", [audit])}, bare=True)
    assert [one.account for one in only(Session, read(ref))] == [OWNER]


def test_archives_of_two_accounts_are_not_taken_for_one(tmp_path: Path) -> None:
    other = js("account", [{"account": {"accountId": "7", "username": "other"}}])
    first = packed(tmp_path / "1.zip", {"data/account.js": _ACCOUNT}, bare=True)
    second = packed(tmp_path / "2.zip", {"data/account.js": other}, bare=True)
    with pytest.raises(SourceError, match="different accounts"):
        read(os.pathsep.join((first, second)))


def test_who_the_account_is_comes_first(tmp_path: Path) -> None:
    zone = js("account_timezone", [{"accountTimezone": {"accountId": OWNER, "timeZone": "Europe/Vienna"}}])
    ref = packed(tmp_path / "a.zip", {"data/like.js": _LIKE, "data/account-timezone.js": zone})
    first = read(ref)[0]
    assert isinstance(first, Identity)
    assert (first.handle, first.name, first.time_zone) == ("EmbVeldora", "Embassy of Veldora", "Europe/Vienna")


def test_counts_of_the_manifest_are_compared_with_what_was_read(tmp_path: Path) -> None:
    files = {"data/manifest.js": manifest(like=66, tweets=2, mute=3, grok_chat_item=9), "data/like.js": _LIKE,
             "data/tweets.js": js("tweets", _numbered(2))}  # fmt: skip
    said = remarks(packed(tmp_path / "a.zip", files))
    assert "manifest.js says 66 rows of data/like.js, 1 were read" in said
    assert "manifest.js names data/mute.js with 3 rows, but the file is not in the archive" in said
    assert not any("tweets.js" in text or "grok" in text for text in said)


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_foreign_files_are_not_detected(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert not source.detect(str(path))
    assert not source.detect(str(tmp_path))
    assert not source.detect(str(tmp_path / "absent"))


def test_another_platforms_export_is_not_detected(tmp_path: Path) -> None:
    files = {"outbox.json": "{}", "likes.json": "{}", "actor.json": "{}"}
    assert not source.detect(packed(tmp_path / "a.zip", files, bare=True))


def test_a_hostile_archive_is_ours_to_refuse(tmp_path: Path) -> None:
    ref = packed(tmp_path / "a.zip", {"data/like.js": _LIKE, "data/LIKE.js": _LIKE})
    assert source.detect(ref)
    with pytest.raises(HostileArchive):
        read(ref)


def _cursors(ref: str) -> Iterator[str]:
    yield from (received.cursor for received in source.open(ref))


def test_from_any_cursor_the_same_tail_follows(tmp_path: Path) -> None:
    files = {"data/tweets.js": js("tweets", _numbered(4000)), "data/like.js": _LIKE}
    ref = packed(tmp_path / "a.zip", files)
    whole = list(source.open(ref))
    assert len(whole) > 5
    for place, cursor in enumerate(_cursors(ref)):
        assert list(source.open(ref, cursor)) == whole[place + 1 :]


def test_a_long_file_is_cut_between_records_and_nothing_is_lost(tmp_path: Path) -> None:
    rows = _numbered(4000)
    found = actions(packed(tmp_path / "a.zip", {"data/tweets.js": js("tweets", rows)}))
    assert [one.position for one in found] == list(range(4000))
    assert [one.native_id for one in found] == [row["tweet"]["id"] for row in rows]  # type: ignore[index]
