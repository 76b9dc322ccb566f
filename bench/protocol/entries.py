"""The benchmark's answers as rows: a permanent name, a figure, what was asked, what the best peer reached."""

from collections.abc import Mapping, Sequence
from math import isnan

import msgspec

from bench.protocol.metrics import Figure


class Reach(msgspec.Struct, frozen=True):
    """What is asked of a figure: at least, at most, or both."""

    least: float | None = None
    most: float | None = None

    def met(self, value: float) -> bool:
        """Say whether a value is what was asked.

        >>> Reach(least=0.5, most=1.1).met(0.7)
        True
        """
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def decided(self, figure: Figure) -> bool:
        """Say whether a figure's whole interval lies on one side of what was asked."""
        return self.met(figure.low) == self.met(figure.high) == self.met(figure.value)

    def bounds(self) -> float | tuple[float, float] | None:
        """Return the one bound, or both."""
        if self.least is not None and self.most is not None:
            return self.least, self.most
        return self.most if self.least is None else self.least

    def written(self) -> str:
        """Return it as a person would write it."""
        if self.least is not None and self.most is not None:
            return f"{self.least:,} to {self.most:,}"
        return f">= {self.least:,}" if self.least is not None else f"<= {self.most:,}"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of a benchmark, as `--json` writes it.

    `reach` is the figure that was asked for, or the two it should lie between (None: published, nothing asked) and
    `asked` says it as a person would; `peer` is the best peer's figure of the same run and `peers` holds all of them;
    `ok` is None where the sample cannot decide or nothing was asked, and `why` says so.
    """

    name: str
    value: float | None
    unit: str
    reach: float | tuple[float, float] | None = None
    asked: str = ""
    peer: float | None = None
    ok: bool | None = None
    why: str | None = None
    low: float | None = None
    high: float | None = None
    peers: Mapping[str, float] = {}


def entry(
    name: str, figure: Figure, unit: str, *, reach: Reach | None, peers: Mapping[str, float], why_short: str | None
) -> Entry:
    """Return the row of a figure; with `why_short` (a small sample) it decides only where its interval does."""
    known = {peer: round(value, 4) for peer, value in peers.items() if not isnan(value)}
    value = None if isnan(figure.value) else round(figure.value, 4)
    ok, why = _judged(figure, reach, why_short)
    return Entry(
        name=name, value=value, unit=unit, reach=reach.bounds() if reach else None,
        asked=reach.written() if reach else "", peer=_best(known, reach), ok=ok,
        why=why, low=_rounded(figure.low), high=_rounded(figure.high), peers=known,
    )  # fmt: skip


def _judged(figure: Figure, reach: Reach | None, why_short: str | None) -> tuple[bool | None, str | None]:
    if reach is None:
        return None, "published; no figure is asked"
    if isnan(figure.value):
        return None, "could not be measured here"
    if why_short is not None and not reach.decided(figure):
        return None, why_short
    return reach.met(figure.value), None


def _best(peers: Mapping[str, float], reach: Reach | None) -> float | None:
    if not peers:
        return None
    if reach is not None and reach.most is not None:
        target = reach.most if reach.least is None else (reach.least + reach.most) / 2
        return min(peers.values(), key=lambda value: abs(value - target))
    return max(peers.values())


def _rounded(value: float) -> float | None:
    return None if isnan(value) else round(value, 4)


def exact(value: float) -> Figure:
    """Return a figure that was measured once, with no interval.

    >>> exact(3.0).low
    3.0
    """
    return Figure(value, value, value, 0)


def table(entries: Sequence[Entry]) -> str:
    """Return rows as a table for people (Markdown, so that it can be published as it is)."""
    head = ["name", "value", "95 %", "asked", "reached", "best peer"]
    lines = [_line(head), _line(["---"] * len(head))]
    lines += [_line(_cells(row)) for row in entries]
    notes = sorted({f"- {row.why}" for row in entries if row.why and row.asked})
    return "\n".join(lines + (["", *notes] if notes else []))


def _cells(row: Entry) -> list[str]:
    reached = {True: "yes", False: "no", None: "-"}[row.ok]
    interval = "" if row.low is None or row.low == row.high else f"{_number(row.low)} - {_number(row.high)}"
    peer = "" if row.peer is None else f"{_number(row.peer)} ({', '.join(_who(row))})"
    return [row.name, f"{_number(row.value)} {row.unit}".strip(), interval, row.asked, reached, peer]


def _who(row: Entry) -> list[str]:
    return [peer for peer, value in row.peers.items() if value == row.peer]


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3f}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def to_json(entries: Sequence[Entry]) -> bytes:
    """Return rows as a JSON list, one row a line."""
    return b"[\n" + b",\n".join(msgspec.json.encode(row) for row in entries) + b"\n]\n"
