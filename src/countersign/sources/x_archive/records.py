"""Turns one record's bytes into fields, leniently: whatever an owner's hand or a broken disk left readable is read."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar, cast

import msgspec

from countersign.activity import NotUnderstood, Parsed, Received
from countersign.sources.x_archive.names import SOURCE
from countersign.sources.x_archive.rows import pieces

Fields = Mapping[str, Any]
"""One record as JSON objects give it."""
T = TypeVar("T")
KEPT_BYTES: Final = 4096
"""How much of a record that was not understood is carried along to be shown; the whole is in the sealed file."""
LARGEST_MENDED: Final = 1_000_000
"""A record that a hand has edited is never this long; mending looks at every word of it."""

# An open string runs to the end and a word is short: otherwise hostile text costs the square of its length.
_TOKENS: Final = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|,(?=\s*[}\]])|\b[A-Za-z_]\w{0,80}(?=\s*:)', re.DOTALL)
_DECODER: Final = json.JSONDecoder()
_RAW: Final = msgspec.json.Decoder(list[msgspec.Raw])


def each(received: Received, read: Callable[[Fields, int], Iterator[Parsed]]) -> Iterator[Parsed]:
    """Yield what `read` makes of each record of a chunk; a record that it cannot take becomes `NotUnderstood`."""
    for place, raw in numbered(received):
        yield from _one(received, place, raw, read)


def numbered(received: Received) -> Iterator[tuple[int, bytes]]:
    """Yield each record of a chunk as it is written, with its place in its file."""
    yield from enumerate(_split(received.body), start=int(received.context.get("first", "0")))


def _one(
    received: Received, position: int, raw: bytes, read: Callable[[Fields, int], Iterator[Parsed]]
) -> Iterator[Parsed]:
    try:
        yield from tuple(read(fields(raw), position))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        yield not_understood(received, position, raw, _reason(error))


def not_understood(received: Received, position: int, raw: bytes, reason: str) -> NotUnderstood:
    """Return the value that keeps an unreadable record, with its place and its first bytes."""
    return NotUnderstood(
        source=SOURCE, ref=received.ref, position=position, reason=reason, body=bytes(raw[:KEPT_BYTES])
    )


def _split(body: bytes) -> Iterator[bytes]:
    try:
        whole = _RAW.decode(body)
    except (msgspec.DecodeError, RecursionError):
        yield from pieces(body)
        return
    for raw in whole:
        yield bytes(raw)


def fields(raw: bytes) -> Fields:
    """Return a record's fields; mends what hand redaction breaks. Raises ValueError where there is no object.

    >>> fields(b'{like: {"tweetId": "1",}}')
    {'like': {'tweetId': '1'}}
    """
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        if len(raw) > LARGEST_MENDED:
            raise ValueError("not JSON, and too long to be mended") from None
        found = _mended(raw.decode("utf-8", "replace"))
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return cast(Fields, found)


def _mended(text: str) -> object:
    found, _ = _DECODER.raw_decode(_TOKENS.sub(_mend, text).strip())
    return _scrubbed(found)


def _mend(token: re.Match[str]) -> str:
    text = token[0]
    if text.startswith('"'):
        return text
    return "" if text == "," else f'"{text}"'


def _scrubbed(value: object) -> object:
    """Without lone surrogates, which no encoding can carry on."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_scrubbed(one) for one in value]
    if isinstance(value, dict):
        return {str(_scrubbed(key)): _scrubbed(one) for key, one in value.items()}
    return value


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg}"
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    if isinstance(error, ValueError) and not isinstance(error, msgspec.MsgspecError):
        return str(error)
    return f"not as X writes it: {error}"


def inner(record: Fields, *names: str) -> Fields:
    """Return the object that X wraps a record in; a record without its wrapper counts as the object itself.

    >>> inner({"like": {"tweetId": "1"}}, "like")
    {'tweetId': '1'}
    """
    for name in names:
        found = record.get(name)
        if isinstance(found, dict):
            return found
    return record


def text(record: Fields, *names: str) -> str | None:
    """Return the first of these fields that says something, as text."""
    for name in names:
        found = record.get(name)
        if isinstance(found, str | int) and not isinstance(found, bool) and str(found).strip():
            return str(found)
    return None


def needed(record: Fields, *names: str) -> str:
    """Return the first of these fields that says something; raises KeyError where none does."""
    found = text(record, *names)
    if found is None:
        raise KeyError(names[0])
    return found


def objects(value: object) -> tuple[Fields, ...]:
    """Return the objects of a list; an absent or empty one has none."""
    return tuple(one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()
