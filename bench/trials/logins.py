"""Sign-ins (T5, reduced): how new each is to its account by our examination, beside what a peer's score says of it."""

import gzip
from collections.abc import Hashable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from bench.protocol.metrics import Figure
from countersign.investigate.examinations.novelty import level
from countersign.investigate.examinations.place import ENOUGH

LOGINS: Final = "login_rba_demo.jsonl.gz"
RESAMPLES: Final = 1_000
NETWORK: Final = (
    "a known address range", "a new address range of a known network", "a new network of a known kind and country",
    "a network of a kind or country never used",
)  # fmt: skip
DEVICE: Final = ("a known device", "a new device of a known sort", "a device of a new sort")


class Login(msgspec.Struct, frozen=True):
    """One sign-in of the demonstration's personas, with the peer's score where it gave one."""

    account: str
    time: datetime
    net_small: str
    net_large: str
    datacenter: bool
    vpn_list: bool
    user_agent: str
    platform: str
    device: str
    country: str | None = None
    peer_risk: float | None = None


class Weighed(msgspec.Struct, frozen=True):
    """A sign-in with how new its network and its device were to the account, and how many came before it."""

    login: Login
    network: int
    device: int
    before: int

    @property
    def new(self) -> int:
        """How new it was in all: the two are ranked alike."""
        return self.network + self.device

    def said(self) -> str:
        """Return what we say of it, in words; with few earlier sign-ins only as a direction."""
        words = f"{DEVICE[self.device]}, {NETWORK[self.network]}"
        return words if self.before >= ENOUGH else f"{words} (direction only: {self.before} earlier sign-ins)"


def read(data: Path) -> list[Login]:
    """Return all sign-ins by persona and in order of time."""
    decoder = msgspec.json.Decoder(Login)
    with gzip.open(data / LOGINS) as lines:
        return sorted((decoder.decode(line) for line in lines), key=lambda one: (one.account, one.time))


def weighed(data: Path) -> list[Weighed]:
    """Return all sign-ins in order of time, each against only those before it on its account."""
    logins = read(data)
    return [one for account in sorted({one.account for one in logins})
            for one in _of_account([login for login in logins if login.account == account])]  # fmt: skip


def _of_account(logins: Iterable[Login]) -> list[Weighed]:
    networks: set[tuple[int, Hashable]] = set()
    devices: set[tuple[int, Hashable]] = set()
    found = []
    for place, login in enumerate(logins):
        network, device = _network(login), (login.device, (login.platform, login.user_agent))
        found.append(Weighed(login, level(network, networks), level(device, devices), place))
        networks.update(enumerate(network))
        devices.update(enumerate(device))
    return found


def _network(login: Login) -> tuple[Hashable, ...]:
    return (login.net_small, login.net_large, (login.datacenter, login.vpn_list, login.country))


def agreement(found: Iterable[Weighed]) -> Figure:
    """Return how alike ours and the peer's ranks are (Spearman), with a bootstrap over accounts.

    An account's first sign-in is left out: there is nothing to compare it with. No detection rate follows from it.
    """
    by_account: dict[str, list[tuple[float, float]]] = {}
    for one in found:
        if one.login.peer_risk is not None and one.before:
            by_account.setdefault(one.login.account, []).append((one.new, one.login.peer_risk))
    groups = [np.array(pairs) for pairs in by_account.values()]
    rng = np.random.default_rng(1)
    drawn = [
        _rank(np.vstack([groups[at] for at in rng.integers(0, len(groups), len(groups))])) for _ in range(RESAMPLES)
    ]
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Figure(_rank(np.vstack(groups)), float(low), float(high), len(groups))


def _rank(pairs: np.ndarray) -> float:
    from scipy.stats import spearmanr  # comes with the peers, which those who only read sign-ins do without

    return float(spearmanr(pairs[:, 0], pairs[:, 1]).statistic)


def tested(found: Iterable[Weighed]) -> list[str]:
    """Return a line a persona: its newest-looking sign-in, what we say of it, and the peer's score for it."""
    newest: dict[str, Weighed] = {}
    for one in found:
        best = newest.get(one.login.account)
        if one.before and (best is None or one.new > best.new):
            newest[one.login.account] = one
    return [f"{name}: {one.said()}; peer {_peer(one)}" for name, one in sorted(newest.items())]


def _peer(one: Weighed) -> str:
    return "gave no score" if one.login.peer_risk is None else f"{one.login.peer_risk:.1f}"
