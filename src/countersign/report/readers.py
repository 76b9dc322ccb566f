"""Decides what a reader may see, by the kind of a thing and never by hand, and keeps a hash where it is withheld."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Literal, get_args

import msgspec

from countersign.report.words import Held, Kind, Part, Piece, Withheld, Words, each_held, plain, told

Reader = Literal["inside", "platform", "public"]
"""The team itself; the platform's staff; everybody."""
READERS: tuple[Reader, ...] = get_args(Reader)

FOR: Mapping[Reader, str] = {
    "inside": "For those inside: not to be passed on",
    "platform": "For the platform",
    "public": "For the public",
}
SEES: Mapping[Reader, frozenset[Kind]] = {
    "inside": frozenset(get_args(Kind)),
    "platform": frozenset({"address", "device", "application", "handle", "text", "link", "id", "own words"}),
    "public": frozenset({"own words", "application"}),
}
"""Names of staff, addresses and devices are never public, and neither are those who wrote what was acted on."""

SHOWN_OF_HASH = 12
"""Hex digits of a salted hash that a page shows; the JSON report has all 64."""

SaltOf = Callable[[str], bytes]
"""Gives the secret salt (32 bytes) of a value, the same whenever it is asked for the same value."""


def redact(words: Words, reader: Reader, salt_of: SaltOf) -> Words:
    """Return words as a reader may see them.

    >>> redact(("by ", Held(kind="person", value="A. Example")), "public", lambda value: bytes(32))[1].kind
    'person'
    """
    return tuple(_seen(piece, reader, salt_of) for piece in words)


def withheld(held: Held, salt: bytes) -> Withheld:
    """Return what stands for a withheld value: its kind, and SHA-256 of salt, kind, a zero byte and value in UTF-8.

    Whoever is later given salt and value can check that this is what stood there; without the salt nobody can guess.
    """
    said = salt + held.kind.encode() + b"\0" + held.value.encode("utf-8", "surrogatepass")
    return Withheld(kind=held.kind, digest=hashlib.sha256(said).hexdigest())


def redact_all(part: Part, reader: Reader, salt_of: SaltOf) -> Part:
    """Return any part of a report (a value made of structs and tuples) with every word in it redacted."""
    return each_held(part, lambda held: _seen(held, reader, salt_of))


def _seen(piece: Piece, reader: Reader, salt_of: SaltOf) -> Piece:
    if not isinstance(piece, Held):
        return piece
    if piece.kind == "own words":
        return _own_words(piece, reader, salt_of)
    return piece if piece.kind in SEES[reader] else withheld(piece, salt_of(piece.value))


def _own_words(piece: Held, reader: Reader, salt_of: SaltOf) -> Held:
    """Return the account's own words without the handles, addresses and links in them that a reader may not see."""
    parts = [
        plain((one,)) if isinstance(one, Withheld) else one.value if isinstance(one, Held) else str(one)
        for one in redact(told(piece.value, {}), reader, salt_of)
    ]
    return msgspec.structs.replace(piece, value="".join(parts))
