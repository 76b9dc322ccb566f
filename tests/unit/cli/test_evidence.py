"""`evidence add` keeps what can be read, says of the rest what it is, and never shows a traceback."""

import socketserver
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import dns.message
import dns.resolver
import dns.rrset
import pytest

from countersign.cli import main
from countersign.sources.access.asked import DomainKey
from countersign.sources.access.mail.lookup import published
from tests.unit.cli.evidence_home import elsewhere, kept, run
from tests.unit.sources.access.mails import NAME, record, signed

FIXTURES = Path(__file__).parents[2] / "fixtures" / "access"

__all__ = ["elsewhere"]  # a fixture that each test here has


def test_a_signed_mail_is_kept_with_its_key_and_both_are_sealed(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (elsewhere / "alert.eml").write_bytes(signed())
    (elsewhere / "key.txt").write_text(f'{NAME}. TXT "{record()}"\n')
    code, out, _ = run(capsys, "add", "alert.eml", "--key", "key.txt")
    assert code == 0
    assert "the platform's signature" in out
    (one,) = kept(capsys)
    assert (one["kind"], one["vouched"], one["key_from"]) == ("login-alert", "the platform's signature", "key.txt")
    assert len(one["leaves"]) == 2
    assert main(["log", "check", "--quiet"]) == 0


def test_a_mail_without_its_key_is_kept_as_told(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (elsewhere / "alert.eml").write_bytes(signed())
    code, out, _ = run(capsys, "add", "alert.eml")
    assert code == 0
    assert "whoever gave it" in out
    assert "is not at hand" in out


def test_files_of_many_kinds_are_known_by_their_content(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("pds-sessions.json", "case7-ip-audit.txt", "timeline.jsonl", "office.txt")
    code, _, _ = run(capsys, "add", *(str(FIXTURES / name) for name in names))
    assert code == 0
    assert [one["kind"] for one in kept(capsys)] == ["sessions", "legal-return", "timeline", "office"]


def test_one_file_that_cannot_be_read_does_not_keep_the_others_out(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (elsewhere / "nothing.bin").write_bytes(b"\x89PNG" + bytes(50))
    code, _, err = run(capsys, "add", "nothing.bin", str(FIXTURES / "pds-sessions.json"))
    assert code == 2
    assert "no kind of access evidence" in err
    assert [one["kind"] for one in kept(capsys)] == ["sessions"]


def test_a_zip_is_many_files(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile("returns.zip", "w") as archive:
        archive.write(FIXTURES / "case7-ip-audit.txt", "case7-ip-audit.txt")
        archive.writestr("readme.bin", b"\0")
    code, _, _ = run(capsys, "add", "returns.zip")
    assert code == 0
    assert [one["name"] for one in kept(capsys)] == ["returns.zip/case7-ip-audit.txt"]


def test_a_zip_bomb_is_refused(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", bytes(80_000_000))
    code, _, err = run(capsys, "add", "bomb.zip")
    assert code == 2
    assert "CS1" in err
    assert kept(capsys) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["add"], "add needs a file"),
        (["list", "a"], "list takes no file"),
        (["add", "none.csv"], "cannot be read"),
        (["add", "."], "a folder without files"),
        (["add", str(FIXTURES / "duty.ics")], "of duties, or of journeys"),
        (["add", str(FIXTURES / "mastodon-sessions.csv")], "do not say their zone"),
        (["add", str(FIXTURES / "mastodon-sessions.csv"), "--times-in", "Mars"], "no time zone Mars"),
        (["add", str(FIXTURES / "office.txt"), "--as", "roster"], "no row of titles"),
        (["add", str(FIXTURES / "office.txt"), "--as", "login-alert"], "no mail"),
        (["add", str(FIXTURES / "duty.ics"), "--as", "vpn"], "no network"),
        (["add", str(FIXTURES / "timeline.jsonl"), "--key", str(FIXTURES / "duty.ics")], "no DKIM key"),
        (["add", str(FIXTURES / "timeline.jsonl"), "--account", "nobody"], "nobody"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert says in out + err
    assert kept(capsys) == []


class Zone(socketserver.BaseRequestHandler):
    """A name server on this machine that knows one key."""

    def handle(self) -> None:
        asked = dns.message.from_wire(self.request[0])
        answer = dns.message.make_response(asked)
        name = asked.question[0].name
        if str(name) == f"{NAME}.":
            halves = f'"{record()[:200]}" "{record()[200:]}"'
            answer.answer.append(dns.rrset.from_text(name, 300, "IN", "TXT", halves))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self.request[1].sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def resolver() -> Iterator[dns.resolver.Resolver]:
    with socketserver.UDPServer(("127.0.0.1", 0), Zone) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        asking = dns.resolver.Resolver(configure=False)
        asking.nameservers, asking.port = ["127.0.0.1"], int(server.server_address[1])
        yield asking
        server.shutdown()
        thread.join()


def test_a_key_that_dns_has_is_taken_with_its_time(resolver: dns.resolver.Resolver) -> None:
    found = published(NAME, resolver=resolver)
    assert isinstance(found, DomainKey)
    assert (found.record, found.name) == (record(), NAME)
    assert found.whence.startswith("DNS, asked ")
    assert found.at is not None


def test_a_key_that_is_gone_is_told_as_gone(resolver: dns.resolver.Resolver) -> None:
    assert "the key is gone" in str(published("old._domainkey.x.com", resolver=resolver))
