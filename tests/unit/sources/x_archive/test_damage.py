"""Damaged records are kept and counted, files that are not X's are refused whole, and nothing ever raises."""

import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.activity import Activity, NotUnderstood, Received, Session
from countersign.errors import HostileArchive, SourceError
from countersign.sources.x_archive import source
from countersign.sources.x_archive.archive import READERS
from tests.unit.sources.x_archive.archives import OWNER, js, only, packed, read, remarks, tweet

_HEAD = "window.YTD.tweets.part0 = "
_ONE = msgspec.json.encode(tweet()).decode()
_TWO = msgspec.json.encode(tweet("1690395372546301953")).decode()


def _tweets(path: Path, content: str | bytes) -> tuple[list[Activity], list[NotUnderstood]]:
    values = read(packed(path / "a.zip", {"data/tweets.js": content}))
    return only(Activity, values), only(NotUnderstood, values)


@pytest.mark.parametrize(
    "content",
    [
        "alert(1)",
        "window.YTD.tweets.part0 = fetch('x')",
        "window.YTD.tweets.part0 = [fetch('x')]",
        "window.YTD.tweets.part0 = [1, 2]",
        "window.YTD.tweets.part0 = (() => [])()",
        "window['YTD'] = [ ]",
        "var x = 1; window.YTD.tweets.part0 = [ ]",
        "[ ]",
        "",
        "<!DOCTYPE html>",
    ],
)
def test_a_file_that_is_not_what_x_writes_refuses_the_archive_before_anything_is_read(
    tmp_path: Path, content: str
) -> None:
    ref = packed(tmp_path / "a.zip", {"data/like.js": js("like", []), "data/tweets.js": content})
    with pytest.raises(SourceError, match="not what X writes") as refused:
        next(source.open(ref))
    assert refused.value.code == "CS150"
    assert refused.value.where.endswith("data/tweets.js")


@pytest.mark.parametrize(
    "content",
    [f"{_HEAD}[ ]", f"{_HEAD}[]\n;\n", f"\ufeff{_HEAD}[ ]", f"{_HEAD}[", f"{_HEAD}[\n\n"],
)
def test_empty_lists_are_empty(tmp_path: Path, content: str) -> None:
    assert _tweets(tmp_path, content) == ([], [])


@pytest.mark.parametrize(
    "content",
    [
        f"{_HEAD}[{_ONE}];",
        f"{_HEAD}[{_ONE},]",
        f"{_HEAD}[ {_ONE}",
        f"{_HEAD}{_ONE}",
        f"{_HEAD}[{_ONE}] // end",
        _HEAD + "[" + _ONE.replace('"tweet":', "tweet:").replace('"full_text"', "full_text") + "]",
        f"\ufeff\n {_HEAD}\n[{_ONE}]\n",
    ],
)
def test_what_a_hand_did_to_a_file_is_tolerated(tmp_path: Path, content: str) -> None:
    found, lost = _tweets(tmp_path, content)
    assert lost == []
    assert [(one.native_id, one.content) for one in found] == [("1690395372546301952", "thank you")]


def test_a_damaged_record_is_kept_with_its_place_and_bytes(tmp_path: Path) -> None:
    broken = '{"tweet":{"id_str":"17","full_text":"no end}}'
    found, lost = _tweets(tmp_path, f"{_HEAD}[{_ONE},{broken},{_TWO}]")
    assert [one.position for one in found] == [0, 2]
    ((what),) = lost
    assert (what.position, what.body) == (1, broken.encode())
    assert what.ref.endswith("data/tweets.js")
    assert what.reason.startswith("not JSON")


def test_a_file_cut_off_in_the_middle_gives_what_came_before(tmp_path: Path) -> None:
    whole = f"{_HEAD}[{_ONE},{_TWO}]"
    found, lost = _tweets(tmp_path, whole[:-40])
    assert len(found) == 1
    assert len(lost) == 1


@pytest.mark.parametrize("record", ["{}", '{"tweet":{}}', '{"tweet":null}', '{"tweet":{"id_str":""}}'])
def test_a_post_without_an_id_is_not_understood(tmp_path: Path, record: str) -> None:
    found, lost = _tweets(tmp_path, f"{_HEAD}[{_ONE},{record}]")
    assert len(found) == 1
    assert [one.reason for one in lost] == ["id_str is missing"]


def test_half_a_surrogate_and_bytes_that_are_no_text_are_replaced(tmp_path: Path) -> None:
    half = _ONE.replace("thank you", "\\ud83d!").encode()
    bad = _TWO.encode().replace(b"thank you", b"\xff!")
    found, lost = _tweets(tmp_path, _HEAD.encode() + b"[" + half + b"," + bad + b"]")
    assert lost == []
    assert [one.content for one in found] == ["\ufffd!", "\ufffd!"]


def test_a_date_that_is_no_date_is_not_understood(tmp_path: Path) -> None:
    found, lost = _tweets(tmp_path, js("tweets", [tweet(created_at="some day")]))
    assert (found, len(lost)) == ([], 1)


def test_json_nested_deeper_than_64_is_refused(tmp_path: Path) -> None:
    deep = '{"tweet":{"id_str":"1","x":' + "[" * 100 + "]" * 100 + "}}"
    with pytest.raises(HostileArchive) as refused:
        _tweets(tmp_path, f"{_HEAD}[{_ONE},{deep}]")
    assert refused.value.code == "CS146"


def test_a_text_that_looks_like_the_end_of_a_record_cuts_nothing(tmp_path: Path) -> None:
    text = 'a }, {"tweet": {"id_str":"1"}} ] ; [{'
    found, lost = _tweets(tmp_path, js("tweets", [tweet(str(10**18 + n), text * 20) for n in range(3000)]))
    assert lost == []
    assert len(found) == 3000
    assert {one.content for one in found} == {text * 20}


def test_a_damaged_manifest_costs_only_itself(tmp_path: Path) -> None:
    account = js("account", [{"account": {"accountId": OWNER}}])
    files = {"data/manifest.js": 'window.__THAR_CONFIG = {"userInfo":', "data/account.js": account,
             "data/like.js": js("like", [{"like": {"tweetId": "20"}}])}  # fmt: skip
    values = read(packed(tmp_path / "a.zip", files))
    assert len(only(Activity, values)) == 1
    assert [one.ref.rpartition("/")[2] for one in only(NotUnderstood, values)] == ["manifest.js"]


def test_rows_that_could_not_be_read_count_as_rows(tmp_path: Path) -> None:
    files = {"data/tweets.js": f'{_HEAD}[{_ONE},{{"tweet":{{"id_str":oops}}}}]'}
    assert not any("tweets" in text for text in remarks(packed(tmp_path / "a.zip", files)))


def test_a_chunk_of_something_else_is_not_understood() -> None:
    (what,) = source.parse(Received(source="x-archive", ref="r", body=b"[]", context={"kind": "no such"}))
    assert isinstance(what, NotUnderstood)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["1970", "2021.10.20", "9" * 40]),
    lambda deeper: st.lists(deeper, max_size=3) | st.dictionaries(st.text(max_size=6), deeper, max_size=4),
    max_leaves=12,
)  # fmt: skip
_WRAPS = ("tweet", "like", "following", "ipAudit", "deviceToken", "niDeviceResponse", "dmConversation", "ad", "profile")


@given(kind=st.sampled_from(sorted(READERS)), wrap=st.sampled_from(_WRAPS), inside=_ANY)
def test_no_record_of_any_shape_raises(kind: str, wrap: str, inside: object) -> None:
    body = msgspec.json.encode([{wrap: inside}, inside])
    received = Received(source="x-archive", ref="r", body=body, context={"kind": kind, "account": "1"})
    assert list(source.parse(received)) == list(source.parse(received))


@given(kind=st.sampled_from(sorted(READERS)), body=st.binary(max_size=60))
def test_no_bytes_raise(kind: str, body: bytes) -> None:
    received = Received(source="x-archive", ref="r", body=body, context={"kind": kind, "account": "1", "first": "5"})
    assert list(source.parse(received)) == list(source.parse(received))


@given(data=st.data())
def test_no_mutation_of_the_fixture_raises(data: st.DataObject) -> None:
    received = data.draw(st.sampled_from(_fixture()))
    place = data.draw(st.integers(0, len(received.body)))
    cut = data.draw(st.integers(0, 4))
    patch = data.draw(st.binary(max_size=4))
    body = received.body[:place] + patch + received.body[place + cut :]
    list(source.parse(msgspec.structs.replace(received, body=body)))


@pytest.mark.parametrize(
    "record",
    [
        '{"tweet":{"id_str":"1","full_text":"' + '\\"' * 300_000,
        '{"tweet":{"id_str":"1",' + "word" * 200_000,
        '{"tweet":{"id_str":"1","source":"' + "<a " * 300_000 + '"}}',
        '{"tweet":{"id_str":"1"' + ", " * 400_000,
        '{"tweet":{"id_str":"1"' + "}," * 400_000,
    ],
    ids=["open string", "long word", "open anchors", "commas", "boundaries"],
)
def test_hostile_text_costs_no_more_than_its_length(tmp_path: Path, record: str) -> None:
    start = time.perf_counter()
    found, lost = _tweets(tmp_path, f"{_HEAD}[{_ONE},{record}]")
    assert len(found) + len(lost) >= 2
    assert time.perf_counter() - start < 20


def _fixture() -> list[Received]:
    path = Path(__file__).parents[3] / "fixtures" / "x-archive" / "input.zip"
    return [received for received in source.open(str(path)) if received.body]


def test_a_session_without_what_makes_it_one_is_not_understood(tmp_path: Path) -> None:
    rows = [{"ipAudit": {"createdAt": "2026-03-01T23:41:07.000Z"}}, {"ipAudit": {"loginIp": "203.0.113.7"}}]
    values = read(packed(tmp_path / "a.zip", {"data/ip-audit.js": js("ip_audit", rows)}))
    assert only(Session, values) == []
    assert [one.reason for one in only(NotUnderstood, values)] == ["loginIp is missing", "createdAt is missing"]
