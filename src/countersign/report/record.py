"""The case as values for another program: what happened when, how unusual it was, and what backs it; for one reader."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from countersign.activity import Verb
from countersign.investigate.finding import Ratio
from countersign.investigate.proposition import Key
from countersign.report.case import Bundle, Code, Looked, OwnRatio
from countersign.report.sentence import Sentence
from countersign.report.words import Words


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """When something was: `at` if the platform says so, else bounds that it lies between (None: not known)."""

    at: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None

    @property
    def first(self) -> datetime | None:
        """The earliest that it can have been; None if that is not known."""
        return self.at or self.start

    @property
    def last(self) -> datetime | None:
        """The latest that it can have been; None if that is not known."""
        return self.at or self.end


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One signal's part of the bits (None: it had nothing to look at), and the reason in words."""

    signal: str
    bits: float | None
    because: Words


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One action of the incident. `target` is whom or what it was done to in words; empty words: not known.

    `author`, `text`, `object`, `native_id`, `instrument` and each of `links` are one piece, shown or withheld.
    """

    number: int
    verb: Verb
    did: str
    when: Span
    target: Words
    author: Words = ()
    text: Words = ()
    object: Words = ()
    native_id: Words = ()
    instrument: Words = ()
    links: tuple[Words, ...] = ()
    bits: float
    usual: float
    shares: tuple[Share, ...]
    undone: bool
    undone_when: Span = Span()
    exhibit: int | None = None
    undo_exhibit: int | None = None


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """One trace of access near the incident: what it is, from where, until when it was seen, how it is vouched for."""

    when: Span
    until: datetime | None = None
    what: Words
    place: Words
    vouched: str


class Exhibit(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was kept; `digest` is the salted commitment (SHA-256, hex) at `leaf` of the log."""

    number: int
    what: Words
    how: str
    at: datetime
    digest: str
    leaf: int
    grade: str
    contents: str


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody did about it, and the leaf of the log that says so."""

    at: datetime
    by: Words
    what: Words
    leaf: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Who was asked "Was this you?", when, and what they said, as a sentence that somebody has to vouch for."""

    at: datetime
    sentence: Sentence
    leaf: int | None


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What was said in public of a time, and what the record does to it: supports, contradicts, cannot tell."""

    start: datetime
    end: datetime
    answer: str
    sentence: Sentence


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One finding: its sentence, its ratio for each explanation (log10), and where its numbers are from."""

    name: str
    group: str
    sentence: Sentence
    ratios: Mapping[Key, Ratio]
    basis: str
    source: Words
    cases: int


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """Two explanations compared, the better supported first: log10 of the ratio with its range, and ENFSI's words."""

    first: Key
    second: Key
    log10: float
    low: float
    high: float
    words: str
    capped: bool


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that would settle it: who has it, until when, on which pair it bears; the request if it is theirs."""

    what: Words
    holder: Words
    until: datetime | None
    why_until: str
    pair: tuple[Key, Key]
    low: float
    high: float
    request: tuple[Words, ...] = ()
    outcome: str = ""
    on: date | None = None
    """What was done about it last, and on which day; empty where nobody asked yet."""


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """One examination that was run, and what it came to."""

    name: str
    outcome: str


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """All that a reader may see of a case, in parts: nothing else of the case reaches a format.

    `handles` are what the account itself is called, `key` tells this incident from all others for good: things made of
    it keep their ids from version to version. `since` is when the first of it was sealed (or what the report is of,
    where nothing is sealed): a time that later versions have too.
    """

    account_id: str
    platform: str
    handles: tuple[str, ...]
    key: str
    since: datetime
    did: str
    span: str
    state: str
    alarm: Words = ()
    answer: str
    method: str
    preset: str
    promise: str
    habit_actions: int
    highest_bits: float
    actions: tuple[Action, ...]
    access: tuple[Trace, ...] = ()
    grants: tuple[Trace, ...] = ()
    changes: tuple[Trace, ...] = ()
    acts: tuple[Act, ...] = ()
    answers: tuple[Answer, ...] = ()
    claims: tuple[Claim, ...] = ()
    corrections: tuple[Act, ...] = ()
    looked: tuple[Looked, ...] = ()
    findings: tuple[Found, ...] = ()
    weights: tuple[Weighed, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    flips: tuple[Words, ...] = ()
    examined: tuple[Examined, ...] = ()
    access_told: tuple[Words, ...] = ()
    own_ratios: tuple[OwnRatio, ...] = ()
    theirs: tuple[Weighed, ...] = ()
    """What a reader put beside our ratios, and every comparison with it; for those inside."""
    exhibits: tuple[Exhibit, ...] = ()
    code: tuple[Code, ...] = ()
    bundle: Bundle | None = None
