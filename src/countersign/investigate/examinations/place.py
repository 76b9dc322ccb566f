"""Tells how new the place of a sign-in is to an account: by address, network and kind, as far as they are told."""

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Final

import msgspec

from countersign.investigate.examinations.novelty import level, levels
from countersign.investigate.facts import SignIn
from countersign.text import listed

ENOUGH: Final = 20
"""Sign-ins that must be known before "new to it" means something."""
PLACES: Final = ("an address", "a network", "a kind of network")
WHOLE: Final = (
    "from an address known to it", "from a new address of a known network",
    "from a network new to it, of a known kind", "from a network new to it, of a kind never used",
)  # fmt: skip
"""A place in words where all of it is told, by its level."""


class Newness(msgspec.Struct, frozen=True, kw_only=True):
    """How new a sign-in's place is: `level` counts among the parts of it that are `told` (0: the address, 1: the
    network, 2: the kind of network); `past` has the level of those before it of which the same is told, `rows` which
    these are."""

    told: tuple[int, ...]
    level: int
    rows: list[int]
    past: list[int]

    @property
    def first(self) -> int:
        """The least level that it can have, were everything told (0 to 3)."""
        return self.told[self.level - 1] + 1 if self.level else 0

    @property
    def last(self) -> int:
        """The greatest level that it can have."""
        return self.told[self.level] if self.level < len(self.told) else len(PLACES)

    @property
    def words(self) -> str:
        """The place in words."""
        if not self.told:
            return "from a place of which nothing is told"
        if self.told == tuple(range(len(PLACES))):
            return WHOLE[self.level]
        new = [PLACES[place] for place in self.told[: self.level]]
        known = [PLACES[place] for place in self.told[self.level : self.level + 1]]
        parts = [f"{listed(new)} new to it"] * bool(new) + [f"{place} known to it" for place in known]
        return f"from {', of '.join(parts)}"

    def share(self, table: Sequence[float]) -> float:
        """Return in what share of cases a place is as new as this, by a table of the four levels."""
        return sum(table[self.first : self.last + 1])


def newness(found: SignIn, before: Sequence[SignIn]) -> Newness:
    """Return how new a sign-in's place is, by the parts that are told of it and of enough of those before it."""
    own, past = _network(found), [_network(one) for one in before]
    told: tuple[int, ...] = ()
    for place, part in enumerate(own):
        if part is not None and len(_with(past, (*told, place))) >= ENOUGH:
            told = (*told, place)
    kept = _with(past, told)
    chains = [tuple(past[row][place] for place in told) for row in kept]
    seen = {part for chain in chains for part in enumerate(chain)}
    mine = tuple(own[place] for place in told)
    return Newness(told=told, level=level(mine, seen), rows=kept, past=levels(chains))


def _with(past: Sequence[tuple[object, ...]], told: Sequence[int]) -> list[int]:
    """Return which of these sign-ins have all of these parts."""
    return [row for row, chain in enumerate(past) if all(chain[place] is not None for place in told)]


def _network(one: SignIn) -> tuple[object, object, object]:
    """Return its address, its network and its kind of network, None for what nobody told."""
    session = one.session
    kind = one.network if one.network != "unknown" else session.network
    coarse = (kind, one.country) if kind or one.country else None
    return (_place(session.ip), one.asn or session.asn or session.network, coarse)


def _place(ip: str | None) -> str | None:
    """Return an address; of IPv6 its /64, for devices change the rest of it by the day (RFC 8981)."""
    try:
        return str(ip_network((ip or "", 64), strict=False)) if ":" in (ip or "") else ip
    except ValueError:
        return ip
