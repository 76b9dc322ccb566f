"""The weight of the findings for each pair of explanations: never the probability of one."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from countersign.investigate.finding import Finding, Missing
from countersign.investigate.proposition import Key

METHOD = "2"
"""The version of the weighing: a change of any rule or number gives it another."""

Pair = tuple[Key, Key]


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """How many times more the findings are expected under the first proposition than under the second: log10 LR with
    its range, capped, and ENFSI's words for it."""

    pair: Pair
    log10: float
    low: float
    high: float
    words: str
    capped: bool = False


Outcome = Literal["found", "direction", "missing", "silent", "failed"]
"""What an examination came to: findings with numbers; findings without; only things that are missing; nothing to look
at, or nothing that speaks for anything; or it broke."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One examination that was run, and what it came to; `because` says why it broke."""

    examination: str
    outcome: Outcome
    because: str = ""


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """The weighing of one incident.

    `weights` has every ordered pair once (first before second in `KEYS`); `groups` the fused log10 per group and
    proposition; `answer` is the proposition that the findings support against all others by `margin` (log10), or
    "cannot tell". `flips` says in words what would turn the answer ("if more than 30 % of the team's sign-ins came by
    VPN"). `looked` has every examination that was run, in the order of their names. Prior odds are the reader's
    (`prior`), and only then are there `posterior` odds.
    """

    incident: int
    findings: tuple[Finding, ...]
    missing: tuple[Missing, ...]
    groups: Mapping[str, Mapping[Key, float]]
    weights: tuple[Weight, ...]
    answer: str
    margin: float
    flips: tuple[str, ...] = ()
    looked: tuple[Look, ...] = ()
    prior: Mapping[Key, float] | None = None
    posterior: Mapping[Key, float] | None = None
    method: str = METHOD
