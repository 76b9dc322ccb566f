"""The frame of every command: exit codes, errors, help, streams; nothing here needs the engine."""

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from countersign.cli import app, main
from countersign.cli.app import COMMANDS
from countersign.cli.console import Console, Look
from countersign.cli.progress import Progress
from countersign.errors import CountersignError, UsageError

SCREEN = (40, 100)
"""Lines and columns of a screen that help has to fit."""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let no test see this machine's configuration or store."""
    for name in ("COUNTERSIGN_CONFIG", "COUNTERSIGN_PLAIN", "COUNTERSIGN_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


Raising = Callable[[BaseException], None]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Raising:
    """Return a function that makes every command fail with an error."""

    def arrange(error: BaseException) -> None:
        def fail(arguments: list[str]) -> int:
            raise error

        monkeypatch.setattr(app, "_run", fail)

    return arrange


def test_the_program_alone_says_what_to_do_next(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main([]) == 0
    assert b"countersign demo" in capsysbinary.readouterr().out


def test_help_starts_with_four_examples_and_fits_a_screen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[2:6]] == ["countersign"] * 4
    assert len(lines) <= SCREEN[0]
    assert max(map(len, lines)) <= SCREEN[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_starts_with_examples_and_fits_a_screen(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[lines.index("") + 1].lstrip().startswith(("countersign ", "COUNTERSIGN_"))
    assert len(lines) <= SCREEN[0]
    assert max(map(len, lines)) <= SCREEN[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_example_in_the_help_is_understood(name: str) -> None:
    command = app.countersign.get_command(click.Context(app.countersign), name)
    assert command is not None
    for example in command.examples:  # type: ignore[attr-defined]
        words = [word for word in example.split("   ")[0].split("#")[0].split() if word not in (">",)]
        words = words[words.index("countersign") + 2 :]
        if ">" in example:
            words = words[:-1]
        parsed = [word.strip("'\"") for word in words]
        command.make_context(name, parsed, resilient_parsing=True)


def test_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("countersign ")


def test_a_mistyped_command_is_named_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chekc"]) == 2
    assert capsys.readouterr().err == (
        "error: there is no command chekc; did you mean check?\n  help  countersign --help\n  code  CS001\n"
    )


@pytest.mark.parametrize("arguments", [["config", "--format", "xml"], ["config", "--wrong"], ["mark", "one", "us"]])
def test_what_cannot_be_meant_is_exit_code_2_without_a_traceback(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert "CS001" in error
    assert "Traceback" not in error


def test_an_error_says_what_where_help_and_code_and_is_harmless(
    failing: Raising, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(UsageError("no\x1b[31m", where="a\u202eb", hint="do this"))
    assert main(["config"]) == 2
    assert capsys.readouterr().err == ("error: no<U+001B>[31m\n  in    a<U+202E>b\n  help  do this\n  code  CS001\n")


def test_a_defect_of_ours_is_exit_code_4_with_its_details_in_a_private_file(
    failing: Raising, elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(ZeroDivisionError("secret of the user"))
    assert main(["config"]) == 4
    error = capsys.readouterr().err
    assert "secret of the user" not in error
    (kept,) = elsewhere.glob("countersign-defect-*.txt")
    assert str(kept) in error
    assert "secret of the user" in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0


def test_debugging_shows_the_defect_at_once(
    failing: Raising, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COUNTERSIGN_DEBUG", "1")
    failing(ZeroDivisionError("here"))
    assert main(["config"]) == 4
    assert "ZeroDivisionError: here" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), 130),
        (PermissionError(13, "Permission denied", "/x"), 2),
        (CountersignError("damaged", code="CS200"), 2),
    ],
)
def test_whatever_happens_has_its_exit_code(
    error: BaseException, code: int, failing: Raising, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(error)
    assert main(["config"]) == code
    assert "Traceback" not in capsys.readouterr().err


def test_config_tells_where_each_value_comes_from(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("COUNTERSIGN_ALARM__HARD_CAP", "3")
    assert main(["config", "--format", "json", "--zone", "Europe/London"]) == 0
    found = {row["key"]: row for row in json.loads(capsysbinary.readouterr().out)["settings"]}
    assert (found["alarm.hard_cap"]["value"], found["alarm.hard_cap"]["origin"]) == ("3", "COUNTERSIGN_ALARM__HARD_CAP")
    assert found["account.home_zone"]["origin"] == "flag"
    assert found["alarm.period_days"]["origin"] == "default"


def test_a_wrong_setting_stops_every_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COUNTERSIGN_ALARM__HARD_CAPP", "3")
    assert main(["plugins"]) == 2
    assert "alarm.hard_cap" in capsys.readouterr().err


def test_a_zone_that_is_none_is_refused_with_the_one_that_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "--zone", "London"]) == 2
    assert "did you mean Europe/London?" in capsys.readouterr().err


def test_plugins_are_shown_with_the_hash_of_their_code(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["plugins", "--format", "jsonl"]) == 0
    found = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    actions = next(plugin for plugin in found if plugin["name"] == "actions")
    assert len(actions["sha256"]) == 64
    assert actions["group"] == "countersign.sources"


def test_doctor_says_that_nothing_is_sent_anywhere(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["doctor"]) == 0
    assert b"no telemetry, no update check" in capsysbinary.readouterr().out


def test_quiet_writes_nothing(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["doctor", "-q"]) == 0
    assert capsysbinary.readouterr() == (b"", b"")


@pytest.mark.parametrize("name", ["incidents", "check", "mark"])
def test_what_needs_a_store_says_that_there_is_none(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, *(["1", "us"] if name == "mark" else [])]) == 2
    assert "no store yet" in capsys.readouterr().err


def test_progress_in_words_comes_every_ten_per_cent(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(Console(Look(plain=True)), "Reading") as progress:
        for done in range(101):
            progress(done, 100)
    assert capsys.readouterr().err.splitlines() == [f"Reading: {percent} per cent" for percent in range(10, 101, 10)]


def test_there_is_no_progress_into_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(Console(Look()), "Reading") as progress:
        progress(1, 2)
    assert capsys.readouterr().err == ""


def test_too_little_memory_is_no_defect_and_no_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def exhausted(arguments: list[str]) -> int:
        raise MemoryError

    monkeypatch.setattr(app, "_run", exhausted)
    assert app.main(["check", "huge.zip"]) == 2
    said = capsys.readouterr().err
    assert "CS003" in said
    assert "defect" not in said
