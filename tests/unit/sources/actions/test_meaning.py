"""What the documented columns mean, by both roads."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from countersign.activity import VERBS
from tests.unit.sources.actions.roads import both, only, written


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_full_record_keeps_all_it_says(tmp_path: Path) -> None:
    act = only(
        tmp_path, id="7", time="2026-09-09T02:14:07.25Z", verb="reply", target_author="b", target_id="6", text="no",
        lang="en", client="Desk", links=["https://a.example"], mentions=["b"], hashtags=["x"], sensitive=False, media=2,
        platform="x", text_length=2,
    )  # fmt: skip
    assert (act.id, act.native_id, act.actor, act.platform) == ("x:embassy:reply:7", "7", "embassy", "x")
    assert act.published == act.start_time == act.end_time == datetime(2026, 9, 9, 2, 14, 7, 250000, UTC)
    assert (act.object, act.object_author, act.content, act.content_length) == ("6", "b", "no", 2)
    assert (act.instrument, act.lang, act.links, act.mentions, act.hashtags) == (
        "Desk", "en", ("https://a.example",), ("b",), ("x",),
    )  # fmt: skip
    assert (act.sensitive, act.media, act.time_basis, act.note, act.position) == (False, 2, "given", None, 1)


def test_what_is_not_given_is_not_known(tmp_path: Path) -> None:
    act = only(tmp_path, verb="post")
    assert (act.platform, act.native_id, act.time_basis) == ("unknown", "line-1", "unknown")
    assert (act.published, act.content, act.sensitive, act.media, act.links) == (None, None, None, None, ())


def test_an_empty_text_is_known_to_be_empty_but_an_empty_client_is_not_known(tmp_path: Path) -> None:
    act = only(tmp_path, verb="post", text="", client="", lang="", target_id="", id="")
    assert (act.content, act.instrument, act.lang, act.object, act.native_id) == ("", None, None, None, "line-1")


@pytest.mark.parametrize("number", ["7", "123456789012345678901234567890", "1.50", "1e5", "9" * 5000])
def test_an_id_that_is_a_number_keeps_its_digits(tmp_path: Path, number: str) -> None:
    path = written(tmp_path, [b'{"account": 12, "verb": "post", "id": ' + number.encode() + b"}"])
    (act,) = both(path)[0]
    assert (act.native_id, act.actor) == (number, "12")


def test_a_time_known_to_the_minute_is_kept_and_spans_the_minute(tmp_path: Path) -> None:
    act = only(tmp_path, verb="post", time="2026-09-09T02:14:00Z", time_res="minute")
    assert act.published == act.start_time == _at("2026-09-09T02:14:00")
    assert (act.end_time, act.time_basis) == (_at("2026-09-09T02:14:59.999999"), "minute")


@pytest.mark.parametrize("given", [{"time": "2010-03-16T00:00:00Z", "time_res": "day"}, {"time": "2010-03-16"}])
def test_a_time_known_to_the_day_gives_no_instant(tmp_path: Path, given: dict[str, Any]) -> None:
    act = only(tmp_path, verb="post", **given)
    assert (act.published, act.time_basis) == (None, "day")
    assert (act.start_time, act.end_time) == (_at("2010-03-16"), _at("2010-03-16T23:59:59.999999"))


def test_a_like_with_only_its_objects_time_lies_after_it(tmp_path: Path) -> None:
    act = only(tmp_path, verb="like", target_time="2016-01-23T01:10:24.716Z", seq=12)
    assert act.object_time == act.start_time == _at("2016-01-23T01:10:24.716")
    assert (act.published, act.end_time, act.time_basis, act.position) == (None, None, "after object", 12)


def test_a_place_between_two_places_is_kept_between_them(tmp_path: Path) -> None:
    assert only(tmp_path, verb="like", seq=1555.5).position == 1556


def test_between_two_snapshots_is_an_interval_that_the_object_narrows(tmp_path: Path) -> None:
    act = only(tmp_path, verb="like", after="2013-12-30", before="2019-03-04", target_time="2013-12-30T20:31:17Z")
    assert (act.start_time, act.end_time) == (_at("2013-12-30T20:31:17"), _at("2019-03-04T23:59:59.999999"))
    assert (act.published, act.time_basis) == (None, "between")


def test_an_interval_that_ends_before_it_begins_is_not_known(tmp_path: Path) -> None:
    act = only(tmp_path, verb="like", after="2019-03-04", before="2013-12-30")
    assert (act.start_time, act.end_time, act.time_basis) == (None, None, "unknown")
    assert act.note == "its interval ends before it begins; its time is taken as unknown"


def test_a_like_that_vanished_is_followed_by_its_undo(tmp_path: Path) -> None:
    gone = {"gone_after": "2020-01-01T10:00:00Z", "gone_by": "2020-02-01T10:00:00Z"}
    record = {"account": "a", "id": "7", "verb": "like", "target_id": "6", "target_author": "b", **gone}
    like, undo = both(written(tmp_path, [record]))[0]
    assert (like.verb, undo.verb, undo.id) == ("like", "unlike", "unknown:a:unlike:7")
    assert (undo.object, undo.object_author, undo.native_id) == ("6", "b", "7")
    assert (undo.start_time, undo.end_time) == (_at("2020-01-01T10:00:00"), _at("2020-02-01T10:00:00"))
    assert (undo.published, undo.time_basis) == (None, "between")


def test_a_deleted_post_is_followed_by_its_deletion(tmp_path: Path) -> None:
    at = {"time": "2020-01-01T10:00:00Z", "deleted_at": "2020-01-02T10:00:00Z"}
    post, deletion = both(written(tmp_path, [{"account": "a", "id": "7", "verb": "post", **at}]))[0]
    assert (deletion.verb, deletion.object, deletion.object_time) == ("delete", "7", post.published)
    assert (deletion.published, deletion.time_basis) == (_at("2020-01-02T10:00:00"), "given")


def test_a_post_that_is_only_called_deleted_was_deleted_after_it_was_made(tmp_path: Path) -> None:
    record = {"account": "a", "id": "7", "verb": "post", "time": "2020-01-01T10:00:00Z", "deleted": True}
    post, deletion = both(written(tmp_path, [record]))[0]
    assert (deletion.start_time, deletion.end_time) == (post.published, None)
    assert deletion.time_basis == "after object"


def test_an_unknown_verb_is_another_action_with_a_note(tmp_path: Path) -> None:
    act = only(tmp_path, verb="login", id="7")
    assert (act.verb, act.id, act.note) == ("other", "unknown:embassy:other:7", 'verb "login" is none of ours')
    assert only(tmp_path, text="x").note == "no verb given"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_of_ours_is_understood(tmp_path: Path, verb: str) -> None:
    act = only(tmp_path, verb=verb)
    assert (act.verb, act.note) == (verb, None)


def test_a_time_that_cannot_be_read_leaves_the_record_in_place(tmp_path: Path) -> None:
    act = only(tmp_path, verb="post", time="yesterday", target_time="2020-02-30T00:00:00Z")
    assert (act.published, act.time_basis) == (None, "unknown")
    assert act.note == "time not understood; target_time not understood"


def test_a_record_without_an_account_is_kept_as_not_understood(tmp_path: Path) -> None:
    line = b'{"verb":"post"}'
    actions, failed, _ = both(
        written(tmp_path, [line, {"account": "", "verb": "post"}, {"account": "a", "verb": "post"}])
    )
    assert [(one.position, one.reason) for one in failed] == [(1, "no account"), (2, "no account")]
    assert failed[0].body == line + b"\n"
    assert [act.native_id for act in actions] == ["line-3"]


def test_columns_that_are_not_used_are_named_with_their_count(tmp_path: Path) -> None:
    records: list[bytes | dict[str, Any]] = [
        {"account": "a", "verb": "post", "region": "x", "followers": 1},
        {"account": "a", "verb": "post", "region": "y"},
    ]
    assert both(written(tmp_path, records))[2] == ["columns that are not used: region (2), followers (1)"]


def test_times_without_a_zone_are_utc_and_counted(tmp_path: Path) -> None:
    records = [{"account": "a", "verb": "post", "time": "2020-01-01T10:00:00"}]
    actions, _, remarks = both(written(tmp_path, records))
    assert actions[0].published == _at("2020-01-01T10:00:00")
    assert remarks == ["1 time names no zone: taken as UTC"]
