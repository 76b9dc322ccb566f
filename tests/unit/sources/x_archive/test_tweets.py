"""Posts, replies, quotes, reposts and deletions are told apart, each with whom and what it acts on."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from countersign.sources.x_archive.tweets import client
from tests.unit.sources.x_archive.archives import actions, js, one, packed, tweet

_FRIEND = {"name": "F", "screen_name": "Old_Friend", "indices": ["0", "2"], "id_str": "99", "id": "99"}


def test_a_post_keeps_its_time_client_and_words(tmp_path: Path) -> None:
    post = one(tmp_path / "a.zip", text="fish &amp; chips", possibly_sensitive=True)
    assert (post.verb, post.content, post.sensitive) == ("post", "fish & chips", True)
    assert post.instrument == "Twitter Web App"
    assert post.published == datetime(2023, 8, 12, 16, 10, 37, tzinfo=UTC)
    assert post.id == "x:4200000001:post:1690395372546301952"


def test_an_answer_names_whom_it_answers_by_number(tmp_path: Path) -> None:
    reply = one(tmp_path / "a.zip", text="@a yes", in_reply_to_status_id="1690", in_reply_to_user_id=9)
    assert (reply.verb, reply.object, reply.object_author) == ("reply", "1690", "9")


def test_an_answer_to_an_account_known_by_handle_only_uses_the_handle(tmp_path: Path) -> None:
    reply = one(tmp_path / "a.zip", in_reply_to_status_id_str="1690", in_reply_to_screen_name="SomeOne")
    assert reply.object_author == "someone"


def test_a_repost_keeps_the_text_after_its_mark_and_the_author(tmp_path: Path) -> None:
    repost = one(tmp_path / "a.zip", text="RT @Old_Friend: look\nhere", entities={"user_mentions": [_FRIEND]})
    assert (repost.verb, repost.content, repost.object_author) == ("repost", "look\nhere", "99")
    assert repost.mentions == ("99",)


def test_a_repost_of_somebody_not_listed_is_known_by_handle(tmp_path: Path) -> None:
    assert one(tmp_path / "a.zip", text="RT @Old_Friend: look").object_author == "old_friend"


@pytest.mark.parametrize(
    ("link", "verb", "author"),
    [
        ("https://twitter.com/Old_Friend/status/1690000000000000001", "quote", "old_friend"),
        ("https://x.com/i/web/status/1690000000000000001", "quote", None),
        ("https://mobile.twitter.com/Old_Friend/statuses/1690000000000000001?s=20", "quote", "old_friend"),
        ("https://x.com/Old_Friend/status/1690395372546301952/photo/1", "post", None),
        ("https://x.example/Old_Friend/status/1690000000000000001", "post", None),
        ("https://x.com/Old_Friend", "post", None),
    ],
)
def test_a_link_to_another_post_makes_a_quote(tmp_path: Path, link: str, verb: str, author: str | None) -> None:
    post = one(tmp_path / "a.zip", entities={"urls": [{"expanded_url": link}]})
    assert (post.verb, post.object_author, post.links) == (verb, author, (link,))


def test_a_deleted_post_is_an_act_and_its_undoing_is_another(tmp_path: Path) -> None:
    deleted = tweet(text="oops", deleted_at="Sat Aug 12 18:00:00 +0000 2023")
    made, undone = actions(packed(tmp_path / "a.zip", {"data/deleted-tweets.js": js("deleted_tweets", [deleted])}))
    assert (made.verb, undone.verb) == ("post", "delete")
    assert undone.published == datetime(2023, 8, 12, 18, tzinfo=UTC)
    assert undone.object == made.native_id
    assert undone.id == "x:4200000001:delete:1690395372546301952"


def test_a_deleted_post_without_its_time_lies_between_the_post_and_the_archive(tmp_path: Path) -> None:
    made, undone = actions(packed(tmp_path / "a.zip", {"data/deleted-tweets.js": js("deleted_tweets", [tweet()])}))
    assert undone.published is None
    assert undone.start_time == made.published
    assert undone.end_time == datetime(2026, 3, 6, 13, 15, 31, 187000, UTC)


def test_a_deletion_told_twice_is_yielded_once(tmp_path: Path) -> None:
    at = "Sat Aug 12 18:00:00 +0000 2023"
    header = {"tweet": {"tweet_id": "1690395372546301952", "user_id": "1", "created_at": at, "deleted_at": at}}
    files = {
        "data/deleted-tweets.js": js("deleted_tweets", [tweet(deleted_at=at)]),
        "data/deleted-tweet-headers.js": js("deleted_tweet_headers", [header]),
    }
    assert [one.verb for one in actions(packed(tmp_path / "a.zip", files))] == ["post", "delete"]


def test_headers_stand_for_posts_only_where_there_are_no_posts(tmp_path: Path) -> None:
    header = {"tweet": {"tweet_id": "1690395372546301952", "created_at": "Sat Aug 12 16:10:37 +0000 2023"}}
    headers = {"data/tweet-headers.js": js("tweet_headers", [header])}
    assert [one.verb for one in actions(packed(tmp_path / "a.zip", headers))] == ["other"]
    both = {**headers, "data/tweets.js": js("tweets", [tweet()])}
    assert [one.verb for one in actions(packed(tmp_path / "b.zip", both))] == ["post"]


def test_a_post_dated_otherwise_than_its_id_has_a_note(tmp_path: Path) -> None:
    post = one(tmp_path / "a.zip", created_at="Sat Aug 12 19:10:37 +0000 2023")
    assert post.note == "created_at differs from the time in the id, 2023-08-12 16:10:37 UTC"


def test_the_whole_text_of_a_long_post_is_used(tmp_path: Path) -> None:
    whole = "A long report. " * 40
    note = {"noteTweet": {"noteTweetId": "1", "core": {"text": whole}}}
    files = {
        "data/tweets.js": js("tweets", [tweet(text=whole[:270] + "…")]),
        "data/note-tweet.js": js("note_tweet", [note]),
    }
    (post,) = actions(packed(tmp_path / "a.zip", files))
    assert post.content == whole


def test_all_pictures_of_a_post_are_counted(tmp_path: Path) -> None:
    media = [{"type": "photo"}]
    assert one(tmp_path / "a.zip", entities={"media": media}, extended_entities={"media": media * 4}).media == 4


def test_values_of_the_wrong_type_cost_only_themselves(tmp_path: Path) -> None:
    post = one(tmp_path / "a.zip", lang=7, entities=[], in_reply_to_user_id={"no": "id"}, possibly_sensitive="true")
    assert (post.verb, post.content, post.sensitive, post.links) == ("post", "thank you", True, ())


@pytest.mark.parametrize(
    ("source", "name"),
    [('<a href="x">Tweet&amp;Go</a>', "Tweet&Go"), ("web", "web"), ("", None), (None, None), ("<a >  </a>", None)],
)
def test_the_client_is_read_out_of_its_anchor(source: str | None, name: str | None) -> None:
    assert client(source) == name
