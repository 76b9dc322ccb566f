"""Reads and writes DRISL, the one allowed binary form of a value, so that a hash cannot stand for two meanings.

Source: DRISL (DASL); RFC 8949; AT Protocol specification, Data Model (no floats). Rules 7 to 15.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

import msgspec

from countersign.errors import NotProved
from countersign.evidence.atproto.cid import CID_BYTES, is_cid
from countersign.evidence.atproto.refused import refused

MAX_NESTING: Final = 64
"""Lists and maps within each other; records of the protocol have fewer than ten."""
_MAX_INTEGER: Final = 2**63 - 1
_LEAST: Final = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}
"""The smallest number that needs one, two, four, eight bytes."""
_SIMPLE: Final[Mapping[int, bool | None]] = {0xF4: False, 0xF5: True, 0xF6: None}
_LINK: Final = 42


class Link(msgspec.Struct, frozen=True):
    """A link to another block by its identifier, 36 bytes."""

    cid: bytes


Value: TypeAlias = "bool | int | str | bytes | Link | tuple[Value, ...] | Mapping[str, Value] | None"


def decode(block: bytes) -> Value:
    """Return the value of a block; raises NotProved (CS442) unless it is in its one allowed form.

    >>> decode(b"\\xa1aa\\x82\\x01\\xf6")
    {'a': (1, None)}
    """
    reader = _Reader(block)
    value = reader.value(0)
    if reader.place != len(block):
        raise _broken("bytes follow the value of a block", 7)
    return value


class _Reader:
    """Goes through the bytes of one block."""

    def __init__(self, block: bytes) -> None:
        self._block = block
        self.place = 0

    def value(self, depth: int) -> Value:
        major, number = self._head()
        match major:
            case 0 | 1:
                if number > _MAX_INTEGER:
                    raise _broken("an integer has more than 64 bits", 10)
                return -1 - number if major else number
            case 2:
                return self._taken(number)
            case 3:
                return self._text(number)
            case 4:
                self._room_for(number, depth)
                return tuple(self.value(depth + 1) for _ in range(number))
            case 5:
                self._room_for(number, depth)
                return self._map(number, depth + 1)
            case 6:
                return self._link(number)
        return _SIMPLE[number]

    def _head(self) -> tuple[int, int]:
        """Return the kind of the next value and its number (for simple values, the byte itself)."""
        first = self._taken(1)[0]
        major, info = first >> 5, first & 31
        if major == 7:
            if first not in _SIMPLE:
                raise _broken("a float or another value that the protocol does not allow", 8)
            return major, first
        if info < 24:
            return major, info
        if info not in _LEAST:
            raise _broken("a length is indefinite or has no meaning", 9)
        number = int.from_bytes(self._taken(1 << info - 24))
        if number < _LEAST[info]:
            raise _broken("a number is not written in its shortest form", 9)
        return major, number

    def _taken(self, length: int) -> bytes:
        start = self.place
        if length > len(self._block) - start:
            raise _broken("a block ends within a value", 14)
        self.place = start + length
        return self._block[start : self.place]

    def _text(self, length: int) -> str:
        try:
            return self._taken(length).decode("utf-8")
        except UnicodeDecodeError:
            raise _broken("a text is not UTF-8", 11) from None

    def _room_for(self, items: int, depth: int) -> None:
        if items > len(self._block) - self.place:
            raise _broken("a list or map has more items than bytes are left", 14)
        if depth >= MAX_NESTING:
            raise _broken("values are nested too deep", 15)

    def _map(self, length: int, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        before: tuple[int, bytes] | None = None
        for _ in range(length):
            major, size = self._head()
            if major != 3:
                raise _broken("a key of a map is not text", 12)
            key = self._text(size)
            order = (size, self._block[self.place - size : self.place])
            if before is not None and order <= before:
                raise _broken("the keys of a map are not in order, or one stands twice", 12)
            before = order
            found[key] = self.value(depth)
        return found

    def _link(self, tag: int) -> Link:
        if tag != _LINK:
            raise _broken("a tag that the protocol does not allow", 8)
        major, length = self._head()
        held = self._taken(length) if major == 2 and length == CID_BYTES + 1 else b""
        if not held.startswith(b"\x00") or not is_cid(held[1:]):
            raise _broken("a link does not hold an identifier that the protocol allows", 13)
        return Link(held[1:])


def encode(value: Value) -> bytes:
    """Return the one allowed form of a value; texts must not hold lone surrogates, integers have at most 64 bits.

    >>> encode({"bb": 1, "a": (Link(b"\\x01\\x71\\x12\\x20" + bytes(32)),)}).hex()[:24]
    'a2616181d82a582500017112'
    """
    match value:
        case None:
            return b"\xf6"
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            text = value.encode("utf-8")
            return _head(3, len(text)) + text
        case Link(cid):
            return b"\xd8\x2a\x58\x25\x00" + cid
        case tuple():
            return _head(4, len(value)) + b"".join(map(encode, value))
    keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
    return _head(5, len(keys)) + b"".join(encode(key) + encode(value[key]) for key in keys)


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    info = max(info for info, least in _LEAST.items() if number >= least)
    return bytes([major << 5 | info]) + number.to_bytes(1 << info - 24)


def _broken(message: str, rule: int) -> NotProved:
    return refused("CS442", message, rule)
