"""What a signal is: a declaration of what it notices; learning, decay and scoring are written once, elsewhere."""

from collections.abc import Callable
from typing import Any

import msgspec
import pyarrow as pa

from countersign.profile.habit import Habit


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What one action showed to one signal, for `say`: the value, how often the habit and others have it.

    `habit` and `others` are probabilities; `known` is the number of actions that the habit has learned.
    `verb` is the action's verb.
    """

    value: Any
    habit: float
    others: float
    known: int
    verb: str


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that is noticed about every action.

    `observe` takes a table of schema `ACTIONS` with one column more, `local_time` (the account's wall clock, without a
    zone), and returns one value a row: codes (Closed; null is "not observed"), strings or lists of strings (Open; null
    is "not observed", an empty list is "none"), text (Text), or times (Gap). It is pure and works on columns.
    `say` puts a value in words. `weight` counts where the published table has none.
    """

    name: str
    question: str
    habit: Habit
    observe: Callable[[pa.Table], pa.Array | pa.ChunkedArray]
    say: Callable[[Seen], str]
    example: str
    limits: str
    weight: float = 0.5
