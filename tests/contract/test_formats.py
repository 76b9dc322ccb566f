"""Holds every registered form of a report, built in or plugged in, to the laws: same bytes, no leak, harmless text."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import time
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from html import escape
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from countersign.errors import UsageError
from countersign.report import READERS, Case, Format, Reader, Report, compose, forms, render
from countersign.report.case import Bundle, CaseAction, Code
from countersign.report.formats import named_after
from countersign.report.words import Held
from tests.unit.report.made_up import ADDRESS, DEVICE, HANDLE, LINK, ONSET, PRINTS, STAFF, WORDS, action, case, salt_of

ROOT = Path(__file__).parents[2]
FORMATS = tuple(forms().values())
MOST_SECONDS = 20
"""For 1,000 actions, on a busy machine; measured alone it is under two."""
OWN_REPLY = "@bread_friend we pass it on, see https://own.example/1"
HOSTILE = (
    "\x1b[31mred\x1b[0m", "\x00nul", "pay\u202egnp.exe", "zero\u200bwidth", "\ud800lone", "=cmd|' /C calc'!A0",
    "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "真相之叶",
    "\x9b31m", "\u2066\u2069", "{{7*7}}", "%s%n", "\r\nX: y", "\u2028", "'\"\\", "a" * 100_000, "\U000e0041tag", "",
)  # fmt: skip
PRINTED = (" ".join(one for one in HOSTILE if len(one) < 1_000), "a" * 100_000)
"""The same for prints, which are laid out for seconds: all at once."""
HIDDEN: dict[Reader, tuple[str, ...]] = {
    "inside": (),
    "platform": (STAFF, "a…@mail.example"),
    "public": (
        STAFF, ADDRESS, DEVICE, HANDLE.removeprefix("@"), WORDS, "Uncut clip", LINK, "clips.example", "x.example",
        "209741581", "bread_friend", "own.example", "a…@mail.example", "Planner",
    ),
}  # fmt: skip
ALWAYS_OURS = re.compile(r"@ExamplianEmb\b.*", re.DOTALL)
"""The account's own name begins with what a spreadsheet takes for a formula; it holds nothing that one could run."""
every_format = pytest.mark.parametrize("form", FORMATS, ids=lambda one: one.name)
every_reader = pytest.mark.parametrize("reader", READERS)


@pytest.fixture(autouse=True)
def _needs(request: pytest.FixtureRequest) -> None:
    form = request.node.callspec.params.get("form") if hasattr(request.node, "callspec") else None
    if form is not None and form.name == "pdf":
        pytest.importorskip("weasyprint", reason="the extra [pdf] is not installed", exc_type=ImportError)


def rich() -> Case:
    """Return a case with something of everything: own words that name somebody, a time that was not given."""
    own = msgspec.structs.replace(
        action(3, HANDLE, WORDS), verb="reply", did="replied", undone_at=None, undone=False,
        target=(Held(kind="handle", value="@bread_friend"), ": ", Held(kind="own words", value=OWN_REPLY)),
    )  # fmt: skip
    bounded = msgspec.structs.replace(
        action(4, HANDLE, WORDS), at=None, start=ONSET - timedelta(days=9), end=ONSET, undone_at=None,
        undone_start=ONSET, undone_end=ONSET + timedelta(days=1),
    )  # fmt: skip
    return case(actions=(*case().actions, own, bounded))


def bare() -> Case:
    """Return a case of which next to nothing is known: nothing sealed, weighed or said, and no time at all."""
    nothing: dict[str, Any] = dict.fromkeys(
        ("access", "grants", "changes", "looked", "exhibits", "acts", "replies", "claims", "code"), ()
    )
    only = CaseAction(number=1, id="x:1:like:1", did="liked", target=(), native_id="", bits=0.0, usual=0.0)
    return case(
        actions=(only,), evaluation=None, checkpoint="", exhibit_of={}, known={}, own=(), state="", preset="",
        promise="", **nothing,
    )  # fmt: skip


def many(number: int) -> Case:
    return case(actions=tuple(action(one, HANDLE, WORDS) for one in range(1, number + 1)))


def written(form: Format, reader: Reader, made: Case) -> bytes:
    return render(compose(made, reader, salt_of), form.name)


def test_the_forms_that_ship_are_registered_like_a_plug_in() -> None:
    assert {"html", "md", "json", "pdf", "timesketch", "stix", "misp", "case"} <= set(forms())


@every_format
def test_it_says_what_it_is_and_what_files_are_called(form: Format) -> None:
    assert form.says
    assert form.endings
    for ending in form.endings:
        assert ending.startswith(".")
        assert ending == ending.lower()
        assert named_after(f"case{ending}") == form


DIGESTS = """
import hashlib, json, sys
from tests.contract.test_formats import READERS, rich, written, forms
names = json.loads(sys.argv[1])
print(json.dumps({f"{name} {reader}": hashlib.sha256(written(forms()[name], reader, rich())).hexdigest()
                  for name in names for reader in READERS}))
"""


@pytest.mark.parametrize(
    ("zone", "language", "seed"), [("Asia/Kathmandu", "ar_EG.UTF-8", "1"), ("America/Los_Angeles", "C", "4242")]
)
def test_another_process_zone_language_and_hash_seed_give_the_same_bytes(zone: str, language: str, seed: str) -> None:
    named = [one.name for one in FORMATS if one.name != "pdf"]
    environment = {**os.environ, "TZ": zone, "LC_ALL": language, "LANG": language, "PYTHONHASHSEED": seed}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DIGESTS, json.dumps(named)], cwd=ROOT, env=environment, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    here = {
        f"{name} {reader}": hashlib.sha256(written(forms()[name], reader, rich())).hexdigest()
        for name, reader in product(named, READERS)
    }
    assert json.loads(done.stdout) == here


@every_reader
@every_format
def test_nothing_that_a_reader_may_not_see_is_in_it_in_any_spelling(form: Format, reader: Reader) -> None:
    page = opened(written(form, reader, rich()))
    for hidden in HIDDEN[reader]:
        assert [spelling for spelling in spellings(hidden) if spelling in page] == []


def test_the_search_for_what_is_hidden_finds_it_where_it_may_be_seen() -> None:
    for form in FORMATS:
        if form.name != "pdf":
            page = opened(written(form, "inside", rich()))
            for seen in (HANDLE.removeprefix("@"), "bread_friend", ADDRESS, DEVICE, STAFF):
                assert any(spelling in page for spelling in spellings(seen)), (form.name, seen)


@pytest.mark.parametrize(
    ("form", "words"), [(form, words) for form in FORMATS for words in (PRINTED if form.name == "pdf" else HOSTILE)],
    ids=lambda one: one.name if isinstance(one, Format) else f"{len(one)} characters",
)  # fmt: skip
def test_hostile_text_reaches_nobody_raw(form: Format, words: str) -> None:
    odd = (words or " ")[:200]
    hostile = case(
        words=words or " ", handle=f"@{words}", account=f"account {odd}", bundle=Bundle(name=f"b{odd}.zip", sha256=""),
        code=(Code(name=odd, group="formats", package=odd, version="1", sha256="ef" * 32),),
    )  # fmt: skip
    for reader in READERS:
        page = written(form, reader, hostile)
        if form.name == "pdf":
            assert page.startswith(b"%PDF-")
            continue
        text = page.decode("utf-8")
        assert {char for char in text if raw(char)} == set()
        for one in strings(text) if form.name not in PRINTS else ():
            assert not any(raw(char) for char in one if char != "\n")
            assert not one.startswith(tuple("=+-@\t\r")) or ALWAYS_OURS.fullmatch(one)


@every_reader
@every_format
def test_the_json_report_holds_all_that_any_other_form_is_made_of(form: Format, reader: Reader) -> None:
    kept = json.loads(written(forms()["json"], reader, rich()))["report"]
    again = msgspec.convert(kept, Report)
    assert render(again, form.name) == written(form, reader, rich())


@every_reader
@every_format
def test_a_case_of_which_nothing_is_known_is_no_error(form: Format, reader: Reader) -> None:
    assert written(form, reader, bare())


@every_format
def test_a_thousand_actions_are_written_in_seconds(form: Format) -> None:
    if form.name == "pdf":
        pytest.skip("laying out 1,000 rows takes WeasyPrint a minute (60 s measured), which nobody waits for in a test")
    report = compose(many(1_000), "inside", salt_of)
    started = time.monotonic()
    assert render(report, form.name)
    assert time.monotonic() - started < MOST_SECONDS


@every_format
def test_no_time_that_was_not_given_is_written_as_an_instant(form: Format) -> None:
    start, end = ONSET - timedelta(days=1, seconds=7), ONSET + timedelta(days=1, seconds=9)
    unknown = msgspec.structs.replace(
        action(1, HANDLE, WORDS), at=None, start=start, end=end, undone=False, undone_at=None
    )
    page = opened(written(form, "inside", case(actions=(unknown,)))).decode("utf-8", "replace")
    middle = start + (end - start) / 2
    assert f"{middle:%Y-%m-%dT%H:%M:%S}" not in page
    if form.name in ("html", "md", "pdf"):
        return
    assert f"{start:%Y-%m-%dT%H:%M:%S}" in page
    assert f"{end:%Y-%m-%dT%H:%M:%S}" in page


def test_a_form_that_fails_is_a_clear_error_and_gives_no_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bytes:
        raise ZeroDivisionError

    plugged(monkeypatch, Format(name="mine", says="mine", endings=(".mine",), write=broken))
    with pytest.raises(UsageError) as error:
        render(compose(case(), "public", salt_of), "mine")
    assert error.value.code == "CS062"


def test_a_form_that_gives_no_bytes_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch, Format(name="mine", says="mine", endings=(".mine",), write=lambda *_: "x"))  # type: ignore[arg-type]
    with pytest.raises(UsageError) as error:
        render(compose(case(), "public", salt_of), "mine")
    assert error.value.code == "CS062"


def test_two_forms_of_one_name_are_an_error_and_neither_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch, Format(name="html", says="mine", endings=(".mine",), write=lambda *_: b""))
    with pytest.raises(UsageError) as error:
        forms()
    assert error.value.code == "CS061"


def test_an_ending_that_two_forms_claim_chooses_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch, Format(name="mine", says="mine", endings=(".md",), write=lambda *_: b""))
    assert named_after("case.md") is None


def test_what_is_no_form_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("countersign.report.formats.load", lambda _: (*FORMATS, len))
    with pytest.raises(UsageError) as error:
        forms()
    assert error.value.code == "CS063"


def test_a_plug_in_that_cannot_be_imported_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> None:
        raise ModuleNotFoundError("No module named 'gone'")

    monkeypatch.setattr("countersign.report.formats.load", broken)
    with pytest.raises(UsageError) as error:
        forms()
    assert error.value.code == "CS063"


def plugged(monkeypatch: pytest.MonkeyPatch, mine: Format) -> None:
    """Register one more form, as an installed package would."""
    monkeypatch.setattr("countersign.report.formats.load", lambda _: (*FORMATS, mine))


def raw(char: str) -> bool:
    """Say whether a terminal obeys or hides a character, or it turns the direction of what follows."""
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co") and char not in "\n\u200c\u200d"


def strings(text: str) -> Iterator[str]:
    """Yield every value of JSON or of JSON lines that is text; nothing for other forms."""
    with suppress(ValueError):
        try:
            found = [json.loads(text)]
        except ValueError:
            found = [json.loads(line) for line in text.splitlines()]
        for one in found:
            yield from within(one)


def within(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from within(one)
    elif isinstance(value, list):
        for one in value:
            yield from within(one)


def spellings(value: str) -> set[bytes]:
    """Return how a value may stand in a file: as it is, escaped for JSON, HTML and addresses, in base64 or hex."""
    said = value.encode()
    found = {
        said, said.hex().encode(), said.hex().upper().encode(), value.lower().encode(), value.upper().encode(),
        json.dumps(value)[1:-1].encode(), "".join(f"\\u{ord(char):04x}" for char in value).encode(),
        escape(value).encode(), quote(value).encode(), quote(value, "").encode(), value.encode("utf-16-le"),
    }  # fmt: skip
    for shift in range(3):  # base64 spells a value in three ways, by where it begins; its ends depend on neighbours
        coded = base64.b64encode(b"\0" * shift + said)
        found.add(coded[4 if shift else 0 : -4])
    hashed = {hashlib.sha256(said).hexdigest().encode(), hashlib.md5(said).hexdigest().encode(),
              hashlib.sha1(said).hexdigest().encode()}  # fmt: skip
    return {one for one in found | hashed if len(one) > 5}


def opened(page: bytes) -> bytes:
    """Return a file with what is compressed in it beside it."""
    streams = [page]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", page, re.DOTALL):
        with suppress(zlib.error):
            streams.append(zlib.decompress(found[1]))
    return b"\n".join(streams)
