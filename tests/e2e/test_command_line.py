"""The program as its users start it: real files in, exit codes, words and data out."""

import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from countersign.cli import main

Run = Callable[..., "Done"]

START = datetime(2025, 1, 6, 8, tzinfo=UTC)
HABIT = 420
"""Actions of an account whose habit is known well."""


def habit(account: str, number: int, *, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield an office that writes on weekdays by day about few things."""
    random = Random(seed)
    day = START
    for at in range(number):
        if at % 3 == 0:
            day += timedelta(days=3 if day.weekday() == 4 else 1)
        time = day + timedelta(hours=(at % 3) * 3, minutes=random.randrange(50), seconds=random.randrange(60))
        yield {
            "id": f"{account}-{at}",
            "account": account,
            "time": f"{time:%Y-%m-%dT%H:%M:%SZ}",
            "verb": random.choice(("post", "post", "reply", "repost")),
            "target_author": random.choice(("ministry", "museum", "consulate")),
            "text": f"The consulate is open on {time:%A} from nine to five. Notice {at} for visitors.",
            "lang": "en",
            "client": "Web App",
        }


def takeover(account: str, after: datetime) -> Iterator[dict[str, Any]]:
    """Yield what somebody else does at night: many foreign posts with another application, language and links."""
    for at in range(12):
        time = after + timedelta(days=2, hours=2, seconds=20 * at)
        yield {
            "id": f"{account}-evil-{at}",
            "account": account,
            "time": f"{time:%Y-%m-%dT%H:%M:%SZ}",
            "verb": "post",
            "text": "СРОЧНО!!! бесплатные монеты 🔥🔥 переходи по ссылке прямо сейчас",
            "lang": "ru",
            "client": "Auto Poster 3000",
            "links": [f"http://free-coins.example/{at}"],
            "hashtags": ["free", "coins"],
            "sensitive": True,
        }


def write(path: Path, *groups: Iterator[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for group in groups for row in group))
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("e2e")
    last = START + timedelta(days=200)
    write(folder / "quiet.jsonl", habit("office", HABIT))
    write(folder / "short.jsonl", habit("newcomer", 12))
    write(folder / "taken.jsonl", habit("embassy", HABIT), takeover("embassy", last))
    write(
        folder / "three.jsonl",
        habit("embassy", HABIT),
        takeover("embassy", last),
        habit("office", HABIT),
        habit("newcomer", 12),
    )
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 this is no archive")
    (folder / "words.txt").write_text("nothing that anybody could read\n")
    return folder


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of the program gave."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(place: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs one command line in this process, as if there were no terminal."""
    monkeypatch.chdir(place)
    for name in [name for name in os.environ if name.startswith("COUNTERSIGN")]:
        monkeypatch.delenv(name)
    for name, value in homes(place).items():
        monkeypatch.setenv(name, value)

    def start(*arguments: str) -> Done:
        out, error = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
        with redirect_stdout(out), redirect_stderr(error):
            code = main(arguments)
            out.flush()
            error.flush()
        said = [stream.buffer.getvalue().decode() for stream in (out, error)]
        return Done(returncode=code, stdout=said[0], stderr=said[1])

    return start


def command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "countersign.cli", *arguments]


def environment(place: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERSIGN")}
    return {**kept, **homes(place), "PYTHONIOENCODING": "utf-8", **more}


@contextmanager
def at_home(folder: Path) -> Iterator[None]:
    """Be in a folder that is also the home, so that no test sees this machine's configuration or store."""
    before, kept = Path.cwd(), dict(os.environ)
    os.chdir(folder)
    os.environ.update(homes(folder))
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(kept)


def homes(place: Path) -> dict[str, str]:
    return {"HOME": str(place), "XDG_DATA_HOME": str(place / "data"), "XDG_CONFIG_HOME": str(place / "config")}


def lines_of(done: "Done") -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_quiet_account_is_exit_code_0(run: Run) -> None:
    done = run("check", "quiet.jsonl")
    assert done.stdout.startswith("office: nothing unusual in 420 actions\n")
    assert done.returncode == 0


def test_a_takeover_is_exit_code_1_with_what_to_do_next(run: Run) -> None:
    done = run("check", "taken.jsonl")
    assert done.returncode == 1
    assert done.stdout.startswith("embassy: 1 incident")
    assert done.stdout.splitlines()[-1] == "Next: countersign explain 1 taken.jsonl"


def test_the_next_line_works_as_it_is_printed(run: Run) -> None:
    line = run("check", "taken.jsonl", "--zone", "Europe/London").stdout.splitlines()[-1]
    done = run(*line.removeprefix("Next: countersign ").split())
    assert done.returncode == 1
    assert "Incident 1: embassy wrote" in done.stdout
    assert "London" in done.stdout
    assert "What a bit means" in done.stdout


def test_too_little_history_is_exit_code_3_in_words(run: Run) -> None:
    done = run("check", "short.jsonl")
    assert "newcomer: cannot tell: 12 actions are too few to know this account's habit" in done.stdout
    assert done.returncode == 3
    assert run("check", "short.jsonl", "--exit-zero").returncode == 0


@pytest.mark.parametrize("name", ["missing.zip", "broken.zip", "words.txt"])
def test_what_cannot_be_read_is_exit_code_2_with_help(name: str, run: Run) -> None:
    done = run("check", name)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[0].startswith("error: ")
    assert "  code  CS" in done.stderr


def test_of_many_accounts_one_incident_decides(run: Run) -> None:
    done = run("check", "three.jsonl")
    assert done.returncode == 1
    assert "office: nothing unusual" in done.stdout
    assert "newcomer: cannot tell" in done.stdout


def test_quiet_prints_nothing_and_answers_by_its_code(run: Run) -> None:
    done = run("check", "taken.jsonl", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_every_action_is_one_line_in_order_and_its_shares_add_up(run: Run, place: Path) -> None:
    done = run("check", "taken.jsonl", "--all", "--format", "jsonl")
    rows = [json.loads(line) for line in (place / "taken.jsonl").read_text().splitlines()]
    found = lines_of(done)
    assert done.returncode == 1
    assert [line["native_id"] for line in found] == [row["id"] for row in sorted(rows, key=lambda row: row["time"])]
    assert {line["account"] for line in found} == {"embassy"}
    assert all(sum(share["bits"] for share in line["shares"]) == line["bits"] for line in found)
    assert all(line["time"].endswith("Z") for line in found)
    assert {line["native_id"] for line in found if line["incident"]} >= {"embassy-evil-3", "embassy-evil-11"}


def test_only_surprising_actions_are_lines_without_all(run: Run) -> None:
    assert {line["incident"] for line in lines_of(run("check", "taken.jsonl", "--format", "jsonl"))} == {1}


def test_incidents_name_the_action_at_which_the_alarm_went_off(run: Run) -> None:
    done = run("incidents", "taken.jsonl", "--format", "jsonl")
    (line,) = lines_of(done)
    alarm = next(
        action
        for action in lines_of(run("check", "taken.jsonl", "--all", "--format", "jsonl"))
        if action["id"] == line["alarm_action"]
    )
    assert done.returncode == 1
    assert (line["account"], line["number"], line["alert"]) == ("embassy", 1, True)
    assert alarm["native_id"] == line["alarm_native_id"]
    assert alarm["time"] == line["alarm_time"]
    assert line["alarm_native_id"].startswith("embassy-evil")
    assert line["actions"] >= 1


@pytest.mark.parametrize("form", ["json", "csv", "md", "text"])
def test_the_same_numbers_stand_in_every_format(form: str, run: Run) -> None:
    bits = [line["bits"] for line in lines_of(run("check", "taken.jsonl", "--format", "jsonl"))]
    shown = run("check", "taken.jsonl", "--format", form, "--plain").stdout
    assert bits
    for number in bits:
        assert (f"{number:.1f}" if form in ("md", "text") else str(number)) in shown


def test_data_goes_to_stdout_and_words_to_stderr(run: Run) -> None:
    done = run("check", "taken.jsonl", "--format", "json")
    assert json.loads(done.stdout)["schema"] == "countersign/1"
    assert done.stderr.startswith("only looked at: nothing was kept or sealed")
    assert "\nNext: " in done.stderr


def test_a_reader_that_leaves_early_is_no_error(place: Path) -> None:
    with subprocess.Popen(
        command(["check", "three.jsonl", "--all", "--format", "jsonl"]),
        cwd=place, env=environment(place), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as started:  # fmt: skip
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.readline()
        started.stdout.close()
        assert started.wait(timeout=120) == 1
        assert b"Traceback" not in (said := started.stderr.read())
        assert b"error" not in said


def test_an_interrupted_run_is_exit_code_130_and_decides_nothing(place: Path) -> None:
    with subprocess.Popen(
        command(["check", "-"]),
        cwd=place, env=environment(place), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored where tests run in the background
    ) as started:  # fmt: skip
        assert started.stdin is not None
        started.stdin.write(b'{"id":"1","account":"a","time":"2026-01-01T00:00:00Z","verb":"post"}\n' * 20_000)
        started.stdin.flush()  # more than a pipe holds: the program is reading
        started.send_signal(signal.SIGINT)
        out, error = started.communicate(timeout=120)
        assert started.returncode == 130
        assert out == b""
        assert error == b"interrupted; nothing was decided\n"


def test_a_terminal_that_knows_no_unicode_gets_codes(place: Path) -> None:
    done = subprocess.run(
        command(["explain", "1", "taken.jsonl"]),
        cwd=place, env=environment(place, PYTHONIOENCODING="ascii"), capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout.isascii()
    assert b"<U+0421>" in done.stdout


@pytest.mark.parametrize("scenario", ["morning", "slip", "takeover", "rogue-app", "own-act", "mass-event"])
def test_a_demo_shows_the_incident_of_its_story_or_says_that_none_was_found(scenario: str, run: Run) -> None:
    done = run("demo", "--scenario", scenario)
    assert done.returncode == 0
    story, _, rest = done.stdout.partition("\n\n")
    assert "2026" in story
    assert rest.startswith("No alarm went off on it.") or re.search(r"^When: .* 2026 ", rest, re.MULTILINE)


def test_the_demo_explains_its_incident_and_exits_0(run: Run) -> None:
    done = run("demo")
    assert done.returncode == 0
    assert "@ExamplianEmb on X" in done.stdout
    assert "@kx_clips" in done.stdout
    assert "What a bit means" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Next: countersign ")


def test_a_history_is_kept_asked_answered_and_erased(run: Run) -> None:
    store = ("--store", "mine.db")
    assert run("import", "taken.jsonl", *store).returncode == 2, "an account that nobody named is not kept"
    assert "432 new" in run("import", "taken.jsonl", "--account", "embassy", *store).stdout
    assert "0 new, 432 already known" in run("import", "taken.jsonl", *store).stdout
    assert run("check", "embassy", *store).returncode == 1
    assert "Incident 1: embassy" in run("explain", "1", *store).stdout
    assert "becomes part of the account's habit" in run("mark", "1", "us", "--note", "campaign", *store).stdout
    (line,) = lines_of(run("incidents", "--format", "jsonl", *store))
    assert line["state"] == "explained"
    assert run("doctor", *store).returncode == 0
    assert run("accounts", "remove", "embassy", *store).returncode == 2, "nothing is erased without --yes"
    assert run("accounts", "remove", "embassy", "--yes", *store).returncode == 0
    assert lines_of(run("accounts", "--format", "jsonl", *store)) == []


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet", "activitystreams"])
def test_what_is_exported_reads_again_with_the_same_answer(form: str, run: Run) -> None:
    name = f"again.{form if form != 'activitystreams' else 'as2.jsonl'}"
    assert run("export", "taken.jsonl", "--format", form, "-o", name).returncode == 0
    done = run("check", name, "--all", "--format", "jsonl")
    first = lines_of(run("check", "taken.jsonl", "--all", "--format", "jsonl"))
    assert [line["native_id"] for line in lines_of(done)] == [line["native_id"] for line in first]
    assert done.returncode == 1


@pytest.mark.parametrize(
    "arguments", [["plugins"], ["config"], ["accounts"], ["signal"], ["signal", "hour"], ["doctor"]]
)
def test_what_only_shows_exits_0(arguments: list[str], run: Run) -> None:
    done = run(*arguments)
    assert done.returncode == 0
    assert done.stdout


def test_a_signal_says_what_it_notices_and_its_limits(run: Run) -> None:
    shown = run("signal", "hour").stdout
    assert all(label in shown for label in ("Asks:", "Example:", "Limits:", "Numbers:"))
    unknown = run("signal", "hours")
    assert (unknown.returncode, "did you mean hour?" in unknown.stderr) == (2, True)
