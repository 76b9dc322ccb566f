"""A report from the store to its reader: made again the same, vouched for, corrected, with its bundle, on a phone."""

import base64
import errno
import hashlib
import json
import os
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e.test_command_line import HABIT, START, at_home, habit, takeover, write
from tests.e2e.test_handing_over import Done, newest, run

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NARROWEST = 320
"""CSS pixels that a page must fit (WCAG 2.2, 1.4.10)."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder with a store in which an incident was found and answered."""
    folder = tmp_path_factory.mktemp("reporting")
    with at_home(folder):
        write(folder / "taken.jsonl", habit("embassy", HABIT), takeover("embassy", START + timedelta(days=200)))
        assert run("import", "taken.jsonl", "--account", "embassy", "--store", "s.db").code == 0
        assert run("check", "--store", "s.db").code == 1
        assert run("mark", number(folder), "not-us", "--by", "ana", "--store", "s.db").code == 0
        yield folder


@contextmanager
def no_store(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    yield
    os.chdir(before)


def number(folder: Path) -> str:
    return str(newest(folder)["number"])


def report(folder: Path, reader: str, name: str, *more: str) -> Done:
    return run("report", number(folder), "--for", reader, "-o", name, "--store", "s.db", *more)


@contextmanager
def elsewhere(zone: str, language: str) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(TZ=zone, LC_ALL=language, LANG=language)
    time.tzset()
    yield
    os.environ.clear()
    os.environ.update(before)
    time.tzset()


@pytest.mark.parametrize(("reader", "form"), [("inside", "html"), ("platform", "md"), ("public", "json")])
def test_made_again_in_another_zone_and_language_it_is_the_same(place: Path, reader: str, form: str) -> None:
    report(place, reader, f"first.{form}")
    with elsewhere("Asia/Kathmandu", "ar_EG.UTF-8"):
        report(place, reader, f"second.{form}")
    assert (place / f"first.{form}").read_bytes() == (place / f"second.{form}").read_bytes()


def test_that_it_left_the_house_is_in_the_log_and_changes_nothing_in_it(place: Path) -> None:
    report(place, "public", "first.html")
    entries = run("log", "show", "--store", "s.db", "--format", "json").out
    report(place, "public", "second.html")
    assert entries != run("log", "show", "--store", "s.db", "--format", "json").out
    assert (place / "first.html").read_bytes() == (place / "second.html").read_bytes()


def test_exhibits_are_leaves_of_the_log_and_whoever_answered_is_named_inside_only(place: Path) -> None:
    report(place, "inside", "inside.md")
    report(place, "public", "public.md")
    inside, public = (place / "inside.md").read_text(), (place / "public.md").read_text()
    assert "answered: it was not us" in inside
    assert "`ana`" in inside
    assert "answered: it was not us" in public
    assert "ana`" not in public
    assert re.search(r"\| 1 \| .*imported as actions", inside)


def test_what_was_said_in_public_is_kept_answered_and_has_to_be_vouched_for(place: Path) -> None:
    claims = ("claims", number(place), "--store", "s.db")
    day = f"{(START + timedelta(days=200)):%Y-%m-%d}"
    added = run(*claims[:2], "add", "Nobody of ours liked a thing.", "--kind", "did-not", "--what", "like",
                "--at", day, "--said-by", "Ada Example", *claims[2:])  # fmt: skip
    assert added.code in (1, 3)
    assert "Nobody of ours" in run(*claims).out
    draft = report(place, "public", "public.html")
    assert draft.code == 3
    assert "Not to be published yet" in draft.out
    page = (place / "public.html").read_text()
    assert '<mark class="person">' in page
    assert "Ada Example" not in page


def test_it_is_public_once_somebody_vouches_for_each_sentence(place: Path) -> None:
    report(place, "public", "public.json")
    for sentence in json.loads((place / "public.json").read_text())["report"]["unsigned"]:
        signed = run("report", "sign", number(place), "--sentence", str(sentence), "--by", "ben", "--store", "s.db")
        assert signed.code == 0
    assert report(place, "public", "public.html").code == 0
    page = (place / "public.html").read_text()
    assert "needs a person" not in page
    assert "vouched for by" in page
    assert "ben" not in re.findall(r"\bben\b", page)


def test_a_sentence_that_is_not_there_cannot_be_vouched_for(place: Path) -> None:
    assert run("report", "sign", number(place), "--sentence", "99", "--by", "ben", "--store", "s.db").code == 2


def test_a_correction_makes_the_next_version_and_stands_in_it(place: Path) -> None:
    note = "Section 3 gave the wrong hour."
    assert run("report", "correct", number(place), "--note", note, "--by", "ben", "--store", "s.db").code == 0
    report(place, "public", "public.md")
    page = (place / "public.md").read_text()
    assert note in page
    assert "Version 2" in page


def test_whom_a_correction_names_the_public_does_not_read(place: Path) -> None:
    note = "Section 3 blamed ben for 192.0.2.7, and @somebody for the rest."
    assert run("report", "correct", number(place), "--note", note, "--by", "ben", "--store", "s.db").code == 0
    report(place, "inside", "inside.md")
    assert "192.0.2.7" in (place / "inside.md").read_text()
    report(place, "public", "public.md")
    page = (place / "public.md").read_text()
    assert "Section 3 blamed (a person's name, withheld" in page
    assert [one for one in ("192.0.2.7", "@somebody", "ben ") if one in page] == []


def test_a_bundle_that_leaves_the_house_names_nobody_of_the_team_who_was_not_to_be_named(place: Path) -> None:
    run("mark", number(place), "not-us", "--by", "cleo", "--note", "dora was asleep", "--store", "s.db")
    for reader in ("inside", "platform"):
        assert run("seal", number(place), "-o", f"{reader}.zip", "--report", reader, "--store", "s.db").code == 0
        checked = run("verify", f"{reader}.zip", "--policy", f"{reader}.policy")
        assert checked.code == 0
        assert "answered: it was not us" in checked.out
    assert b"dora was asleep" in (place / "inside.zip").read_bytes()
    outside = _all_of(place / "platform.zip")
    assert [one for one in (b"dora", b"cleo", b'ana"', b"taken.jsonl") if one in outside] == []
    run("seal", number(place), "-o", "named.zip", "--report", "platform", "--by", "eva", "--store", "s.db")
    assert b'"by":"eva"' in _all_of(place / "named.zip")


def _all_of(bundle: Path) -> bytes:
    """Return every file of a bundle, and what its statement says."""
    with zipfile.ZipFile(bundle) as held:
        files = {name: held.read(name) for name in held.namelist() if "/verify" not in name}
    said = next(data for name, data in files.items() if name.endswith("statement.json"))
    return b"\n".join((*files.values(), base64.b64decode(json.loads(said)["payload"])))


def test_a_report_that_cannot_be_written_leaves_the_earlier_one(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report(place, "inside", "kept.html")
    before = (place / "kept.html").read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert run("report", "1", "taken.jsonl", "-o", "kept.html").code == 2
    monkeypatch.undo()
    assert (place / "kept.html").read_bytes() == before
    assert list(place.glob(".countersign-*")) == []


def test_with_its_bundle_it_has_the_bundles_numbers_hash_and_checkpoint(place: Path) -> None:
    bundle = place / "case.zip"
    assert run("seal", number(place), "-o", str(bundle), "--replace", "--store", "s.db").code == 0
    report(place, "inside", "inside.md", "--bundle", str(bundle))
    page = (place / "inside.md").read_text()
    assert "python3 verify.py case.zip" in page
    assert "whole in the bundle" in page


def test_a_bundle_that_does_not_hold_goes_along_with_nothing(place: Path) -> None:
    bundle = place / "bad.zip"
    assert run("seal", number(place), "-o", str(bundle), "--replace", "--store", "s.db").code == 0
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(data)
    assert report(place, "inside", "inside.md", "--bundle", str(bundle)).code == 2


@pytest.mark.parametrize("form", ["html", "md", "json"])
def test_out_of_its_bundle_it_is_the_same_anywhere_without_a_store(place: Path, tmp_path: Path, form: str) -> None:
    bundle = place / "carrier.zip"
    sealed = run("seal", number(place), "-o", str(bundle), "--replace", "--report", "inside", "--store", "s.db")
    assert sealed.code == 0
    assert run("verify", str(bundle), "--policy", str(bundle.with_suffix(".policy"))).code == 0
    assert run("report", "--from", str(bundle), "-o", f"carried.{form}").code == 0
    shutil.copy(bundle, tmp_path)
    with elsewhere("Asia/Kathmandu", "ar_EG.UTF-8"), no_store(tmp_path):
        assert run("report", "--from", "carrier.zip", "-o", f"again.{form}").code == 0
    assert (tmp_path / f"again.{form}").read_bytes() == (place / f"carried.{form}").read_bytes()
    page = (place / f"carried.{form}").read_text()
    assert hashlib.sha256(bundle.read_bytes()).hexdigest() in page
    assert "whole in the bundle" in page


def test_a_bundle_gives_the_report_for_the_reader_it_has_and_no_other(place: Path) -> None:
    bundle = place / "platform.zip"
    run("seal", number(place), "-o", str(bundle), "--replace", "--report", "platform", "--store", "s.db")
    assert run("report", "--from", str(bundle), "-o", "one.md").code == 0
    assert "For the platform" in (place / "one.md").read_text()
    refused = run("report", "--from", str(bundle), "--for", "public", "-o", "two.md")
    assert refused.code == 2
    assert "it holds the one for platform" in refused.err
    assert not (place / "two.md").exists()


def test_a_draft_for_the_public_goes_into_no_bundle_and_nothing_is_sealed_for_it(place: Path) -> None:
    run("claims", number(place), "add", "Another thing that was said.", "--kind", "nothing-else", "--at",
        f"{START + timedelta(days=200):%Y-%m-%d}", "--store", "s.db")  # fmt: skip
    before = run("log", "show", "--store", "s.db", "--format", "json").out
    refused = run("seal", number(place), "-o", "draft.zip", "--report", "public", "--store", "s.db")
    assert refused.code == 2
    assert "is a draft" in refused.err
    assert run("log", "show", "--store", "s.db", "--format", "json").out == before
    assert not (place / "draft.zip").exists()


def test_what_was_erased_from_the_log_no_later_report_tells_again(place: Path) -> None:
    assert run("import", "taken.jsonl", "--account", "embassy", "--store", "gone.db").code == 0
    run("check", "--store", "gone.db")
    assert run("report", "1", "-o", "before.json", "--store", "gone.db").code == 0
    record = json.loads((place / "before.json").read_text())["report"]["record"]
    words, leaf = record["actions"][0]["text"][0]["value"], str(record["exhibits"][0]["leaf"])
    assert run("log", "erase", leaf, "--ground", "third-person", "--yes", "--store", "gone.db").code == 0
    for form in ("md", "json", "stix.json"):
        assert run("report", "1", "-o", f"after.{form}", "--store", "gone.db").code == 0
        assert words not in (place / f"after.{form}").read_text()
    assert "(erased from the log)" in (place / "after.md").read_text()
    assert run("seal", "1", "-o", "gone.zip", "--report", "inside", "--store", "gone.db").code == 0
    shown = run("verify", "gone.zip", "--policy", "gone.policy").out
    assert re.search(r"the weighing of these actions, part by part .* withheld", shown)


def test_one_action_at_the_end_of_time_stops_no_command(place: Path) -> None:
    late = '{"id":"99","platform":"x","account":"embassy","verb":"like","time":"9999-12-31T23:59:59Z"}\n'
    (place / "late.jsonl").write_text((place / "taken.jsonl").read_text() + late)
    assert run("import", "late.jsonl", "--account", "embassy", "--store", "late.db").code == 0
    for command in (("incidents",), ("investigate", "1"), ("ask",), ("explain", "1")):
        assert run(*command, "--store", "late.db").code in (0, 1, 3), command
    assert run("report", "1", "-o", "late.html", "--store", "late.db").code == 0


def test_a_report_of_nothing_is_refused() -> None:
    assert run("report", "-o", "nothing.html").code == 2


def test_files_alone_give_a_report_that_says_that_nothing_is_sealed(place: Path) -> None:
    assert run("report", "1", "taken.jsonl", "-o", "files.md").code == 0
    page = (place / "files.md").read_text()
    assert "Nothing of it was sealed" in page
    assert run("report", "sign", "1", "taken.jsonl", "--sentence", "1").code == 2


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (apt-get install chromium)")
def test_a_phone_shows_it_whole_a_printer_prints_it_and_nothing_is_asked_for(place: Path) -> None:
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    report(place, "inside", "page.html")
    asked: list[str] = []
    with driver.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": NARROWEST, "height": 700})
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: asked.append(message.text))
        page.goto((place / "page.html").as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth")
        labels = page.evaluate("[...document.querySelectorAll('svg')].every(one => one.getAttribute('aria-label'))")
        printed = page.pdf(prefer_css_page_size=True)
        browser.close()
    assert wide == NARROWEST
    assert labels
    assert printed.startswith(b"%PDF")
    assert asked == [(place / "page.html").as_uri()]
