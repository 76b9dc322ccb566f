"""Values of ActivityStreams in all the spellings that servers use."""

from datetime import UTC, datetime

import pytest

from countersign.sources import as2

_TIMES = {
    "2026-09-09T02:14:07Z": datetime(2026, 9, 9, 2, 14, 7, tzinfo=UTC),
    "2026-09-09t02:14:07z": datetime(2026, 9, 9, 2, 14, 7, tzinfo=UTC),
    "2026-09-09T02:14Z": datetime(2026, 9, 9, 2, 14, tzinfo=UTC),
    "2026-09-09T02:14:07.1234567Z": datetime(2026, 9, 9, 2, 14, 7, 123456, tzinfo=UTC),
    "2026-09-09T02:14:07-05:30": datetime(2026, 9, 9, 7, 44, 7, tzinfo=UTC),
}
_NO_TIMES = ["", "2026-09-09", "2026-09-09T02:14:07", "20260909T021407Z", "2026-W37-3T00:00:00Z",
             "2026-13-09T02:14:07Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", 7, None, [],
             "٢٠٢٦-09-09T02:14:07Z"]  # fmt: skip


@pytest.mark.parametrize(("said", "meant"), _TIMES.items())
def test_a_time_is_read(said: str, meant: datetime) -> None:
    assert as2.moment(said) == meant


@pytest.mark.parametrize("said", _NO_TIMES)
def test_what_is_no_time_with_a_zone_is_not_known(said: object) -> None:
    assert as2.moment(said) is None


def test_a_language_is_known_only_where_one_is_said() -> None:
    assert as2.language({"content": "x", "contentMap": {"de": "x"}}) == "de"
    assert as2.language({"content": "x", "contentMap": {"de": "x", "en": "y"}}) == "de"
    assert as2.language({"content": "x", "contentMap": {"de": "x", "en": "x"}}) is None
    assert as2.language({"content": "x", "contentMap": {"und": "x"}}) is None
    assert as2.language({"content": "x", "contentMap": ["de"]}) is None


def test_a_reply_that_quotes_is_a_reply_and_says_whom_it_quotes() -> None:
    told = as2.written({"inReplyTo": {"id": "https://a.example/1"}, "quote": "https://a.example/2", "content": "x"})
    assert (told.verb, told.object, told.note) == ("reply", "https://a.example/1", "quotes https://a.example/2")


def test_whose_post_is_answered_is_told_by_its_address_or_by_who_is_named_there() -> None:
    named = [{"type": "Mention", "href": "https://b.example/u/7"}, {"type": "Mention", "href": "https://c.example/u/8"}]
    told = as2.written({"inReplyTo": "https://b.example/notes/1", "tag": named})
    assert told.object_author == "https://b.example/u/7"
    assert as2.written({"inReplyTo": "https://d.example/notes/1", "tag": named}).object_author is None
    assert as2.written({"inReplyTo": "http://[broken", "tag": named}).object_author is None
    own = as2.written({"inReplyTo": "https://b.example/users/x/statuses/1", "tag": named})
    assert own.object_author == "https://b.example/users/x"


@pytest.mark.parametrize(
    ("said", "meant"),
    [({"to": ["as:Public"]}, None), ({}, None),
     ({"cc": "https://www.w3.org/ns/activitystreams#Public", "to": []}, None),
     ({"to": "https://a.example/users/x/followers"}, "shown only to followers"),
     ({"to": ["https://a.example/users/x"], "cc": [7]}, "sent only to those it names")],
)  # fmt: skip
def test_who_was_meant_to_see_it_is_said(said: dict[str, object], meant: str | None) -> None:
    assert as2.reach(said) == meant


@pytest.mark.parametrize(
    "address", ["", "https://a.example/notes/1", "http://a.example/users/x/statuses/1", "https://a.example/users/x/statuses/x",
                "https://a.example/users//statuses/1", "https://a.example/users/x/statuses/99999999999999999999999"],
)  # fmt: skip
def test_an_address_of_another_form_tells_nothing(address: str) -> None:
    assert as2.status(address) is None


@pytest.mark.parametrize("number", ["1", "4711", "9999999999999999999"])
def test_a_number_that_holds_no_time_gives_none(number: str) -> None:
    found = as2.status(f"https://a.example/users/x/statuses/{number}")
    assert found == as2.Status("https://a.example/users/x", None)
