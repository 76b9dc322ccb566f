"""What others do: counted over accounts, made public as sums, and read back as the table that scoring compares with.

The table holds no text, name or id: sums over hashed buckets and small sets of values, each account with the same
weight, a bucket that fewer than `HELD_BY` accounts hold goes to "other". Its version is part of every score.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from countersign.errors import ScoreError
from countersign.profile.closed import Floats
from countersign.profile.compiling import walking
from countersign.profile.layout import Layout, Plan
from countersign.score.kernel import Background, Moments, Scratch, learn, look, notice, scratch
from countersign.score.observe import Observed
from countersign.score.walk import CEILINGS, States, fresh

GROUPS, WIDEST, BUCKETS = 8, 64, 4096
HELD_BY = 5
"""A bucket held by fewer accounts than this could tell of one of them; it goes to "other"."""
FEW = 50
"""Observations below which an account says too little of a signal to be counted."""
EVERYWHERE = 0.02
"""Part of every background that is spread evenly: nothing is impossible for a stranger."""
KINDS: Mapping[str, float] = {"language": 1.0, "client": 1.0, "domain": 100.0, "hashtags": 300.0}
MANY = 3000.0
"""How many different values share a bucket, by signal, and for names of people: measured orders of magnitude."""


class Tally(NamedTuple):
    """What one account did: counts of closed codes [row, verb group, code], of open buckets and of units of text."""

    closed: Floats
    open: Floats
    units: Floats


def tally(plan: Plan, seen: Observed, flat: Background) -> Tally:
    """Return the counts of one account's actions, in order."""
    layout = plan.layout
    states = fresh(plan, 1, shadows=0)
    counts = Tally(
        closed=np.zeros((len(layout.closed), GROUPS, WIDEST)),
        open=np.zeros((len(layout.open), BUCKETS)),
        units=np.zeros((len(layout.texts), widest(layout))),
    )
    _tally(len(seen.time), seen, layout, states, flat, scratch(layout, len(plan.names)), CEILINGS[plan.preset],
           np.zeros((len(seen.time), 3), dtype=np.int8), counts)  # fmt: skip
    return counts


@walking
def _tally(
    rows: int,
    seen: Observed,
    layout: Layout,
    states: States,
    flat: Background,
    s: Scratch,
    ceiling: int,
    moments: Moments,
    counts: Tally,
) -> None:
    totals = states.totals[0]
    for row in range(rows):
        notice(row, seen, totals, moments)
        look(row, seen, layout, moments, s)
        for c in range(len(layout.closed)):
            if s.codes[c] >= 0:
                counts.closed[c, s.context[2], s.codes[c]] += 1
        for o in range(len(layout.open)):
            for at in range(seen.bounds[o, row], seen.bounds[o, row + 1]):
                counts.open[o, np.int64(seen.values[at] >> np.uint64(52))] += 1
        for t in range(len(layout.texts)):
            for k in range(s.gram_counts[s.place[0], t]):
                counts.units[t, s.grams[s.place[0], t, k]] += 1
        learn(row, seen, layout, states.wide[0], totals, states.counters[0], flat, s, ceiling)


def widest(layout: Layout) -> int:
    """Return the most counters that any text habit has."""
    return int(layout.texts[:, 2].max()) if len(layout.texts) else 1


def even(plan: Plan) -> Background:
    """Return a background in which everything is equally likely."""
    layout = plan.layout
    closed = np.zeros((len(layout.closed), GROUPS, WIDEST))
    for c, row in enumerate(layout.closed):
        closed[c, :, : row[0]] = 1.0 / row[0]
    units = np.zeros((len(layout.texts), widest(layout)), dtype=np.float32)
    for t, row in enumerate(layout.texts):
        units[t] = 1.0 / row[2]
    signals = len(plan.names)
    return Background(
        closed=closed,
        open=np.full((len(layout.open), BUCKETS), 1.0 / BUCKETS / MANY),
        grams=units,
        imitation=np.full(signals, 0.05),
        slack=np.full(signals, 0.01),
    )


def assemble(plan: Plan, tallies: Sequence[Tally], shares: Sequence[float]) -> dict[str, npt.NDArray[Any]]:
    """Return the table made of accounts' tallies, each with its share of the whole."""
    layout = plan.layout
    table: dict[str, npt.NDArray[Any]] = {}
    for c, name in enumerate(plan.closed_names):
        counted = [(t.closed[c], share) for t, share in zip(tallies, shares, strict=True)]
        table[f"closed/{name}"] = _closed(counted, int(layout.closed[c, 0]), apart=name != "kind")
    for o, name in enumerate(plan.open_names):
        table[f"open/{name}"] = _buckets([t.open[o] for t in tallies], shares, even_part=0.5)
    for t, name in enumerate(plan.text_names):
        size = int(layout.texts[t, 2])
        table[f"text/{name}"] = _buckets([one.units[t, :size] for one in tallies], shares, even_part=0.05)
    return table


def _closed(counted: Sequence[tuple[Floats, float]], size: int, *, apart: bool) -> npt.NDArray[np.float32]:
    whole, groups, weights = np.zeros(size), np.zeros((GROUPS, size)), np.zeros(GROUPS)
    for counts, share in counted:
        by = counts[:, :size]
        if by.sum() > FEW:
            whole += share * by.sum(axis=0) / by.sum()
        for group in np.flatnonzero(by.sum(axis=1) > FEW / 2):
            groups[group] += share * by[group] / by[group].sum()
            weights[group] += share
    whole = _spread(whole)
    if not apart:
        return np.tile(whole, (GROUPS, 1)).astype(np.float32)
    return np.stack([(groups[g] + 2.0 * whole) / (weights[g] + 2.0) for g in range(GROUPS)]).astype(np.float32)


def _spread(values: Floats) -> Floats:
    even_part = np.full(len(values), 1.0 / len(values))
    total = values.sum()
    return even_part if total == 0 else (1 - EVERYWHERE) * values / total + EVERYWHERE * even_part


def _buckets(counts: Sequence[Floats], shares: Sequence[float], *, even_part: float) -> npt.NDArray[np.uint8]:
    size = len(counts[0])
    known = np.zeros(size)
    for own, share in zip(counts, shares, strict=True):
        if own.sum() > FEW:
            known += share * own / own.sum()
    held = np.sum([own > 0 for own in counts], axis=0) >= HELD_BY
    other = known[~held].sum()
    known = np.where(held, known, other / max(1, int((~held).sum())))
    total = known.sum()
    values = np.full(size, 1.0 / size) if total == 0 else (1 - even_part) * known / total + even_part / size
    eighths: npt.NDArray[np.uint8] = np.clip(np.round(-8.0 * np.log2(values)), 0, 255).astype(np.uint8)
    return eighths


def from_table(
    plan: Plan, table: Mapping[str, npt.NDArray[Any]], limits: Mapping[str, tuple[float, float]]
) -> Background:
    """Return the background of a plan from a table; signals that it lacks (plug-ins) get an even one.

    `limits` gives by signal how far a stranger may imitate and how far a habit may fail. Raises ScoreError where the
    table does not fit the program.
    """
    back = even(plan)
    for c, name in enumerate(plan.closed_names):
        _take(table, f"closed/{name}", back.closed[c])
    for o, name in enumerate(plan.open_names):
        values = table.get(f"open/{name}")
        if values is not None:
            back.open[o] = _shares(values) / KINDS.get(name, MANY)
    for t, name in enumerate(plan.text_names):
        values = table.get(f"text/{name}")
        if values is not None:
            back.grams[t] = _folded(_shares(values), int(plan.layout.texts[t, 2]), back.grams.shape[1])
    for index, name in enumerate(plan.names):
        back.imitation[index], back.slack[index] = limits.get(name, limits.get("", (0.05, 0.01)))
    return back


def _take(table: Mapping[str, npt.NDArray[Any]], key: str, into: Floats) -> None:
    values = table.get(key)
    if values is None:
        return
    if values.shape[1] > into.shape[1]:
        raise ScoreError(f"the background table does not fit this program at {key}", hint="install the program anew")
    into[:] = 0.0
    into[:, : values.shape[1]] = values


def _shares(logarithms: npt.NDArray[Any]) -> Floats:
    """Return what `_buckets` wrote, as shares: eighths of a halving."""
    return np.exp2(-logarithms.astype(np.float64) / 8.0)


def _folded(values: Floats, size: int, width: int) -> npt.NDArray[np.float32]:
    out = np.zeros(width, dtype=np.float32)
    whole = values.reshape(-1, size).sum(axis=0) if len(values) > size else values
    out[: len(whole)] = whole / whole.sum()
    return out
