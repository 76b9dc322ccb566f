"""The report as one page that needs nothing else: no script, no address outside, one style for screen and print."""

from collections.abc import Iterator, Sequence
from html import escape
from math import sqrt

from countersign.report.document import (
    Block,
    Items,
    Letter,
    Paragraph,
    Picture,
    Report,
    Section,
    Sentence,
    Table,
    Timeline,
)
from countersign.report.pictures import hours, timeline
from countersign.report.qr import code_text, qr_code
from countersign.report.readers import FOR
from countersign.report.style import STYLE
from countersign.report.words import KIND_WORDS, Code, Held, Piece, Withheld, Words, plain
from countersign.text import utc, visible

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Nothing is loaded, nothing is sent, nothing runs: the page has one style of its own and no script."""

MOST_KEPT = 3
"""Columns that a phone still shows beside each other; the rows of wider tables become cards."""
LONGEST_WORD = 12
"""Letters of a word that a column has room for, and does not break: a date's."""
BETWEEN = 4.5
"""Letters of room between two columns."""
BOLD = 1.3
"""How much wider a bold letter of a head is."""
WIDENED = 2.4
SHOWN_OF_ROOT = 16
"""Hex digits of the checkpoint's root in the foot of each printed page; the report itself has all."""


def as_html(report: Report) -> bytes:
    """Return a report as one HTML page in UTF-8."""
    return "".join(_page(report)).encode("utf-8", "replace")


def _page(report: Report) -> Iterator[str]:
    title = escape(visible(f"{report.title}. {FOR[report.reader]}"))
    yield '<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
    yield f'<meta name="dcterms.created" content="{report.made:%Y-%m-%dT%H:%M:%SZ}">\n'
    yield f'<meta name="dcterms.modified" content="{report.made:%Y-%m-%dT%H:%M:%SZ}">\n'
    yield f"<title>{title}</title>\n<style>{STYLE}{_running(report)}</style>\n</head>\n<body>\n"
    yield '<a class="skip" href="#s1">Skip to the report</a>\n'
    yield from _head(report)
    yield '<main id="report">\n'
    for section in report.sections:
        yield from _section(section)
    yield "</main>\n"
    yield from _foot(report)
    yield "</body>\n</html>\n"


def _running(report: Report) -> str:
    """Return the running heads of the print: case, version and reader above, checkpoint below."""
    head = f"{report.title}, version {report.version}. {FOR[report.reader]}{' - DRAFT' if report.is_draft else ''}"
    foot = f"checkpoint {_short(report.checkpoint)}" if report.checkpoint else "nothing sealed"
    return f"@page{{@top-left{{content:{_css(head)}}}@bottom-left{{content:{_css(foot)}}}}}"


def _short(checkpoint: str) -> str:
    start, _, root = checkpoint.rpartition(" ")
    return f"{start} {root[:SHOWN_OF_ROOT]}…" if start else checkpoint


def _css(text: str) -> str:
    """Return text as a CSS string that neither ends it nor the style element."""
    kept = "".join(char if char.isascii() and (char.isalnum() or char in " .,:@-_+=") else f"\\{ord(char):x} "
                   for char in visible(text))  # fmt: skip
    return f'"{kept}"'


def _head(report: Report) -> Iterator[str]:
    yield "<header>\n"
    yield from _check(report)
    yield f'<p class="kind">Account integrity report</p>\n<h1>{_text(report.title)}</h1>\n'
    yield f'<p class="for">{_text(FOR[report.reader])}</p>\n'
    yield f'<p class="made">Version {report.version}. As of {utc(report.made)} UTC. {_text(report.tool)}.</p>\n'
    if report.unsigned:
        numbers = ", ".join(map(str, report.unsigned))
        needs = "1 sentence needs" if len(report.unsigned) == 1 else f"{len(report.unsigned)} sentences need"
        yield (
            f'<p class="draft"><strong>Draft, not to be published.</strong> {needs} a person first (no. {numbers}; '
            "yellow, with the sign ▶).</p>\n"
        )
    yield "</header>\n"


def _check(report: Report) -> Iterator[str]:
    """Yield what binds a print to the log, for whoever has only the paper."""
    text = code_text(report.checkpoint, report.bundle)
    if text:
        says = (
            "The code holds the checkpoint" + (" and the bundle's SHA-256" if report.bundle else "") + " (section 10)."
        )
        yield f'<div class="check">{qr_code(text, f"QR code. {says}")}<p>{_text(says)}</p></div>\n'


def _foot(report: Report) -> Iterator[str]:
    checkpoint = f"Checkpoint <code>{_text(report.checkpoint)}</code>." if report.checkpoint else "Nothing was sealed."
    again = "made again from the same state, it is the same"
    yield f"<footer><p>{checkpoint} Made by {_text(report.tool)}; {again}.</p></footer>\n"


def _section(section: Section) -> Iterator[str]:
    yield f'<section id="s{section.number}" aria-labelledby="h{section.number}">\n'
    yield f'<h2 id="h{section.number}"><span class="no">{section.number}</span> {_text(section.title)}</h2>\n'
    for block in section.blocks:
        yield from _block(block)
    yield "</section>\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield f"<p>{' '.join(_sentence(one) for one in block.sentences)}</p>\n"
        case Items():
            tag = "ol" if block.ordered else "ul"
            yield f"<{tag}>\n"
            yield from (f"<li>{_sentence(one)}</li>\n" for one in block.sentences)
            yield f"</{tag}>\n"
        case Table():
            yield _table(block)
        case Picture():
            yield from _picture(block)
        case Letter():
            lines = "\n".join(map(_words, block.lines))  # one text, so that it is copied as it will be sent
            yield f'<div class="letter"><h3>{_text(block.title)}</h3>\n<pre>{lines}</pre></div>\n'


def _picture(picture: Picture) -> Iterator[str]:
    drawn = picture.drawing
    svg = timeline(drawn, picture.says) if isinstance(drawn, Timeline) else hours(drawn, picture.says)
    tables = "".join(_table(table) for table in picture.tables)
    yield f'<figure>{svg}<figcaption>{_text(picture.says)}</figcaption></figure>\n<div class="beneath">{tables}</div>\n'


def _sentence(sentence: Sentence) -> str:
    said = _words(sentence.words)
    if sentence.exhibits:
        numbers = ", ".join(f'<a href="#x{number}">{number}</a>' for number in sentence.exhibits)
        said += f' <span class="exhibits">[exhibits {numbers}]</span>'
    if sentence.signed is not None:
        said += (
            f' <span class="signed">(vouched for by {_words(sentence.signed.by)}, leaf {sentence.signed.leaf})</span>'
        )
    if sentence.needs_a_person:
        return f'<mark class="person"><b>▶ needs a person ({sentence.number}):</b> {said}</mark>'
    return said


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col" role="columnheader">{_text(one)}</th>' for one in table.head)
    register = table.caption == "Exhibits"
    keep = ' class="keep"' if len(table.head) <= MOST_KEPT else ""
    rows = "".join(_row(table.head, row, f' id="x{_text(str(row[0][0]))}"' if register else "") for row in table.rows)
    columns = "" if keep else _columns(table)
    return (
        f'<table role="table"{keep}><caption>{_text(table.caption)}</caption>{columns}'
        '<thead role="rowgroup"><tr role="row">'
        f'{heads}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>\n'
    )


def _columns(table: Table) -> str:
    """Return how wide the columns of a wide table are in print: by what stands in them, so that nothing is measured."""
    widths = [_width(head, [plain(row[at]) for row in table.rows]) for at, head in enumerate(table.head)]
    return "".join(f'<col style="width:{100 * width / sum(widths):.1f}%">' for width in widths)


def _width(head: str, texts: Sequence[str]) -> float:
    """Return how much room a column wants: its longest word, up to a date's, and the root of its usual length."""
    word = max((len(one) for text in texts for one in text.split()), default=0)
    bold = BOLD * max(map(len, head.split()), default=0)
    usual = sum(map(len, texts)) / max(1, len(texts))
    return max(min(word, LONGEST_WORD) + BETWEEN, bold + BETWEEN, WIDENED * sqrt(usual))


def _row(head: tuple[str, ...], row: tuple[Words, ...], mark: str) -> str:
    cells = [
        f'<td role="cell" data-label="{escape(label)}"><span>{_words(cell)}</span></td>'
        for label, cell in zip(head, row, strict=True)
    ]
    return f'<tr role="row"{mark}>{"".join(cells)}</tr>\n'


def _words(words: Words) -> str:
    return "".join(_piece(piece) for piece in words)


def _piece(piece: Piece) -> str:
    match piece:
        case Held(kind="text" | "own words", value=value, lang=lang):
            return f'<q class="foreign"><bdi dir="auto"{_lang(lang)}>{_text(value)}</bdi></q>'
        case Held(value=value):
            return f'<bdi dir="auto" class="foreign">{_text(value)}</bdi>'
        case Withheld(kind=kind, digest=digest):
            return f'<span class="withheld">[{KIND_WORDS[kind]}, withheld: <code>{digest[:12]}</code>]</span>'
        case Code(value=value):
            return f'<code dir="ltr">{_text(value)}</code>'
        case _:
            return _text(piece)


def _lang(lang: str) -> str:
    known = lang.replace("-", "").isalnum() and lang.isascii() and len(lang) <= 35
    return f' lang="{lang}"' if known else ""


def _text(text: str) -> str:
    return escape(visible(text))
