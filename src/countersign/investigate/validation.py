"""Tells which examinations were held to what was true, on which data, and what their ratios cost there."""

from collections.abc import Mapping
from math import log10
from typing import Final

import msgspec


class Validation(msgspec.Struct, frozen=True, kw_only=True):
    """How one examination did on data whose truth was known.

    `on` names the data, `accounts` how many accounts gave numbers, `cases` the cases of the smaller side (own hand, or
    another's): the most that a ratio may say. `cllr` is the cost of the ratios (0 perfect, 1 what saying nothing
    costs), `loss` what of it a better calibration would mend, `misleading` the share of cases whose ratio said over 100
    for the wrong side. `COMMAND` makes the figures again; `COMMIT` is where they were made.
    Source: Brümmer and du Preez, Computer Speech and Language 20 (2006), 230.
    """

    on: str
    accounts: int
    cases: int
    cllr: float
    loss: float
    misleading: float

    @property
    def cap(self) -> float:
        """The most that the examination may say, as log10 of a ratio."""
        return log10(self.cases)


COMMAND: Final = "./run bench attribution --examinations"
COMMIT: Final = "b4c6757"
ACCOUNTS: Final = "public accounts' timelines"

VALIDATED: Final[Mapping[str, Validation]] = {
    "hour": Validation(on=ACCOUNTS, accounts=14, cases=560, cllr=0.911, loss=0.035, misleading=0.0),
    "client": Validation(on=ACCOUNTS, accounts=14, cases=560, cllr=0.924, loss=0.089, misleading=0.0),
    "hand": Validation(
        on=f"{ACCOUNTS}, five actions at a time", accounts=14, cases=220, cllr=0.777, loss=0.108, misleading=0.0
    ),
    "sign-in": Validation(
        on="personas that a peer made up to try its own score", accounts=4, cases=121, cllr=0.547, loss=0.074,
        misleading=0.0,
    ),
}  # fmt: skip
"""By the name of the finding. For the pair of a slip (or the owner's own act) and an outsider: no data at hand tell of
the other explanations. Test accounts only; whatever was chosen was chosen on others."""

NOT_VALIDATED: Final = (
    "content", "crowd", "fingerprint", "presence", "recovery", "rhythm", "roster", "statement", "undo",
)  # fmt: skip
"""Findings whose ratios are an expert's estimates: no solved cases are at hand to hold them to."""


def validated(name: str) -> str:
    """Return the words for a finding's source.

    >>> validated("hour")[:44]
    "validated on 14 public accounts' timelines, "
    """
    one = VALIDATED[name]
    return f"validated on {one.accounts} {one.on}, {one.cases} cases a side, Cllr {one.cllr:.2f}"


def cases_of(name: str) -> int:
    """Return how many validation cases stand behind a finding: of the smaller side."""
    return VALIDATED[name].cases
