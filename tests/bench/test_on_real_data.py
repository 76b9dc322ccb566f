from pathlib import Path

import msgspec
import pytest

from bench.protocol.data import ARCHIVES, Account, load, split
from bench.protocol.metrics import auc_by_account, figure
from bench.protocol.ours import Ours
from bench.protocol.runs import Run
from bench.protocol.takeovers import MODES, cases

SMALL = 6_000


@pytest.mark.slow
def test_an_owners_own_actions_put_elsewhere_in_time_are_not_taken_for_an_attack(data_folder: Path) -> None:
    """What the protocol itself leaves behind (ids, fields, moved times) must not be what finds a takeover."""
    hosts = [host for host in split(load(data_folder / ARCHIVES))["development"] if len(host.rows) <= SMALL]
    found = [
        takeover
        for host in hosts
        for mode in MODES
        for takeover in cases([host, twin(host)], mode, per_account=4)
        if takeover.host == host.name
    ]
    run = Ours().run(hosts, "full", found)
    for mode in MODES:
        chosen = [index for index, takeover in enumerate(found) if takeover.mode == mode]
        part = Run(run.clean, tuple(run.outcomes[index] for index in chosen))
        assert figure(auc_by_account(hosts, [found[index] for index in chosen], part)).value < 0.55


def twin(host: Account) -> Account:
    return Account("twin", tuple(msgspec.structs.replace(row, account="twin") for row in host.rows))


def test_the_sides_of_the_open_data_hold_half_of_the_accounts_each_and_public_ones_both(data_folder: Path) -> None:
    sides = split(load(data_folder / ARCHIVES))
    names = {side: {account.name for account in accounts} for side, accounts in sides.items()}
    assert (len(names["development"]), len(names["test"])) == (14, 14)
    assert not names["development"] & names["test"]
    assert all(any(not name.startswith("u_") for name in one) for one in names.values())
    assert min(len(account.rows) for account in sides["test"]) > 1_000
