"""Reads a Bluesky post: its text, whom it answers or quotes, whom and what it names, what it shows."""

from collections.abc import Iterator, Mapping
from typing import Any

from countersign.sources.bluesky.syntax import address

Fields = Mapping[str, Any]
_POSTS = "app.bsky.feed.post"
_ADULT = {"porn", "sexual", "nudity", "graphic-media", "gore", "nsfl", "corpse", "self-harm", "!warn", "!hide"}
"""Labels by which an account marks its own post as not for every eye; others say nothing of the kind."""


def post(fields: Fields) -> dict[str, Any]:
    """Return the fields of an Activity that a post record tells; `target` is the post that it answers or quotes."""
    text = _text(fields.get("text"))
    facets = list(_facets(fields))
    quoted, answered = _quoted(fields.get("embed")), _uri(_inner(fields.get("reply")).get("parent"))
    languages = [tag for tag in _list(fields.get("langs")) if isinstance(tag, str) and tag]
    notes = [f"quotes {quoted}"] if answered and quoted else []
    notes += [f"languages {', '.join(languages)[:100]}"] if len(languages) > 1 else []
    return {
        "verb": "reply" if answered else "quote" if quoted else "post",
        **({"target": answered or quoted} if answered or quoted else {}),
        "content": text, "content_length": None if text is None else len(text),
        "lang": languages[0] if languages else None,
        "links": _unique([*_of(facets, "link", "uri"), *_cards(fields.get("embed"))]),
        "mentions": _unique(_of(facets, "mention", "did")),
        "hashtags": _unique([*_of(facets, "tag", "tag"), *_strings(fields.get("tags"))]),
        "sensitive": any(label in _ADULT for label in _labels(fields)),
        "media": _media(fields.get("embed")),
        "note": "; ".join(notes) or None,
    }  # fmt: skip


def _quoted(embed: object) -> str | None:
    """Return the post that is quoted; lists, feeds and starter packs can be embedded too, and are no quote."""
    inner = _inner(embed)
    thing = inner.get("record")
    uri = _uri(thing) or _uri(_inner(thing).get("record"))
    found = address(uri)
    return uri if found and found.collection == _POSTS else None


def _facets(fields: Fields) -> Iterator[Fields]:
    for facet in _list(fields.get("facets")):
        yield from (_inner(feature) for feature in _list(_inner(facet).get("features")))


def _of(features: list[Fields], kind: str, name: str) -> list[str]:
    wanted = f"app.bsky.richtext.facet#{kind}"
    return _strings([feature.get(name) for feature in features if feature.get("$type") == wanted])


def _cards(embed: object) -> list[str]:
    inner = _inner(embed)
    return _strings([_inner(one.get("external")).get("uri") for one in (inner, _inner(inner.get("media")))])


def _labels(fields: Fields) -> list[str]:
    return _strings([_inner(one).get("val") for one in _list(_inner(fields.get("labels")).get("values"))])


def _media(embed: object) -> int:
    inner = _inner(embed)
    shown = _inner(inner.get("media")) or inner
    return len(_list(shown.get("images"))) + (1 if shown.get("video") is not None else 0)


def _uri(value: object) -> str | None:
    uri = _inner(value).get("uri")
    return uri if isinstance(uri, str) and uri else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _inner(value: object) -> Fields:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _strings(value: object) -> list[str]:
    return [one for one in _list(value) if isinstance(one, str) and one]


def _unique(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
