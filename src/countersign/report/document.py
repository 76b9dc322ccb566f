"""What a report is made of before it is a page or a print: sections of sentences, tables, pictures and letters."""

from datetime import datetime

import msgspec

from countersign.report.readers import Reader
from countersign.report.record import Record
from countersign.report.sentence import Sentence as Sentence
from countersign.report.sentence import Signature as Signature
from countersign.report.words import Kind, Words


class Paragraph(msgspec.Struct, frozen=True, kw_only=True, tag="paragraph"):
    """Sentences that follow each other."""

    sentences: tuple[Sentence, ...]


class Items(msgspec.Struct, frozen=True, kw_only=True, tag="items"):
    """A list of sentences, numbered or not."""

    sentences: tuple[Sentence, ...]
    ordered: bool = False


class Table(msgspec.Struct, frozen=True, kw_only=True, tag="table"):
    """A table with a caption and a head; `mono` names columns of hashes; rows may be one sentence about a person."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """Something on a time line: from when to when it may have been (the same twice for an instant)."""

    start: datetime
    end: datetime


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a time line: what is on it, and when."""

    title: str
    sign: str
    marks: tuple[Mark, ...]


class Timeline(msgspec.Struct, frozen=True, kw_only=True, tag="timeline"):
    """What happened when, one lane above the other."""

    start: datetime
    end: datetime
    lanes: tuple[Lane, ...]


class Hours(msgspec.Struct, frozen=True, kw_only=True, tag="hours"):
    """How many actions an account did in each hour of the day at home, before the incident and in it (24 each)."""

    usual: tuple[int, ...]
    incident: tuple[int, ...]
    place: str


class Picture(msgspec.Struct, frozen=True, kw_only=True, tag="picture"):
    """A drawing made from data, what it shows in words, and the same data as tables beneath it."""

    drawing: Timeline | Hours
    says: str
    tables: tuple[Table, ...]


class Letter(msgspec.Struct, frozen=True, kw_only=True, tag="letter"):
    """A text that is ready to be sent, line by line."""

    title: str
    lines: tuple[Words, ...]


Block = Paragraph | Items | Table | Picture | Letter


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One of the thirteen sections; its number is the same for every reader."""

    number: int
    title: str
    blocks: tuple[Block, ...]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One number with all its digits, for the JSON report: its text shows one significant figure."""

    name: str
    value: float


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What opens a field that others find withheld: its kind and value, the salt, and the hash that they have (hex)."""

    kind: Kind
    value: str
    salt: str
    digest: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The case as one reader gets it: `sections` to be read, and `record`, the same in parts for another program.

    `openings` are for those inside, and only JSON shows them. `unsigned` are numbers of sentences that need a person
    before it is public; `bundle` is the SHA-256 (hex) of the bundle that goes along, or empty.
    """

    incident: int
    account: str
    title: str
    reader: Reader
    version: int
    made: datetime
    zone: str
    checkpoint: str
    bundle: str = ""
    sections: tuple[Section, ...]
    record: Record
    figures: tuple[Figure, ...] = ()
    openings: tuple[Opening, ...] = ()
    unsigned: tuple[int, ...] = ()
    tool: str

    @property
    def is_draft(self) -> bool:
        """Whether it may not be published yet."""
        return bool(self.unsigned)


def sentences(block: Block) -> tuple[Sentence, ...]:
    """Return the sentences of a block that can be about a person."""
    return block.sentences if isinstance(block, Paragraph | Items) else ()
