"""The archive of the invented embassy is read exactly as it was written down."""

import json
import runpy
import zipfile
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "fixtures" / "x-archive"


@pytest.fixture(scope="module")
def packing() -> dict[str, Any]:
    return runpy.run_path(str(FOLDER / "pack.py"))


def test_every_value_of_the_fixture_is_as_expected(packing: dict[str, Any]) -> None:
    expected = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
    assert list(packing["said"](FOLDER / "input.zip")) == expected


def test_the_zip_holds_what_the_folder_shows() -> None:
    folder = FOLDER / "input"
    shown = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    with zipfile.ZipFile(FOLDER / "input.zip") as box:
        assert {name: box.read(name) for name in box.namelist()} == shown


def test_the_fixture_shows_every_kind_of_file_but_three() -> None:
    from countersign.sources.x_archive.parts import KINDS

    stems = {file.stem.removesuffix("-part1") for file in (FOLDER / "input" / "data").glob("*.js")}
    assert set(KINDS.values()) - {KINDS[stem] for stem in stems if stem in KINDS} == {"branch-links", "reply-prompt"}
