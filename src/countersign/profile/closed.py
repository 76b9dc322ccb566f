"""Weighs and learns a value of a small set: a decayed hierarchical Dirichlet per context, mixed by past success.

Counters are unsigned 16-bit integers in steps of `STEP` a time; a block of `size` counters ends with their total. When
a total reaches its limit every counter of the block is halved, which forgets with a half-life of about the limit.
"""

import numpy as np
import numpy.typing as npt

from countersign.profile.compiling import inlined, inner

Wide = npt.NDArray[np.uint16]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

STEP = 16
PRIOR = 6.0 * STEP
"""Strength of what is assumed before an account is known, in observations x STEP."""
NESTED = 8.0 * STEP
"""Strength of the slow habit as the assumption behind a narrower one."""
MIX = 4096
"""Sum of a mixture's weights, in integers."""
SHARE = 0.004
"""Part of the weight that flows back to every habit of a mixture at each action (fixed share; Herbster 1998)."""
KERNEL = np.array([1, 3, 8, 3, 1], dtype=np.int64)
"""How a value counts for its neighbours; sums to STEP."""


@inlined
def mixed(wide: Wide, weights: int, count: int, parts: Floats) -> float:
    """Return the mixture of `parts[:count]` under the integer weights that start at `weights`."""
    total = 0.0
    weight = 0.0
    for j in range(count):
        total += wide[weights + j] * parts[j]
        weight += wide[weights + j]
    return total / weight


@inner
def reweigh(wide: Wide, weights: int, count: int, parts: Floats) -> None:
    """Move the mixture's weights towards what foretold the last value best."""
    if count < 2:
        return
    whole = mixed(wide, weights, count, parts)
    for j in range(count):
        kept = (1.0 - SHARE) * wide[weights + j] * parts[j] / whole
        wide[weights + j] = np.uint16(max(1.0, kept + SHARE * MIX / count))


@inner
def closed_parts(
    wide: Wide, blocks: Ints, count: int, size: int, value: int, context: Longs, prior: float, parts: Floats
) -> None:
    """Fill `parts` with the probability of `value` under each of the habit's contexts."""
    for j in range(count):
        block = blocks[j, 0] + context[blocks[j, 1]] * (size + 1)
        assumed = prior if j == 0 else parts[0]
        strength = PRIOR if j == 0 else NESTED
        parts[j] = (wide[block + value] + strength * assumed) / (wide[block + size] + strength)


@inner
def closed_learn(wide: Wide, blocks: Ints, count: int, size: int, spread: int, value: int, context: Longs) -> None:
    """Count `value` in every context of the habit, forgetting where a block is full."""
    for j in range(count):
        block = blocks[j, 0] + context[blocks[j, 1]] * (size + 1)
        if wide[block + size] + STEP > blocks[j, 2]:
            halve(wide, block, size)
        if spread == 0:
            wide[block + value] += np.uint16(STEP)
        else:
            spread_out(wide, block, size, spread, value)
        wide[block + size] += np.uint16(STEP)


@inner
def spread_out(wide: Wide, block: int, size: int, spread: int, value: int) -> None:
    """Count a value for itself and its neighbours, on a circle (spread 1) or on a line (spread 2)."""
    for k in range(5):
        at = value + k - 2
        at = at % size if spread == 1 else min(max(at, 0), size - 1)
        wide[block + at] += np.uint16(KERNEL[k])


@inner
def halve(wide: Wide, block: int, size: int) -> None:
    """Halve the counters of a block; its total stays their sum."""
    total = 0
    for k in range(size):
        wide[block + k] >>= np.uint16(1)
        total += wide[block + k]
    wide[block + size] = np.uint16(total)
