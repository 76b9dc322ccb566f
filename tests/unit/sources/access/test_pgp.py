"""A lawful return that its platform signed is checked with a key that is given, by the program that everybody has."""

import json
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from countersign.sources.access.asked import Asked
from countersign.sources.access.legal import legal_return
from countersign.sources.access.pgp import Checked, checked, is_key

pytestmark = pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is not installed (apt-get install gpg)")
TEXT = json.dumps([
    {"ipAudit": {"accountId": "111", "createdAt": f"2026-08-0{day}T23:00:00.000Z", "loginIp": "203.0.113.7"}}
    for day in range(1, 8)
], indent=1)  # fmt: skip


def gpg(home: Path, *arguments: str) -> bytes:
    run = ["gpg", "--homedir", str(home), "--batch", "--yes", "--passphrase", "", "--pinentry-mode", "loopback"]
    return subprocess.run([*run, *arguments], capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of gpg with a key, a text, and the text signed in both ways."""
    home = tmp_path_factory.mktemp("gpg")
    home.chmod(0o700)
    gpg(home, "--quick-gen-key", "Made-up platform <legal@x.example>", "ed25519", "sign", "never")
    (home / "key.pub").write_bytes(gpg(home, "--export", "--armor"))
    (home / "text").write_text(TEXT)
    gpg(home, "--clearsign", "-o", str(home / "signed"), str(home / "text"))
    gpg(home, "--detach-sign", "-o", str(home / "apart"), str(home / "text"))
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "gpg-agent"], check=False)
    return home


def told(body: bytes, pgp: Checked | None) -> tuple[int, str]:
    found = legal_return(body, "case7-ip-audit.txt", Asked(account="111", platform="x", pgp=pgp))
    return len(found.traces), found.remarks[0]


def test_a_text_that_is_as_it_was_signed_is_said_to_be(home: Path) -> None:
    body, key = (home / "signed").read_bytes(), (home / "key.pub").read_bytes()
    assert is_key(key)
    found = checked(body, [key])
    assert found.state == "holds"
    traces, said = told(body, found)
    assert traces == 7
    assert "holds, by the key" in said
    assert "as told" in said


def test_a_text_that_was_changed_after_it_was_signed_tells_nothing(home: Path) -> None:
    body = (home / "signed").read_bytes().replace(b"203.0.113.7", b"198.51.100.9", 1)
    found = checked(body, [(home / "key.pub").read_bytes()])
    assert found.state == "fails"
    assert told(body, found) == (0, "its PGP signature does not hold: the text is not as it was signed")


def test_words_put_before_what_was_signed_are_not_signed(home: Path) -> None:
    body = (home / "signed").read_bytes()
    forged = body.replace(
        b"-----BEGIN PGP SIGNED", b"-----BEGIN PGP SIGNED MESSAGE-----\n\n[]\n-----BEGIN PGP SIGNED", 1
    )
    found = checked(body, [(home / "key.pub").read_bytes()])
    assert told(forged, found)[0] == 0


def test_a_signature_apart_is_checked_too(home: Path) -> None:
    body, key, apart = ((home / name).read_bytes() for name in ("text", "key.pub", "apart"))
    assert checked(body, [key], signature=apart).state == "holds"
    assert checked(body + b" ", [key], signature=apart).state == "fails"


def test_a_key_of_somebody_else_checks_nothing(home: Path) -> None:
    found = checked((home / "signed").read_bytes(), [b"not a key"])
    assert found == msgspec.structs.replace(found, state="unchecked", text=b"")
    assert "none of the keys given" in found.says


def test_where_gpg_is_not_installed_that_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = checked((home / "signed").read_bytes(), [(home / "key.pub").read_bytes()])
    assert (found.state, found.says) == ("unchecked", "its PGP signature was not checked: gpg is not installed here")
