"""The forms of a report: hostile text does nothing in any of them, nothing is loaded, and it is the same each time."""

import json
import os
import re
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser

import msgspec
import pytest

from countersign.errors import EvidenceError, UsageError
from countersign.report import READERS, Case, Reader, as_pdf, compose, render
from countersign.report.as_markdown import escaped
from countersign.report.case import Bundle
from countersign.report.qr import code_text
from countersign.report.sealed import read_record, to_record
from countersign.report.words import Held
from tests.unit.report.made_up import PRINTS, case, evaluation, salt_of

HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><script>alert(1)</script>",
    "\x1b[31mred\x1b[0m", "pay\u202egnp.exe", "zero\u200bwidth", "[a](javascript:alert(1))", "| a | b |", "`code` ``",
    "![x](https://evil.example/p.png)", "\ud800lone", "真相之叶", "=cmd|' /C calc'!A0", "&lt;b&gt;", "a" * 5000,
    "\r\nX: y",
    "'\"\\", "*/} body{display:none", "@page{}", "{{7*7}}", "${7*7}", "%s%n",
)  # fmt: skip
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "p", "h1", "h2", "h3", "main", "section", "span",
    "ol", "ul", "li", "table", "caption", "thead", "tbody", "tr", "th", "td", "bdi", "q", "code", "mark", "b", "strong",
    "figure", "figcaption", "div", "pre", "col", "svg", "path", "circle", "rect", "text", "footer",
}  # fmt: skip


class Page(HTMLParser):
    """Notes every element and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_adds_no_element_no_handler_and_no_address_to_the_page(words: str) -> None:
    for reader in READERS:
        page = Page(render(compose(hostile(words), reader, salt_of), "html").decode())
        assert page.tags <= ALLOWED
        assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
        assert all(value.startswith("#") for name, value in page.attributes if name == "href")


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_no_form_holds_a_character_that_a_terminal_obeys_or_hides(words: str) -> None:
    for form in PRINTS:
        text = render(compose(hostile(words), "inside", salt_of), form).decode()
        assert not set(text) & set("\x1b\u202e\u200b\r"), form


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_json_stays_json_and_keeps_the_words(words: str) -> None:
    assert json.loads(render(compose(hostile(words), "inside", salt_of), "json"))["schema"] == "countersign/1"


def test_markdown_gives_no_meaning_to_foreign_text() -> None:
    page = render(compose(hostile("![x](https://evil.example/p.png) <b> @someone"), "inside", salt_of), "md").decode()
    for line in page.splitlines():
        outside = "".join(line.split("`")[::2])
        assert "](" not in outside
        assert "https://" not in outside
    assert escaped("www.evil.example ~~x~~") == "www\\.evil.example \\~\\~x\\~\\~"


@pytest.mark.parametrize("words", [*HOSTILE, "```", "a ````` b", "~~~"], ids=range(len(HOSTILE) + 3))
def test_a_letter_in_markdown_is_one_block_whatever_stands_in_it(words: str) -> None:
    made = evaluation()
    asked = msgspec.structs.replace(made.missing[0], request="To: X\n" + words.replace("\n", " "))
    known = case(evaluation=msgspec.structs.replace(made, missing=(asked,)))
    lines = render(compose(known, "platform", salt_of), "md").decode().splitlines()
    (start,) = (at for at, line in enumerate(lines) if line.endswith("`text"))
    fence = lines[start].removesuffix("text")
    end = lines.index(fence, start + 1)
    assert lines[start + 1] == "To: X"
    assert lines[end - 2 : end] == ["Name, office:", "Date:"]
    assert not [line for line in lines[start + 1 : end] if fence in line]
    assert lines.count(fence) == 1


def test_the_page_allows_nothing_to_load_or_run() -> None:
    page = render(compose(case(), "inside", salt_of), "html").decode()
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "url(" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


@pytest.fixture(params=["Asia/Kathmandu", "America/Los_Angeles"])
def elsewhere(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


HERE = {(reader, form): render(compose(case(), reader, salt_of), form) for reader in READERS for form in PRINTS}


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("reader", READERS)
def test_a_report_made_again_in_another_time_zone_has_the_same_bytes(reader: Reader) -> None:
    for form in PRINTS:
        assert render(compose(case(), reader, salt_of), form) == HERE[reader, form]


def test_every_picture_has_its_data_as_a_table_beneath_it() -> None:
    page = render(compose(case(), "public", salt_of), "html").decode()
    assert page.count("<svg") - page.count('class="qr"') == page.count('<div class="beneath">') == 2
    assert 'role="img" aria-label="Actions by the hour in London' in page


def test_the_code_on_the_first_page_holds_checkpoint_and_hash_and_no_address() -> None:
    report = compose(case(bundle=Bundle(name="case-1.zip", sha256="ef" * 32)), "public", salt_of)
    text = code_text(report.checkpoint, report.bundle)
    assert text.splitlines()[1:] == [f"checkpoint exemb.example/log 4180 {'ab' * 32}", f"bundle sha256 {'ef' * 32}"]
    assert 'class="qr"' in render(report, "html").decode()


def test_where_nothing_was_sealed_there_is_no_code() -> None:
    assert 'class="qr"' not in render(compose(case(checkpoint=""), "public", salt_of), "html").decode()


@pytest.mark.parametrize("reader", READERS)
def test_a_report_is_read_back_out_of_its_record_as_it_was(reader: Reader) -> None:
    report = compose(hostile("\u202e\x1b[31m<b>\ud800 =cmd"), reader, salt_of)
    again = read_record(json.loads(json.dumps(to_record(report))))
    for form in PRINTS:
        assert render(again, form) == render(report, form), form


@pytest.mark.parametrize(
    "change", [{"v": 2}, {"reader": "inside"}, {"report": "{}"}, {"report": "[" * 9000}, {"more": 1}]
)
def test_a_record_that_is_no_report_of_ours_is_refused_with_a_word(change: dict[str, object]) -> None:
    with pytest.raises(EvidenceError) as error:
        read_record({**to_record(compose(case(), "public", salt_of)), **change})
    assert error.value.code == "CS420"


def test_a_pdf_without_weasyprint_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(UsageError) as error:
        as_pdf.as_pdf(compose(case(), "public", salt_of))
    assert "weasyprint" in error.value.hint
    assert error.value.code == "CS060"


def test_a_pdf_is_tagged_holds_the_bundle_and_is_the_same_each_time() -> None:
    pytest.importorskip("weasyprint", reason="the extra [pdf] is not installed", exc_type=ImportError)
    report = compose(case(), "public", salt_of)
    made = as_pdf.as_pdf(report, {"case-1.zip": b"PK\x05\x06" + bytes(18)})
    assert made.startswith(b"%PDF-1.7")
    inside = made + b"".join(unpacked(made))
    assert b"/StructTreeRoot" in inside
    assert b"/EmbeddedFile" in inside
    assert made == as_pdf.as_pdf(report, {"case-1.zip": b"PK\x05\x06" + bytes(18)})


def test_a_word_without_an_end_is_cut_in_print_and_prose_is_not() -> None:
    prose, chinese = "many words " * 100, "真相" * 300
    assert as_pdf._breakable(Held(kind="text", value="a" * 2_000)).value == f"{'a' * 200}… (1,800 more)"
    for words in (prose, chinese):
        assert as_pdf._breakable(Held(kind="text", value=words)).value == words


def unpacked(pdf: bytes) -> Iterator[bytes]:
    """Yield the streams of a PDF, decompressed."""
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            yield zlib.decompress(found[1])


def hostile(words: str) -> Case:
    return case(words=words, handle=f"@{words}")
