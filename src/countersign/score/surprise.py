"""How surprising one action was, in bits that add up, with every part's reason."""

from typing import Literal

import msgspec

State = Literal["scored", "not observed", "no history", "failed"]
"""What became of one signal: weighed; not given by the source; weighed, but the account has no history of it; or it
could not be computed. "Don't know" is a value, never 0."""

STATES: tuple[State, ...] = ("scored", "not observed", "no history", "failed")


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One signal's part of the bits of an action. `bits` = `weight` x `raw_bits`, rounded to 1/256 bit."""

    signal: str
    state: State
    bits: float
    raw_bits: float
    weight: float
    because: str


class Surprise(msgspec.Struct, frozen=True, kw_only=True):
    """One action weighed against its account's habit.

    `bits` is the exact sum of the shares' bits: how much better "somebody else" explains the action than this
    account's habit does, after discounting signals that overlap (weight of evidence; Good 1985). `usual` is the
    account's median so far, `row` the action's row in the table that was scored. `learned` is how many actions
    the habit held when this one was weighed.
    """

    row: int
    id: str
    native_id: str
    account: str
    bits: float
    usual: float
    learned: int
    incident: int | None
    shares: tuple[Share, ...]
