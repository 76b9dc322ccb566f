"""What happened in an account's name, in ActivityStreams 2.0 words, as values and as columns."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

import msgspec
import pyarrow as pa

Verb = Literal[
    "post", "reply", "quote", "repost", "like", "follow", "block", "mute",
    "unlike", "unrepost", "unfollow", "unblock", "unmute", "delete", "update", "grant", "other",
]  # fmt: skip
VERBS: tuple[Verb, ...] = get_args(Verb)

# ActivityStreams 2.0 Vocabulary, section 3; `cs:Grant` is ours: an application was allowed in.
AS2_TYPE: Mapping[Verb, str] = {
    "post": "Create", "reply": "Create", "quote": "Create", "repost": "Announce", "like": "Like",
    "follow": "Follow", "block": "Block", "mute": "Ignore", "unlike": "Undo", "unrepost": "Undo",
    "unfollow": "Undo", "unblock": "Undo", "unmute": "Undo", "delete": "Delete", "update": "Update",
    "grant": "cs:Grant", "other": "Activity",
}  # fmt: skip
UNDONE_BY: Mapping[Verb, Verb] = {
    "like": "unlike", "repost": "unrepost", "follow": "unfollow", "block": "unblock", "mute": "unmute",
    "post": "delete", "reply": "delete", "quote": "delete",
}  # fmt: skip
WRITTEN: frozenset[Verb] = frozenset({"post", "reply", "quote"})
"""Verbs whose text the account wrote itself; the text of any other verb is somebody else's."""

TimeBasis = Literal["given", "minute", "day", "between", "after object", "page order", "unknown"]
"""How a time is known: an instant that the platform gives, its minute or day only, an interval between two
snapshots, only the bounds "after the liked post, before the archive", those bounds narrowed by the order of an
archive's pages, or not at all."""


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """Some bytes as they came in, before anything believes them.

    `ref` names where they lie (path, or path and member), `position` is the ordinal of this value among all that
    `open` yields for one file, `context` holds what the same container said elsewhere and `parse` needs
    (account, generation date, ...), so that parsing stays a function of this one value.
    """

    source: str
    ref: str
    position: int = 0
    body: bytes = b""
    context: Mapping[str, str] = {}

    @property
    def cursor(self) -> str:
        """What to hand to `open` to go on after this value."""
        return str(self.position)


class NotUnderstood(msgspec.Struct, frozen=True, kw_only=True):
    """A record that could not be read: kept, counted and shown, never dropped in silence."""

    source: str
    ref: str
    position: int
    reason: str
    body: bytes = b""


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """One thing done in an account's name.

    `published` is there only if the platform says when; `start_time` and `end_time` bound it otherwise (None: not
    known). `content` is the text that the account wrote (post, reply, quote) or the text of what it acted on (like,
    repost); None is "not known", "" is "known to be empty". Times are aware and in UTC.
    Source: ActivityStreams 2.0 (W3C Recommendation, 23 May 2017) for the names.
    """

    id: str
    native_id: str
    platform: str
    verb: Verb
    actor: str
    published: datetime | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    time_basis: TimeBasis = "unknown"
    object: str | None = None
    object_author: str | None = None
    object_time: datetime | None = None
    instrument: str | None = None
    content: str | None = None
    content_length: int | None = None
    lang: str | None = None
    links: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    sensitive: bool | None = None
    media: int | None = None
    source: str = ""
    position: int = 0
    note: str | None = None
    """What a reader should know of this record: "createdAt differs from the record key by 3 h", "kept twice"."""

    @property
    def type(self) -> str:
        """The ActivityStreams 2.0 type of this activity.

        >>> Activity(id="x:1:like:2", native_id="2", platform="x", verb="like", actor="1").type
        'Like'
        """
        return AS2_TYPE[self.verb]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One span of access, or one trace of it, as far as the platform tells.

    `kind` says what it is a trace of ("ip use", "device", "application", "presence", "key"); `opened` and
    `last_seen` bound it; `meaning` says in words what the platform's record means.
    Source: names after Elastic Common Schema and OCSF.
    """

    account: str
    platform: str
    kind: str
    opened: datetime | None = None
    last_seen: datetime | None = None
    ip: str | None = None
    asn: int | None = None
    network: str | None = None
    device: str | None = None
    client: str | None = None
    permissions: tuple[str, ...] = ()
    meaning: str = ""
    source: str = ""
    position: int = 0


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Whose account it is, as the platform says: current as of `as_of`."""

    account: str
    platform: str
    handle: str | None = None
    name: str | None = None
    time_zone: str | None = None
    created: datetime | None = None
    as_of: datetime | None = None


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that a reader of the result should know, about a whole file ("manifest.js says 66 rows of ...")."""

    source: str
    ref: str
    text: str


Parsed = Activity | Session | Identity | Remark | NotUnderstood

_text = pa.large_string()
_texts = pa.large_list(pa.large_string())
_time = pa.timestamp("us", tz="UTC")

ACTIONS = pa.schema(
    [
        pa.field("id", _text, nullable=False),
        pa.field("native_id", _text, nullable=False),
        pa.field("platform", _text, nullable=False),
        pa.field("account", _text, nullable=False),
        pa.field("verb", _text, nullable=False),
        pa.field("time", _time),
        pa.field("start_time", _time),
        pa.field("end_time", _time),
        pa.field("time_basis", _text, nullable=False),
        pa.field("object", _text),
        pa.field("object_author", _text),
        pa.field("object_time", _time),
        pa.field("client", _text),
        pa.field("text", _text),
        pa.field("text_length", pa.int32()),
        pa.field("lang", _text),
        pa.field("links", _texts),
        pa.field("mentions", _texts),
        pa.field("hashtags", _texts),
        pa.field("sensitive", pa.bool_()),
        pa.field("media", pa.int32()),
        pa.field("source", _text),
        pa.field("position", pa.int64()),
        pa.field("note", _text),
    ]
)
"""The columnar form of actions: one row an Activity. `account` is the actor, `client` the instrument."""

_FIELD_OF = {"account": "actor", "time": "published", "client": "instrument", "text": "content",
             "text_length": "content_length"}  # fmt: skip
_ACTIVITY_OF = {column: _FIELD_OF.get(column, column) for column in ACTIONS.names}


def activity_id(platform: str, account: str, verb: str, native_id: str) -> str:
    """Return the id of an action, the same whatever source it came by.

    >>> activity_id("x", "111", "like", "2079")
    'x:111:like:2079'
    """
    return f"{platform}:{account}:{verb}:{native_id}"


def to_columns(activities: Iterable[Activity]) -> pa.Table:
    """Return activities as a table of schema `ACTIONS`, in the order given."""
    rows = list(activities)
    arrays = [pa.array([getattr(row, _ACTIVITY_OF[field.name]) for row in rows], type=field.type) for field in ACTIONS]
    return pa.Table.from_arrays(arrays, schema=ACTIONS)


def from_columns(actions: pa.Table) -> Iterator[Activity]:
    """Yield the rows of a table of schema `ACTIONS` as activities, in order."""
    for row in actions.to_pylist():
        yield _activity(row)


def _activity(row: dict[str, Any]) -> Activity:
    fields = {_ACTIVITY_OF[column]: value for column, value in row.items()}
    for name in ("links", "mentions", "hashtags"):
        fields[name] = tuple(fields[name] or ())
    return Activity(**fields)


def instant(value: datetime) -> datetime:
    """Return a time in UTC; a time without a zone is taken as UTC.

    >>> instant(datetime(2026, 9, 9, 2, 14)).isoformat()
    '2026-09-09T02:14:00+00:00'
    """
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def span(value: datetime, basis: TimeBasis) -> tuple[datetime, datetime]:
    """Return the first and last instant that a time known to a minute or a day may mean.

    >>> [t.isoformat() for t in span(datetime(2010, 3, 16, tzinfo=UTC), "day")]
    ['2010-03-16T00:00:00+00:00', '2010-03-16T23:59:59.999999+00:00']
    """
    widths = {"minute": timedelta(minutes=1), "day": timedelta(days=1)}
    width = widths.get(basis)
    return (value, value) if width is None else (value, value + width - timedelta(microseconds=1))
