"""The three kinds of habit that a signal may have, and how each is laid out in an account's compact state."""

from typing import Literal

import msgspec

Context = Literal["always", "lately", "by verb", "by client", "after verb", "on weekends", "after gap"]
"""What a habit may be conditional on. "lately" is the fast habit; the others are slow ones."""

CONTEXTS: tuple[Context, ...] = ("always", "lately", "by verb", "by client", "after verb", "on weekends", "after gap")
CONTEXT_SIZES: dict[Context, int] = {
    "always": 1, "lately": 1, "by verb": 8, "by client": 8, "after verb": 8, "on weekends": 2, "after gap": 24,
}  # fmt: skip

Spread = Literal["none", "circle", "line"]


class Closed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A habit over a small fixed set of values: a decayed hierarchical Dirichlet.

    `size` values, coded 0 to size - 1; -1 is "not observed". `contexts` are the ways in which the habit is kept beside
    "always"; they are mixed by how well each foretold the account so far. `spread` lets a value count a little for
    its neighbours (the hour 23 is beside 0 on a circle).
    Source: Willems 1995 (KT), Mattern 2015 (forgetting); method: docs/explanation/detector.md.
    """

    size: int
    contexts: tuple[Context, ...] = ()
    spread: Spread = "none"


class Open(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A habit over values without end (names, domains): Pitman-Yor over hashed values.

    `slots` values are remembered in the rich preset and `compact_slots` in the compact one; `counted` adds the habit of
    how many there are (0, 1, 2, 3 or more). Source: Sanna Passino and Heard 2019.
    """

    slots: int
    compact_slots: int
    contexts: tuple[Context, ...] = ("lately",)
    counted: bool = False
    discount: float = 0.5
    strength: float = 5.0


class Text(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A habit of writing: hashed runs of characters, or words, against the background, as bits per run or word.

    Units of one text depend on each other: a text of n units counts as sqrt(n) of them. `slots` counters (powers of
    two). `memory` is the number of units after which all are halved (0: only where a counter is full): months of
    characters, or days of words.
    """

    unit: Literal["characters", "words"]
    slots: int
    compact_slots: int
    memory: int = 0
    strength: float = 2000.0


class Gap(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A habit of pauses: the time since the account's previous action in powers of two of a second, a closed habit."""

    size: int = 24
    contexts: tuple[Context, ...] = ("lately", "after gap", "by verb")


Habit = Closed | Open | Text | Gap
