"""Every rule on uploaded zips is held, each with its own code, and nothing but typed errors comes out."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from countersign.errors import HostileArchive
from countersign.sources.container import first_names, opened
from tests.unit.sources.container import hostile_readings, hostile_zips

AT_ONCE = list(hostile_zips.refused_at_once())
ON_READING = list(hostile_readings.refused_on_reading())


@pytest.mark.parametrize(("code", "made"), [case[1:] for case in AT_ONCE], ids=[case[0] for case in AT_ONCE])
def test_a_hostile_zip_is_refused_before_anything_is_read(tmp_path: Path, code: str, made: Callable[[], bytes]) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(made())
    with pytest.raises(HostileArchive) as caught, opened(str(path)):
        pass
    assert (caught.value.code, bool(caught.value.hint), caught.value.where) == (code, True, str(path))
    assert caught.value.message.isprintable()
    assert isinstance(first_names(str(path)), tuple)


@pytest.mark.parametrize(("code", "made"), [case[1:] for case in ON_READING], ids=[case[0] for case in ON_READING])
def test_a_lie_that_only_reading_shows_is_caught_while_reading(
    tmp_path: Path, code: str, made: Callable[[], bytes]
) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(made())
    with opened(str(path)) as archive, pytest.raises(HostileArchive) as caught:
        archive.open("data/like.js").read()
    assert (caught.value.code, caught.value.where) == (code, f"{path}:data/like.js")


def test_what_a_lying_member_gives_out_before_it_is_caught_never_exceeds_its_claim(tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes({name: made for name, _, made in ON_READING}["a bomb that claims to be small"]())
    got: list[bytes] = []
    with opened(str(path)) as archive, archive.open("data/like.js") as member, pytest.raises(HostileArchive):
        got.extend(iter(lambda: member.read(1), b""))
    assert len(got) <= 2


def test_an_archive_in_the_archive_is_only_bytes(tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(hostile_zips.nested_bomb())
    with opened(str(path)) as archive:
        assert [member.name for member in archive.members] == ["inner.zip"]
        assert zipfile.is_zipfile(io.BytesIO(archive.open("inner.zip").read()))


def test_every_case_has_its_own_name_and_there_are_many() -> None:
    names = [name for name, _, _ in AT_ONCE + ON_READING]
    assert len(names) == len(set(names)) >= 120
