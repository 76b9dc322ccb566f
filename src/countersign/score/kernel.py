"""The one kernel that weighs and learns actions in order, driven by the table of signals.

It is compiled once and walks rows; scoring reads an account's state and never changes it, learning is a separate call.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from countersign.profile.closed import Floats, Longs, Wide, closed_learn, closed_parts, mixed, reweigh
from countersign.profile.compiling import inlined, inner
from countersign.profile.layout import MOST_PARTS, Layout
from countersign.profile.open import open_learn, open_parts
from countersign.profile.text import (
    EVEN,
    LONGEST,
    LONGEST_CODES,
    Codes,
    Counters,
    Grams,
    bits_per_unit,
    codes_of,
    runs_of,
    text_learn,
    words_of,
)
from countersign.score.observe import NO_TIME, Observed

UNITS = 256.0
"""Bits are kept in whole 1/256, so that shares add up exactly and in any order."""
CLIP = 14.0
"""No signal says more than this many bits: beyond it a habit of some thousand actions knows nothing."""
FEW_UNITS = 500
KNOWN_AFTER = 8
SCORED, NOT_OBSERVED, NO_HISTORY = 0, 1, 2
Moments = npt.NDArray[np.int8]
"""By row: the pause since the account's last action (-1: not known), the last verb group, the pause before that."""
TOTALS = 4
"""Whole numbers of an account: its last time, actions learned, previous verb group and pause, then text totals."""


class Background(NamedTuple):
    """What others do: closed values [row, verb group, code], open values [open row, bucket], text units [text, unit],
    and by signal how far a stranger may imitate and how far a habit may fail (shares of 1)."""

    closed: Floats
    open: Floats
    grams: npt.NDArray[np.float32]
    imitation: Floats
    slack: Floats


RING = 8
"""Actions whose texts stay read, a power of two: most are learned after the next few, and reading is half the work."""


class Scratch(NamedTuple):
    """Working space of one walk: what the action looked at shows. The runs and words of its texts lie in `grams[k]`
    (k = `place[0]`; [text, unit], `gram_counts[k, text]` of them), beside those of a few other rows (`rows`)."""

    context: Longs
    parts: Floats
    codes: Longs
    letters: Codes
    grams: Grams
    gram_counts: Longs
    rows: Longs
    place: Longs
    raw: Floats
    chance: Floats
    state: npt.NDArray[np.uint8]


def scratch(layout: Layout, signals: int) -> Scratch:
    """Return working space for one walk."""
    rows = len(layout.closed)
    return Scratch(
        context=np.zeros(8, dtype=np.int64),
        parts=np.zeros(MOST_PARTS, dtype=np.float64),
        codes=np.full(rows, -1, dtype=np.int64),
        letters=np.zeros(LONGEST_CODES, dtype=np.uint64),
        grams=np.zeros((RING, max(1, len(layout.texts)), LONGEST), dtype=np.int32),
        gram_counts=np.zeros((RING, max(1, len(layout.texts))), dtype=np.int64),
        rows=np.full(RING, -1, dtype=np.int64),
        place=np.zeros(1, dtype=np.int64),
        raw=np.zeros(signals, dtype=np.float64),
        chance=np.zeros(signals, dtype=np.float64),
        state=np.zeros(signals, dtype=np.uint8),
    )


@inner
def notice(row: int, seen: Observed, totals: Longs, moments: Moments) -> None:
    """Write down in which moment of the account's life an action came, and let that life go on."""
    moments[row, 0] = pause_code(seen.time[row], totals[0])
    moments[row, 1] = totals[2]
    moments[row, 2] = totals[3]
    totals[2] = seen.verb[row]
    if moments[row, 0] >= 0:
        totals[3] = moments[row, 0]
    if seen.time[row] != NO_TIME:
        totals[0] = seen.time[row]


@inlined
def look(row: int, seen: Observed, layout: Layout, moments: Moments, s: Scratch) -> None:
    """Fill the scratch with what this action shows: contexts, codes of closed habits, units of texts."""
    s.context[2] = seen.verb[row]
    s.context[3] = np.int64(seen.client[row] >> np.uint64(61)) if seen.client[row] else 0
    s.context[4] = moments[row, 1]
    s.context[5] = seen.weekend[row]
    s.context[6] = moments[row, 2]
    for c in range(len(layout.closed)):
        column = layout.closed[c, 4]
        s.codes[c] = seen.codes[row, column] if column >= 0 else -1
    if layout.gap_row >= 0:
        s.codes[layout.gap_row] = moments[row, 0]
    for o in range(len(layout.open)):
        how_many = layout.open[o, 3]
        if how_many >= 0 and seen.known[o, row]:
            s.codes[how_many] = min(3, seen.bounds[o, row + 1] - seen.bounds[o, row])
    s.place[0] = row & (RING - 1)
    if s.rows[s.place[0]] != row:
        s.rows[s.place[0]] = row
        look_at_texts(row, int(np.int64(s.place[0])), seen, layout, s)


@inlined
def look_at_texts(row: int, place: int, seen: Observed, layout: Layout, s: Scratch) -> None:
    """Read the texts of an action into their runs or words; one that several habits look at is decoded once."""
    start, stop, letters = -1, -1, 0
    for t in range(len(layout.texts)):
        s.gram_counts[place, t] = 0
        if not seen.text_known[t, row]:
            continue
        if seen.text_bounds[t, row] != start or seen.text_bounds[t, row + 1] != stop:
            start, stop = int(np.int64(seen.text_bounds[t, row])), int(np.int64(seen.text_bounds[t, row + 1]))
            letters = codes_of(seen.text, start, stop, s.letters)
        mask, run = np.uint64(layout.texts[t, 2] - 1), layout.texts[t, 3]
        if run > 0:
            s.gram_counts[place, t] = runs_of(s.letters, letters, run, mask, s.grams[place, t])
        else:
            s.gram_counts[place, t] = words_of(s.letters, letters, mask, s.grams[place, t])


@inner
def pause_code(time: int, last: int) -> int:
    """Return the pause since the last action in powers of two of a second; -1 where a time is not known."""
    if time == NO_TIME or last == NO_TIME:
        return -1
    seconds = max(0, (time - last) // 1000000)
    code = 0
    while seconds > 1 and code < 23:
        seconds >>= 1
        code += 1
    return code


@inner
def ratio(q: float, p: float, imitation: float, slack: float) -> float:
    """Return log2 of how much better a stranger explains it, who may imitate, than the habit, which may fail."""
    bits = float(np.log2(((1.0 - imitation) * q + imitation * p) / ((1.0 - slack) * p + slack * q)))
    return min(CLIP, max(-CLIP, bits))


@inlined
def weigh(
    row: int,
    seen: Observed,
    layout: Layout,
    wide: Wide,
    totals: Longs,
    counters: Counters,
    back: Background,
    s: Scratch,
) -> None:
    """Fill `raw`, `chance` and `state` by signal for the action looked at; changes no state of the account."""
    s.raw[:] = 0.0
    s.chance[:] = 1.0
    s.state[:] = NOT_OBSERVED
    for c in range(len(layout.closed)):
        if s.codes[c] >= 0:
            weigh_closed(c, layout, wide, back, s)
    for o in range(len(layout.open)):
        if seen.known[o, row]:
            weigh_open(row, o, seen, layout, wide, back, s)
    for t in range(len(layout.texts)):
        if s.gram_counts[s.place[0], t] > 0:
            weigh_text(t, layout, totals, counters, back, s)


@inner
def weigh_text(t: int, layout: Layout, totals: Longs, counters: Counters, back: Background, s: Scratch) -> None:
    """Set the bits of a text signal: mean bits a unit, times the root of the units, since they depend on each other."""
    signal, base, total = layout.texts[t, 0], layout.texts[t, 1], totals[TOTALS + t]
    found, count = s.grams[s.place[0], t], s.gram_counts[s.place[0], t]
    strength = np.float64(layout.texts[t, 5])
    even = EVEN if layout.texts[t, 3] > 0 else 0.0
    mean = bits_per_unit(counters, base, np.float64(total), strength, even, back.grams[t], found, count)
    fit = min(60.0, max(-60.0, mean * np.sqrt(count)))
    s.raw[signal] = ratio(2.0**fit, 1.0, back.imitation[signal], back.slack[signal])
    s.chance[signal] = mean
    s.state[signal] = SCORED if total >= FEW_UNITS * layout.texts[t, 6] else NO_HISTORY


@inner
def weigh_closed(c: int, layout: Layout, wide: Wide, back: Background, s: Scratch) -> None:
    """Add the bits of one closed row to its signal."""
    size, signal, count = layout.closed[c, 0], layout.closed[c, 2], layout.closed[c, 3]
    by, code = s.context[2], s.codes[c]
    blocks = layout.closed_blocks[c]
    closed_parts(wide, blocks, count, size, code, s.context, back.closed[c, by, code], s.parts)
    p = mixed(wide, layout.closed_weights[c], count, s.parts)
    s.raw[signal] += ratio(back.closed[c, by, code], p, back.imitation[signal], back.slack[signal])
    s.chance[signal] *= p
    known = wide[blocks[0, 0] + size] >= KNOWN_AFTER * 16
    s.state[signal] = SCORED if known else NO_HISTORY


@inner
def weigh_open(row: int, o: int, seen: Observed, layout: Layout, wide: Wide, back: Background, s: Scratch) -> None:
    """Add the bits of the values of one open row to its signal."""
    signal, count = layout.open[o, 0], layout.open[o, 1]
    start, stop = seen.bounds[o, row], seen.bounds[o, row + 1]
    for at in range(start, min(stop, start + 8)):
        value = seen.values[at]
        q = back.open[o, np.int64(value >> np.uint64(52))]
        open_parts(wide, layout.open_tables[o], count, value, s.context, layout.open_shape[o], q, s.parts)
        p = mixed(wide, layout.open_weights[o], count, s.parts)
        s.raw[signal] += ratio(q, p, back.imitation[signal], back.slack[signal])
        s.chance[signal] *= p
    s.raw[signal] = min(CLIP, max(-CLIP, s.raw[signal]))
    if stop > start or layout.open[o, 3] >= 0:
        known = wide[layout.open_tables[o, 0, 0]] >= KNOWN_AFTER
        s.state[signal] = SCORED if known or layout.open[o, 3] >= 0 else NO_HISTORY


@inlined
def learn(
    row: int,
    seen: Observed,
    layout: Layout,
    wide: Wide,
    totals: Longs,
    counters: Counters,
    back: Background,
    s: Scratch,
    ceiling: int,
) -> None:
    """Let an account's state learn the action looked at."""
    for c in range(len(layout.closed)):
        if s.codes[c] >= 0:
            learn_closed(c, layout, wide, back, s)
    for o in range(len(layout.open)):
        if seen.known[o, row]:
            learn_open(row, o, seen, layout, wide, back, s)
    for t in range(len(layout.texts)):
        found, count = s.grams[s.place[0], t], s.gram_counts[s.place[0], t]
        base, size = layout.texts[t, 1], layout.texts[t, 2]
        if count > 0:
            totals[TOTALS + t] = text_learn(
                counters,
                base,
                size,
                totals[TOTALS + t],
                found,
                count,
                ceiling,
                layout.texts[t, 4],
                layout.texts[t, 6],
            )
    totals[1] += 1


@inner
def learn_closed(c: int, layout: Layout, wide: Wide, back: Background, s: Scratch) -> None:
    """Learn one closed row: first which context foretold it, then the value."""
    size, spread, count = layout.closed[c, 0], layout.closed[c, 1], layout.closed[c, 3]
    by, code = s.context[2], s.codes[c]
    blocks = layout.closed_blocks[c]
    if count > 1:
        closed_parts(wide, blocks, count, size, code, s.context, back.closed[c, by, code], s.parts)
        reweigh(wide, layout.closed_weights[c], count, s.parts)
    closed_learn(wide, blocks, count, size, spread, code, s.context)


@inner
def learn_open(row: int, o: int, seen: Observed, layout: Layout, wide: Wide, back: Background, s: Scratch) -> None:
    """Learn the values of one open row: first which context foretold them, then the values."""
    count = layout.open[o, 1]
    start, stop = seen.bounds[o, row], seen.bounds[o, row + 1]
    for at in range(start, min(stop, start + 8)):
        value = seen.values[at]
        if count > 1:
            q = back.open[o, np.int64(value >> np.uint64(52))]
            open_parts(wide, layout.open_tables[o], count, value, s.context, layout.open_shape[o], q, s.parts)
            reweigh(wide, layout.open_weights[o], count, s.parts)
        open_learn(wide, layout.open_tables[o], count, value, s.context)
