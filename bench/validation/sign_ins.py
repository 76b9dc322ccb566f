"""Tries the sign-in examination on a peer's made-up personas: a persona's own next sign-in against other personas'."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from bench.protocol.data import Side
from bench.trials.logins import Login, read
from bench.validation.timelines import incident_of
from bench.validation.trial import Trial, Tried, ratio
from countersign.activity import Activity, Session
from countersign.investigate.examinations.place import ENOUGH
from countersign.investigate.examinations.sign_in import SLACK, examine
from countersign.investigate.facts import Facts, NetworkKind, SignIn

PAIR: Final = ("slip", "outsider")
SEED: Final = 1
MOST: Final = 40
"""Own sign-ins a persona that are tried, evenly spread: one persona with a hundred must not be the whole trial."""
DAY: Final = timedelta(days=1)

Personas = Mapping[str, Sequence[Login]]


def personas(data: Path) -> Personas:
    """Return every persona's sign-ins in order of time."""
    found: dict[str, list[Login]] = {}
    for login in read(data):
        found.setdefault(login.account, []).append(login)
    return {name: tuple(logins) for name, logins in sorted(found.items())}


def sides(known: Personas) -> dict[Side, Personas]:
    """Return the personas of which a number can be said, dealt out by the SHA-256 of their name, the first to test."""
    enough = [name for name, own in known.items() if any(_numbered(own, place) for place in range(len(own)))]
    dealt = sorted(enough, key=lambda name: hashlib.sha256(name.encode()).digest())
    return {
        "development": {name: known[name] for name in dealt[1::2]},
        "test": {name: known[name] for name in dealt[0::2]},
    }


def trial(hosts: Personas, everybody: Personas) -> Trial:
    """Return what is said of a persona's own sign-ins, and of other personas' put in their place."""
    rng = np.random.default_rng(SEED)
    cases: list[Tried] = []
    for name, own in hosts.items():
        places = [place for place in range(1, len(own)) if _numbered(own, place)]
        for part in np.array_split(np.array(places), min(MOST, len(places))):
            place = int(part[0])
            other = _other(everybody, name, rng)
            cases.append(Tried(name, True, _said(own, place, own[place])))  # noqa: FBT003
            cases.append(Tried(name, False, _said(own, place, other)))  # noqa: FBT003
    return Trial("sign-in", PAIR, tuple(cases))


def direction_only(known: Personas) -> float:
    """Return the share of all sign-ins but each persona's first of which only a direction is said."""
    numbered = [_numbered(own, place) for own in known.values() for place in range(1, len(own))]
    return 1 - float(np.mean(numbered))


def _numbered(own: Sequence[Login], place: int) -> bool:
    """Say whether enough sign-ins are known before one for a number."""
    return sum(_at(one) < _at(own[place]) - SLACK for one in own[:place]) >= ENOUGH


def _other(everybody: Personas, host: str, rng: np.random.Generator) -> Login:
    names = [name for name in everybody if name != host]
    logins = everybody[names[int(rng.integers(len(names)))]]
    return logins[int(rng.integers(len(logins)))]


def _said(own: Sequence[Login], place: int, there: Login) -> float | None:
    when = _at(own[place])
    known = [*(_sign_in(one, _at(one)) for one in own[:place]), _sign_in(there, when)]
    return ratio(examine(_facts(own[place].account, known, when)), "sign-in", PAIR)


def _facts(account: str, known: Sequence[SignIn], when: datetime) -> Facts:
    done = Activity(
        id="tried", native_id="tried", platform="unknown", verb="like", actor=account,
        published=when + timedelta(minutes=1),
    )  # fmt: skip
    return Facts(
        incident=incident_of(account, done.id), account=account, platform="unknown", home_zone="UTC",
        as_of=when + DAY, actions=(done,), sign_ins=tuple(known), sign_ins_from=when - 999 * DAY,
        sign_ins_until=when + DAY,
    )  # fmt: skip


def _sign_in(login: Login, when: datetime) -> SignIn:
    kind: NetworkKind = "vpn" if login.vpn_list else "hosting" if login.datacenter else "home"
    session = Session(
        account=login.account, platform="unknown", kind="sign-in", opened=when, last_seen=when, ip=login.net_small,
        network=login.net_large, device=login.device,
    )  # fmt: skip
    return SignIn(session=session, country=login.country or "", network=kind)


def _at(login: Login) -> datetime:
    return login.time if login.time.tzinfo else login.time.replace(tzinfo=UTC)
