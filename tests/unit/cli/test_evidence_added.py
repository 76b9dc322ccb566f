"""`evidence add` says what it took, what that is worth with what was known, and waits for nothing that never comes."""

import json
import os
from pathlib import Path

import pytest

from countersign.cli import main
from tests.unit.cli.evidence_home import elsewhere, kept, run
from tests.unit.sources.access.mails import NAME, record, signed, unsigned

FIXTURES = Path(__file__).parents[2] / "fixtures" / "access"
DAYS = [f"2026-08-{day:02d}T08:00:00Z" for day in range(1, 31)]
NIGHT = "2026-08-15T01:10:00Z"

__all__ = ["elsewhere"]  # a fixture that each test here has


def dump(name: str, *times: str, ip: str = "203.0.113.7") -> str:
    Path(name).write_text("created_at,ip,user_agent\n" + "".join(f"{one},{ip},Firefox on Windows\n" for one in times))
    return name


def test_a_dry_run_says_what_would_be_read_and_keeps_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "add", dump("a.csv", *DAYS), "--dry-run")
    assert code == 0
    assert "Would keep a.csv as sessions" in out
    assert "lists all     from 2026-08-01 08:00:00 to 2026-08-30 08:00:00 UTC" in out
    assert "With it would be known of 111 on X: 30 traces of access, 30 new" in out
    assert kept(capsys) == []
    assert main(["log", "check"]) == 3
    assert "the log has no entry yet" in capsys.readouterr().out


def test_what_was_told_already_counts_once_and_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "add", dump("a.csv", *DAYS))
    code, out, _ = run(capsys, "add", dump("b.csv", *(one.replace("08:00:00", "08:00:09") for one in DAYS)))
    assert code == 0
    assert "Known now of 111 on X: 30 traces of access, 0 new" in out
    assert "told already  30 sign-ins: counted once" in out
    assert "contradiction" not in out


def test_the_same_file_again_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "add", dump("a.csv", *DAYS))
    _, out, _ = run(capsys, "add", "a.csv")
    assert "the same file was kept before: it counts once" in out
    assert len(kept(capsys)) == 1


def test_lists_that_contradict_each_other_are_told_when_added_and_when_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(capsys, "add", dump("a.csv", *DAYS))
    _, added, _ = run(capsys, "add", dump("b.csv", *DAYS, NIGHT))
    _, listed, _ = run(capsys, "list")
    for out in (added, listed):
        assert "contradiction b.csv has 1 sign-in that a.csv covers and does not have" in out
        assert "lists all     of no time" in out
    assert [len(one["contradictions"]) for one in kept(capsys)] == [1, 1]


def test_a_pipe_and_a_device_are_not_waited_for(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo("pipe.csv")
    for name in ("pipe.csv", "/dev/zero"):
        for more in ((), ("--as", "vpn"), ("--as", "sessions")):
            code, _, err = run(capsys, "add", name, *more)
            assert (code, "not a plain file" in err) == (2, True)
    code, _, err = run(capsys, "add", dump("a.csv", *DAYS), "--key", "pipe.csv")
    assert (code, "not a plain file" in err) == (2, True)


def test_a_folder_is_the_plain_files_in_it(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (elsewhere / "mails" / "deeper").mkdir(parents=True)
    for number in (1, 2):
        mail = signed(unsigned(date=f"Wed, 09 Sep 2026 0{number + 1}:13:20 +0000"))
        (elsewhere / "mails" / f"{number}.eml").write_bytes(mail)
    (elsewhere / "mails" / "3.png").write_bytes(b"\x89PNG")
    (elsewhere / "mails" / "link.eml").symlink_to("/etc/passwd")
    os.mkfifo(elsewhere / "mails" / "pipe.eml")
    code, out, _ = run(capsys, "add", "mails")
    assert code == 0
    assert "1 file beside it cannot be read, and was left out: mails/3.png" in out
    assert [one["name"] for one in kept(capsys)] == ["mails/1.eml", "mails/2.eml"]


def test_a_mailbox_is_its_mails(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mails = [signed(unsigned(date=f"Wed, 09 Sep 2026 0{hour}:13:20 +0000")) for hour in (2, 3)]
    box = b"".join(b"From x Wed Sep  9 01:13:20 2026\n" + one.replace(b"\r\n", b"\n") + b"\n" for one in mails)
    (elsewhere / "inbox.mbox").write_bytes(box)
    (elsewhere / "key.txt").write_text(f'{NAME}. TXT "{record()}"\n')
    code, _, _ = run(capsys, "add", "inbox.mbox", "--key", "key.txt")
    assert code == 0
    assert [(one["name"], one["vouched"]) for one in kept(capsys)] == [
        ("inbox.mbox/1", "the platform's signature"), ("inbox.mbox/2", "the platform's signature"),
    ]  # fmt: skip


@pytest.mark.parametrize("option", ["--times-in", "--zone"])
def test_the_zone_of_times_that_name_none_is_said_with_either_option(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "add", dump("a.csv", "2026-08-01 08:00", "2026-08-02 08:00"), option, "Europe/London")
    assert code == 0
    assert "times         2026-08-01 07:00:00 to 2026-08-02 07:00:00 UTC" in out
    assert "taken as of Europe/London, as was said" in out


def test_an_abbreviation_is_no_zone_to_say(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "add", dump("a.csv", "2026-08-01 08:00"), "--times-in", "EST")
    assert code == 2
    assert "several places call their zone EST" in err


def test_the_order_of_short_dates_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "add", dump("a.csv", "10/08/2026 08:00"), "--times-in", "UTC", "--dates", "day-first")
    assert code == 0
    assert "read day first, as was said" in out


def test_a_part_of_an_archive_of_x_is_sent_to_import(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (elsewhere / "ip-audit.js").write_text('window.YTD.ip_audit.part0 = [ {"ipAudit": {}} ]')
    code, _, err = run(capsys, "add", "ip-audit.js")
    assert code == 2
    assert "countersign import ARCHIVE.zip" in err


def test_an_archive_of_x_is_sent_to_import_as_a_whole(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "add", str(FIXTURES.parent / "x-archive" / "input.zip"))
    assert code == 2
    assert "it is an archive that X gave" in err
    assert "countersign import" in err


def test_contradictions_are_told_to_programs_too(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "add", dump("a.csv", *DAYS))
    for more in (("--dry-run",), ()):
        _, out, _ = run(capsys, "add", dump("b.csv", *DAYS, NIGHT), "--format", "json", *more)
        (one,) = json.loads(out)["evidence"]
        assert ["a.csv covers and does not have" in said for said in one["contradictions"]] == [True]


def test_a_table_is_told_with_its_place_its_date_and_what_of_it_is_none(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (elsewhere / "vpn.txt").write_text("# kind: vpn\n203.0.113.0/24\nnonsense\n")
    code, out, _ = run(capsys, "add", "vpn.txt")
    assert code == 0
    assert "holds         vpn.txt, without a date, 1 entry" in out
    assert f"it lies at {elsewhere / 'vpn.txt'}" in out
    assert "1 line of it is no network" in out
    _, listed, _ = run(capsys, "list")
    assert "Networks by vpn.txt, without a date" in listed


def test_names_in_files_attack_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    name = "a\x1b[31m\u202e.csv"
    code, out, err = run(capsys, "add", dump(name, *DAYS))
    assert code == 0
    assert "\x1b" not in out + err
    assert "\u202e" not in out + err
