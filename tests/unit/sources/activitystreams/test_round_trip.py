"""What is written as ActivityStreams and read again is what it was, field by field."""

from datetime import UTC, datetime
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.activity import (
    AS2_TYPE,
    VERBS,
    Activity,
    Identity,
    NotUnderstood,
    Parsed,
    Received,
    Remark,
    Session,
    TimeBasis,
)  # fmt: skip
from countersign.sources.activitystreams import source, write
from countersign.sources.activitystreams.names import ADDED, FLAT

_text = st.text(max_size=20)
_maybe = st.none() | _text
_time = st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_texts = st.lists(_text, max_size=3).map(tuple)
_number = st.none() | st.integers(0, 2**31)


def _coherent(act: Activity) -> Activity:
    """Put an action's times in order: published only where the platform gives it, within the bounds."""
    known = sorted(time for time in (act.start_time, act.published, act.end_time) if time is not None)
    if act.published is None:
        basis: TimeBasis = "between" if act.time_basis in ("given", "minute", "day") else act.time_basis
        start, end = (known[0], known[1]) if len(known) == 2 else (act.start_time, act.end_time)
        return msgspec.structs.replace(act, time_basis=basis, start_time=start, end_time=end)
    basis = act.time_basis if act.time_basis in ("minute", "day") else "given"
    middle = known[len(known) // 2]
    return msgspec.structs.replace(act, time_basis=basis, published=middle, start_time=known[0], end_time=known[-1])


ACTIVITIES = st.builds(
    Activity, id=_text, native_id=_text, platform=_text, verb=st.sampled_from(VERBS), actor=_text, published=_time,
    start_time=_time, end_time=_time, time_basis=st.sampled_from(get_args(TimeBasis)), object=_maybe,
    object_author=_maybe, object_time=_time, instrument=_maybe, content=_maybe, content_length=_number, lang=_maybe,
    links=_texts, mentions=_texts, hashtags=_texts, sensitive=st.none() | st.booleans(), media=_number, source=_text,
    position=st.integers(0, 2**40), note=_maybe,
).map(_coherent)  # fmt: skip
SESSIONS = st.builds(
    Session, account=_text, platform=_text, kind=st.sampled_from(["ip use", "device", "key", "presence", "x"]) | _text,
    opened=_time, last_seen=_time, ip=_maybe, asn=_number, network=_maybe, device=_maybe, client=_maybe,
    permissions=_texts, meaning=_text, source=_text, position=st.integers(0, 2**40),
)  # fmt: skip
IDENTITIES = st.builds(Identity, account=_text, platform=_text, handle=_maybe, name=_maybe, time_zone=_maybe,
                       created=_time, as_of=_time)  # fmt: skip
OTHERS = st.builds(Remark, source=_text, ref=_text, text=_text) | st.builds(
    NotUnderstood, source=_text, ref=_text, position=st.integers(0, 99), reason=_text, body=st.binary(max_size=20)
)


def _again(value: Parsed) -> list[Parsed]:
    (line,) = write([value])
    assert line.count(b"\n") == 1
    return list(source.parse(Received(source="activitystreams", ref="x.jsonl", position=1, body=line)))


@given(ACTIVITIES)
def test_an_action_comes_back_as_it_was(act: Activity) -> None:
    assert _again(act) == [act]


@given(SESSIONS | IDENTITIES | OTHERS)
def test_everything_else_comes_back_as_it_was(value: Any) -> None:
    assert _again(value) == [value]


def test_every_field_of_every_type_has_a_name() -> None:
    for kind, names in FLAT.items():
        assert sorted(names.values()) == sorted(field.name for field in msgspec.structs.fields(kind))
    words = {"id", "actor", "published", "object", "object_author", "object_time", "instrument", "content", "sensitive",
             "links", "mentions", "hashtags"}  # fmt: skip
    assert set(ADDED.values()) | words == {field.name for field in msgspec.structs.fields(Activity)}


@pytest.mark.parametrize(
    "fields",
    [{"start_time": 5, "end_time": 3}, {"published": 5, "start_time": 6}, {"published": 5, "time_basis": "between"},
     {"published": 5, "end_time": 3}],
)  # fmt: skip
def test_times_that_contradict_each_other_are_not_believed(fields: dict[str, Any]) -> None:
    times: dict[str, Any] = {
        name: datetime(2026, 1, day, tzinfo=UTC) if isinstance(day, int) else day for name, day in fields.items()
    }
    times.setdefault("time_basis", "given" if "published" in times else "unknown")
    act = Activity(id="x:1:like:2", native_id="2", platform="x", verb="like", actor="1", **times)
    (found,) = _again(act)
    assert isinstance(found, NotUnderstood)
    assert found.reason == "its times contradict each other"


def test_other_tools_find_the_words_that_they_know() -> None:
    at = datetime(2026, 9, 9, 2, 14, 7, tzinfo=UTC)
    for verb in VERBS:
        act = Activity(
            id=f"x:1:{verb}:9", native_id="9", platform="x", verb=verb, actor="x:1", published=at, object="8"
        )
        (line,) = write([act])
        fields = msgspec.json.decode(line)
        assert (fields["type"], fields["actor"], fields["published"]) == (AS2_TYPE[verb], "x:1", "2026-09-09T02:14:07Z")
        assert fields["@context"][0] == "https://www.w3.org/ns/activitystreams"


def test_an_undo_holds_what_it_takes_back() -> None:
    act = Activity(id="x:1:unlike:9", native_id="9", platform="x", verb="unlike", actor="1", object="9")
    (line,) = write([act])
    assert msgspec.json.decode(line)["object"] == {"type": "Like", "actor": "1", "object": {"id": "9"}}
