"""Reads DER (ITU-T X.690) so strictly that a value has one form only; and writes the little that a request needs."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from countersign.errors import EvidenceError

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTF8, GENERALIZED_TIME, SEQUENCE, SET = 0x0C, 0x18, 0x30, 0x31

MOST_LENGTH_BYTES = 3
"""16 MB: no token or certificate comes near it."""

MOST_OID_ARC = 1 << 64
"""Arcs made of UUIDs are longer, but no object identifier of RFC 3161, RFC 5652 or RFC 5280 has one."""

_TIME = re.compile(rb"(\d{14})(?:\.(\d{0,8}[1-9]))?Z")


class DerError(EvidenceError):
    """These bytes are not what they should be in DER."""

    code = "CS460"


class Element(msgspec.Struct, frozen=True):
    """One value in DER: its tag, what it holds, and all of its bytes."""

    tag: int
    body: bytes
    whole: bytes


class Fields:
    """The fields of a SEQUENCE, taken one after the other; what is not taken by the end is an error."""

    def __init__(self, element: Element, name: str) -> None:
        if element.tag != SEQUENCE:
            raise DerError(f"{name} is not as it should be", hint=f"a tag {element.tag:#04x} instead of a SEQUENCE")
        self._left = list(children(element))[::-1]
        self._name = name

    def take(self, tag: int) -> Element:
        """Return the next field, which must have this tag."""
        found = self.maybe(tag)
        if found is None:
            raise DerError(f"{self._name} is not as it should be", hint=f"a field with the tag {tag:#04x} is missing")
        return found

    def maybe(self, tag: int) -> Element | None:
        """Return the next field if it has this tag."""
        if self._left and self._left[-1].tag == tag:
            return self._left.pop()
        return None

    def end(self) -> None:
        """Nothing may be left."""
        if self._left:
            raise DerError(f"{self._name} holds more than it should", hint=f"a tag {self._left[-1].tag:#04x}")


def only(data: bytes, tag: int, name: str) -> Element:
    """Return the one value that these bytes are, with this tag and nothing after it. Raises DerError.

    >>> only(bytes.fromhex("020107"), INTEGER, "a number").body
    b'\\x07'
    """
    element, end = _element(data, 0)
    if end != len(data) or element.tag != tag:
        raise DerError(f"{name} is not one value of the right kind")
    return element


def children(element: Element) -> Iterator[Element]:
    """Yield the values that a SEQUENCE, a SET or an explicit tag holds."""
    if not element.tag & 0x20:
        raise DerError("a plain value stands where several should be held")
    at = 0
    while at < len(element.body):
        child, at = _element(element.body, at)
        yield child


def retagged(element: Element, tag: int) -> Element:
    """Return a value that stands under an implicit tag with the tag that it has by itself (X.690 8.14)."""
    return Element(tag, element.body, bytes([tag]) + element.whole[1:])


def integer(element: Element) -> int:
    """Return an INTEGER; only its shortest form is one."""
    body = element.body
    if not body or (len(body) > 1 and body[0] in (0, 0xFF) and body[0] >> 7 == body[1] >> 7):
        raise DerError("a number is not in its shortest form")
    return int.from_bytes(body, signed=True)


def boolean(element: Element) -> bool:
    """Return a BOOLEAN: one byte, all ones or all zeros."""
    if element.body not in (b"\x00", b"\xff"):
        raise DerError("a truth value is neither true nor false")
    return element.body == b"\xff"


def octets_of_bits(element: Element) -> bytes:
    """Return a BIT STRING that holds whole bytes, such as a signature."""
    if element.body[:1] != b"\x00":
        raise DerError("a string of bits does not hold whole bytes")
    return element.body[1:]


def oid(element: Element) -> str:
    """Return an OBJECT IDENTIFIER with its dots.

    >>> oid(only(bytes.fromhex("06032a0304"), OID, "a name"))
    '1.2.3.4'
    """
    arcs: list[int] = []
    value, fresh = 0, True
    for byte in element.body:
        if fresh and byte == 0x80:
            raise DerError("an object identifier is not in its shortest form")
        value = value << 7 | byte & 0x7F
        fresh = not byte & 0x80
        if fresh:
            arcs.append(value)
            value = 0
        elif value >= MOST_OID_ARC:
            raise DerError("an object identifier is too long")
    if not arcs or not fresh:
        raise DerError("an object identifier is cut off")
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def moment(element: Element) -> datetime:
    """Return a GeneralizedTime as RFC 3161 has it, up to the next whole second where it has a fraction.

    Up, because it is read as "no later than".

    >>> moment(Element(GENERALIZED_TIME, b"20260820211407.5Z", b"")).isoformat()
    '2026-08-20T21:14:08+00:00'
    """
    match = _TIME.fullmatch(element.body)
    if match is None:
        raise DerError("a time is not in its one form")
    try:
        whole = datetime.strptime(match[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return whole + timedelta(seconds=1 if match[2] else 0)
    except (ValueError, OverflowError):
        raise DerError("there is no such time") from None


def encode(tag: int, *parts: bytes) -> bytes:
    """Return a value in DER: its tag, its length, and the parts one after the other.

    >>> encode(SEQUENCE, encode(NULL)).hex()
    '30020500'
    """
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + body


def encode_integer(value: int) -> bytes:
    """Return a number that is not negative as an INTEGER."""
    return encode(INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def encode_oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER.

    >>> encode_oid("1.2.840.113549").hex()
    '06062a864886f70d'
    """
    first, second, *rest = map(int, dotted.split("."))
    return encode(OID, *map(_base_128, (40 * first + second, *rest)))


def _base_128(arc: int) -> bytes:
    groups = [arc & 0x7F]
    while arc := arc >> 7:
        groups.append(arc & 0x7F | 0x80)
    return bytes(groups[::-1])


def _element(data: bytes, at: int) -> tuple[Element, int]:
    """Read the value that begins here; return it and where it ends."""
    if len(data) - at < 2:
        raise DerError("a value is cut off")
    tag, length, start = data[at], data[at + 1], at + 2
    if tag & 0x1F == 0x1F:
        raise DerError("there is a tag of more than one byte")
    if length >= 0x80:
        start, length = _long_length(data, start, length & 0x7F)
    end = start + length
    if end > len(data):
        raise DerError("a value is cut off")
    return Element(tag, data[start:end], data[at:end]), end


def _long_length(data: bytes, at: int, count: int) -> tuple[int, int]:
    if not 1 <= count <= MOST_LENGTH_BYTES or at + count > len(data):
        raise DerError("a length is indefinite or too long")
    length = int.from_bytes(data[at : at + count])
    if length < 0x80 or length.bit_length() <= 8 * (count - 1):
        raise DerError("a length is not in its shortest form")
    return at + count, length
