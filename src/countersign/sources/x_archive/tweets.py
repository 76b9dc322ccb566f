"""Reads posts, replies, quotes and reposts, those that are still there and those that were deleted."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from html import unescape
from typing import Any, Final

import msgspec

from countersign.activity import UNDONE_BY, Activity, NotUnderstood, Parsed, Received, TimeBasis, Verb, activity_id
from countersign.sources.x_archive.names import PLATFORM, SOURCE
from countersign.sources.x_archive.records import each, inner
from countersign.sources.x_archive.times import snowflake, when

TOLERANCE_SECONDS: Final = 60
"""An id and its post's date are made by different machines; further apart than this is worth a note."""
LONGEST_CLIENT: Final = 1000
"""Characters of the anchor around a client's name; real ones have about a hundred."""
MATCHED: Final = 100
"""So many first characters of a long post must agree with its short form, to take the one's text for the other."""

_CLIENT: Final = re.compile(r"<a [^>]*>(.*?)</a>", re.DOTALL)
_REPOST: Final = re.compile(r"RT @(\w{1,20}):? ?")
_STATUS: Final = re.compile(
    r"https?://(?:www\.|mobile\.|m\.)?(?:twitter|x)\.com/(\w{1,20}|i/web)/status(?:es)?/(\d{1,20})(?![\d/])", re.I
)

Id = str | int | None


class _Mention(msgspec.Struct, frozen=True):
    screen_name: str | None = None
    id_str: Id = None
    id: Id = None


class _Url(msgspec.Struct, frozen=True):
    expanded_url: str | None = None
    url: str | None = None


class _Tag(msgspec.Struct, frozen=True):
    text: str | None = None


class _Medium(msgspec.Struct, frozen=True):
    pass


class _Entities(msgspec.Struct, frozen=True):
    user_mentions: list[_Mention] = []
    urls: list[_Url] = []
    hashtags: list[_Tag] = []
    media: list[_Medium] = []


class _Extended(msgspec.Struct, frozen=True):
    media: list[_Medium] = []


class _Tweet(msgspec.Struct):
    id_str: Id = None
    id: Id = None
    created_at: str | None = None
    full_text: str | None = None
    text: str | None = None
    source: str | None = None
    lang: str | None = None
    possibly_sensitive: bool | str | None = None
    in_reply_to_status_id_str: Id = None
    in_reply_to_status_id: Id = None
    in_reply_to_user_id_str: Id = None
    in_reply_to_user_id: Id = None
    in_reply_to_screen_name: str | None = None
    entities: _Entities = _Entities()
    extended_entities: _Extended = _Extended()
    deleted_at: str | None = None


class _Row(msgspec.Struct):
    tweet: _Tweet


_ROWS: Final = msgspec.json.Decoder(list[_Row])


def tweets(received: Received) -> Iterator[Parsed]:
    """Yield the posts of a chunk, and for each that was deleted also the deletion with its time."""
    try:
        rows = _ROWS.decode(received.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        yield from each(received, lambda record, place: _tweet(received, _lenient(record), place))
        return
    first = int(received.context.get("first", "0"))
    for place, row in enumerate(rows, start=first):
        try:
            yield from tuple(_tweet(received, row.tweet, place))
        except (ValueError, KeyError, OverflowError) as error:
            reason = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
            body = msgspec.json.encode(row)
            yield NotUnderstood(source=SOURCE, ref=received.ref, position=place, reason=reason, body=body)


def _lenient(record: Mapping[str, Any]) -> _Tweet:
    """A record that has not all its types right: each field by itself, those that do not fit left out."""
    found = _Tweet()
    for name, value in inner(record, "tweet").items():
        kind = _KINDS.get(name)
        if kind is None or value is None:
            continue
        try:
            setattr(found, name, msgspec.convert(value, kind, strict=False))
        except msgspec.ValidationError:
            continue
    return found


_KINDS: Final[Mapping[str, Any]] = {field.name: field.type for field in msgspec.structs.fields(_Tweet)}


def _tweet(received: Received, tweet: _Tweet, place: int) -> Iterator[Activity]:
    native_id = _id(tweet.id_str, tweet.id)
    if native_id is None:
        raise KeyError("id_str")
    made = _made(received, tweet, native_id, place)
    yield made
    if tweet.deleted_at is not None or received.context.get("kind") == "deleted-tweets":
        yield deletion(received, made.verb, native_id, when(tweet.deleted_at), earliest=made.published, place=place)


def deletion(
    received: Received, verb: Verb, native_id: str, at: datetime | None, *, earliest: datetime | None, place: int
) -> Activity:
    """Return the act of taking a post back, at the only undo time that X gives."""
    undo = UNDONE_BY.get(verb, "delete")
    account = received.context["account"]
    generated = when(received.context.get("generated"))
    return Activity(
        id=activity_id(PLATFORM, account, undo, native_id),
        native_id=native_id,
        platform=PLATFORM,
        verb=undo,
        actor=account,
        published=at,
        start_time=at or earliest,
        end_time=at or generated,
        time_basis="given" if at else "after object" if earliest else "unknown",
        object=native_id,
        object_time=earliest,
        source=SOURCE,
        position=place,
    )


def _made(received: Received, tweet: _Tweet, native_id: str, place: int) -> Activity:
    account = received.context["account"]
    entities = tweet.entities
    written = unescape(tweet.full_text if tweet.full_text is not None else tweet.text or "")
    verb, target, author, content = _aim(tweet, written, native_id)
    if verb != "repost" and len(written) > MATCHED:
        content = _long_texts(received.context.get("notes", "")).get(written[:MATCHED], content)
    published, note = _published(tweet, native_id)
    basis: TimeBasis = "given" if published else "unknown"
    return Activity(
        id=activity_id(PLATFORM, account, verb, native_id),
        native_id=native_id,
        platform=PLATFORM,
        verb=verb,
        actor=account,
        published=published,
        start_time=published,
        end_time=published or when(received.context.get("generated")),
        time_basis=basis,
        object=target,
        object_author=author,
        object_time=snowflake(target),
        instrument=client(tweet.source),
        content=content if content or tweet.full_text is not None or tweet.text is not None else None,
        lang=tweet.lang or None,
        links=tuple(link for url in entities.urls if (link := url.expanded_url or url.url)),
        mentions=tuple(name for one in entities.user_mentions if (name := _person(one))),
        hashtags=tuple(tag.text for tag in entities.hashtags if tag.text),
        sensitive=_flag(tweet.possibly_sensitive),
        media=len(tweet.extended_entities.media) or len(entities.media),
        source=SOURCE,
        position=place,
        note=note,
    )


def _aim(tweet: _Tweet, written: str, native_id: str) -> tuple[Verb, str | None, str | None, str]:
    """Return what kind of post it is, which post it acts on, whose that is, and the text."""
    repost = _REPOST.match(written)
    if repost:
        return "repost", None, _id_of(tweet, repost[1]), written[repost.end() :]
    answered = _id(tweet.in_reply_to_status_id_str, tweet.in_reply_to_status_id)
    whom = _id(tweet.in_reply_to_user_id_str, tweet.in_reply_to_user_id)
    if answered or whom:
        return "reply", answered, whom or _lower(tweet.in_reply_to_screen_name), written
    quoted = _quoted(tweet, native_id)
    if quoted:
        return "quote", quoted[2], _id_of(tweet, quoted[1]), written
    return "post", None, None, written


def _quoted(tweet: _Tweet, native_id: str) -> re.Match[str] | None:
    for url in reversed(tweet.entities.urls):
        found = _STATUS.match(url.expanded_url or "")
        if found and found[2] != native_id:
            return found
    return None


def _id_of(tweet: _Tweet, handle: str) -> str | None:
    """The number of an account where the archive gives it, else its handle in small letters."""
    if handle == "i/web":
        return None
    wanted = handle.lower()
    for one in tweet.entities.user_mentions:
        if one.screen_name and one.screen_name.lower() == wanted:
            return _person(one)
    return wanted


def _person(one: _Mention) -> str | None:
    number = _id(one.id_str, one.id)
    return number if number and number.isdigit() else _lower(one.screen_name)


def _published(tweet: _Tweet, native_id: str) -> tuple[datetime | None, str | None]:
    given, hidden = when(tweet.created_at), snowflake(native_id)
    if given is None:
        return hidden, "the time is the one in the id" if hidden else None
    if hidden is None or abs((given - hidden).total_seconds()) <= TOLERANCE_SECONDS:
        return given, None
    return given, f"created_at differs from the time in the id, {hidden:%Y-%m-%d %H:%M:%S} UTC"


@lru_cache(maxsize=1024)
def client(source: str | None) -> str | None:
    """Return the name of the client application, out of the anchor that X wraps it in.

    >>> client('<a href="http://twitter.com/download/iphone" rel="nofollow">Twitter for iPhone</a>')
    'Twitter for iPhone'
    """
    if not source:
        return None
    anchor = _CLIENT.search(source[:LONGEST_CLIENT])
    return unescape(anchor[1] if anchor else source[:LONGEST_CLIENT]).strip() or None


@lru_cache(maxsize=2)
def _long_texts(notes: str) -> Mapping[str, str]:
    return msgspec.json.decode(notes, type=dict[str, str]) if notes else {}


def _flag(value: object) -> bool | None:
    return value.lower() == "true" if isinstance(value, str) else bool(value) if value is not None else None


def _lower(value: str | None) -> str | None:
    return value.lower() if value else None


def _id(*values: Id) -> str | None:
    for value in values:
        if value not in (None, "", 0):
            return str(value)
    return None
