"""A time-stamp authority for tests that is the real program `openssl ts`."""

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

if TYPE_CHECKING:  # it imports this module
    from tests.evidence_parts import Authority

OPENSSL = shutil.which("openssl")


class OpensslAuthority:
    """A time-stamp authority that is the real `openssl ts`, with the certificates of another."""

    def __init__(self, made: "Authority", folder: Path) -> None:
        self.name, self.root_der, self.certificate_der = made.name, made.root_der, made.certificate_der
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "serial").write_text("01\n")
        (folder / "own.pem").write_bytes(made.own.pem)
        (folder / "chain.pem").write_bytes(b"".join(one.pem for one in (*made.between, made.root)))
        (folder / "root.pem").write_bytes(made.root.pem)
        (folder / "own.key").write_bytes(made.own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (folder / "ts.cnf").write_text(OPENSSL_CONFIG.format(folder=folder))

    def answer(self, request: bytes) -> bytes:
        """Return a TimeStampResp for a TimeStampReq."""
        (self._folder / "asked.tsq").write_bytes(request)
        arguments = ("-config", "ts.cnf", "-queryfile", "asked.tsq", "-out", "answer.tsr")
        self.run("ts", "-reply", *arguments)
        return (self._folder / "answer.tsr").read_bytes()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run `openssl` in this authority's folder; raises if it fails."""
        return subprocess.run([str(OPENSSL), *arguments], cwd=self._folder, check=True, capture_output=True)


OPENSSL_CONFIG = """
[tsa]
default_tsa = tsa1
[tsa1]
serial = {folder}/serial
signer_cert = {folder}/own.pem
certs = {folder}/chain.pem
signer_key = {folder}/own.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.13762.3
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
