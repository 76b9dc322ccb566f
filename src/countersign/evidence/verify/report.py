"""What a verification comes to: the verdict, each failure, each claim with the time between which it lies."""

from typing import Any

import msgspec

from countersign.evidence.bundle.documents import Act, Exhibit
from countersign.evidence.verify.anchor import Anchor
from countersign.evidence.verify.anchors import beacon_before
from countersign.evidence.verify.case import Case
from countersign.evidence.verify.codes import WORDS, Failure, Word, exit_of
from countersign.evidence.verify.times import write_time


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What is claimed of one exhibit, no earlier than a public beacon and no later than the first anchor."""

    number: int
    what: str
    grade: str
    no_earlier: str | None
    no_later: str | None
    shown: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one verification. `checked` says of each kind of check how many passed, of how many."""

    exit: int
    failures: tuple[Failure, ...]
    claims: tuple[Claim, ...] = ()
    key: str | None = None
    origin: str | None = None
    size: int | None = None
    checkpoint_text: str | None = None
    anchors: tuple[Anchor, ...] = ()
    custody: tuple[Act, ...] = ()
    checked: dict[str, tuple[int, int]] = {}
    withheld_fields: dict[int, int] = {}
    with_policy: bool = False
    with_older: bool = False

    @property
    def verdict(self) -> Word:
        """Return the one word."""
        return WORDS[self.exit]

    @property
    def codes(self) -> list[str]:
        """Return all codes, each once, in order."""
        return sorted({failure.code for failure in self.failures})

    def to_json(self) -> dict[str, Any]:
        """Return the object that `--json` writes (docs/reference/evidence-format.md, section 4)."""
        return {
            "exit": self.exit,
            "verdict": self.verdict,
            "codes": self.codes,
            "failures": [msgspec.structs.asdict(failure) for failure in self.failures],
            "claims": [msgspec.structs.asdict(claim) for claim in self.claims],
            "key": self.key,
            "origin": self.origin,
            "size": self.size,
            "checkpoint_text": self.checkpoint_text,
            "anchors": [anchor.to_json() for anchor in self.anchors],
        }


def stopped(failure: Failure) -> Report:
    """Return the report of a verification that could not go on."""
    return Report(exit=exit_of({failure.code}), failures=(failure,))


def reported(case: Case) -> Report:
    """Return the report of a verification that looked at everything."""
    bag = case.bag
    return Report(
        exit=exit_of({failure.code for failure in case.failures}),
        failures=tuple(case.failures),
        claims=tuple(_claim(case, exhibit) for exhibit in bag.statement.exhibits),
        key=bag.log_key.fingerprint,
        origin=bag.contents.origin,
        size=bag.contents.size,
        checkpoint_text=bag.note.text,
        anchors=tuple(case.anchors),
        custody=bag.statement.custody,
        checked=case.checked,
        withheld_fields={
            exhibit.number: case.withheld_fields[exhibit.leaf]
            for exhibit in bag.statement.exhibits
            if exhibit.leaf in case.withheld_fields
        },
        with_policy=case.asked.policy is not None,
        with_older=case.asked.older is not None,
    )


def _claim(case: Case, exhibit: Exhibit) -> Claim:
    beacon = beacon_before(case, exhibit.leaf)
    return Claim(
        number=exhibit.number,
        what=exhibit.what,
        grade=exhibit.grade,
        no_earlier=f"if round {beacon.round} of {beacon.source} is {beacon.value}: look it up" if beacon else None,
        no_later=write_time(min(case.times)) if case.times else None,
        shown=exhibit.shown,
    )
