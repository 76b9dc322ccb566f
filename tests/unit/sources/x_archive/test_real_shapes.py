"""Files of real archives, with their values redacted and their shapes kept, are understood."""

from pathlib import Path

import pytest

from countersign.activity import Activity, Identity, NotUnderstood, Parsed, Session
from countersign.sources.x_archive.parts import KINDS
from tests.unit.sources.x_archive.archives import js, only, packed, read

_ACCOUNT = js("account", [{"account": {"accountId": "00000000", "username": "xxxxxxxxxx"}}])
_SILENT = {"account-timezone", "account", "manifest"}


@pytest.fixture(scope="module")
def shapes(data_folder: Path) -> tuple[Path, ...]:
    return tuple(sorted((data_folder / "x_format").glob("*.js")))


def _read(path: Path, shape: Path) -> list[Parsed]:
    whose = {} if shape.stem in ("account", "manifest") else {"data/account.js": _ACCOUNT}
    files: dict[str, str | bytes] = {**whose, f"data/{shape.name}": shape.read_bytes()}
    return read(packed(path / "a.zip", files, bare=True))


def test_every_file_is_read_without_a_loss(shapes: tuple[Path, ...], tmp_path: Path) -> None:
    lost = {shape.name: [one.reason for one in only(NotUnderstood, _read(tmp_path, shape))] for shape in shapes}
    assert {name: reasons for name, reasons in lost.items() if reasons} == {}


def test_every_file_that_tells_of_history_or_access_yields_something(shapes: tuple[Path, ...], tmp_path: Path) -> None:
    telling = [shape for shape in shapes if shape.stem in KINDS and shape.stem not in _SILENT]
    assert len(telling) >= 20
    empty = {"key-registry.js"}
    for shape in telling:
        values = _read(tmp_path, shape)
        assert bool(only(Activity, values) or only(Session, values)) != (shape.name in empty), shape.name


def test_manifest_and_account_tell_who_it_is(shapes: tuple[Path, ...], tmp_path: Path) -> None:
    told = [shape for shape in shapes if shape.stem in ("manifest", "account")]
    assert [one.handle for shape in told for one in only(Identity, _read(tmp_path, shape))] == ["xxxxxxxxxx"] * 2
