"""The report as Markdown: foreign text stands in code spans, where no link, image or mention takes effect."""

import re
from collections.abc import Iterator

from countersign.report.document import (
    Block,
    Items,
    Letter,
    Paragraph,
    Picture,
    Report,
    Sentence,
    Table,
)
from countersign.report.readers import FOR
from countersign.report.words import KIND_WORDS, Code, Held, Piece, Withheld, Words, plain
from countersign.text import code_span, utc, visible

# What CommonMark and GitHub give a meaning to: emphasis, code, links, tables, HTML, entities, mentions, bare addresses.
_MEANING = re.compile(r"([\\`*_\[\]<>|~&@#]|://)")
_BACKTICKS = re.compile(r"`+")
_WWW = re.compile(r"\bwww\.", re.IGNORECASE)


def as_markdown(report: Report) -> bytes:
    """Return a report as Markdown in UTF-8."""
    return ("\n".join(_lines(report)) + "\n").encode("utf-8", "replace")


def _lines(report: Report) -> Iterator[str]:
    yield f"# {escaped(report.title)}"
    yield ""
    yield f"{FOR[report.reader]}. Version {report.version}, {utc(report.made)} UTC. {escaped(report.tool)}."
    if report.unsigned:
        yield ""
        yield f"**Draft, not to be published.** {_waiting(report)}"
    for section in report.sections:
        yield ""
        yield f"## {section.number} {escaped(section.title)}"
        for block in section.blocks:
            yield ""
            yield from _block(block)


def escaped(text: str) -> str:
    r"""Return a piece of plain text that Markdown shows as it is.

    >>> escaped("a_b <b> http://c")
    'a\\_b \\<b\\> http:\\//c'
    """
    shown = _MEANING.sub(lambda found: ":\\//" if found[0] == "://" else f"\\{found[0]}", visible(text))
    return _WWW.sub(lambda found: f"{found[0][:-1]}\\.", shown)


def _waiting(report: Report) -> str:
    return f"These sentences need a person: {', '.join(map(str, report.unsigned))} (marked ▶)."


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield " ".join(_sentence(one) for one in block.sentences)
        case Items():
            for number, one in enumerate(block.sentences, start=1):
                yield f"{f'{number}.' if block.ordered else '-'} {_sentence(one)}"
        case Table():
            yield from _table(block)
        case Picture():
            yield escaped(block.says)
            for table in block.tables:
                yield ""
                yield from _table(table)
        case Letter():
            yield f"**{escaped(block.title)}**"
            yield ""
            yield from _copied(block)


def _copied(letter: Letter) -> Iterator[str]:
    """Yield a letter as one block to be copied: in a fence longer than any in it, nothing has a meaning."""
    lines = [plain(line) for line in letter.lines]
    longest = max((len(run) for line in lines for run in _BACKTICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (f"{fence}text", *lines, fence)


def _sentence(sentence: Sentence) -> str:
    mark = f"**▶ needs a person ({sentence.number}):** " if sentence.needs_a_person else ""
    exhibits = f" (exhibits {', '.join(map(str, sentence.exhibits))})" if sentence.exhibits else ""
    signed = f" (vouched for in leaf {sentence.signed.leaf})" if sentence.signed else ""
    return f"{mark}{_words(sentence.words)}{exhibits}{signed}"


def _table(table: Table) -> Iterator[str]:
    yield f"{escaped(table.caption)}:"
    yield ""
    yield f"| {' | '.join(map(escaped, table.head))} |"
    yield f"|{' --- |' * len(table.head)}"
    for row in table.rows:
        yield f"| {' | '.join(_words(cell) or ' ' for cell in row)} |"


def _words(words: Words) -> str:
    return "".join(_piece(piece) for piece in words)


def _piece(piece: Piece) -> str:
    match piece:
        case Held(value=value) | Code(value=value):
            return code_span(value)
        case Withheld(kind=kind, digest=digest):
            return f"({KIND_WORDS[kind]}, withheld: `{digest[:12]}`)"
        case _:
            return escaped(piece)
