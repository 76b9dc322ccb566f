"""Signs and checks a checkpoint's text as OpenSSH does (PROTOCOL.sshsig): most machines have `ssh-keygen`."""

import base64
import binascii
import hashlib
import re

from countersign.errors import EvidenceError
from countersign.evidence.keys import LOG, SigningKey, Vkey, verify_ed25519

NAMESPACE = "countersign-checkpoint"
"""What a signature is for: one made for a checkpoint cannot be passed off as one for mail, or for code."""

_MAGIC = b"SSHSIG"
_VERSION = 1
_KIND = b"ssh-ed25519"
_HASHES = {b"sha512": hashlib.sha512, b"sha256": hashlib.sha256}
_LINE = 70
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_MOST = 4096
_ARMOR = re.compile(f"{_BEGIN}\n((?:[A-Za-z0-9+/=]{{1,76}}\n)+){_END}\n?")


class SshsigError(EvidenceError):
    """An SSH signature does not hold, or is none."""

    code = "CS467"


def make_sshsig(text: bytes, key: SigningKey) -> bytes:
    """Return the file that `ssh-keygen -Y sign` would write for this text, by a log's Ed25519 key.

    >>> make_sshsig(b"text", SigningKey("example.com/log", bytes(32))).splitlines()[0]
    b'-----BEGIN SSH SIGNATURE-----'
    """
    if key.algorithm != LOG:
        raise SshsigError("only a log's own key signs for ssh-keygen")
    signature = _string(_KIND) + _string(key.sign(_signed(text, b"sha512")))
    parts = (_public(key.vkey), NAMESPACE.encode(), b"", b"sha512", signature)
    blob = _MAGIC + _VERSION.to_bytes(4) + b"".join(map(_string, parts))
    return _armored(blob)


def check_sshsig(data: bytes, text: bytes, vkey: Vkey) -> None:
    """Check an SSH signature over a text by a log's key; raises SshsigError unless it holds."""
    match = _ARMOR.fullmatch(data[: _MOST + 1].decode("ascii", "replace"))
    if match is None or len(data) > _MOST:
        raise SshsigError("this is not an SSH signature")
    try:
        blob = base64.b64decode(match[1].replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        raise SshsigError("this is not an SSH signature") from None
    if _armored(blob) != data:
        raise SshsigError("this SSH signature is not written as ssh-keygen writes it")
    if blob[:10] != _MAGIC + _VERSION.to_bytes(4):
        raise SshsigError("this is an SSH signature of another version")
    public, namespace, reserved, hashed, signature = _strings(blob[10:], 5)
    if public != _public(vkey):
        raise SshsigError("this SSH signature is by another key")
    if namespace != NAMESPACE.encode() or reserved or hashed not in _HASHES:
        raise SshsigError("this SSH signature is not for a checkpoint")
    kind, bare = _strings(signature, 2)
    if kind != _KIND or not verify_ed25519(vkey.key, bare, _signed(text, hashed)):
        raise SshsigError("this SSH signature does not hold")


def allowed_signers(vkey: Vkey) -> str:
    """Return the line by which `ssh-keygen -Y verify -I ORIGIN` knows a log's key.

    >>> allowed_signers(SigningKey("example.com/log", bytes(32)).vkey)[:53]
    'example.com/log namespaces="countersign-checkpoint" s'
    """
    public = base64.b64encode(_public(vkey)).decode("ascii")
    return f'{vkey.name} namespaces="{NAMESPACE}" ssh-ed25519 {public}\n'


def _armored(blob: bytes) -> bytes:
    body = base64.b64encode(blob).decode("ascii")
    lines = (body[start : start + _LINE] for start in range(0, len(body), _LINE))
    return "\n".join((_BEGIN, *lines, _END, "")).encode()


def _signed(text: bytes, hashed: bytes) -> bytes:
    parts = (NAMESPACE.encode(), b"", hashed, _HASHES[hashed](text).digest())
    return _MAGIC + b"".join(map(_string, parts))


def _public(vkey: Vkey) -> bytes:
    return _string(_KIND) + _string(vkey.key)


def _string(value: bytes) -> bytes:
    return len(value).to_bytes(4) + value


def _strings(data: bytes, count: int) -> list[bytes]:
    """Take exactly this many length-prefixed strings (RFC 4251, section 5) out of bytes that hold nothing else."""
    found: list[bytes] = []
    for _ in range(count):
        length = int.from_bytes(data[:4])
        if len(data) < 4 + length:
            raise SshsigError("this SSH signature is cut off")
        found.append(data[4 : 4 + length])
        data = data[4 + length :]
    if data:
        raise SshsigError("this SSH signature holds more than it should")
    return found
