"""A lying host: signs any tree, any commit, any bytes. Written apart from the program, so that the two can disagree."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

DID = "did:plc:" + "abcdefghijklmnopqrstuvwx"
LIKE = "app.bsky.feed.like"
REV = "3jzfcijpj2z2a"
LATER = "3jzfcijpj2z2b"
ORDERS = {
    "k256": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
    "p256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
}
CODECS = {"k256": b"\xe7\x01", "p256": b"\x80\x24"}
CURVES: dict[str, ec.EllipticCurve] = {"k256": ec.SECP256K1(), "p256": ec.SECP256R1()}


class Raw(bytes):
    """Bytes that stand in a block as they are, encoded already."""


class Block(NamedTuple):
    cid: bytes
    data: bytes


class Signer(NamedTuple):
    curve: str
    private: ec.EllipticCurvePrivateKey

    @classmethod
    def made(cls, curve: str = "k256", number: int = 12345) -> "Signer":
        return cls(curve, ec.derive_private_key(number, CURVES[curve]))

    @property
    def key(self) -> str:
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        return "did:key:z" + base58(CODECS[self.curve] + point)

    def numbers(self, message: bytes) -> tuple[int, int]:
        """Return r and s, s the low one."""
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(hashes.SHA256())))
        return r, min(s, ORDERS[self.curve] - s)

    def sign(self, message: bytes) -> bytes:
        return joined(*self.numbers(message))


def joined(r: int, s: int) -> bytes:
    return r.to_bytes(32) + s.to_bytes(32)


def base58(held: bytes) -> str:
    number, signs = int.from_bytes(held), ""
    while number:
        number, rest = divmod(number, 58)
        signs = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[rest] + signs
    return "1" * (len(held) - len(held.lstrip(b"\0"))) + signs


def head(major: int, number: int) -> bytes:
    for info, size in ((None, 0), (24, 1), (25, 2), (26, 4), (27, 8)):
        if info is None and number < 24:
            return bytes([major << 5 | number])
        if info is not None and number < 1 << 8 * size:
            return bytes([major << 5 | info]) + number.to_bytes(size)
    raise AssertionError(number)


def cbor(value: Any) -> bytes:
    """Encode as it stands: a dict keeps its order, Raw is taken over."""
    match value:
        case Raw():
            return bytes(value)
        case None:
            return b"\xf6"
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return head(0, value) if value >= 0 else head(1, -1 - value)
        case str():
            return head(3, len(value.encode())) + value.encode()
        case bytes():
            return head(2, len(value)) + value
        case dict():
            return head(5, len(value)) + b"".join(cbor(part) for pair in value.items() for part in pair)
        case _:
            return head(4, len(value)) + b"".join(map(cbor, value))


def link(cid: bytes | None) -> Raw | None:
    return None if cid is None else Raw(b"\xd8\x2a\x58\x25\x00" + cid)


def block(data: bytes, codec: int = 0x71) -> Block:
    return Block(bytes([1, codec, 0x12, 0x20]) + hashlib.sha256(data).digest(), data)


def record(number: int = 0) -> Block:
    return block(cbor({"n": number, "$type": LIKE}))


def fields(data: bytes, did: str = DID, rev: str = REV) -> dict[str, Any]:
    return {"did": did, "rev": rev, "data": link(data), "prev": None, "version": 3}


def commit(signer: Signer, unsigned: Mapping[str, Any], signature: Any = None) -> Block:
    """Sign a commit's fields as they stand and put the signature where it belongs."""
    made = signer.sign(cbor(dict(unsigned))) if signature is None else signature
    named = [*unsigned.items()]
    return block(cbor(dict([*named[:2], ("sig", made), *named[2:]])))


def entry(key: bytes, value: bytes, before: bytes = b"", right: bytes | None = None) -> dict[str, Any]:
    size = common(before, key)
    return {"k": key[size:], "p": size, "t": link(right), "v": link(value)}


def common(one: bytes, other: bytes) -> int:
    size = 0
    while size < min(len(one), len(other)) and one[size] == other[size]:
        size += 1
    return size


def node(left: bytes | None, entries: Sequence[Any]) -> Block:
    return block(cbor({"e": entries, "l": link(left)}))


def layer(key: bytes) -> int:
    bits = "".join(f"{byte:08b}" for byte in hashlib.sha256(key).digest())
    return (len(bits) - len(bits.lstrip("0"))) // 2


def keys_of(wanted: int, count: int, prefix: str = LIKE) -> list[bytes]:
    """Return ascending keys of one layer."""
    found: list[bytes] = []
    number = 0
    while len(found) < count:
        key = f"{prefix}/3k{number:011d}".encode()
        if layer(key) == wanted:
            found.append(key)
        number += 1
    return found


class Tree(NamedTuple):
    root: bytes
    blocks: dict[bytes, bytes]


def tree(records: Mapping[bytes, bytes]) -> Tree:
    """Build the right tree of keys and identifiers, from above."""
    blocks: dict[bytes, bytes] = {}

    def built(keys: Sequence[bytes], at: int) -> bytes:
        here = [place for place, key in enumerate(keys) if layer(key) == at]
        parts = [keys[low + 1 : high] for low, high in zip([-1, *here], [*here, len(keys)], strict=True)]
        below = [built(part, at - 1) if part else None for part in parts]
        chosen = [keys[place] for place in here]
        rows = zip(chosen, [b"", *chosen], below[1:], strict=False)
        made = node(below[0], [entry(key, records[key], before, right) for key, before, right in rows])
        blocks[made.cid] = made.data
        return made.cid

    keys = sorted(records)
    return Tree(built(keys, max(map(layer, keys), default=0)), blocks)


def car(blocks: Iterable[Block], root: bytes | None = None) -> bytes:
    blocks = list(blocks)
    first = blocks[0].cid if root is None else root
    header = cbor({"roots": [link(first)], "version": 1})
    return varint(len(header)) + header + b"".join(framed(block) for block in blocks)


def framed(block: Block) -> bytes:
    return varint(len(block.cid) + len(block.data)) + block.cid + block.data


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])
