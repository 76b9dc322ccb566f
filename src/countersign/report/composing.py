"""Puts a case together as a report for one reader: its sections, numbered sentences about people, and redaction."""

from collections.abc import Iterator, Mapping

import msgspec

from countersign.incident.incident import called
from countersign.report.case import Case
from countersign.report.document import Block, Figure, Items, Opening, Paragraph, Report, Section, Sentence, sentences
from countersign.report.readers import READERS, SEES, Reader, SaltOf, redact_all, withheld
from countersign.report.recording import record
from countersign.report.sections import happened, kept, looked, opening, weighed
from countersign.report.words import Held, plain, told


def compose(case: Case, reader: Reader, salt_of: SaltOf) -> Report:
    """Return the report of a case for one reader: nothing in it is more than this reader may see.

    Sentences about a person have the same number for every reader; what somebody vouched for is signed.
    """
    numbers = people(case)
    sections = tuple(_with_people(section, case, numbers) for section in _sections(case, reader))
    parts = record(case, reader, lambda one: _sentence(one, case, numbers))
    unsigned = {one.number for one in _sentences(sections) if one.needs_a_person and one.number is not None}
    return Report(
        incident=case.number, account=case.account, title=f"{called(case.number)} of {case.account}", reader=reader,
        version=case.version, made=case.made, zone=case.home_zone, checkpoint=case.checkpoint,
        bundle=case.bundle.sha256 if case.bundle else "",
        sections=redact_all(sections, reader, salt_of), record=redact_all(parts, reader, salt_of),
        figures=_figures(case), openings=_openings((sections, parts), salt_of) if reader == "inside" else (),
        unsigned=tuple(sorted(unsigned)), tool=case.tool,
    )  # fmt: skip


def people(case: Case) -> dict[str, int]:
    """Return the sentences about a person that any reader gets, by their text, with the number each bears."""
    numbers: dict[str, int] = {}
    for reader in READERS:
        for sentence in _sentences(_sections(case, reader)):
            if sentence.about_person:
                numbers.setdefault(plain(sentence.words), len(numbers) + 1)
    return numbers


def _sections(case: Case, reader: Reader) -> tuple[Section, ...]:
    made: tuple[tuple[int, str, tuple[Block, ...]], ...] = (
        (1, "In one paragraph", opening.paragraph(case)),
        (2, "Key findings", opening.key_findings(case)),
        (3, "What happened", happened.what_happened(case, reader)),
        (4, "Who was shown it", happened.who_was_shown_it(case)),
        (5, "What we looked at, and what we could not", looked.looked_at(case, reader)),
        (6, "Which explanation the findings support", weighed.explanations(case, reader)),
        (7, "What would settle it, who has it, and until when", weighed.what_would_settle(case, reader)),
        (8, "What was done", kept.what_was_done(case)),
        (9, "Exhibits", kept.exhibits(case)),
        (kept.HOW_TO_CHECK, "How to check this report", kept.how_to_check(case.number, case.checkpoint, case.bundle)),
        (11, "Method, version, assumptions, and the code that said it", kept.method(case)),
        (12, "Right of reply", () if reader == "platform" else kept.replies(case)),
        (13, "Corrections", kept.corrections(case)),
    )
    return tuple(Section(number=number, title=title, blocks=blocks) for number, title, blocks in made if blocks)


def _with_people(section: Section, case: Case, numbers: Mapping[str, int]) -> Section:
    return msgspec.structs.replace(section, blocks=tuple(_signed(block, case, numbers) for block in section.blocks))


def _signed(block: Block, case: Case, numbers: Mapping[str, int]) -> Block:
    if not isinstance(block, Paragraph | Items):
        return block
    done = tuple(_sentence(one, case, numbers) for one in block.sentences)
    return msgspec.structs.replace(block, sentences=done)


def _sentence(sentence: Sentence, case: Case, numbers: Mapping[str, int]) -> Sentence:
    if not sentence.about_person:
        return sentence
    text = plain(sentence.words)
    return msgspec.structs.replace(sentence, number=numbers[text], signed=case.signatures.get(text))


def _sentences(sections: tuple[Section, ...]) -> Iterator[Sentence]:
    for section in sections:
        for block in section.blocks:
            yield from sentences(block)


def _openings(parts: object, salt_of: SaltOf) -> tuple[Opening, ...]:
    """Return what opens each field that the platform or the public find withheld."""
    values = {(held.kind, held.value): held for held in _held(parts)}
    return tuple(
        Opening(kind=held.kind, value=held.value, salt=salt.hex(), digest=withheld(held, salt).digest)
        for _, held in sorted(values.items())
        for salt in [salt_of(held.value)]
        if any(held.kind not in SEES[reader] for reader in READERS)
    )


def _held(part: object) -> Iterator[Held]:
    if isinstance(part, Held):
        yield part
        if part.kind == "own words":
            yield from _held(told(part.value, {}))
    elif isinstance(part, tuple):
        for one in part:
            yield from _held(one)
    elif isinstance(part, msgspec.Struct):
        for name in part.__struct_fields__:
            yield from _held(getattr(part, name))


def _figures(case: Case) -> tuple[Figure, ...]:
    """Return the numbers behind the text with all their digits."""
    found = [Figure(name=f"action {one.number}: bits", value=one.bits) for one in case.actions]
    found += [Figure(name="highest bits outside incidents", value=case.habit.highest)]
    for weight in case.evaluation.weights if case.evaluation else ():
        pair = " : ".join(weight.pair)
        found += [
            Figure(name=f"{pair}: log10", value=weight.log10),
            Figure(name=f"{pair}: log10, low", value=weight.low),
            Figure(name=f"{pair}: log10, high", value=weight.high),
        ]
    return tuple(found)
