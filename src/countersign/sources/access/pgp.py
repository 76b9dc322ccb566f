"""Asks GnuPG, where it is installed, whether a text is as somebody signed it; a key is used for this time only."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import msgspec

SECONDS: Final = 60
MOST_KEY_BYTES: Final = 1 << 20
_ARMOUR: Final = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"
_VALID: Final = re.compile(r"^\[GNUPG:\] VALIDSIG ([0-9A-F]{40,64}) (\S+)", re.MULTILINE)
_SPOILT: Final = re.compile(r"^\[GNUPG:\] (BADSIG|EXPKEYSIG|REVKEYSIG|EXPSIG)", re.MULTILINE)
_WHY: Final = {
    "BADSIG": "the text is not as it was signed", "EXPKEYSIG": "the key has expired", "EXPSIG": "it has expired",
    "REVKEYSIG": "the key was revoked",
}  # fmt: skip

State = Literal["holds", "fails", "unchecked"]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a signature holds, a sentence on it, and the text that was signed ("" where that is not known)."""

    state: State
    says: str
    text: bytes = b""


def is_key(content: bytes) -> bool:
    """Say whether a file holds a public key of PGP, as text or as bytes (RFC 9580: a public-key packet)."""
    return _ARMOUR in content[:2_000] or content[:1] in (b"\x98", b"\x99", b"\xc6")


def checked(text: bytes, keys: Sequence[bytes], *, signature: bytes | None = None) -> Checked:
    """Return whether a clear-signed text, or a text with a signature apart, was signed with one of these keys.

    gpg runs with an empty folder of its own, so that no key of this user counts and none is kept; it asks nobody.
    """
    program = shutil.which("gpg")
    if program is None:
        return Checked(state="unchecked", says="its PGP signature was not checked: gpg is not installed here")
    with tempfile.TemporaryDirectory(prefix="countersign-pgp-") as home:
        try:
            return _asked(program, Path(home), text, keys, signature)
        except (OSError, subprocess.TimeoutExpired) as cause:
            return Checked(state="unchecked", says=f"its PGP signature was not checked: gpg gave no answer ({cause})")


def _asked(program: str, home: Path, text: bytes, keys: Sequence[bytes], signature: bytes | None) -> Checked:
    base = [program, "--homedir", str(home), "--batch", "--no-tty", "--no-autostart", "--no-auto-key-retrieve",
            "--no-auto-key-locate", "--disable-dirmngr", "--trust-model", "always", "--status-fd", "2"]  # fmt: skip
    for number, key in enumerate(keys):
        (home / f"key{number}").write_bytes(key)
        subprocess.run(
            [*base, "--import", str(home / f"key{number}")], capture_output=True, timeout=SECONDS, check=False
        )
    (home / "text").write_bytes(text)
    asked = ["--output", str(home / "signed"), "--decrypt", str(home / "text")]
    if signature is not None:
        (home / "signature").write_bytes(signature)
        asked = ["--verify", str(home / "signature"), str(home / "text")]
    run = subprocess.run([*base, *asked], capture_output=True, timeout=SECONDS, check=False)
    said = run.stderr.decode("utf-8", "replace")
    valid, spoilt = _VALID.search(said), _SPOILT.search(said)
    if spoilt:
        return Checked(state="fails", says=f"its PGP signature does not hold: {_WHY[spoilt[1]]}")
    if run.returncode or not valid:
        return Checked(state="unchecked", says="its PGP signature is by none of the keys given, and was not checked")
    signed = text if signature is not None else (home / "signed").read_bytes()
    says = f"its PGP signature of {valid[2]} holds, by the key {valid[1]}; that this is X's key is as told"
    return Checked(state="holds", says=says, text=signed)
