"""Reads what an account wrote: a Note, whatever server made it."""

from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from countersign.activity import Verb
from countersign.sources.as2.fediverse import status
from countersign.sources.as2.markup import Text, plain
from countersign.sources.as2.values import Fields, id_of, kind, language, moment, several, text

_PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
_QUOTES = ("quote", "quoteUri", "quoteUrl", "_misskey_quote")
_MEDIA = {"Document", "Image", "Video", "Audio"}


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What a Note says, in the fields of an Activity."""

    verb: Verb
    object: str | None
    object_author: str | None
    object_time: datetime | None
    content: str | None
    content_length: int | None
    lang: str | None
    links: tuple[str, ...]
    mentions: tuple[str, ...]
    hashtags: tuple[str, ...]
    sensitive: bool | None
    media: int | None
    note: str | None


def written(thing: Fields) -> Written:
    """Return what a Note says: a reply if it answers something, else a quote if it quotes, else a post."""
    said = _said(thing)
    mentions = _tags(thing, "Mention", "href")
    verb, target, quoted = _aim(thing)
    found = status(target)
    return Written(
        verb=verb,
        object=target,
        object_author=found.author if found else _named(target, mentions),
        object_time=found.created if found else None,
        content=said.text if said else None,
        content_length=len(said.text) if said else None,
        lang=language(thing),
        links=said.links if said else (),
        mentions=mentions,
        hashtags=tuple(name.removeprefix("#") for name in _tags(thing, "Hashtag", "name")),
        sensitive=_flag(thing.get("sensitive")),
        media=sum(1 for one in several(thing.get("attachment")) if isinstance(one, dict) and kind(one) in _MEDIA),
        note="; ".join(part for part in (quoted, reach(thing), _edited(thing)) if part) or None,
    )


def reach(thing: Fields) -> str | None:
    """Return in words who was meant to see a thing, unless that is everybody or not said.

    >>> reach({"to": ["https://a.example/users/x"], "cc": []})
    'sent only to those it names'
    """
    told = {id_of(one) for name in ("to", "cc") for one in several(thing.get(name))}
    if not told or told & _PUBLIC:
        return None
    followers = any(one is not None and one.endswith("/followers") for one in told)
    return "shown only to followers" if followers else "sent only to those it names"


def _said(thing: Fields) -> Text | None:
    content = text(thing, "content")
    if content is None:
        return None
    return Text(content) if thing.get("mediaType") == "text/plain" else plain(content)


def _aim(thing: Fields) -> tuple[Verb, str | None, str | None]:
    answered = id_of(thing.get("inReplyTo"))
    quoted = next((found for name in _QUOTES if (found := id_of(thing.get(name)))), None)
    if answered:
        return "reply", answered, f"quotes {quoted}" if quoted else None
    return ("quote", quoted, None) if quoted else ("post", None, None)


def _tags(thing: Fields, wanted: str, name: str) -> tuple[str, ...]:
    tags = (one for one in several(thing.get("tag")) if isinstance(one, dict) and kind(one) == wanted)
    values = (value for one in tags if isinstance(value := one.get(name) or one.get("name"), str) and value)
    return tuple(dict.fromkeys(values))


def _named(target: str | None, mentions: tuple[str, ...]) -> str | None:
    """Return who is answered where the address does not tell: the one person named who lives on the same server."""
    if target is None:
        return None
    there = [one for one in mentions if _host(one) and _host(one) == _host(target)]
    return there[0] if len(there) == 1 else None


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _edited(thing: Fields) -> str | None:
    when = moment(thing.get("updated"))
    return f"edited {when:%Y-%m-%dT%H:%M:%SZ}: the text is that of the last version" if when else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
