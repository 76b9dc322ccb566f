"""Zips whose lie only shows when a member is read: name of the case, the code that must answer, the bytes."""

from collections.abc import Callable, Iterator, Mapping

from tests.unit.sources.container.forge import Part, deflated, forged

_LIAR = b"[" + b"1," * 40 + b"1]"

_CASES: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "more data than claimed": ("CS141", lambda: forged(
        Part(packed=deflated(_LIAR * 9), data=_LIAR))),
    "one byte more than claimed": ("CS141", lambda: forged(Part(packed=deflated(_LIAR + b"x"), data=_LIAR))),
    "less data than claimed": ("CS141", lambda: forged(Part(packed=deflated(_LIAR[:9]), data=_LIAR))),
    "a bomb that claims to be small": ("CS141", lambda: forged(Part(packed=deflated(bytes(50_000_000)), data=b"[]"))),
    "content claimed to be empty": ("CS141", lambda: forged(Part(packed=deflated(b"secret"), data=b""))),
    "bytes after the packed data": ("CS115", lambda: forged(Part(packed=deflated(_LIAR) + b"hidden", data=_LIAR))),
    "an archive after the packed data": ("CS115", lambda: forged(
        Part(packed=deflated(_LIAR) + deflated(b"second"), data=_LIAR))),
    "a wrong checksum": ("CS142", lambda: forged(Part(central={"crc": 7}, local={"crc": 7}))),
    "a wrong checksum of stored data": ("CS142", lambda: forged(
        Part(method=0, central={"crc": 7}, local={"crc": 7}))),
    "a wrong checksum of nothing": ("CS142", lambda: forged(
        Part(method=0, data=b"", central={"crc": 7}, local={"crc": 7}))),
    "damaged packed data": ("CS143", lambda: forged(Part(packed=b"\xff" * 20, data=_LIAR))),
    "packed data cut off": ("CS112", lambda: forged(Part(packed=deflated(_LIAR)[:-3], data=_LIAR))),
    "packed data missing its end": ("CS112", lambda: forged(Part(packed=deflated(_LIAR)[:4], data=_LIAR))),
    "stored called deflated": ("CS143", lambda: forged(Part(packed=_LIAR, data=_LIAR))),
}  # fmt: skip


def refused_on_reading() -> Iterator[tuple[str, str, Callable[[], bytes]]]:
    """Yield the zips whose lie only shows when the member is read."""
    for name, (code, made) in _CASES.items():
        yield name, code, made
