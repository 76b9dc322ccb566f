"""What a record means and when it was made, however odd the client that wrote it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from countersign.activity import Activity, NotUnderstood, Parsed, Received
from countersign.sources.bluesky import source
from tests.unit.sources.bluesky.forge import DID, encoded, tid

_AT = "2026-03-01T09:00:00+00:00"
_POST = f"at://did:plc:other/app.bsky.feed.post/{tid('2026-02-28T18:00:00+00:00')}"


def _parsed(collection: str, fields: object, key: str = tid(_AT), **context: str) -> Parsed:
    received = Received(
        source="bluesky-car", ref="x.car", body=encoded(fields),
        context={"kind": "record", "account": DID, "key": f"{collection}/{key}", "place": "3",
                 "generated": "2026-03-06T13:15:31+00:00"} | context,
    )  # fmt: skip
    (found,) = source.parse(received)
    return found


def _act(collection: str, key: str = tid(_AT), **fields: Any) -> Activity:
    found = _parsed(collection, {"$type": collection, **fields}, key)
    assert isinstance(found, Activity)
    return found


def _like(key: str = tid(_AT), **fields: Any) -> Activity:
    return _act("app.bsky.feed.like", key, subject={"uri": _POST}, **fields)


def test_the_record_key_is_the_time_and_created_at_is_kept_beside_it() -> None:
    like = _like(createdAt="2026-03-01T08:59:58.500Z")
    assert like.published == like.end_time == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert (like.start_time, like.time_basis, like.note) == (
        datetime(2026, 3, 1, 8, 59, 58, 500000, tzinfo=UTC),
        "given",
        None,
    )


@pytest.mark.parametrize(
    ("declared", "said"),
    [("2026-03-01T08:58:00Z", "120 s before"), ("2026-03-01T09:02:00Z", "120 s after"),
     ("2026-03-01T06:00:00Z", "3 h before"), ("2024-03-01T09:00:00Z", "730 days before")],
)  # fmt: skip
def test_a_disagreement_of_more_than_a_minute_is_said(declared: str, said: str) -> None:
    like = _like(createdAt=declared)
    assert like.published == like.start_time == like.end_time == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert like.note is not None
    assert said.replace("120 s", "2 min") in like.note


def test_an_imported_record_with_an_impossible_key_has_the_time_that_its_client_wrote() -> None:
    like = _like(key=tid("2009-05-01T00:00:00+00:00"), createdAt="2026-03-01T09:00:00Z")
    assert like.published == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert "the record key says 2009-05-01, which cannot be" in (like.note or "")


@pytest.mark.parametrize("declared", ["1999-01-01T00:00:00Z", "2031-01-01T00:00:00Z", "yesterday", 7, None, {"a": 1}])
def test_a_record_without_any_possible_time_has_none_but_the_export_s(declared: object) -> None:
    like = _like(key="by-hand", createdAt=declared)
    assert (like.published, like.start_time, like.time_basis) == (None, None, "unknown")
    assert like.end_time == datetime(2026, 3, 6, 13, 15, 31, tzinfo=UTC)


def test_whose_post_was_liked_and_when_it_was_made_its_address_tells() -> None:
    like = _like()
    assert (like.object, like.object_author) == (_POST, "did:plc:other")
    assert like.object_time == datetime(2026, 2, 28, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    "subject", [None, 7, "x", {}, {"uri": 7}, {"uri": "https://a.example"}, {"uri": "at://x/y/z/w"}, []]
)
def test_a_like_of_something_odd_is_still_a_like(subject: object) -> None:
    like = _act("app.bsky.feed.like", subject=subject)
    assert (like.verb, like.object_author) == ("like", None)
    assert like.note is not None


@pytest.mark.parametrize(
    ("collection", "verb"),
    [("app.bsky.feed.like", "like"), ("app.bsky.feed.repost", "repost"), ("app.bsky.graph.follow", "follow"),
     ("app.bsky.graph.block", "block"), ("app.bsky.graph.listblock", "block"), ("app.bsky.feed.post", "post"),
     ("app.bsky.actor.profile", "update"), ("app.bsky.feed.threadgate", "other"), ("example.other.thing", "other")],
)  # fmt: skip
def test_every_collection_has_its_verb(collection: str, verb: str) -> None:
    found = _act(collection, subject="did:plc:other")
    assert (found.verb, found.actor, found.platform) == (verb, DID, "bluesky")
    assert found.id == f"bluesky:{DID}:{verb}:{found.native_id}"


def test_a_reply_that_quotes_is_a_reply_and_says_whom_it_quotes() -> None:
    embed = {"$type": "app.bsky.embed.record", "record": {"uri": _POST}}
    found = _act(
        "app.bsky.feed.post", text="x", reply={"parent": {"uri": f"at://{DID}/app.bsky.feed.post/1"}}, embed=embed
    )
    assert (found.verb, found.object_author, found.note) == ("reply", DID, f"quotes {_POST}")


@pytest.mark.parametrize(
    ("embed", "media", "links"),
    [
        ({"images": [{}, {}, {}]}, 3, ()),
        ({"video": {}}, 1, ()),
        ({"external": {"uri": "https://a.example"}}, 0, ("https://a.example",)),
        (
            {"record": {"record": {"uri": _POST}}, "media": {"external": {"uri": "https://a.example"}}},
            0,
            ("https://a.example",),
        ),
        ({"record": {"record": {"uri": _POST}}, "media": {"images": [{}]}}, 1, ()),
        ({"images": 7, "external": []}, 0, ()),
        (7, 0, ()),
    ],
    ids=range(7),
)
def test_what_a_post_shows_is_counted(embed: object, media: int, links: tuple[str, ...]) -> None:
    found = _act("app.bsky.feed.post", text="x", embed=embed)
    assert (found.media, found.links) == (media, links)


@pytest.mark.parametrize(
    ("labels", "sensitive"), [(["porn"], True), (["!no-unauthenticated"], False), ([], False), ([7], False)]
)
def test_a_post_is_sensitive_where_its_own_labels_say_so(labels: list[object], sensitive: bool) -> None:
    found = _act("app.bsky.feed.post", text="x", labels={"values": [{"val": label} for label in labels]})
    assert found.sensitive is sensitive


def test_odd_fields_of_a_post_are_left_out() -> None:
    found = _act(
        "app.bsky.feed.post", text=7, langs="en", facets=[7, {"features": [7, {"$type": 7}]}], tags=[7, "x"], reply=7
    )
    assert (found.verb, found.content, found.content_length, found.lang, found.hashtags) == (
        "post",
        None,
        None,
        None,
        ("x",),
    )


@pytest.mark.parametrize(
    "fields", [[], 7, "x", None, {}, {"$type": "app.bsky.feed.post"}, {"$type": 7}, {"$type": None}]
)
def test_what_is_no_record_of_its_collection_is_kept_as_not_understood(fields: object) -> None:
    found = _parsed("app.bsky.feed.like", fields)
    assert isinstance(found, NotUnderstood)
    assert (found.position, found.body) == (3, encoded(fields))


def test_a_block_without_an_owner_is_kept_as_not_understood() -> None:
    assert isinstance(_parsed("app.bsky.feed.like", {}, account="nobody"), NotUnderstood)
