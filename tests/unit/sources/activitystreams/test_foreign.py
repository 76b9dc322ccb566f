"""What other tools write in ActivityStreams is read as far as its words go, and refused line by line."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.activity import Activity, Identity, NotUnderstood, Parsed, Received, Session
from countersign.errors import SourceError
from countersign.sources.activitystreams import lines, source

_ME, _YOU = "https://s.example/users/emb", "https://t.example/users/x"
_POST = f"{_YOU}/statuses/116149557657600077"
_AT = "2026-03-01T09:00:00Z"


def _read(line: object) -> list[Parsed]:
    body = line if isinstance(line, bytes) else json.dumps(line).encode()
    return list(source.parse(Received(source="activitystreams", ref="x", position=7, body=body)))


def _act(line: dict[str, Any]) -> Activity:
    (found,) = _read({"actor": _ME, **line})
    assert isinstance(found, Activity), found
    assert found.position == 7
    return found


@pytest.mark.parametrize("thing", [_POST, {"id": _POST}, [_POST], {"type": "Note", "id": _POST, "attributedTo": _YOU}])
def test_a_like_of_a_thing_in_any_spelling(thing: object) -> None:
    like = _act({"id": f"{_ME}#likes/1", "type": "Like", "object": thing, "to": [_YOU], "signature": {"type": "x"}})
    assert (like.verb, like.object, like.object_author, like.native_id) == ("like", _POST, _YOU, f"{_ME}#likes/1")
    assert (like.published, like.time_basis, like.platform) == (None, "unknown", "activitypub")


@pytest.mark.parametrize(
    ("inner", "verb"),
    [("Like", "unlike"), ("Announce", "unrepost"), ("Follow", "unfollow"), ("Block", "unblock"), ("Ignore", "unmute")],
)
def test_an_undo_of_a_thing_inside_it(inner: str, verb: str) -> None:
    undo = _act({"id": "u", "type": "Undo", "object": {"type": inner, "actor": _ME, "object": _POST}})
    assert (undo.verb, undo.object, undo.object_author) == (verb, _POST, _YOU)


@pytest.mark.parametrize(
    ("taken", "verb"),
    [("x:111:like:2079", "unlike"), (f"{_ME}#likes/12", "unlike"), (f"{_ME}#follows/3", "unfollow"),
     (f"{_ME}/announces/9", "unrepost"), ("https://s.example/activities/9", "other"), (None, "other")],
)  # fmt: skip
def test_an_undo_of_which_only_the_id_is_given(taken: str | None, verb: str) -> None:
    undo = _act(
        {"type": "Undo", "object": taken, "cs:timeLo": "2026-07-24T21:40:00Z", "cs:timeHi": "2026-07-24T21:55:00Z"}
    )
    assert (undo.verb, undo.object, undo.time_basis) == (verb, taken, "between")
    assert (undo.note is None) == (verb != "other")
    assert undo.end_time == datetime(2026, 7, 24, 21, 55, tzinfo=UTC)


def test_a_note_in_a_create_and_a_note_alone_say_the_same() -> None:
    note = {"type": "Note", "id": f"{_ME}/statuses/1", "attributedTo": _ME, "published": _AT, "inReplyTo": _POST,
            "content": "<p>Yes &amp; no</p>", "sensitive": True, "generator": {"name": "Web"}}  # fmt: skip
    made, alone = _act({"type": "Create", "published": _AT, "object": note}), _act({**note})
    assert made == alone
    assert (made.verb, made.content, made.object, made.native_id) == ("reply", "Yes & no", _POST, f"{_ME}/statuses/1")
    assert made.published == datetime(2026, 3, 1, 9, tzinfo=UTC)


CLIENTS: list[dict[str, object]] = [
    {"instrument": {"name": "Web"}}, {"generator": {"name": "Web"}}, {"cs:client": "Web"}, {"instrument": "Web"},
    {"instrument": [{"name": "Web"}], "generator": "Web"},
]  # fmt: skip
VERBS = {"Dislike": "other", "Flag": "other", "Move": "other", "as:Like": "like", "Block": "block", "Ignore": "mute",
         "Update": "update", "Delete": "delete"}  # fmt: skip


@pytest.mark.parametrize("client", CLIENTS, ids=range(len(CLIENTS)))
def test_the_application_is_known_by_any_of_its_names(client: dict[str, object]) -> None:
    assert _act({"type": "Like", "object": _POST, **client}).instrument == "Web"


@pytest.mark.parametrize(("kind", "verb"), VERBS.items())
def test_every_activity_has_its_verb(kind: str, verb: str) -> None:
    found = _act({"type": kind, "object": _POST, "startTime": _AT})
    assert (found.verb, found.start_time) == (verb, datetime(2026, 3, 1, 9, tzinfo=UTC))


def test_a_login_in_the_short_form_bounds_its_day() -> None:
    (found,) = _read({"type": "cs:Login", "actor": _ME, "cs:ip": "203.0.113.7", "cs:day": "2026-07-24",
                      "cs:semantics": "last-use-of-ip-that-day"})  # fmt: skip
    assert isinstance(found, Session)
    assert (found.opened, found.last_seen) == (datetime(2026, 7, 24, tzinfo=UTC),
                                               datetime(2026, 7, 24, 23, 59, 59, 999999, tzinfo=UTC))  # fmt: skip


def test_a_person_is_an_identity() -> None:
    (found,) = _read({"type": "Person", "id": _ME, "preferredUsername": "emb", "name": "Embassy"})
    assert found == Identity(account=_ME, platform="activitypub", handle="emb", name="Embassy")


def test_a_collection_on_one_line_gives_each_of_its_items() -> None:
    held = [{"type": "Like", "actor": _ME, "object": _POST}, 7, {"type": "Follow", "actor": _ME, "object": _YOU}]
    found = _read({"type": "OrderedCollection", "orderedItems": held})
    assert [type(value) for value in found] == [Activity, NotUnderstood, Activity]
    assert len({value.id for value in found if isinstance(value, Activity)}) == 2


@pytest.mark.parametrize(
    "line", [b"{", b"7", b"[]", b"null", b"\xff", b"{}", b'{"type": "Like"}', b'{"type": "Sing", "actor": "x"}',
             b'{"type": 7, "actor": "x"}', b'{"type": "Person"}', b'{"type": "cs:Login"}', b"[" * 5_000,
             b'{"cs:verb": "like"}',
             b'{"cs:verb": "steal", "id": "1", "actor": "2", "cs:nativeId": "3", "cs:platform": "x"}',
             b'{"type": "cs:Key", "actor": "x"}', b'{"cs:verb": "like", "published": "yesterday"}'],
    ids=range(16),
)  # fmt: skip
def test_a_line_that_says_nothing_is_kept_as_not_understood(line: bytes) -> None:
    (found,) = _read(line)
    assert isinstance(found, NotUnderstood)
    assert (found.position, found.body, bool(found.reason)) == (7, line[:4_096], True)


_JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                     lambda inner: st.lists(inner, max_size=3), max_leaves=4)  # fmt: skip
_NAMES = ["type", "actor", "object", "published", "id", "tag", "content", "cs:verb", "cs:nativeId", "cs:platform", "to",
          "contentMap", "attributedTo", "instrument", "orderedItems", "cs:kind", "@context"]  # fmt: skip
_TYPES = st.sampled_from(
    ["Like", "Create", "Undo", "Note", "Person", "cs:Login", "cs:Key", "cs:Identity", "Collection"]
)


@given(
    st.recursive(
        _JSON, lambda inner: st.dictionaries(st.sampled_from(_NAMES), inner | _TYPES, max_size=8), max_leaves=20
    )
)
def test_no_line_of_json_raises(line: object) -> None:
    assert all(isinstance(value, Parsed) for value in _read(line))


def test_files_are_known_by_their_first_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    known = {
        b'{"type": "Like", "actor": "x"}\n': True,
        b'\xef\xbb\xbf\n{"@context": "https://www.w3.org/ns/activitystreams", "type": "Note"}\n': True,
        b'{"account": "x", "verb": "like"}\n': False,
        b"": False,
        b"\x00" * 2_000_000: False,
        b'{"type": "Feature", "id": 1}': False,
    }
    for text, ours in known.items():
        path.write_bytes(text)
        assert source.detect(str(path)) is ours
    assert not source.detect(str(tmp_path))
    assert not source.detect(str(tmp_path / "missing"))


def test_a_file_that_cannot_be_read_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        list(source.open(str(tmp_path / "missing")))
    assert caught.value.code == "CS101"


def test_an_endless_line_is_handed_on_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE", 100)
    (tmp_path / "x.jsonl").write_bytes(b"[" * 250 + b"\n{}")
    assert [len(one.body) for one in source.open(str(tmp_path / "x.jsonl"))] == [100, 100, 51, 2]
