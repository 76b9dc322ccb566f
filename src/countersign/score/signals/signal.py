"""What a signal is: a declaration of what it notices; learning, decay and scoring are written once, elsewhere."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec
import pyarrow as pa

from countersign.profile.habit import Habit

Leaning = Literal["itself", "neither", "somebody else"]
"""Who explains what was seen better: the account's own habit, or somebody else, by a bit or more."""
TextGiven = Literal["not given", "empty", "given"]
"""Whether a source gave the text of an action."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What one action showed to one signal, for `say`, with figures rounded to what can honestly be said.

    `value` is what was observed: a code (Closed), the power of two of a pause's seconds (Gap), a string or a tuple of
    strings (Open); None for texts, which no sentence repeats. `habit` is how often the habit expects this value in
    such an action (several values: all together), a share of 1 that is 0 below `least`, the least share that so
    short a history can tell from never. `others` is the share among others. Both are None where there is no figure.
    `per_unit` is, for texts, the bits that a run of characters or a word speaks for somebody else (negative: for the
    account). `zone` is the account's home zone (IANA). `history` is False where it has too little history of this.
    """

    value: Any
    verb: str
    leaning: Leaning
    habit: float | None = None
    least: float = 0.001
    others: float | None = None
    per_unit: float | None = None
    zone: str = "UTC"
    history: bool = True


class Unseen(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an action that a signal could not look at, for `lacking`.

    `listed` is True where the source listed values and there were none. `text` says whether the source gave a text.
    """

    verb: str
    source: str
    time_basis: str
    text: TextGiven
    listed: bool


def not_given(_: Unseen) -> str:
    """Return the reason that always holds."""
    return "the source does not give it for this action"


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that is noticed about every action.

    `observe` takes a table of schema `ACTIONS` with one column more, `local_time` (the account's wall clock, without a
    zone), and returns one value a row: codes (Closed; null is "not observed"), strings or lists of strings (Open; null
    is "not observed", an empty list is "none"), text (Text), or times (Gap). It is pure and works on columns.
    `say` puts a value in words; `lacking` says why there was nothing to look at. `weight` counts where the published
    table has none.
    """

    name: str
    question: str
    habit: Habit
    observe: Callable[[pa.Table], pa.Array | pa.ChunkedArray]
    say: Callable[[Seen], str]
    example: str
    limits: str
    lacking: Callable[[Unseen], str] = not_given
    weight: float = 0.5
