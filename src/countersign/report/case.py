"""The case as plain values: all that a report may say, before it is decided to whom it is said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from countersign.activity import Verb
from countersign.investigate.asked import Asked
from countersign.investigate.claim import Answered
from countersign.investigate.evaluation import Evaluation
from countersign.investigate.proposition import Key
from countersign.report.sentence import Signature
from countersign.report.words import Kind, Words

Outcome = Literal["found", "nothing found", "cannot tell", "not looked at"]


class CaseAction(msgspec.Struct, frozen=True, kw_only=True):
    """One action of the incident. `because` are (signal, what it gave in bits or None, the reason), largest first.

    `object`, `instrument` and `links` are what it was done to, by which application, and what it linked to, as the
    platform names them. `undone_start` and `undone_end` bound when it was taken back where no time was given.
    """

    number: int
    id: str
    verb: Verb = "other"
    did: str
    target: Words
    native_id: str
    at: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    why_no_time: str = ""
    bits: float
    usual: float
    because: tuple[tuple[str, float | None, Words], ...] = ()
    undone_at: datetime | None = None
    undone_start: datetime | None = None
    undone_end: datetime | None = None
    undone: bool = False
    object: str = ""
    instrument: str = ""
    links: tuple[str, ...] = ()
    exhibit: int | None = None
    undo_exhibit: int | None = None


class CaseExhibit(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was kept: what, how it was obtained, when, and what binds it to the log."""

    number: int
    what: Words
    how: str
    at: str
    digest: str
    leaf: int
    grade: str
    contents: str


class CaseAct(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody did about it, as the log has it."""

    at: str
    by: Words
    what: Words
    leaf: int


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """One trace of access near the incident: a sign-in, an application that was let in, a change of how it is reached.

    `start` and `end` bound it where no time was given; `until` is when it was last seen, where it is a span.
    """

    at: datetime | None
    start: datetime | None = None
    end: datetime | None = None
    until: datetime | None = None
    what: Words
    place: Words
    vouched: str


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that could be looked at, what came of it, and the reason."""

    what: str
    outcome: Outcome
    because: Words


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """Who was asked, when, and what they said."""

    who: Words
    at: datetime
    said: str
    leaf: int | None = None


class OwnRatio(msgspec.Struct, frozen=True, kw_only=True):
    """A ratio that a reader put beside ours: of this finding, for this pair, by whom, and why."""

    by: Words
    finding: str
    first: Key
    second: Key
    value: float
    why: str
    leaf: int


class Habit(msgspec.Struct, frozen=True, kw_only=True):
    """What the account usually does: counts by hour at home, its history in words, and its highest surprise."""

    usual_hours: tuple[int, ...]
    incident_hours: tuple[int, ...]
    actions: int
    history: str
    highest: float
    quantile99: float


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of code that had a say, with its hash."""

    name: str
    group: str
    package: str
    version: str
    sha256: str


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """The bundle that goes along: its file's name and SHA-256, and whether it holds the report itself."""

    name: str
    sha256: str
    holds_report: bool = False


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One incident with all that is known of it. Whatever is empty was not there, and the report says so.

    `made` is the time of the checkpoint (or of the newest record, where nothing is sealed): never the present moment,
    so that a report that is made again is the same. `known` are values that tell of people, with their kind; `own`
    are names that every reader may see. `signatures` are by the text of the sentence that was vouched for.
    """

    number: int
    account: str
    account_id: str
    platform: str
    home_zone: str
    did: str
    span: str
    made: datetime
    version: int = 1
    tool: str
    checkpoint: str = ""
    state: str = ""
    alarm: Words = ()
    actions: tuple[CaseAction, ...]
    others_around: int = 0
    access: tuple[Access, ...] = ()
    access_told: tuple[Words, ...] = ()
    """How far what is known of access reaches, where it contradicts itself, and by which tables networks are named."""
    grants: tuple[Access, ...] = ()
    changes: tuple[Access, ...] = ()
    habit: Habit
    looked: tuple[Looked, ...] = ()
    evaluation: Evaluation | None = None
    own_ratios: tuple[OwnRatio, ...] = ()
    theirs: Evaluation | None = None
    """The weighing with `own_ratios` in the place of ours."""
    exhibit_of: Mapping[str, int] = {}
    exhibits: tuple[CaseExhibit, ...] = ()
    acts: tuple[CaseAct, ...] = ()
    run_by_us: bool = True
    asked: tuple[Asked, ...] = ()
    """What was done about requests, oldest first."""
    replies: tuple[Reply, ...] = ()
    claims: tuple[Answered, ...] = ()
    corrections: tuple[CaseAct, ...] = ()
    code: tuple[Code, ...] = ()
    preset: str = ""
    promise: str = ""
    bundle: Bundle | None = None
    known: Mapping[str, Kind] = {}
    own: tuple[str, ...] = ()
    signatures: Mapping[str, Signature] = {}
