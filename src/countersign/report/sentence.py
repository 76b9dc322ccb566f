"""One sentence of a report: what it says, what shows it, and who has to vouch for it before it is public."""

from datetime import datetime

import msgspec

from countersign.report.words import Words


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Who vouches for a sentence about a person, since when, and the leaf of the log that says so."""

    by: Words
    at: datetime
    leaf: int


class Sentence(msgspec.Struct, frozen=True, kw_only=True, tag="sentence"):
    """One sentence. `number` is given to those about a person: somebody vouches for them, or they stay inside."""

    words: Words
    exhibits: tuple[int, ...] = ()
    about_person: bool = False
    number: int | None = None
    signed: Signature | None = None

    @property
    def needs_a_person(self) -> bool:
        """Whether nobody has vouched for it yet."""
        return self.about_person and self.signed is None
