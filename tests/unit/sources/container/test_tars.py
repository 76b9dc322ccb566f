"""Every rule on uploaded tar.gz archives is held, and honest archives of every dialect are read."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from countersign.errors import HostileArchive
from countersign.sources.container import first_names, is_container, opened, tarred
from tests.unit.sources.container import hostile_tars
from tests.unit.sources.container.forge import good_tar

REFUSED = list(hostile_tars.refused())
ACCEPTED = list(hostile_tars.accepted())


@pytest.mark.parametrize(("code", "made"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_hostile_tar_is_refused(tmp_path: Path, code: str, made: Callable[[], bytes]) -> None:
    path = tmp_path / "archive.tar.gz"
    path.write_bytes(made())
    with pytest.raises(HostileArchive) as caught, opened(str(path)):
        pass
    assert (caught.value.code, bool(caught.value.hint), caught.value.where) == (code, True, str(path))
    assert caught.value.message.isprintable()
    assert isinstance(first_names(str(path)), tuple)


@pytest.mark.parametrize(("data", "held"), [case[1:] for case in ACCEPTED], ids=[case[0] for case in ACCEPTED])
def test_an_honest_tar_of_any_dialect_is_read(tmp_path: Path, data: bytes, held: dict[str, bytes]) -> None:
    path = tmp_path / "archive.tar.gz"
    path.write_bytes(data)
    with opened(str(path)) as archive:
        assert {member.name: member.size for member in archive.members} == {k: len(v) for k, v in held.items()}
        assert {member.name: archive.open(member.name).read() for member in archive.members} == held
    assert is_container(str(path))


def test_members_of_a_tar_can_be_read_in_any_order_and_side_by_side(tmp_path: Path) -> None:
    held = {f"f{number}.json": bytes([number]) * 700 for number in range(9)}
    path = tmp_path / "archive.tar.gz"
    path.write_bytes(good_tar(held))
    with opened(str(path)) as archive:
        streams = {name: archive.open(name) for name in reversed(held)}
        halves = {name: stream.read(300) for name, stream in streams.items()}
        assert {name: halves[name] + stream.read() for name, stream in streams.items()} == held


def test_a_large_tar_is_taken_up_again_from_the_nearest_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tarred, "_MARK_EVERY", 100_000)
    held = {f"f{number}.bin": random.Random(number).randbytes(40_000) for number in range(30)}
    path = tmp_path / "archive.tar.gz"
    path.write_bytes(good_tar(held))
    with opened(str(path)) as archive:
        assert {name: archive.open(name).read() for name in held} == held


def test_every_tar_case_has_its_own_name() -> None:
    names = [name for name, _, _ in REFUSED]
    assert len(names) == len(set(names)) >= 100
