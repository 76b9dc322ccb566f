"""A home with one account for tests of `evidence`, and how they start it."""

import json
from pathlib import Path
from typing import Any

import pytest

from countersign.cli import main


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let no test see this machine's configuration or store; the store holds one account."""
    monkeypatch.delenv("COUNTERSIGN_CONFIG", raising=False)
    for name, place in (("HOME", ""), ("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config")):
        monkeypatch.setenv(name, str(tmp_path / place))
    monkeypatch.chdir(tmp_path)
    assert main(["accounts", "add", "111", "--platform", "x", "--quiet"]) == 0
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["evidence", *arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return code, said.out, said.err


def kept(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    code, out, _ = run(capsys, "list", "--format", "json")
    assert code == 0
    found: list[dict[str, Any]] = json.loads(out)["evidence"]
    return found
