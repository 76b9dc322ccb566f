"""Weighs and learns values without end (names, domains, clients): Pitman-Yor over 16-bit fingerprints.

A table is `sets` sets of `WAYS` pairs (fingerprint, count), each count in steps of `UNIT` a time; it is preceded by a
head: for "always" and "lately" the number of observations and of distinct values, for other contexts one number of
observations a context value. A full set gives up its least-used value.
Source: Pitman and Yor 1997; Sanna Passino and Heard 2019 for its use on new links.
"""

import numpy as np

from countersign.profile.closed import Floats, Ints, Longs, Wide
from countersign.profile.compiling import inlined, inner

WAYS = 4
UNIT = 4
FRESH = 4.0
"""Strength of the slow habit behind a narrower one, in observations."""
HEAD = 8
"""Words before a table: room for one number of observations a context value."""


@inlined
def scatter(key: np.uint64) -> np.uint64:
    """Return a 64-bit hash of a 64-bit key (the finaliser of SplitMix64; Steele et al. 2014)."""
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return key ^ (key >> np.uint64(31))


@inlined
def keyed(value: np.uint64, context: int) -> np.uint64:
    """Return the hash of a value within a context value."""
    return scatter(value + np.uint64(context) * np.uint64(0x9E3779B97F4A7C15))


@inlined
def find(wide: Wide, base: int, sets: int, key: np.uint64) -> int:
    """Return where the count of a key lies in a table, or -1."""
    print16 = np.uint16((key >> np.uint64(40)) | np.uint64(1))
    at = base + HEAD + int(np.int64(key & np.uint64(sets - 1))) * (2 * WAYS)
    for way in range(WAYS):
        if wide[at + 2 * way] == print16:
            return at + 2 * way + 1
    return -1


@inner
def open_parts(
    wide: Wide, tables: Ints, count: int, value: np.uint64, context: Longs, shape: Floats, prior: float, parts: Floats
) -> None:
    """Fill `parts` with the probability of `value` in each of the habit's contexts; `shape`: (discount, strength).

    A narrower habit leaves room for what is new to it as the slow one does: the more, the more new values it met. (Only
    "always" and "lately" count theirs; the others are taken to meet as many as "always".)
    """
    for j in range(count):
        base, where = tables[j, 0], context[tables[j, 1]]
        at = find(wide, base, tables[j, 3], keyed(value, where))
        seen = 0.0 if at < 0 else wide[at] / UNIT
        if j == 0:
            new = (shape[1] + shape[0] * wide[base + 1]) / (wide[base] + shape[1])
            parts[0] = max(seen - shape[0], 0.0) / (wide[base] + shape[1]) + new * prior
        else:
            new = FRESH + shape[0] * wide[base + where] * novelty(wide, base if tables[j, 1] == 1 else tables[0, 0])
            parts[j] = (seen + new * parts[0]) / (wide[base + where] + new)


@inner
def novelty(wide: Wide, head: int) -> float:
    """Return how many of a table's observations brought a new value: who meets many will meet more."""
    return float(wide[head + 1] / max(1.0, np.float64(wide[head])))


@inner
def open_learn(wide: Wide, tables: Ints, count: int, value: np.uint64, context: Longs) -> None:
    """Count `value` in every context of the habit, forgetting where a table is full."""
    for j in range(count):
        base, where, sets = tables[j, 0], context[tables[j, 1]], tables[j, 3]
        if wide[base + where] >= tables[j, 2]:
            fade(wide, base, sets, tables[j, 1])
        wide[base + where] += np.uint16(1)
        remember(wide, base, sets, keyed(value, where), tables[j, 1])


@inner
def remember(wide: Wide, base: int, sets: int, key: np.uint64, kind: int) -> None:
    """Count a key in its set, in the place of the least-used one where the set is full."""
    found = find(wide, base, sets, key)
    if found >= 0:
        wide[found] = np.uint16(min(65535 - UNIT, int(np.int64(wide[found]))) + UNIT)
        return
    at = base + HEAD + int(np.int64(key & np.uint64(sets - 1))) * (2 * WAYS)
    least = at
    for way in range(WAYS):
        if wide[at + 2 * way + 1] < wide[least + 1]:
            least = at + 2 * way
    lost = int(np.int64(wide[least + 1]))
    if kind <= 1:
        if lost == 0:
            wide[base + 1] += np.uint16(1)
        wide[base] = np.uint16(max(1, int(np.int64(wide[base])) - lost // UNIT))
    wide[least] = np.uint16((key >> np.uint64(40)) | np.uint64(1))
    wide[least + 1] = np.uint16(UNIT)


@inner
def fade(wide: Wide, base: int, sets: int, kind: int) -> None:
    """Halve every count of a table and forget values that were seen about once."""
    kept = 0
    total = 0
    for k in range(sets * WAYS):
        at = base + HEAD + 2 * k
        wide[at + 1] >>= np.uint16(1)
        if wide[at + 1] < 2:
            wide[at] = np.uint16(0)
            wide[at + 1] = np.uint16(0)
        else:
            kept += 1
            total += wide[at + 1]
    if kind <= 1:
        wide[base] = np.uint16(total // UNIT)
        wide[base + 1] = np.uint16(kept)
        return
    for where in range(HEAD):
        wide[base + where] >>= np.uint16(1)
