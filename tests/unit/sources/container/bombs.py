"""Zips in which entries share bytes, so that a little file unpacks to much."""

import struct

from tests.unit.sources.container.forge import Part, forged

GOOD = Part()
OTHER = Part(name=b"data/tweets.js", data=b"window.YTD.tweets.part0 = []")


def shared_bytes() -> bytes:
    """Two entries of the directory for one local header, as in the first kind of Fifield's bombs."""
    body = forged(GOOD)
    *_, size, start, _ = struct.unpack("<4s4H2IH", body[-22:])
    row = body[start : start + size]
    twin = row.replace(b"data/like.js", b"data/mine.js")
    return body[:start] + row + twin + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 2, 2, 2 * size, start, 0)


def quoted_headers() -> bytes:
    """Fifield's second kind: each file's data begins with the local header of the next, in a stored block."""
    inner = forged(OTHER)
    start = struct.unpack("<4s4H2IH", inner[-22:])[6]
    kernel = inner[:start]
    outer = Part(name=b"data/outer.js", data=kernel, method=0)
    whole = forged(outer)
    begin = struct.unpack("<4s4H2IH", whole[-22:])[6]
    offset = whole.index(kernel)
    row = inner[start:-22]
    moved = row[:42] + struct.pack("<I", offset) + row[46:]
    table = whole[begin:-22] + moved
    return whole[:begin] + table + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 2, 2, len(table), begin, 0)


def quine_like() -> bytes:
    """An entry whose data reach over the directory itself, as in a zip that holds itself."""
    size = len(forged(GOOD))
    return forged(Part(method=0, central={"packed": size, "size": size}, local={"packed": size, "size": size}))


def entry_in_directory() -> bytes:
    """An entry said to begin among the rows of the directory."""
    plain = forged(GOOD, OTHER)
    start = struct.unpack("<4s4H2IH", plain[-22:])[6]
    return forged(GOOD, Part(name=OTHER.name, data=OTHER.data, central={"offset": start + 3}))
