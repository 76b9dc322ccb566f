"""Reads and writes content identifiers (CIDs): the hashes by which blocks name each other.

Source: DASL CID; AT Protocol specification, Repository ("CID Formats").
"""

import base64
import hashlib
from typing import Final

CID_BYTES: Final = 36
"""Version, codec, hash, length of the hash: four bytes; then SHA-256."""
NODE_START: Final = b"\x01\x71\x12\x20"
"""How the identifier of a DRISL block begins: commits, nodes, records."""
_RAW_START: Final = b"\x01\x55\x12\x20"


def is_cid(cid: bytes) -> bool:
    """Say whether these bytes are an identifier of a DRISL or a raw block.

    >>> is_cid(cid_of(b"")), is_cid(b"")
    (True, False)
    """
    return len(cid) == CID_BYTES and cid.startswith((NODE_START, _RAW_START))


def is_block_cid(cid: bytes) -> bool:
    """Say whether these bytes are an identifier of a DRISL block."""
    return len(cid) == CID_BYTES and cid.startswith(NODE_START)


def fits(block: bytes, cid: bytes) -> bool:
    """Say whether a block has the hash that its identifier names."""
    return hashlib.sha256(block).digest() == cid[4:]


def cid_of(block: bytes) -> bytes:
    """Return the identifier of a DRISL block, 36 bytes.

    >>> cid_text(cid_of(b"\\xa0"))
    'bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua'
    """
    return NODE_START + hashlib.sha256(block).digest()


def cid_text(cid: bytes) -> str:
    """Return an identifier as it is written: b, then base 32 in small letters."""
    return "b" + base32_text(cid)


def base32_text(held: bytes) -> str:
    """Return bytes in base 32, small letters, no padding (RFC 4648, section 6)."""
    return base64.b32encode(held).decode().lower().rstrip("=")


def cid_bytes(text: str) -> bytes | None:
    """Return the bytes of a written identifier; None if it is none that the protocol allows.

    >>> cid_bytes("zdj7WWeQ43G6JJvLWQWZpyHuAMq6uYWRjkBXFad11vE2LHhQ7") is None  # another way of writing
    True
    """
    if len(text) != 59 or not text.startswith("b") or not text.isascii() or text != text.lower():
        return None
    try:
        cid = base64.b32decode(text[1:].upper() + "======")
    except ValueError:
        return None
    return cid if is_cid(cid) and cid_text(cid) == text else None
