"""A case on its way into other programs: from a store, from files and the demo, for each reader, and not further."""

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from countersign.activity import WRITTEN
from countersign.testing import scenarios
from tests.e2e.test_command_line import at_home, homes
from tests.e2e.test_handing_over import Done, newest, run

EXPORTS = ("timesketch", "stix", "misp", "case")
ENDINGS = (".jsonl", ".stix.json", ".misp.json", ".jsonld")
STAFF = "Ada Example"
WITH_A_REPLY = "1"
"""The incident of the made-up embassy in which its own words name somebody."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder with a store of the made-up embassy, in which its last incident was answered by somebody."""
    folder = tmp_path_factory.mktemp("exporting")
    with at_home(folder):
        assert run("demo", "--store", "s.db").code == 0
        assert run("check", "--store", "s.db").code == 1
        assert run("mark", last(Path()), "not-us", "--by", STAFF, "--store", "s.db").code == 0
        yield folder


def last(folder: Path) -> str:
    return str(newest(folder)["number"])


def export(reader: str, form: str, name: str) -> Done:
    return run("report", last(Path()), "--for", reader, "--format", form, "-o", name, "--store", "s.db")


@pytest.mark.parametrize("form", [*EXPORTS, "html", "md", "json"])
def test_the_public_gets_nothing_of_strangers_staff_or_machines_from_a_real_case(place: Path, form: str) -> None:
    for which in (WITH_A_REPLY, last(Path())):
        run("report", which, "--for", "public", "--format", form, "-o", "public", "--store", "s.db")
        page = (place / "public").read_bytes()
        assert [one for one in hidden() if any(spelling in page for spelling in spellings(one))] == []


@pytest.mark.parametrize("form", EXPORTS)
def test_the_platform_gets_its_ids_and_no_names(place: Path, form: str) -> None:
    export("platform", form, "platform")
    page = (place / "platform").read_bytes()
    assert STAFF.encode() not in page
    assert all(one.rpartition(":")[2].encode() in page for one in scenarios.play("morning").truth.ids)


@pytest.mark.parametrize("form", EXPORTS)
def test_those_inside_get_who_answered_and_made_again_it_is_the_same(place: Path, form: str) -> None:
    export("inside", form, "first")
    assert STAFF.encode() in (place / "first").read_bytes()
    export("inside", form, "second")
    assert (place / "first").read_bytes() == (place / "second").read_bytes()


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_ending_of_the_name_chooses_the_form_also_in_the_demo(place: Path, ending: str) -> None:
    assert run("demo", "--report", f"demo{ending}").code == 0
    first = (place / f"demo{ending}").read_bytes().splitlines()[0]
    assert first.startswith(b"{")


def test_that_an_export_left_the_house_is_in_the_log(place: Path) -> None:
    export("platform", "misp", "case.misp.json")
    entries = run("log", "show", "--store", "s.db", "--format", "json").out
    assert entries.count('"custody"') > 2


def test_a_form_that_nobody_registered_is_bad_usage(place: Path) -> None:
    assert export("inside", "stix3", "x").code == 2


PLUGIN = """
from countersign.report import Format
short = Format(name="short", says="one line", endings=(".short",),
               write=lambda report, _: f"{report.title}: {len(report.record.actions)}\\n".encode())
"""


def test_a_plug_in_is_found_by_name_and_ending_listed_with_its_hash_and_named_in_every_report(tmp_path: Path) -> None:
    (tmp_path / "short_form.py").write_text(PLUGIN)
    about = tmp_path / "short_form-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: short-form\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[countersign.formats]\nshort = short_form:short\n")
    environment = {**os.environ, **homes(tmp_path), "PYTHONPATH": str(tmp_path)}

    def started(*arguments: str) -> str:
        command = [sys.executable, "-m", "countersign.cli", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True).stdout

    started("demo", "--report", "case.short", "-q")
    assert (tmp_path / "case.short").read_text().startswith("Incident ")
    digest = hashlib.sha256(PLUGIN.encode()).hexdigest()
    assert digest in started("plugins", "--format", "json")
    started("demo", "--report", "case.md", "-q")
    (row,) = [line for line in (tmp_path / "case.md").read_text().splitlines() if "short-form 1.0" in line]
    assert digest in row


def hidden() -> set[str]:
    """Return what is somebody else's in the made-up account: handles, words, hashtags, addresses, devices, ids."""
    story = scenarios.play("morning")
    found = {STAFF}
    for one in story.activities:
        if one.verb not in WRITTEN:
            found |= {
                one.object_author or "",
                one.content or "",
                *one.hashtags,
                *one.mentions,
                *one.links,
                one.object or "",
            }
    for session in story.sessions:
        found |= {session.ip or "", session.device or ""}
    mine = {word for who in story.identities for word in (who.account, who.handle, who.name) if word}
    return {one for one in found if len(one) > 5} - mine


def spellings(value: str) -> tuple[bytes, ...]:
    said = value.encode()
    return said, json.dumps(value)[1:-1].encode(), quote(value).encode(), base64.b64encode(said)[:-4]
