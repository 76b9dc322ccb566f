"""What ends soon is said wherever somebody looks, what was asked is kept, and a phone reminds without us."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest

from countersign.cli import main
from countersign.engine import reminding
from countersign.store import Reminders, Store
from tests.e2e.test_command_line import HABIT, START, at_home, habit, takeover, write
from tests.e2e.test_handing_over import Done, run

SOON = {"COUNTERSIGN_ASK__REMIND_DAYS": "60"}
"""From the end of the made-up story to the last day of the platform's list of addresses."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder with the ambassador's morning in a store, to be copied."""
    folder = tmp_path_factory.mktemp("asking")
    with at_home(folder):
        assert run("demo", "--store", "d.db", "-q").code == 0
        assert run("check", "--store", "d.db", "-q").code == 1
        yield folder


@pytest.fixture
def place(kept: Path, tmp_path: Path) -> Iterator[Path]:
    """Give a copy of that store in the current folder."""
    for found in kept.glob("d.db*"):
        (shutil.copytree if found.is_dir() else shutil.copy2)(found, tmp_path / found.name)
    with at_home(tmp_path):
        yield tmp_path


def asked(*more: str) -> Done:
    return run("ask", *more, "--store", "d.db")


def listed(*more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asked("--format", "json", *more).record["requests"]
    return found


def one(name: str) -> dict[str, Any]:
    return next(each for each in listed() if each["name"] == name and each["incident"] == 12)


@pytest.mark.usefixtures("place")
class TestTheList:
    def test_it_is_by_last_day_and_nothing_is_due_long_before(self) -> None:
        told = asked()
        assert told.code == 0
        days = [each["days_left"] for each in listed() if each["days_left"] is not None]
        assert days == sorted(days)
        assert "8 Nov 2026" in told.out
        assert "Nothing ends within 14 days." in told.out
        assert "23 requests are past the last day, without an answer" in told.out

    def test_it_is_exit_code_1_if_something_ends_within_the_reminder_time(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COUNTERSIGN_ASK__REMIND_DAYS", "21")
        assert asked().code == 1
        assert [each["name"] for each in listed() if each["due"]] == ["deep-links"]

    def test_programs_get_every_request_with_its_time_and_what_was_done(self) -> None:
        access = one("access-log")
        assert access["until"] == "2026-11-08T01:15:02Z"
        assert (access["platform"], access["account"], access["holder"]) == ("x", "1398600512", "X")
        assert (access["days_left"], access["due"], access["outcome"]) == (60, False, None)
        lines = asked("--format", "jsonl").out.splitlines()
        assert [json.loads(line)["name"] for line in lines] == [each["name"] for each in listed()]
        rows = asked("--format", "csv").out.splitlines()
        assert rows[0].startswith("incident,account,platform,name,what,holder,until,days_left,due,")
        assert len(rows) == 1 + len(lines)

    def test_for_a_screen_reader_each_value_has_its_label(self) -> None:
        assert "request: access-log; who has it: X; until: 8 Nov 2026; days left: 60;" in asked("--plain").out

    @pytest.mark.parametrize(("answer", "listed_still"), [("us", False), ("not-important", False), ("not-us", True)])
    def test_of_what_people_answered_nobody_is_reminded(self, answer: str, *, listed_still: bool) -> None:
        assert run("mark", "12", answer, "--store", "d.db").code == 0
        assert any(each["incident"] == 12 for each in listed()) == listed_still

    def test_without_a_store_there_is_nothing_to_list(self, tmp_path: Path) -> None:
        refused = run("ask", "--store", str(tmp_path / "none.db"))
        assert refused.code == 2
        assert "there is no store yet" in refused.err


@pytest.mark.usefixtures("place")
class TestWhatBecameOfIt:
    def test_what_was_sent_is_sealed_with_its_letter_and_still_waited_for(self) -> None:
        letter = asked("12", "--for", "access-log").out
        sealed = asked(
            "12", "--for", "access-log", "--sent", "--to", "X legal", "--on", "2026-09-10", "--reference", "0-7"
        )
        assert sealed.code == 0
        assert hashlib.sha256(letter.encode()).hexdigest() in sealed.out
        access = one("access-log")
        assert (access["outcome"], access["on"], access["to"], access["reference"]) == (
            "sent",
            "2026-09-10",
            "X legal",
            "0-7",
        )
        assert "asked on 10 Sep 2026, no answer yet" in asked("12").out
        assert run("log", "check", "--store", "d.db").code == 0

    def test_the_letter_as_it_was_sent_is_what_is_sealed(self, place: Path) -> None:
        (place / "sent.txt").write_text("Dear X,\nplease keep it.\n\nAda Example, Press\n")
        record = asked("12", "--for", "access-log", "--sent", "--letter", "sent.txt", "--format", "json").record
        assert record["asked"]["sha256"] == hashlib.sha256((place / "sent.txt").read_bytes()).hexdigest()
        with Store.open("d.db") as store:
            body = store.log.body(record["asked"]["leaf"])
        assert body is not None
        assert "Ada Example, Press" in json.loads(body[1])["letter"]

    @pytest.mark.parametrize("outcome", ["--refused", "--nothing-held", "--received"])
    def test_an_answer_ends_the_reminder(self, outcome: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(*next(iter(SOON.items())))
        assert "access-log" in {each["name"] for each in listed() if each["due"]}
        assert asked("12", "--for", "access-log", outcome).code == 0
        assert not any(each["name"] == "access-log" and each["incident"] == 12 for each in listed())

    def test_the_report_tells_when_it_was_asked_and_what_was_done(self) -> None:
        asked("12", "--for", "access-log", "--sent", "--to", "Ada Example", "--on", "2026-09-10")
        asked("12", "--for", "presence", "--nothing-held", "--on", "2026-09-12")
        for reader in ("inside", "platform", "public"):
            run("report", "12", "--for", reader, "-o", f"{reader}.md", "--store", "d.db")
        inside, platform, public = (Path(f"{name}.md").read_text() for name in ("inside", "platform", "public"))
        assert "| asked on 10 Sep 2026, no answer yet |" in inside
        assert "| nothing is held, answered on 12 Sep 2026 |" in public
        assert "sent the request access-log on 10 Sep 2026 to `Ada Example`" in inside
        assert "Ada Example" not in platform + public
        assert "links opened and advertisements" not in platform.split("## 8")[0], "nothing is left to ask of it"

    def test_each_letter_of_the_report_is_one_block_with_the_hash_and_a_place_to_sign(self) -> None:
        run("report", "12", "--for", "platform", "-o", "request.md", "--store", "d.db")
        letters = Path("request.md").read_text().split("```text\n")[1:]
        assert len(letters) == 3
        for letter in letters:
            text = letter.split("\n```")[0]
            assert text.startswith("To: X\nSubject: ")
            assert "What we hold on our side is sealed: log " in text
            assert text.endswith("Name, office:\nDate:")
            assert "like of 2097" in text

    @pytest.mark.parametrize(
        "wrong",
        [
            ("--sent",), ("--for", "access-logs", "--sent"), ("--for", "access-log", "--sent", "--refused"),
            ("--for", "access-log", "--to", "X"), ("--for", "access-log", "--sent", "--on", "2036-01-01"),
            ("--for", "access-log", "--sent", "--on", "2020-01-01"),
            ("--for", "access-log", "--refused", "--letter", "x"),
            ("--for", "access-log", "--sent", "--letter", "none.txt"),
            ("--for", "access-log", "--sent", "--answer", "B=no"),
        ],
        ids=str,
    )  # fmt: skip
    def test_what_cannot_be_is_refused_and_nothing_is_sealed(self, wrong: tuple[str, ...]) -> None:
        with Store.open("d.db") as store:
            before = store.log.size
        refused = asked("12", *wrong)
        assert refused.code == 2
        assert "help" in refused.err
        assert "Traceback" not in refused.err
        with Store.open("d.db") as store:
            assert store.log.size == before

    def test_a_letter_that_is_no_text_or_too_long_is_refused(self, place: Path) -> None:
        for data in (b"\xff\xfe\x00", b"a" * 70_000):
            (place / "sent.txt").write_bytes(data)
            refused = asked("12", "--for", "access-log", "--sent", "--letter", "sent.txt")
            assert (refused.code, "CS196" in refused.err) == (2, True)

    def test_without_an_incident_nothing_can_be_sealed(self) -> None:
        assert asked("--for", "access-log", "--sent").code == 2

    def test_hostile_words_are_made_harmless(self) -> None:
        told = asked("12", "--for", "access-log", "--sent", "--to", "\x1b[31mX\u202e", "--reference", "=1+1")
        assert not set(told.out + asked().out) & set("\x1b\u202e")
        assert "'=1+1" in asked("--format", "csv").out


@pytest.mark.usefixtures("place")
class TestWhereverSomebodyLooks:
    @pytest.fixture(autouse=True)
    def soon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(*next(iter(SOON.items())))

    @pytest.mark.parametrize("command", [("incidents",), ("check",), ("investigate", "12")])
    @pytest.mark.parametrize("form", ["text", "json"])
    def test_a_line_beside_the_output_says_what_is_due(self, command: tuple[str, ...], form: str) -> None:
        told = run(*command, "--store", "d.db", "--format", form)
        due = "Due: request deep-links of incident 12 (X): deleted in 21 days, not asked yet"
        assert f"{due}: countersign ask 12 --store d.db; 2 more: countersign ask --store d.db\n" in told.err
        assert "Due:" not in told.out

    def test_quiet_is_quiet(self) -> None:
        assert run("incidents", "--store", "d.db", "-q").err == ""

    def test_doctor_warns_and_says_at_once_what_was_just_sealed(self) -> None:
        asked("12", "--for", "deep-links", "--sent", "--on", "2026-09-10")
        told = run("doctor", "--store", "d.db")
        assert told.code == 0
        said = " ".join(told.out.split())
        assert (
            "warn requests Due: request deep-links of incident 12 (X): deleted in 21 days, asked on 10 Sep 2026" in said
        )

    def test_the_program_alone_says_it_and_so_does_an_import(
        self, place: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        monkeypatch.setenv("COUNTERSIGN_STORE__PATH", str(place / "d.db"))
        assert main([]) == 0
        assert b"Due: request deep-links of incident 12 (X)" in capsysbinary.readouterr().out
        write(place / "other.jsonl", habit("office", 30))
        assert "Due: request deep-links" in run("import", "other.jsonl", "--account", "office", "--store", "d.db").err


def test_a_real_account_is_reminded_from_today_on(tmp_path: Path) -> None:
    with at_home(tmp_path):
        today = datetime.now(UTC)
        shift = timedelta(days=(today.date() - START.date()).days - 50 - 202)
        rows = (*habit("embassy", HABIT), *takeover("embassy", START + timedelta(days=200)))
        write(tmp_path / "taken.jsonl", (_moved(row, shift) for row in rows))
        assert run("import", "taken.jsonl", "--account", "embassy", "--store", "d.db").code == 0
        assert "Due" not in run("check", "taken.jsonl").err, "files are only looked at"
        assert "Due: request access-log of incident 1 (X): deleted in 10 days" in run("check", "--store", "d.db").err
        told = asked()
        assert told.code == 1
        assert "embassy on X" in told.out
        assert "made-up" not in told.out
        late = asked(
            "1", "--for", "access-log", "--received", "--on", f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"
        )
        assert (late.code, "still to come" in late.err) == (2, True)
        assert asked("1", "--for", "access-log", "--received").code == 0
        assert asked().code == 0


def test_of_an_office_that_is_only_watched_no_letter_is_written_as_by_its_owner(tmp_path: Path) -> None:
    with at_home(tmp_path):
        rows = (*habit("minister", HABIT), *takeover("minister", START + timedelta(days=200)))
        write(tmp_path / "taken.jsonl", (_moved(row, timedelta()) for row in rows))
        kind = (
            "--kind",
            "public-office",
            "--reason",
            "https://state.example/minister",
            "--approver",
            "A",
            "--approver",
            "B",
        )
        assert run("accounts", "add", "minister", "--platform", "x", *kind, "--store", "d.db").code == 0
        assert run("import", "taken.jsonl", "--account", "minister", "--store", "d.db").code == 0
        letter = asked("1", "--for", "access-log").out
        assert "We do not run it." in letter
        assert "disclose it to us" not in letter
        run("report", "1", "--for", "platform", "-o", "request.md", "--store", "d.db")
        assert "We act for the owner" not in Path("request.md").read_text()


def _moved(row: dict[str, Any], shift: timedelta) -> dict[str, Any]:
    time = datetime.fromisoformat(row["time"]) + shift
    return {**row, "time": f"{time:%Y-%m-%dT%H:%M:%SZ}", "platform": "x"}


@pytest.mark.usefixtures("place")
class TestWhatIsRemembered:
    def test_nothing_is_looked_at_again_unless_something_was_added(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert run("incidents", "--store", "d.db").code == 1
        looked: list[int] = []

        def looking(_: object, __: object, stale: list[tuple[Any, str]], *___: object) -> dict[int, Reminders]:
            looked.extend(incident.number for incident, _ in stale)
            return {}

        monkeypatch.setattr(reminding, "_looked_at", looking)
        assert run("incidents", "--store", "d.db").code == 1
        assert looked == []
        assert run("mark", "12", "looking", "--store", "d.db").code == 0
        assert run("incidents", "--store", "d.db").code == 1
        assert 12 in looked

    def test_what_evidence_answers_is_asked_for_no_more(self, place: Path) -> None:
        assert one("access-log")["holder"] == "X"
        rows = "user_id,created_at,ip,user_agent\n1398600512,2026-09-09 01:12:00,203.0.113.7,Firefox\n"
        (place / "list.csv").write_text(rows)
        assert run("evidence", "add", "list.csv", "--times-in", "UTC", "--store", "d.db").code == 0
        assert not any(each["name"] == "access-log" and each["incident"] == 12 for each in listed())
        kept = asked("12", "--for", "access-log", "--received")
        assert kept.code == 2, "it was never asked for, and is not missing"

    def test_what_was_asked_for_can_be_said_to_have_come_after_it_was_added(self, place: Path) -> None:
        asked("12", "--for", "access-log", "--sent")
        rows = "user_id,created_at,ip,user_agent\n1398600512,2026-09-09 01:12:00,203.0.113.7,Firefox\n"
        (place / "list.csv").write_text(rows)
        assert run("evidence", "add", "list.csv", "--times-in", "UTC", "--store", "d.db").code == 0
        assert asked("12", "--for", "access-log", "--received").code == 0


@pytest.mark.usefixtures("place")
class TestTheCalendar:
    def test_it_holds_the_last_day_of_every_open_request_and_nothing_that_tells_of_people(self) -> None:
        asked("12", "--for", "access-log", "--sent", "--to", "Ada Example", "--on", "2026-09-10")
        assert asked("--calendar", "r.ics").code == 0
        body = Path("r.ics").read_bytes()
        events = icalendar.Calendar.from_ical(body).walk("VEVENT")
        days = {str(event.decoded("DTSTART")): str(event["SUMMARY"]) for event in events}
        assert sorted(days) == ["2026-09-30", "2026-10-09", "2026-11-08"]
        assert days["2026-11-08"] == "Last day to ask X: access-log (incident 12, @ExamplianEmb on X)"
        assert b"Ada" not in body
        assert b"2097415844133926037" not in body

    def test_the_same_state_gives_the_same_bytes_and_one_incident_the_same_entries(self) -> None:
        for name in ("a.ics", "b.ics"):
            asked("--calendar", name)
        asked("12", "--calendar", "c.ics")
        assert Path("a.ics").read_bytes() == Path("b.ics").read_bytes()
        assert uids("c.ics") == uids("a.ics")
        asked("12", "--for", "presence", "--refused")
        asked("--calendar", "a.ics")
        assert uids("a.ics") == uids("b.ics")
        states = {str(event["SUMMARY"]).split()[5]: str(event["STATUS"]) for event in events_of("a.ics")}
        assert states == {"deep-links": "CONFIRMED", "presence": "CANCELLED", "access-log": "CONFIRMED"}
        later, earlier = ({event.decoded("SEQUENCE") for event in events_of(name)} for name in ("a.ics", "b.ics"))
        assert min(later) > max(earlier)

    def test_files_without_a_store_have_a_calendar_too(self, place: Path) -> None:
        rows = (*habit("embassy", HABIT), *takeover("embassy", START + timedelta(days=200)))
        write(place / "taken.jsonl", (_moved(row, timedelta()) for row in rows))
        for name in ("a.ics", "b.ics"):
            assert run("ask", "1", "taken.jsonl", "--calendar", name).code == 0
        assert Path("a.ics").read_bytes() == Path("b.ics").read_bytes()
        assert {str(event["SUMMARY"]) for event in events_of("a.ics")} >= {
            "Last day to ask X: access-log (incident 1, embassy on X)"
        }  # fmt: skip

    def test_a_file_of_something_else_is_not_written_over(self, place: Path) -> None:
        (place / "keep.txt").write_text("mine")
        assert asked("--calendar", "keep.txt").code == 2
        assert (place / "keep.txt").read_text() == "mine"


def events_of(name: str) -> list[icalendar.Component]:
    return list(icalendar.Calendar.from_ical(Path(name).read_bytes()).walk("VEVENT"))


def uids(name: str) -> set[str]:
    return {str(event["UID"]) for event in events_of(name)}
