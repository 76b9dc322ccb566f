"""The evidence log as its users keep it: imported, shown, checked, rotated, erased."""

import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from countersign.cli import main
from countersign.evidence.note import parse_checkpoint, parse_note
from countersign.store import Store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        out, err = (TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err):
            code = main(arguments)
        return code, written(out), written(err)

    return run


def written(stream: TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "s.db"
    with Store.open(path, origin="embassy.example/log") as opened:
        for number in range(30):
            opened.log.enter("analysis", {"number": number})
        opened.log.beacon("drand", 7, "ab12")
    return path


def test_the_last_entries_are_shown_and_one_with_what_it_says(run: Run, store: Path) -> None:
    code, out, _ = run("log", "show", "--last", "2", "--store", str(store))
    assert code == 0
    assert len(out.splitlines()) == 3
    assert "drand round 7: ab12" in out
    assert '{"number":3}' in run("log", "show", "3", "--store", str(store))[1]
    entries = json.loads(run("log", "--format", "json", "--store", str(store))[1])["entries"]
    assert [one["leaf"] for one in entries] == list(range(11, 31))


def test_a_log_that_holds_is_said_to_and_doctor_says_so_too(run: Run, store: Path) -> None:
    code, out, _ = run("log", "check", "--store", str(store))
    assert (code, out.split(",")[0]) == (0, "log intact to leaf 30: embassy.example/log")
    assert "log intact to leaf 30" in run("doctor", "--store", str(store))[1]


def test_a_log_that_was_changed_is_found_out(run: Run, store: Path) -> None:
    path = Path(f"{store}.log") / "tile" / "entries" / "000.p" / "31"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"analysis", b"Analysis", 1))
    code, out, _ = run("log", "check", "--store", str(store))
    assert code == 1
    assert "E_ROOT" in out
    code, out, _ = run("doctor", "--store", str(store))
    assert code == 1
    assert "countersign log check" in out


def test_without_an_entry_nothing_can_be_told(run: Run, tmp_path: Path) -> None:
    Store.open(tmp_path / "empty.db").close()
    assert run("log", "check", "--store", str(tmp_path / "empty.db"))[0] == 3
    assert run("log", "checkpoint", "--store", str(tmp_path / "empty.db"))[0] == 3
    assert run("log", "check", "--store", str(tmp_path / "none.db"))[0] == 2


def test_the_checkpoint_is_printed_as_it_is_signed(run: Run, store: Path) -> None:
    with Store.open(store) as opened:
        note = opened.log.note()
    code, out, _ = run("log", "checkpoint", "--store", str(store))
    assert code == 0
    assert out.encode() == note
    assert parse_checkpoint(parse_note(out.encode()).text).size == 31


def test_erasing_asks_first_and_the_log_holds_afterwards(run: Run, store: Path) -> None:
    asked = ("log", "erase", "3", "--ground", "third-person", "--store", str(store))
    code, _, err = run(*asked)
    assert code == 2
    assert f"log erase 3 --ground third-person --store {store} --yes" in err
    assert run(*asked, "--yes")[0] == 0
    assert run(*asked, "--yes")[0] == 2, "it is gone already"
    assert run("log", "check", "--store", str(store))[0] == 0
    assert "erased" in run("log", "show", "3", "--store", str(store))[1]


@pytest.mark.parametrize(
    "words", [("erase",), ("erase", "3"), ("check", "3"), ("erase", "99", "--ground", "x"), ("see",)]
)
def test_what_cannot_be_meant_is_refused(run: Run, store: Path, words: tuple[str, ...]) -> None:
    code, _, err = run("log", *words, "--store", str(store), "--yes")
    assert code == 2
    assert err.startswith("error: ")


def test_the_key_is_changed_and_the_log_holds(run: Run, store: Path) -> None:
    assert run("log", "rotate-key", "--store", str(store))[0] == 2
    code, out, _ = run("log", "rotate-key", "--yes", "--store", str(store))
    assert code == 0
    assert out.startswith("embassy.example/log+")
    assert run("log", "check", "--store", str(store))[0] == 0


def test_the_name_of_the_log_comes_from_the_configuration(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERSIGN_EVIDENCE__ORIGIN", "ministry.example/log")
    history = tmp_path / "actions.jsonl"
    history.write_text(
        '{"id":"1","account":"ministry","time":"2026-01-05T09:00:00Z","verb":"post","text":"Good day."}\n'
    )
    store = str(tmp_path / "named.db")
    assert run("import", str(history), "--account", "ministry", "--store", store)[0] == 0
    code, out, _ = run("log", "check", "--store", store)
    assert (code, "ministry.example/log" in out) == (0, True)
    kinds = [one["type"] for one in json.loads(run("log", "--format", "json", "--store", store)[1])["entries"]]
    assert kinds == ["capture", "custody"]
