"""The checkpoint's SSH signature is the one that OpenSSH itself makes and checks."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from countersign.evidence.keys import SigningKey
from countersign.evidence.sshsig import NAMESPACE, SshsigError, allowed_signers, check_sshsig, make_sshsig
from tests.evidence_parts import ORIGIN, log_key

TEXT = f"{ORIGIN}\n1\n{'A' * 43}=\n".encode()
KEYGEN = shutil.which("ssh-keygen")
needs_keygen = pytest.mark.skipif(KEYGEN is None, reason="the program ssh-keygen is not there")


def keygen_verifies(folder: Path, signature: bytes, text: bytes = TEXT, *, namespace: str = NAMESPACE) -> bool:
    (folder / "signature").write_bytes(signature)
    (folder / "allowed").write_text(allowed_signers(log_key().vkey))
    arguments = ("-Y", "verify", "-f", "allowed", "-I", ORIGIN, "-n", namespace, "-s", "signature")
    done = subprocess.run([str(KEYGEN), *arguments], input=text, cwd=folder, capture_output=True, check=False)
    return done.returncode == 0


@needs_keygen
def test_ssh_keygen_accepts_ours_and_refuses_everything_else(tmp_path: Path) -> None:
    signature = make_sshsig(TEXT, log_key())
    assert keygen_verifies(tmp_path, signature)
    assert not keygen_verifies(tmp_path, signature, TEXT.replace(b"1", b"2"))
    assert not keygen_verifies(tmp_path, signature, namespace="file")
    assert not keygen_verifies(tmp_path, make_sshsig(TEXT, SigningKey(ORIGIN, b"x" * 32)))


@needs_keygen
@pytest.mark.parametrize("hashed", ["sha256", "sha512"])
def test_we_accept_what_ssh_keygen_makes(hashed: str, tmp_path: Path) -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    (tmp_path / "key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    (tmp_path / "key").chmod(0o600)
    (tmp_path / "text").write_bytes(TEXT)
    arguments = ("-Y", "sign", "-f", "key", "-n", NAMESPACE, "-O", f"hashalg={hashed}", "text")
    subprocess.run([str(KEYGEN), *arguments], cwd=tmp_path, capture_output=True, check=True)
    made = (tmp_path / "text.sig").read_bytes()
    vkey = SigningKey(ORIGIN, b"k" * 32).vkey
    check_sshsig(made, TEXT, vkey)
    if hashed == "sha512":
        assert make_sshsig(TEXT, SigningKey(ORIGIN, b"k" * 32)) == made


def test_of_all_bits_of_a_signature_none_can_change() -> None:
    whole, vkey = make_sshsig(TEXT, log_key()), log_key().vkey
    accepted = []
    for bit in range(len(whole) * 8):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            check_sshsig(bytes(flipped), TEXT, vkey)
            accepted.append(bit)
        except SshsigError:
            continue
    assert accepted == []


@pytest.mark.parametrize("cut", range(0, 300, 7))
def test_a_signature_that_is_cut_off_or_longer_is_refused(cut: int) -> None:
    whole, vkey = make_sshsig(TEXT, log_key()), log_key().vkey
    for changed in (whole[:cut], whole + whole[:cut] + b"x"):
        with pytest.raises(SshsigError):
            check_sshsig(changed, TEXT, vkey)


def test_a_signature_by_another_key_and_over_another_text_is_refused() -> None:
    with pytest.raises(SshsigError, match="another key"):
        check_sshsig(make_sshsig(TEXT, SigningKey(ORIGIN, b"x" * 32)), TEXT, log_key().vkey)
    with pytest.raises(SshsigError, match="does not hold"):
        check_sshsig(make_sshsig(b"other", log_key()), TEXT, log_key().vkey)
