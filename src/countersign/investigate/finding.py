"""What an examination gives: how well each explanation expects what was seen, or what is missing to say so."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from countersign.investigate.proposition import Key

if TYPE_CHECKING:
    from countersign.investigate.facts import Facts

Group = Literal["session", "behaviour", "content", "timeline", "crowd", "client", "statement"]
"""What depends on each other: findings of one group are fused, never summed."""

Basis = Literal["measured", "published", "estimate", "direction"]
"""Where a ratio comes from: measured, which is validated on named data (`countersign.investigate.validation`);
published; an expert's estimate with a range; or no number at all: then it says only which way it points."""

TEAM: Final = "the team"
"""Who holds what the people with access can tell themselves: no letter leaves the house for it."""


class Ratio(msgspec.Struct, frozen=True, kw_only=True):
    """How probable what was seen is under one proposition, as log10 against the group's best; with its range."""

    log10: float
    low: float
    high: float


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at and says something.

    `ratios` hold log10 of P(seen | proposition), for all propositions on one scale: only differences mean anything (the
    difference of two is the log10 likelihood ratio of that pair). A proposition that is not named expects it as the
    mean of those named does (ratio 0 against it is not claimed: it takes no part). `because` is the sentence for a
    reader; `exhibits` are ids of actions, or references of access evidence ("mail:SHA-256"); `source` says where the
    numbers come from, with the data's name or the range's reason. Source: ENFSI guideline for
    evaluative reporting (2015).

    Two counts bound what it may say (`countersign.investigate.weighing.cap_of`). `cases` are validation cases: on named
    data whose truth was known, on the smaller of two sides (0: not validated; only a measured finding has any).
    `history` is how much of the account's own past the team's share was counted from (0: nothing was counted).
    """

    name: str
    group: Group
    ratios: Mapping[Key, Ratio]
    because: str
    exhibits: tuple[str, ...] = ()
    basis: Basis
    source: str
    cases: int = 0
    history: int = 0
    vouched: bool = False
    """Whether all that it rests on is signed by the platform."""
    assumes: str = ""
    """What the ratios of `assumed` are the share of, as words after "if" ("staff sign in from networks new to it")."""
    assumed: tuple[Key, ...] = ()


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that could not be looked at: what it is, who has it, how far it could move things, and until when.

    `could_move` bounds log10 LR of the pair that it bears on most (`pair`), as the finding that it would give is
    bounded; `until` is when the holder deletes it (None: not known, or never); `request` is the text to send.
    """

    name: str
    group: Group
    what: str
    holder: str
    could_move: tuple[float, float]
    pair: tuple[Key, Key]
    until: datetime | None = None
    why_until: str = ""
    request: str = ""
    ourselves: str = ""
    """What the team can do itself, without waiting for an answer."""


class Examination(msgspec.Struct, frozen=True):
    """Looks at one thing. Pure; gives findings, what is missing to find any, or nothing where it does not apply.

    Registered in the entry-point group `countersign.examinations` under its name.
    """

    name: str
    look: Callable[["Facts"], Sequence[Finding | Missing]]

    def __call__(self, facts: "Facts") -> Sequence[Finding | Missing]:
        """Return what it finds, or what is missing."""
        return self.look(facts)
