"""Tests whether the order of an archive's likes tells more about their times than the liked posts do."""

from collections.abc import Sequence

import msgspec


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Lower bounds of the likes' times in milliseconds since 1970, one a like (none: only the liked post bounds it)."""

    bounds: tuple[int, ...] = ()
    said: str = ""


def narrowed(made: Sequence[int]) -> Order:
    """Return what the order of the archive tells."""
    return Order(said="times of likes: each lies between the liked post and the making of the archive")
