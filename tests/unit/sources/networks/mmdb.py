"""Writes small MaxMind DB files for tests, after the format's specification (version 2.0)."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

MARK = b"\xab\xcd\xefMaxMind.com"
EPOCH = 1_793_491_200
"""1 November 2026."""


def write(path: Path, kind: str, records: dict[str, Any], *, epoch: int = EPOCH) -> Path:
    """Write a table of IPv6 with IPv4 inside it, with a record for each network."""
    nodes: list[list[Any]] = [[None, None]]
    for network, record in records.items():
        found = ip_network(network)
        bits = f"{int(found.network_address):0{found.max_prefixlen}b}"[: found.prefixlen]
        _put(nodes, bits if found.version == 6 else "0" * 96 + bits, record)
    data, places = b"", {}
    for node in nodes:
        for side in node:
            if isinstance(side, dict):
                places[id(side)] = len(data)
                data += _encoded(side)
    tree = b"".join(_pointer(side, len(nodes), places) for node in nodes for side in node)
    about = {
        "node_count": len(nodes), "record_size": 32, "ip_version": 6, "database_type": kind, "languages": [],
        "binary_format_major_version": 2, "binary_format_minor_version": 0, "build_epoch": epoch, "description": {},
    }  # fmt: skip
    path.write_bytes(tree + bytes(16) + data + MARK + _encoded(about))
    return path


def _put(nodes: list[list[Any]], bits: str, record: dict[str, Any]) -> None:
    at = 0
    for bit in bits[:-1]:
        if nodes[at][int(bit)] is None:
            nodes.append([None, None])
            nodes[at][int(bit)] = len(nodes) - 1
        at = nodes[at][int(bit)]
    nodes[at][int(bits[-1])] = record


def _pointer(side: Any, count: int, places: dict[int, int]) -> bytes:
    value = count if side is None else side if isinstance(side, int) else count + 16 + places[id(side)]
    return int(value).to_bytes(4, "big")


def _encoded(value: Any) -> bytes:
    """Return a value of the data section: maps, arrays, text, booleans, numbers."""
    if isinstance(value, bool):
        return _control(14, int(value))
    if isinstance(value, int):
        body = value.to_bytes(8, "big").lstrip(b"\0")
        return _control(9, len(body)) + body
    if isinstance(value, str):
        return _control(2, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _control(11, len(value)) + b"".join(map(_encoded, value))
    return _control(7, len(value)) + b"".join(_encoded(part) for pair in value.items() for part in pair)


def _control(kind: int, size: int) -> bytes:
    if size >= 29:
        size, more = 29, bytes([size - 29])
    else:
        more = b""
    return (bytes([(kind << 5) | size]) if kind <= 7 else bytes([size, kind - 7])) + more
