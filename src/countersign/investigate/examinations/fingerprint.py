"""Looks at the keys of Bluesky records: the process that made them leaves its clock's number in each (formats 3.6)."""

from collections.abc import Sequence
from typing import Final

from countersign.investigate.examinations.expecting import TEAM, expected
from countersign.investigate.examinations.novelty import share
from countersign.investigate.facts import Facts
from countersign.investigate.finding import Examination, Finding, Missing
from countersign.investigate.proposition import Key
from countersign.investigate.tid import clock_of

ENOUGH: Final = 50
"""Records before it that must be known."""
CLOCKS: Final = 32
"""Clients draw their number from so many: a new process has a known one by chance. 144 new records of the
public stream all had one below it, and all 32 were met (`./run bench attribution`, `clock_below_32`)."""
STRANGER_NEW: Final = 0.85
"""How often a process that is not the team's has a number that the account's records did not carry lately, where they
carried few. An estimate; it falls as more of the 32 are used."""


def examine(facts: Facts) -> Sequence[Finding | Missing]:
    """Return whether the incident's records were made by a process known to the account; nothing off Bluesky."""
    clocks = {clock for one in facts.actions if (clock := clock_of(one)) is not None}
    if not clocks or len(facts.clocks) < ENOUGH:
        return ()
    used = set(facts.clocks)
    new = not clocks <= used
    history = [clock not in facts.clocks[:at] for at, clock in enumerate(facts.clocks)]
    team, counted = share(history, new, 2)
    stranger = STRANGER_NEW * max(0.0, 1 - len(used) / CLOCKS)
    shares: dict[Key, float] = dict.fromkeys(("outsider", "app"), max(stranger, team) if new else 1 - stranger)
    shares |= dict.fromkeys((*TEAM, "staged"), team)
    return (
        Finding(
            name="fingerprint", group="client", ratios=expected(shares), basis="estimate", history=counted,
            because="the keys of its records carry a clock number " + ("never met in" if new else "known from")
            + f" {len(facts.clocks):,} earlier records",
            exhibits=tuple(one.id for one in facts.actions),
            source=f"team: counted on this account's own {counted:,} records, each against those before it; others: "
            "numbers drawn from 32, an estimate; not validated on records of known truth",
        ),
    )  # fmt: skip


examination = Examination("fingerprint", examine)
