"""Reads the clock number in the key of a Bluesky record: a TID has 53 bits of time and 10 of the clock that made it."""

from typing import Final

from countersign.activity import Activity

ALPHABET: Final = "234567abcdefghijklmnopqrstuvwxyz"
"""Base32 of TIDs, sortable (https://atproto.com/specs/tid)."""
LENGTH: Final = 13
CLOCK_BITS: Final = 10


def clock_of(action: Activity) -> int | None:
    """Return the clock number in an action's record key; None where it has none.

    >>> clock_of(Activity(id="", native_id="3l3pte3p2e325", platform="bluesky", verb="like", actor=""))
    3
    """
    key = action.native_id.rsplit("/", 1)[-1]
    if action.platform != "bluesky" or len(key) != LENGTH or not set(key) <= set(ALPHABET):
        return None
    number = 0
    for letter in key:
        number = number << 5 | ALPHABET.index(letter)
    return number & ((1 << CLOCK_BITS) - 1)
