"""Asks the client examination about dates at which an owner took up a new application: it must not mislead there."""

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from bench.protocol.data import ARCHIVES, Account, to_actions
from bench.validation.timelines import known_before, timeline
from bench.validation.trial import Trial, Tried, ratio
from countersign.investigate.examinations.client import examine

DATES: Final = "client_changes_open.csv"
PAIR: Final = ("slip", "outsider")


def trial(accounts: Sequence[Account], data: Path) -> Trial:
    """Return what is said of the first action by each new application: all cases are the team's own."""
    named = {one.name: one for one in accounts}
    with (data / DATES).open(encoding="utf-8", newline="") as lines:
        wanted = [row for row in csv.DictReader(lines) if row["file"] == ARCHIVES and row["account"] in named]
    cases = [
        Tried(row["account"], own=True, said=said)
        for row in wanted
        for said in _said(named[row["account"]], datetime.fromisoformat(row["time"]), row["client"])
    ]
    return Trial("new client", PAIR, tuple(cases))


def _said(account: Account, when: datetime, client: str) -> list[float | None]:
    """Return what is said of the account's first action by that client from then on; nothing if it has none."""
    host = timeline(account)
    place = next((at for at, row in enumerate(host.rows) if row.at >= when and row.client == client), None)
    if place is None:
        return []
    return [ratio(examine(known_before(host, to_actions(host.rows), place)), "client", PAIR)]
