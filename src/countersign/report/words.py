"""The words of a report as values: what is ours, what is somebody's, what is a code, and what is withheld."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeVar

import msgspec

from countersign.text import visible

Kind = Literal[
    "person", "address", "device", "application", "handle", "text", "link", "id", "own words"
]  # fmt: skip
"""What kind of thing a piece of text is: it decides who may see it."""

KIND_WORDS: Mapping[Kind, str] = {
    "person": "a person's name", "address": "a network address", "device": "a device", "application": "an application",
    "handle": "somebody's handle", "text": "somebody's words", "link": "a link", "id": "an id",
    "own words": "the account's own words",
}  # fmt: skip


class Held(msgspec.Struct, frozen=True, kw_only=True, tag="told"):
    """A piece of text that is somebody's, or tells of somebody: not every reader may see it."""

    kind: Kind
    value: str
    lang: str = ""


class Withheld(msgspec.Struct, frozen=True, kw_only=True, tag="withheld"):
    """What stands where a piece was taken out: of what kind it was, and its salted SHA-256 in hex."""

    kind: Kind
    digest: str


class Code(msgspec.Struct, frozen=True, kw_only=True, tag="code"):
    """A hash, a command or a number of ours, to be copied letter by letter."""

    value: str


Piece = str | Held | Withheld | Code
Words = tuple[Piece, ...]
Part = TypeVar("Part")

# Addresses of machines and people that a sentence may hold although nobody said so: IPv4, IPv6, e-mail, handles.
_TELLING = re.compile(
    r"(?P<address>(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)|(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:]))"
    r"|(?P<person>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(?P<handle>(?<!\w)@\w[\w.-]*\w)|(?P<link>https?://\S+)"
)
_LETTER = re.compile("[A-Za-z0-9_]")
_TIME_OF_DAY = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")


def told(text: str, known: Mapping[str, Kind], *, own: Iterable[str] = ()) -> Words:
    """Return a sentence with what it tells of others set apart: known values, and addresses, handles and links.

    `own` are names that every reader may see (the account's own). Known values are found as whole words.

    >>> told("new device from 192.0.2.7 at 02:14:07", {})
    ('new device from ', Held(kind='address', value='192.0.2.7', lang=''), ' at 02:14:07')
    """
    free = frozenset(own)
    there = (value for value in known if len(value) > 1 and value in text and value not in free)
    values = sorted(there, key=len, reverse=True)
    if not values:
        return _by_pattern(text, free)
    pieces: list[Piece] = []
    for part in re.split(f"({'|'.join(_whole(value, known[value]) for value in values)})", text):
        pieces += (
            [Held(kind=known[part], value=part)] if part in known and part not in free else _by_pattern(part, free)
        )
    return tuple(piece for piece in pieces if piece != "")


def _whole(value: str, kind: Kind) -> str:
    """Return the pattern of a value: whole words, so that @the is not found in "others"; but a name also in "Adas"."""
    before = r"(?<![A-Za-z0-9_])" if kind != "person" and _LETTER.match(value[0]) else ""
    after = r"(?![A-Za-z0-9_])" if kind != "person" and _LETTER.match(value[-1]) else ""
    return f"{before}{re.escape(value)}{after}"


def plain(words: Words) -> str:
    """Return words as plain text on one line, harmless to whatever shows it.

    >>> plain(("by ", Withheld(kind="person", digest="ab" * 32)))
    "by [a person's name, withheld: abababababab]"
    """
    return "".join(_plain(piece) for piece in words)


def each_held(part: Part, change: Callable[[Held], Piece]) -> Part:
    """Return any part of a report (a value made of structs and tuples) with each piece that is somebody's changed."""
    return _each(part, change)  # type: ignore[return-value]


def _each(part: object, change: Callable[[Held], Piece]) -> object:
    if isinstance(part, Held):
        return change(part)
    if isinstance(part, tuple):
        return tuple(_each(one, change) for one in part)
    if isinstance(part, msgspec.Struct):
        changed = {name: _each(getattr(part, name), change) for name in part.__struct_fields__}
        return msgspec.structs.replace(part, **changed)
    return part


def _plain(piece: Piece) -> str:
    match piece:
        case Withheld(kind=kind, digest=digest):
            return f"[{KIND_WORDS[kind]}, withheld: {digest[:12]}]"
        case Held(kind="text" | "own words", value=value):
            return f"“{visible(value)}”"
        case Held(value=value) | Code(value=value):
            return visible(value)
        case _:
            return visible(piece)


def _by_pattern(text: str, free: frozenset[str]) -> Words:
    pieces: list[Piece] = []
    at = 0
    for found in _TELLING.finditer(text):
        kind = found.lastgroup
        if kind is None or found[0] in free or _TIME_OF_DAY.fullmatch(found[0]):
            continue
        pieces += [text[at : found.start()], Held(kind=kind, value=found[0])]  # type: ignore[arg-type]
        at = found.end()
    return tuple(piece for piece in (*pieces, text[at:]) if piece != "")
