"""Reads plain lists of networks (CIDR or AS numbers, one a line), each with a name, a kind and a date."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from typing import Final

from countersign.errors import SourceError
from countersign.sources.networks.addresses import Address

MOST_LINES: Final = 2_000_000
"""The longest public lists of hosting networks have some hundred thousand."""
LONGEST_LINE: Final = 1_000
_HEADER: Final = re.compile(r"#\s*(name|date|kind)\s*[:=]\s*(.{1,200})", re.IGNORECASE)
_AS: Final = re.compile(r"AS\s?(\d{1,10})", re.IGNORECASE)
_AS_TITLE: Final = re.compile(r'"?(asn?|as ?number|autonomous_system_number)"?\s*[,;\t]', re.IGNORECASE)
"""The first line of a table whose first column holds AS numbers, bare."""


class NetworkList:
    """Ranges of addresses and AS numbers that are of one kind."""

    def __init__(self, text: str, path: str) -> None:
        self.header: dict[str, str] = {}
        self.not_understood = 0
        self.asns: set[int] = set()
        spans: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        self._bare = _AS_TITLE.match(text.lstrip()[:200]) is not None
        for line in _lines(text, path):
            self._take(line, spans)
        if not self.asns and not spans[4] and not spans[6]:
            raise SourceError("there is no network in it", where=path, code="CS191",
                              hint="one network a line, such as 203.0.113.0/24 or AS64500")  # fmt: skip
        self._spans = {version: _merged(found) for version, found in spans.items()}
        self._starts = {version: [start for start, _ in found] for version, found in self._spans.items()}

    def __contains__(self, found: Address) -> bool:
        at = bisect_right(self._starts[found.version], int(found)) - 1
        return at >= 0 and int(found) <= self._spans[found.version][at][1]

    def __len__(self) -> int:
        return len(self.asns) + sum(map(len, self._spans.values()))

    def _take(self, line: str, spans: dict[int, list[tuple[int, int]]]) -> None:
        header = _HEADER.match(line)
        if header:
            self.header.setdefault(header[1].lower(), header[2].strip())
        entry = re.split(r"[\s,;#]", line, maxsplit=1)[0].strip('"')
        if not entry or (self._bare and _AS_TITLE.match(line)):
            return
        number = _AS.fullmatch(f"AS{entry}" if self._bare and entry.isascii() and entry.isdigit() else entry)
        if number:
            self.asns.add(int(number[1]))
            return
        try:
            network = ip_network(entry, strict=False)
        except ValueError:
            self.not_understood += 1
            return
        spans[network.version].append((int(network.network_address), int(network.broadcast_address)))


def _lines(text: str, path: str) -> Iterator[str]:
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise SourceError(f"a list of {len(lines):,} lines", where=path, code="CS191",
                          hint=f"at most {MOST_LINES:,} are read")  # fmt: skip
    for line in lines:
        yield line[:LONGEST_LINE].strip()


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
