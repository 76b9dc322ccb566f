"""An invented account's habit: who runs it, when, with what, about what, as values that a test can change."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from countersign.testing.hand import Hand

NetworkKind = Literal["office", "home", "mobile", "hotel", "vpn", "hosting"]


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """A network that somebody signs in from. `prefix` begins every address of it (RFC 5737 and RFC 3849 ranges)."""

    name: str
    kind: NetworkKind
    asn: int
    prefix: str
    addresses: int = 1


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A device with the client application on it; `share` is its weight among the operator's devices in use."""

    name: str
    client: str
    networks: Mapping[str, float]
    share: float = 1.0
    since: date = date.min
    until: date = date.max


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """Working hours in the operator's own zone: weekdays (0: Monday), from `start` to `end` in hours, with a mean
    number of runs (several actions in a row) a day."""

    weekdays: tuple[int, ...]
    start: float
    end: float
    runs: float


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """Some days abroad: the shifts hold in the zone of the place, the network is a hotel's or a VPN's exit."""

    first: date
    days: int
    zone: str
    networks: Mapping[str, float]


class Operator(msgspec.Struct, frozen=True, kw_only=True):
    """One of the people who share the account. `verbs` are weights; `run` is the mean number of actions in a run."""

    name: str
    shifts: tuple[Shift, ...]
    devices: tuple[Device, ...]
    languages: Mapping[str, float]
    topics: Mapping[str, float]
    verbs: Mapping[str, float]
    hand: Hand = Hand()
    run: float = 3.2
    late: float = 0.012
    since: date = date.min
    until: date = date.max
    trips: tuple[Trip, ...] = ()
    leave: tuple[tuple[date, int], ...] = ()


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """Some days on which everybody does more, about one thing, under one hashtag."""

    first: date
    days: int
    factor: float
    topic: str
    hashtag: str


class Habit(msgspec.Struct, frozen=True, kw_only=True):
    """What an invented account usually does, from the first day to the last (both included), in its home zone.

    `discount` and `strength` are those of the Pitman-Yor process by which it meets new authors. `favourites` are
    (handle, language, topic, weight) of authors that it has dealt with since before the first day.
    """

    account: str
    handle: str
    name: str
    zone: str
    first: date
    last: date
    operators: tuple[Operator, ...]
    networks: tuple[Network, ...]
    favourites: tuple[tuple[str, str, str, int], ...]
    domains: tuple[str, ...]
    hashtags: Mapping[str, tuple[str, ...]]
    campaigns: tuple[Campaign, ...] = ()
    quiet: tuple[tuple[date, int], ...] = ()
    discount: float = 0.65
    strength: float = 10.0
    platform: str = "x"
