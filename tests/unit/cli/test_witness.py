"""`witness` lists whom to ask and whom to countersign, and says what to do where it cannot."""

import json
from pathlib import Path

import pytest

from countersign.cli import main
from countersign.evidence.witness import WitnessServer
from tests.evidence_parts import log_key, witness_keys

ONE, TWO, _ = (str(key.vkey) for key in witness_keys())
LOG = str(log_key().vkey)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let no test see this machine's configuration, store or witness."""
    monkeypatch.delenv("COUNTERSIGN_CONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data" / "countersign"


def test_nothing_is_made_by_looking(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["witness"]) == 0
    assert "Next: countersign witness add URL VKEY" in capsys.readouterr().out
    assert not elsewhere.exists()


def test_witnesses_are_added_counted_and_removed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["witness", "add", "https://one.example/", ONE]) == 0
    assert main(["witness", "add", "https://two.example/w", TWO]) == 0
    assert main(["witness", "quorum", "1"]) == 0
    capsys.readouterr()
    assert main(["witness", "list", "--format", "json"]) == 0
    said = capsys.readouterr()
    listed = json.loads(said.out)["witnesses"]
    assert [(one["name"], one["vkey"]) for one in listed] == [
        ("witness.example/one", ONE),
        ("witness.example/two", TWO),
    ]
    assert "1 of 2 witnesses must have countersigned" in said.err
    assert main(["witness", "remove", "witness.example/two"]) == 0
    assert "1 of 1 witness must" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["add", "https://one.example/"], "add takes URL and VKEY"),
        (["add", "http://one.example/", ONE], "does not begin with https"),
        (["add", "http://127.0.0.1:7380/", ONE], "--allow-private"),
        (["add", "https://one.example/", "x"], "not a verifier key"),
        (["add", "https://one.example/", LOG], "not the key of a witness"),
        (["remove", "nobody"], "no witness named nobody"),
        (["quorum", "2"], "number of witnesses"),
        (["quorum", "many"], "not a number"),
        (["serve"], "no witness here yet"),
        (["logs"], "no witness here yet"),
        (["allow", LOG], "no witness here yet"),
        (["serve", "--name", "two words"], "a name of one word"),
        (["serve", "--name", "w", "--listen", "nowhere"], "not an address"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["witness", *arguments]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said


def test_a_witness_is_served_under_its_key_and_knows_whom_it_was_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(WitnessServer, "serve_forever", lambda self: None)
    assert main(["witness", "serve", "--name", "w.example/1", "--listen", "127.0.0.1:0"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("w.example/1+")
    assert "answering at http://127.0.0.1:" in said.err
    assert main(["witness", "allow", LOG]) == 0
    assert main(["witness", "allow", ONE]) == 2
    assert main(["witness", "logs", "--format", "jsonl"]) == 0
    assert json.loads(capsys.readouterr().out)["origin"] == "countersign.example/log"
    assert main(["witness", "disallow", LOG]) == 0
    assert main(["witness", "disallow", LOG]) == 2
    assert main(["witness", "serve", "--name", "other", "--listen", "127.0.0.1:0"]) == 2
