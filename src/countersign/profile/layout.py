"""Lays the habits of the signals out as flat integer arrays: one account's state is one row of each."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from countersign.profile.closed import MIX
from countersign.profile.habit import CONTEXT_SIZES, CONTEXTS, Closed, Context, Gap, Habit, Open, Text
from countersign.profile.open import HEAD, WAYS

Preset = Literal["rich", "compact"]

SLOW_CLOSED, FAST_CLOSED = 3000 * 16, 100 * 16
SLOW_OPEN, FAST_OPEN = 12000, 60
"""Observations after which a habit's counts are halved: the slow one remembers months, the fast one days."""
FAST_SLOTS = 32
MOST_PARTS = 5
SPREADS = {"none": 0, "circle": 1, "line": 2}
COUNT_BINS = 4
STEPS: dict[Preset, int] = {"rich": 8, "compact": 4}
"""What one unit counts where counters are halved often: halving must not lose what was seen once."""
RUN: dict[Preset, int] = {"rich": 4, "compact": 3}
"""Characters of a run: four tell hands apart better where there is room to count them (measured on development)."""


class Layout(NamedTuple):
    """Where each habit's counters lie, in the form that the kernel reads.

    Closed rows are those of the signals in order, one for each closed or counted open signal.
    `closed[c]` = (size, spread, signal, contexts, column of the observed codes or -1 where
    the kernel makes the code); `closed_blocks[c, j]` =
    (first counter, context, limit); `open[o]` = (signal, contexts, column, closed row of how many, or -1);
    `open_tables[o, j]` = (head, context, limit, sets); `texts[t]` =
    (signal, first counter, counters, run length or 0 for words, memory, strength, step); the last three in steps.
    """

    closed: npt.NDArray[np.int32]
    closed_blocks: npt.NDArray[np.int32]
    closed_weights: npt.NDArray[np.int32]
    open: npt.NDArray[np.int32]
    open_tables: npt.NDArray[np.int32]
    open_weights: npt.NDArray[np.int32]
    open_shape: npt.NDArray[np.float64]
    texts: npt.NDArray[np.int64]
    gap_row: int
    kind_row: int
    fresh_wide: npt.NDArray[np.uint16]
    grams: int


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A layout with the names that belong to it: the closed rows' and open rows' signals in order."""

    preset: Preset
    names: tuple[str, ...]
    layout: Layout
    closed_names: tuple[str, ...]
    open_names: tuple[str, ...]
    text_names: tuple[str, ...]


class _Builder:
    """Collects rows while walking the signals once."""

    def __init__(self, preset: Preset) -> None:
        self.preset = preset
        self.words = 0
        self.grams = 0
        self.fresh: list[tuple[int, int]] = []
        self.closed: list[tuple[tuple[int, ...], list[tuple[int, int, int]], int, str]] = []
        self.open: list[tuple[list[int], list[tuple[int, int, int, int]], int, tuple[float, float], str]] = []
        self.texts: list[tuple[tuple[int, ...], str]] = []

    def contexts(self, wanted: Sequence[Context]) -> tuple[Context, ...]:
        """Return the contexts that this preset keeps: the compact one has room for "always" alone."""
        return ("always", *wanted) if self.preset == "rich" else ("always",)

    def weights(self, count: int) -> int:
        """Reserve the mixture's weights; return where they begin."""
        at = self.words
        self.words += count
        self.fresh += [(at + j, MIX // count) for j in range(count)]
        return at

    def add_closed(self, signal: int, name: str, habit: Closed, *, column: int = -1) -> int:
        """Reserve the counters of a closed habit; return its row."""
        contexts = self.contexts(habit.contexts)
        blocks = []
        weights = self.weights(len(contexts))
        for context in contexts:
            limit = FAST_CLOSED if context == "lately" else SLOW_CLOSED
            blocks.append((self.words, CONTEXTS.index(context), limit))
            self.words += CONTEXT_SIZES[context] * (habit.size + 1)
        row = (habit.size, SPREADS[habit.spread], signal, len(contexts), column)
        self.closed.append((row, blocks, weights, name))
        return len(self.closed) - 1

    def add_open(self, signal: int, name: str, habit: Open) -> None:
        """Reserve the tables of an open habit, and the habit of how many where it is counted."""
        contexts = self.contexts(habit.contexts)
        tables = []
        weights = self.weights(len(contexts))
        for context in contexts:
            fast = context == "lately"
            slots = FAST_SLOTS if fast else habit.slots if self.preset == "rich" else habit.compact_slots
            tables.append((self.words, CONTEXTS.index(context), FAST_OPEN if fast else SLOW_OPEN, slots // WAYS))
            self.words += HEAD + slots * 2
        row = [signal, len(contexts), len(self.open), -1]
        if habit.counted:
            row[3] = self.add_closed(signal, name, Closed(size=COUNT_BINS, contexts=("lately", "by verb")))
        self.open.append((row, tables, weights, (habit.discount, habit.strength), name))

    def add_text(self, signal: int, name: str, habit: Text) -> None:
        """Reserve the gram counters of a text habit and the habit of how well its texts fit."""
        size = habit.slots if self.preset == "rich" else habit.compact_slots
        run = 0 if habit.unit == "words" else RUN[self.preset]
        step = STEPS[self.preset] if habit.memory else 1
        row = (signal, self.grams, size, run, habit.memory * step, int(habit.strength * step), step)
        self.texts.append((row, name))
        self.grams += size


def plan(names: Sequence[str], habits: Sequence[Habit], preset: Preset) -> Plan:
    """Return the plan of state for signals with these habits, in order."""
    builder = _Builder(preset)
    gap_row = kind_row = -1
    columns = 0
    for signal, (name, habit) in enumerate(zip(names, habits, strict=True)):
        if isinstance(habit, Gap):
            gap_row = builder.add_closed(signal, name, Closed(size=habit.size, contexts=habit.contexts))
        elif isinstance(habit, Closed):
            row = builder.add_closed(signal, name, habit, column=columns)
            columns += 1
            kind_row = row if name == "kind" else kind_row
        elif isinstance(habit, Open):
            builder.add_open(signal, name, habit)
        else:
            builder.add_text(signal, name, habit)
    return _finished(builder, tuple(names), gap_row, kind_row)


def _finished(builder: _Builder, names: tuple[str, ...], gap_row: int, kind_row: int) -> Plan:
    fresh = np.zeros(builder.words, dtype=np.uint16)
    for at, value in builder.fresh:
        fresh[at] = value
    layout = Layout(
        closed=_rows([row for row, _, _, _ in builder.closed], 5),
        closed_blocks=_padded([blocks for _, blocks, _, _ in builder.closed], 3),
        closed_weights=np.array([weights for _, _, weights, _ in builder.closed], dtype=np.int32),
        open=_rows([row for row, _, _, _, _ in builder.open], 4),
        open_tables=_padded([tables for _, tables, _, _, _ in builder.open], 4),
        open_weights=np.array([weights for _, _, weights, _, _ in builder.open], dtype=np.int32),
        open_shape=np.array([shape for _, _, _, shape, _ in builder.open], dtype=np.float64).reshape(-1, 2),
        texts=np.array([row for row, _ in builder.texts], dtype=np.int64).reshape(-1, 7),
        gap_row=gap_row,
        kind_row=kind_row,
        fresh_wide=fresh,
        grams=builder.grams,
    )
    return Plan(
        preset=builder.preset,
        names=names,
        layout=layout,
        closed_names=tuple(name for _, _, _, name in builder.closed),
        open_names=tuple(name for _, _, _, _, name in builder.open),
        text_names=tuple(name for _, name in builder.texts),
    )


def _rows(rows: Sequence[Sequence[int]], width: int) -> npt.NDArray[np.int32]:
    return np.array(rows, dtype=np.int32).reshape(-1, width)


def _padded(rows: Sequence[Sequence[tuple[Any, ...]]], width: int) -> npt.NDArray[np.int32]:
    out = np.zeros((len(rows), MOST_PARTS, width), dtype=np.int32)
    for index, row in enumerate(rows):
        for j, entry in enumerate(row):
            out[index, j] = entry
    return out
